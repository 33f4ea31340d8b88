// From a tap or a scan to an entry of the queue, and what the person hears of it.

import * as actes from "./actes.js";
import { signaler } from "./appareil.js";
import { vue } from "./depuis.js";
import { changerIcone, ecrire, icone, lieu, montrer } from "./dom.js";
import { etat, ligne } from "./etat.js";
import { aujourdhui } from "./heures.js";
import * as memoire from "./memoire.js";
import { jour, jourCourt, lisibleTout } from "./quantites.js";
import { cle } from "./rejeu.js";
import { ADRESSE_AJUSTEMENTS, adresseAction, maintenant } from "./reseau.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {import("./attente.js").Ligne} Ligne */

/** A person who waits longer is told that it is kept. */
const PATIENCE_MS = 1000;

/** Who waits for the answer to that key. @type {Map<string, (issue: Issue) => void>} */
const attendus = new Map();
/** @typedef {{code: string, raison: string}} Refus */
/** What became of it: why it was refused, or what to say. @typedef {{refus: Refus | null, dit: string}} Issue */

/** @type {() => Promise<void>} set by `principal.js` */
let partir = async () => {};
/** @param {() => Promise<void>} envoyer reads the queue anew, draws, sends */
export const brancher = (envoyer) => { partir = envoyer; };

/** The person still looks on, and was told nothing yet. @param {string} c */
export const attendue = (c) => attendus.has(c);

/** The answer came. @param {string} cleRecue @param {Refus | null} refus @param {string} dit
 * @returns {boolean} somebody still waited for it */
export function repondre(cleRecue, refus, dit = "") {
  const attendu = attendus.get(cleRecue);
  attendu?.({ refus, dit });
  return Boolean(attendu);
}

/** @param {Entree["action"]} action
 * @param {import("./depuis.js").LigneMontree | null} l
 * @param {string} nom @param {Record<string, unknown>} plus @returns {Entree} */
export function entree(action, l, nom, plus = {}) {
  const magasin_id = etat.magasin?.id ?? "";
  const quand = new Date(maintenant()).toISOString();
  // The hour of the tap says which day it was, however long it waits.
  const corps = action === "ajustement" ? { magasin_id, date: etat.date, ...plus }
    : { magasin_id, date: etat.date, tape_le: quand,
      ...(action !== "scan" && { recette_id: l?.recette_id }), ...vue(l), ...plus };
  const auteur = { id: etat.moi?.id ?? "", nom: etat.moi?.nom ?? "" };
  return { cle: cle(), action, magasin_id, date: etat.date, ligne: l?.recette_id ?? null, nom,
    chemin: action === "ajustement" ? ADRESSE_AJUSTEMENTS : adresseAction(action), corps, auteur,
    quand, tentee: false, pannes: 0, confirmee: false };
}

/** Keeps the entries, then sends them; the person is told of the last one.
 * @param {Entree[]} entrees @param {import("./attente.js").Refusee | null} remplacee */
export async function enregistrer(entrees, remplacee = null) {
  const derniere = entrees[entrees.length - 1];
  try {
    await (remplacee ? memoire.corriger(remplacee, entrees) : memoire.ajouter(entrees));
  } catch {
    annoncer("refuse", T.pasGarde);
    return null;
  }
  actes.retenir(entrees);
  const issue = attendre(derniere.cle);
  await partir();
  const resultat = await issue;
  if (resultat === "lente") annoncer("accepte", T.garde(derniere.nom));
  else if (!resultat.refus) annoncer("accepte", resultat.dit || derniere.nom);
  else annoncer(resultat.refus.code === "gencode_inconnu" ? "inconnu" : "refuse", resultat.refus.raison);
  return resultat;
}

