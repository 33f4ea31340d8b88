// The rows of the day. Each is made once and then only changed where something changed, and stays
// where it is while a finger may be about to touch it: what is done leaves when a tab is changed, or
// when nobody has touched the screen for a while.

import { changerIcone, cloner, ecrire, lieu, montrer, statut } from "./dom.js";
import { etat } from "./etat.js";
import { defiler } from "./garde.js";
import { heureDe } from "./heures.js";
import { jour, lisible, parts } from "./quantites.js";
import { dessinerRecette } from "./recette_ecran.js";
import { maintenant } from "./reseau.js";
import { CRENEAUX_DITS, STATUTS, T } from "./textes.js";
import { attendues, finie, ranger } from "./tri.js";

/** @typedef {import("./attente.js").LigneVue} LigneVue */

/** Nobody touches: the screen puts itself in order. */
export const CALME_MS = 20000;
/** As many stand in two columns, and in three, on a wall. */
const [DEUX_COLONNES, TROIS_COLONNES] = [18, 27];

/** @type {Map<string, HTMLElement>} */
const rangees = new Map();
/** What each was last filled with: a day of sixty is looked at several times a tap. @type {Map<string, string>} */
const remplies = new Map();
/** How long a row that another tablet settled can still be read. */
const SEJOUR_MS = 4000;
/** Since when those are. @type {Map<string, number>} */
const reglees = new Map();
/** What was drawn last, and of which view. */
let tenus = { vue: "", ids: /** @type {string[]} */ ([]) };

/** @param {LigneVue[]} lignes @param {number} jusque how many rows are drawn
 * @returns {ReturnType<typeof ranger>} */
export function dessinerLignes(lignes, jusque) {
  const vue = JSON.stringify([etat.vue, etat.magasin?.id, etat.date]);
  const calme = performance.now() - etat.geste > CALME_MS;
  const gardes = new Set(vue !== tenus.vue ? [] : calme ? aLire(lignes) : tenus.ids);
  if (etat.scannee && performance.now() - etat.scannee.quand < CALME_MS) gardes.add(etat.scannee.id);
  const rangement = ranger(lignes, etat.vue, gardes);
  if (tenus.vue && vue !== tenus.vue) defiler(() => scrollTo(0, 0));
  tenus = { vue, ids: rangement.visibles.map((l) => l.recette_id) };
  const ici = rangement.visibles.slice(0, jusque);
  placer(ici);
  const avant = attendues(lignes);
  for (const l of ici) remplir(l, avant.get(l.recette_id) ?? []);
  if (etat.scannee && !etat.scannee.montree) {
    etat.scannee.montree = true;
    montrerLigne(etat.scannee.id);
  }
  const nombre = rangement.visibles.length;
  lieu("cartes").classList.toggle("c-nombreuses", nombre > DEUX_COLONNES);
  lieu("cartes").classList.toggle("c-tres-nombreuses", nombre > TROIS_COLONNES);
  return rangement;
}

/** Settled by somebody else while nobody touched: for a moment it stays, and says by whom.
 * @param {LigneVue[]} lignes */
function aLire(lignes) {
  const ici = new Set(etat.vue.onglet === "reste" ? tenus.ids : []);
  for (const l of lignes) {
    if (!ici.has(l.recette_id) || !finie(l)) reglees.delete(l.recette_id);
    else if (!reglees.has(l.recette_id)) reglees.set(l.recette_id, performance.now());
  }
  return [...reglees].filter(([, quand]) => performance.now() - quand < SEJOUR_MS).map(([id]) => id);
}

/** @param {LigneVue[]} visibles */
function placer(visibles) {
  const liste = lieu("cartes");
  const voulus = new Set(visibles.map((l) => l.recette_id));
  for (const [id, li] of rangees) {
    if (!voulus.has(id)) li.remove(), rangees.delete(id), remplies.delete(id);
  }
  visibles.forEach((l, i) => {
    const li = rangees.get(l.recette_id) ?? nouvelle(l);
    if (liste.children[i] !== li) liste.insertBefore(li, liste.children[i] ?? null);
  });
}

/** @param {LigneVue} l */
function nouvelle(l) {
  const li = cloner("t-carte");
  li.dataset.ligne = l.recette_id;
  rangees.set(l.recette_id, li);
  return li;
}

/** Opens that row, or closes it; what was tapped stays under the finger. @param {string} id
 * @param {() => void} dessiner */
export function basculer(id, dessiner) {
  const place = () => rangees.get(id)?.getBoundingClientRect().top ?? 0;
  const avant = place();
  etat.ouverte = etat.ouverte === id ? "" : id;
  dessiner();
  scrollBy(0, place() - avant);
}

