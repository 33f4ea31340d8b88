// The keypad: the total that was made, in pieces, or in kg and l where the plan speaks of them.

import { ajuster } from "./actions.js";
import { superposer } from "./attente.js";
import { dialogue, ecrire, lieu } from "./dom.js";
import { enRoute, etat, ligne } from "./etat.js";
import { aujourdhui } from "./heures.js";
import { aPeuPres, arrondir, ecrire as enChiffres, echelle, jourCourt, lire } from "./quantites.js";
import { T } from "./textes.js";

/** @type {{id: string, nom: string, date: string, texte: string, facteur: number, pas: number,
 *   neuf: boolean, intacte: number, apres: ((quantite: number) => void) | null}} `intacte`: what the
 *   text stands for as long as no key was touched */
let saisie = { id: "", nom: "", date: "", texte: "", facteur: 1, pas: 1, neuf: true, intacte: 0,
  apres: null };

/** @typedef {{recette_id: string, recette_nom: string, quantite_planifiee: number,
 *   quantite_produite: number, unite: string}} Faite */

/** @param {string} id @param {((quantite: number) => void) | null} apres instead of Ajusté */
export function ouvrir(id, apres = null) {
  const l = ligne(id);
  if (l) demander(superposer([l], enRoute())[0], apres);
}

/** Of a line of whichever day. @param {Faite} l
 * @param {((quantite: number) => void) | null} apres instead of Ajusté of today's
 * @param {string} date */
export function demander(l, apres, date = etat.date) {
  const { facteur, mot } = echelle(l.quantite_planifiee, l.unite);
  const pas = l.unite === "piece" ? 1 : facteur === 1000 ? 100 : 10;
  const intacte = l.quantite_produite || l.quantite_planifiee;
  saisie = { id: l.recette_id, nom: l.recette_nom, date, facteur, pas, neuf: true, intacte, apres,
    texte: enChiffres(aPeuPres(intacte, l.unite), facteur) };
  titrer();
  ecrire(lieu("clavier-unite"), mot);
  ecrire(lieu("clavier-faute"), "");
  afficher();
  dialogue("d-clavier");
}

/** Says of which day it speaks where that is over: it may have been opened before midnight. */
export function titrer() {
  const { nom, date } = saisie;
  ecrire(lieu("clavier-titre"),
    T.clavierTitre(date === aujourdhui() ? nom : T.duJour(nom, jourCourt(date))));
}

const afficher = () => ecrire(lieu("clavier-valeur"), saisie.texte || "0");

/** The first key begins anew, as on a till. @param {string} signe */
export function touche(signe) {
  const avant = saisie.neuf ? "" : saisie.texte;
  [saisie.neuf, saisie.intacte] = [false, 0];
  if (signe === "," && avant.includes(",")) return;
  const suite = (avant === "0" && signe !== "," ? "" : avant) + signe;
  if (/^(\d{1,7}(,\d{0,3})?|,)$/.test(suite)) saisie.texte = suite === "," ? "0," : suite;
  afficher();
}

/** From a real keyboard: digits, comma or point; the rest is nothing here. @param {string} mots */
export function taper(mots) {
  for (const mot of mots) {
    if (/^[\d.,]$/.test(mot)) touche(mot === "." ? "," : mot);
  }
}

/** Backspace and Enter of a real keyboard, unless a button was reached by it. @param {KeyboardEvent} e */
export function toucheReelle(e) {
  const bouton = /** @type {Element | null} */ (e.target)?.closest?.("button");
  if (!lieu("d-clavier").open || e.defaultPrevented) return;
  if (e.key === "Backspace") effacer();
  else if (e.key === "Enter" && !bouton) valider();
  else return;
  e.preventDefault();
}

export function effacer() {
  saisie.texte = saisie.neuf ? "" : saisie.texte.slice(0, -1);
  [saisie.neuf, saisie.intacte] = [false, 0];
  afficher();
}

/** @param {1 | -1} sens */
export function pas(sens) {
  const quantite = lire(saisie.texte.replace(/,$/, "") || "0", saisie.facteur) ?? 0;
  saisie.texte = enChiffres(Math.max(0, arrondir(quantite + sens * saisie.pas)), saisie.facteur);
  [saisie.neuf, saisie.intacte] = [true, 0];
  afficher();
}

export function valider() {
  const quantite = saisie.intacte || lire(saisie.texte.replace(/,$/, ""), saisie.facteur);
  if (!quantite) return ecrire(lieu("clavier-faute"), T.clavierVide);
  dialogue(null);
  if (saisie.apres) saisie.apres(quantite);
  else if (etat.magasin) void ajuster(saisie.id, quantite);
}