/** @param {string} c @returns {Promise<Issue | "lente">} */
async function attendre(c) {
  const hors = etat.connexion === "hors_ligne" || etat.connexion === "session";
  /** @type {Promise<Issue>} */
  const reponse = new Promise((suite) => attendus.set(c, suite));
  /** @type {Promise<"lente">} */
  const patience = new Promise((suite) => setTimeout(() => suite("lente"), hors ? 0 : PATIENCE_MS));
  return Promise.race([reponse, patience]).finally(() => attendus.delete(c));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let fin;

/** Signal and sentence: icon and word beside the colour.
 * @param {import("./appareil.js").Signal} signal @param {string} phrase */
export function annoncer(signal, phrase) {
  signaler(signal);
  const alerte = signal === "refuse" || signal === "inconnu";
  const [place, autre] = alerte ? ["alerte", "annonce"] : ["annonce", "alerte"];
  const [classe, image] = { accepte: ["message-ok", "fait"], double: ["message-info", "information"],
    inconnu: ["message-inconnu", "manque"], refuse: ["message-erreur", "perime"] }[signal];
  const boite = lieu(place);
  boite.className = `c-message message ${classe}${phrase.length > 130 ? " c-long" : ""}`;
  if (boite.children.length === 0) boite.append(icone(image), document.createElement("span"));
  changerIcone(boite.firstElementChild, image);
  ecrire(boite.lastElementChild, phrase);
  montrer(boite, true);
  montrer(lieu(autre), false);
  clearTimeout(fin);
  fin = setTimeout(() => montrer(boite, false), alerte ? 12000 : 6000);
  // A dialogue lies above it.
  ecrire(document.querySelector("dialog[open] [data-annonce]"), phrase);
}

/** As it is called, with its day where that is over. @param {Ligne} l */
const nomme = (l) =>
  etat.date === aujourdhui() ? l.recette_nom : T.duJour(l.recette_nom, jourCourt(etat.date));

/** @param {string} id */
export const produire = (id) => avecLigne(id, (l) => entree("produit", l, T.produit(nomme(l))));

/** @param {string} id @param {number} quantite */
export const ajuster = (id, quantite) => avecLigne(id, (l) =>
  entree("ajuste", l, T.ajuste(nomme(l), lisibleTout(quantite, l.unite)), { quantite }));

/** @param {string} id @param {string} motif */
export const nePasProduire = (id, motif) => avecLigne(id, (l) =>
  entree("non-produit", l, T.nonProduit(nomme(l)), { motif }));

/** The line's last declaration, whoever made it. @param {string} id */
export function annuler(id) {
  const sien = etat.actes.findLast((a) => a.ligne === id && a.date === etat.date);
  return avecLigne(id, (l) => {
    const e = { ...entree("annuler", l, T.annulation(l.recette_nom)), sujet: l.recette_nom };
    if (sien && actes.dernier() === sien) actes.reprendre(sien, e.cle);
    else if (sien) actes.oublier(sien.cle);
    return e;
  });
}

/** The last one of this tablet, and no other. */
export function annulerLeSien() {
  const acte = actes.deja() ? null : actes.dernier();
  if (!acte || performance.now() < etat.repos) return null;
  return deSonJour(acte, (l) => {
    const e = { ...entree("annuler", l, T.reprise(acte.nom),
      { date: acte.date, declaration_cle: acte.cle }), sujet: acte.nom };
    actes.reprendre(acte, e.cle);
    return e;
  });
}

/** The same declaration again: of the line as it was left when that was taken back. Whatever another
 * person said since is asked about, though this tablet shows it. */
export function refaire() {
  const acte = etat.refaire;
  if (!acte) return null;
  etat.refaire = null;
  // Its own hour: it is of this tap.
  const { magasin_id: _magasin, recette_id: _recette, tape_le: _tape, confirme: _confirme,
    ...plus } = acte.corps;
  return deSonJour(acte, (l) => ({ ...entree(acte.action, l, acte.nom, { ...plus, vue_cle: acte.par }),
    ...(acte.compte && { compte: acte.compte }) }));
}

/** Of the day that it was said of, which the screen may have left since. @param {actes.Acte} acte
 * @param {(l: import("./depuis.js").LigneMontree) => Entree} faire */
async function deSonJour(acte, faire) {
  const l = acte.date === etat.date ? ligne(acte.ligne ?? "") : { recette_id: acte.ligne ?? "" };
  return l ? enregistrer([{ ...faire(l), date: acte.date }]) : null;
}

/** @param {string} id @param {(l: Ligne) => Entree} faire */
async function avecLigne(id, faire) {
  const l = ligne(id);
  return l ? enregistrer([faire(l)]) : null;
}

/** What was found, as the AJUSTEMENT says it.
 * @param {Ligne} l @param {import("./attente.js").Manque} m
 * @param {{quantite: number, lot_id?: string, code_lot?: string, date_dlc?: string, motif: string}} trouve */
export function ajustement(l, m, trouve) {
  const { quantite, motif, lot_id, code_lot, date_dlc } = trouve;
  const vise = lot_id ? { lot_id } : { ingredient_id: m.ingredient_id, ...(code_lot && { code_lot }),
    ...(date_dlc && { date_dlc }) };
  const nom = T.ajustement(m.ingredient_nom, lisibleTout(quantite, m.unite)) +
    (date_dlc ? ` (DLC ${jour(date_dlc)})` : "");
  return entree("ajustement", l, nom, { ...vise, quantite, unite: m.unite, motif });
}