/** Shows that row wherever it stands. @param {string} id @param {ScrollLogicalPosition} bloc */
export const montrerLigne = (id, bloc = "nearest") =>
  defiler(() => rangees.get(id)?.scrollIntoView({ block: bloc }));

/** @param {LigneVue} l @param {string[]} avant who waits for it */
function remplir(l, avant) {
  const li = /** @type {HTMLElement} */ (rangees.get(l.recette_id));
  if (etat.ouverte === l.recette_id) dessinerRecette(li, l);
  const dit = JSON.stringify([l, avant, etat.vue, etat.ouverte === l.recette_id, enSouffrance(l),
    etat.scannee?.id === l.recette_id]);
  if (remplies.get(l.recette_id) === dit) return;
  remplies.set(l.recette_id, dit);
  const trouver = (/** @type {string} */ css) => li.querySelector(css);
  const [fin, pliee] = [finie(l), etat.vue.onglet === "fait"];
  const ouverte = etat.ouverte === l.recette_id;
  for (const [classe, vrai] of /** @type {[string, boolean][]} */ ([["c-finie", fin],
    ["c-pliee", pliee], ["c-ouverte", ouverte],
    ["c-intacte", l.statut === "A_PRODUIRE" && l.quantite_produite === 0], ["c-scannee", etat.scannee?.id === l.recette_id]])) {
    li.classList.toggle(classe, vrai);
  }
  ecrire(trouver(".c-ordre"), l.ordre ? String(l.ordre) : "");
  ecrire(trouver(".c-nom"), l.recette_nom);
  const { nombre, mot } = parts(l.restant, l.unite);
  ecrire(trouver(".c-reste strong"), nombre);
  ecrire(trouver(".c-mot"), mot);
  ecrire(trouver(".c-faite"), l.quantite_produite > 0 ? lisible(l.quantite_produite, l.unite) : "");
  const ouvrir = trouver(".c-ouvrir");
  if (ouvrir?.getAttribute("aria-expanded") !== String(ouverte)) {
    ouvrir?.setAttribute("aria-expanded", String(ouverte));
  }
  montrer(trouver(".c-detail"), ouverte);
  remplirMots(li, l, avant);
  remplirBoutons(li, l, fin);
}

/** What stands small under the name. @param {HTMLElement} li @param {LigneVue} l
 * @param {string[]} avant */
function remplirMots(li, l, avant) {
  const fin = finie(l);
  const code = l.statut === "A_PRODUIRE" && l.quantite_produite > 0 ? "EN_COURS" : l.statut;
  const [image, mot] = STATUTS[/** @type {"PRODUIT"} */ (code)] ?? STATUTS.A_PRODUIRE;
  statut(li.querySelector('[data-lieu="statut"]'), image, image, mot);
  montrer(li.querySelector('[data-lieu="attente"]'), enSouffrance(l));
  const commencee = l.quantite_produite > 0 && !fin;
  const apres = fin ? [] : (l.faites_d_abord ?? []).map((a) => a.recette_nom);
  note(li, "incomplete", l.recette_incomplete ? T.incomplete : "");
  note(li, "apres", apres.length ? T.apres(apres.join(", ")) : "");
  const ensemble = (fin ? [] : l.manques_ensemble ?? []).map((m) =>
    T.besoinDe(lisible(m.manque, m.unite, Math.ceil), m.ingredient_nom));
  note(li, "ensemble", ensemble.length ? T.ensemble(ensemble.join(", ")) : "");
  note(li, "avant", avant.length && !fin ? T.avant(avant.join(", ")) : "");
  note(li, "fait", commencee || (fin && l.statut === "AJUSTE") ? T.fait(lisible(l.quantite_produite, l.unite)) : "");
  note(li, "prevu", commencee || fin ? T.prevu(lisible(l.quantite_planifiee, l.unite)) : "");
  note(li, "fait-lot", fin && l.lot_fait
    ? T.lotFait(l.lot_fait.code_lot ?? T.sansCode, jour(l.lot_fait.date_dlc)) : "");
  note(li, "pourquoi", fin ? pourquoi(l) : "");
  const creneau = CRENEAUX_DITS[/** @type {"midi"} */ (l.creneau ?? "")] ?? "";
  note(li, "creneau", fin ? "" : creneau);
  note(li, "poste", fin || etat.vue.poste ? "" : l.poste ?? "");
  const lot = l.premier_lot;
  const lotDit = lot ? T.premierLot(lot.ingredient_nom, lot.code_lot ?? T.sansCode, jour(lot.date_dlc)) : "";
  const allergenes = l.allergenes?.length ? T.allergenes(l.allergenes) : "";
  for (const ou of ["", "-mur"]) {
    note(li, `lot${ou}`, fin ? "" : lotDit);
    note(li, `allergenes${ou}`, allergenes);
  }
}

