// What was declared on this tablet: Annuler of the header takes back its last action, whatever others
// declared meanwhile, and Refaire declares the same again.

import { etat } from "./etat.js";
import { estLaNuit, jourDe, veilleDe } from "./heures.js";
import * as memoire from "./memoire.js";

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {Pick<Entree, "cle" | "action" | "magasin_id" | "date" | "ligne" | "nom" | "corps"
 *   | "quand" | "compte">} Acte */

/** `par`: the key of what took it back. @typedef {Acte & {par: string}} Repris */

const DECLARENT = ["produit", "ajuste", "non-produit", "scan"];
/** As many as a person takes back in a row, and more. */
const GARDES = 40;
/** A finger that is still there takes back nothing more. */
export const REPOS_MS = 1000;

/** @returns {Promise<void>} */
const garder = () => memoire.regler("actes", etat.actes).catch(() => {});

export async function lire() {
  etat.actes = (await memoire.reglage("actes").catch(() => null)) ?? [];
  etat.declarations = (await memoire.reglage("declarations").catch(() => null)) ?? {};
}

/** They were tapped here. @param {Entree[]} entrees */
export function retenir(entrees) {
  for (const e of entrees.filter((x) => DECLARENT.includes(x.action) && x.ligne)) {
    const { cle, action, magasin_id, date, ligne, nom, corps, quand, compte } = e;
    const acte = { cle, action, magasin_id, date, ligne, nom, corps, quand, ...(compte && { compte }) };
    etat.actes = [...etat.actes, acte].slice(-GARDES);
    [etat.refaire, etat.deja] = [null, null];
  }
  void garder();
}

/** @param {string} cle */
export function oublier(cle) {
  etat.actes = etat.actes.filter((a) => a.cle !== cle);
  void garder();
}

/** The last one not taken back: tapped today, whichever day it was said of; and in the night, as long
 * as nobody asks why, of the evening before. */
export const dernier = () => etat.actes.findLast((a) => a.magasin_id === etat.magasin?.id
  && (a.date === etat.date || jourDe(a.quand) === etat.date
    || (estLaNuit() && a.date === veilleDe(etat.date)))) ?? null;

/** Somebody else had said the same: that is theirs, and nothing of this tablet to take back.
 * @param {Entree} e @param {string} phrase */
export function laisser(e, phrase) {
  oublier(e.cle);
  etat.deja = { magasin_id: e.magasin_id, quand: e.quand, phrase };
}

/** What somebody else had said, unless this tablet declared something since. */
export function deja() {
  const d = etat.deja;
  const apres = d && etat.actes.some((a) => a.magasin_id === d.magasin_id && a.quand > d.quand);
  return d && !apres && d.magasin_id === etat.magasin?.id ? d : null;
}

/** What somebody took back elsewhere is no action of this tablet to take back any more: the line's last
 * declaration is then one from before. Their names follow one another in time. */
export function suivre() {
  const enRoute = [...etat.acquittees, ...etat.attente];
  for (const a of etat.actes.filter((x) => x.magasin_id === etat.magasin?.id && x.date === etat.date)) {
    const l = etat.ecran?.cuisine.find((x) => x.recette_id === a.ligne);
    const nom = etat.declarations[a.cle];
    const attend = enRoute.some((e) => e.ligne === a.ligne && e.date === a.date);
    // Only a name that begins with its time tells which came first.
    if (!l || l.derniere === undefined || !/^.{14}7/.test(nom ?? "") || attend) continue;
    if (l.derniere === null || (l.derniere.declaration_id ?? nom) < nom) oublier(a.cle);
  }
}

/** It is being taken back. @param {Acte} acte @param {string} par the key of what does it */
export function reprendre(acte, par) {
  oublier(acte.cle);
  etat.refaire = { ...acte, par };
  etat.repos = performance.now() + REPOS_MS;
}

/** That was refused: it declared nothing, or took nothing back, so that there is nothing to declare
 * again. @param {string} cle */
export function refuser(cle) {
  if (etat.refaire?.par === cle) etat.refaire = null;
  oublier(cle);
}

/** The server's name of what was declared. @param {Entree} e @param {unknown} id */
export async function nommer(e, id) {
  if (typeof id !== "string") return;
  // A second identical tap declares nothing more: there is one thing to take back.
  const deja = Object.entries(etat.declarations).some(([cle, nom]) => nom === id && cle !== e.cle);
  if (deja) oublier(e.cle);
  const noms = Object.entries({ ...etat.declarations, [e.cle]: id }).slice(-2 * GARDES);
  etat.declarations = Object.fromEntries(noms);
  await memoire.regler("declarations", etat.declarations).catch(() => {});
}

/** What is sent for an entry; null where what it takes back was never declared. What was tapped here
 * before it, on its line, it had seen.
 * @param {Entree} e @returns {Promise<Record<string, unknown> | null>} */
export async function corpsDe(e) {
  const { declaration_cle, vue_cle, ...corps } = e.corps;
  if (declaration_cle === undefined && vue_cle === undefined) return corps;
  const noms = (await memoire.reglage("declarations").catch(() => null)) ?? etat.declarations;
  const vue = noms[String(vue_cle)];
  const dit = vue ? { ...corps, vue } : corps;
  if (declaration_cle === undefined) return dit;
  const declaration_id = noms[String(declaration_cle)];
  return declaration_id ? { ...dit, declaration_id } : null;
}