/** Who said so, when, and why, where it was not made as planned; and who made what is about to leave.
 * @param {LigneVue} l */
function pourquoi(l) {
  const d = l.derniere;
  const autre = d?.auteur && d.auteur !== etat.moi?.nom && etat.vue.onglet === "reste";
  if (d && l.statut === "PRODUIT" && autre) return T.declarePar(false, d.auteur ?? "", heureDe(d.date_heure));
  if (!d || (l.statut !== "NON_PRODUIT" && l.statut !== "AJUSTE")) return "";
  return [d.motif, d.auteur, heureDe(d.date_heure)].filter(Boolean).join(", ");
}

/** It waits for the network, or so long that it is worth a word. @param {LigneVue} l */
function enSouffrance(l) {
  const hors = etat.connexion === "hors_ligne" || etat.connexion === "session";
  return etat.attente.some((e) => e.ligne === l.recette_id
    && (hors || maintenant() - Date.parse(e.quand) > 1500));
}

/** @param {HTMLElement} li @param {string} nom @param {string} texte */
function note(li, nom, texte) {
  const p = li.querySelector(`[data-lieu="${nom}"]`);
  montrer(p, texte !== "");
  ecrire(p?.querySelector("span") ?? p, texte);
}

/** @param {HTMLElement} li @param {LigneVue} l @param {boolean} fin */
function remplirBoutons(li, l, fin) {
  const bouton = (/** @type {string} */ action) =>
    /** @type {HTMLButtonElement} */ (li.querySelector(`[data-action="${action}"]`));
  const produit = bouton("produit");
  const complete = l.quantite_planifiee > 0 && l.quantite_produite === l.quantite_planifiee;
  produit.disabled = complete && l.statut === "PRODUIT";
  ecrire(produit.querySelector("span"), produit.disabled ? T.complet : "Produit");
  changerIcone(produit.querySelector("svg"), "fait");
  const manques = fin ? [] : l.manques ?? [];
  const texte = manques.map((m) =>
    `${lisible(m.manque, m.unite, Math.ceil)} ${m.ingredient_nom}`).join(", ");
  montrer(bouton("solutions"), texte !== "");
  ecrire(bouton("solutions").querySelector("span"), T.manque(texte));
  remplirAnnuler(li, bouton("annuler"), l);
  dAbord(li, fin ? [] : l.faites_d_abord ?? []);
  for (const b of li.querySelectorAll("button:not(.c-ouvrir)")) {
    const nom = `${b.textContent?.trim()}, ${l.recette_nom}`;
    if (b.getAttribute("aria-label") !== nom) b.setAttribute("aria-label", nom);
  }
}

/** Among what is done it stands in the row, else within: never where Produit was a moment ago.
 * @param {HTMLElement} li @param {HTMLButtonElement} annuler @param {LigneVue} l */
function remplirAnnuler(li, annuler, l) {
  const place = li.querySelector(etat.vue.onglet === "fait" ? ".c-rang" : ".c-actions");
  if (place && annuler.parentElement !== place) place.append(annuler);
  montrer(annuler, l.peut_annuler);
  const qui = l.derniere?.auteur;
  ecrire(annuler.querySelector("span"),
    qui && l.derniere ? T.annulerDe(qui, heureDe(l.derniere.date_heure)) : T.annuler);
}

/** A tap goes there. @param {HTMLElement} li
 * @param {NonNullable<LigneVue["faites_d_abord"]>} lignes */
function dAbord(li, lignes) {
  const place = /** @type {HTMLElement} */ (li.querySelector(".c-d-abord"));
  const dit = JSON.stringify(lignes);
  montrer(place, lignes.length > 0);
  if (place.dataset.dit === dit) return;
  place.dataset.dit = dit;
  place.replaceChildren(...boutonsDAbord(lignes));
}

/** Each leads to the row of what is to be made first.
 * @param {NonNullable<LigneVue["faites_d_abord"]>} lignes */
export const boutonsDAbord = (lignes) => lignes.map((a) => {
  const b = /** @type {HTMLButtonElement} */ (cloner("t-d-abord"));
  b.dataset.vers = a.recette_id;
  ecrire(b.querySelector("span"), T.dAbord(T.auPlan(a.recette_nom, lisible(a.au_plan, a.unite))));
  return b;
});
