// Somebody else declared a line since this tablet saw it: both are told, and a person chooses. What the
// tablet had seen goes with each action.

import { bouton } from "./dom.js";
import { enRoute } from "./etat.js";
import { lisible, lisibleTout } from "./quantites.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {import("./attente.js").Refusee} Refusee */
/** @typedef {{type: string, total: number, quantite?: number, declaration_id?: string}} Dite */
/** @typedef {{derniere: Dite, votre: Dite, unite: string}} Depuis */
/** What stands now, of which nothing of this tablet can be taken back.
 * @typedef {{total: number, unite: string}} Autre */

export const CODE = "ligne_declaree_depuis";

/** @typedef {{recette_id: string, derniere?: {declaration_id?: string} | null}} LigneMontree */

/** The line's last declaration that this screen shows; an action that waits here follows itself.
 * @param {LigneMontree | null} l */
export function vue(l) {
  const derniere = l?.derniere;
  if (derniere === undefined || derniere && !derniere.declaration_id) return {};
  const ici = enRoute().findLast((e) => e.ligne === l?.recette_id);
  return { vue: derniere?.declaration_id ?? null, ...(ici && { vue_cle: ici.cle }) };
}

/** What the refusal told of both. @param {any} corps @returns {{depuis?: Depuis}} */
export const lire = (corps) => corps?.code !== CODE ? {}
  : { depuis: { derniere: corps.derniere, votre: corps.votre, unite: corps.unite } };

/** What stands instead of what was to be taken back. @param {any} corps @returns {{autre?: Autre}} */
export const lireAutre = (corps) => corps?.code === CODE || !corps?.derniere || !corps.unite ? {}
  : { autre: { total: corps.derniere.total, unite: corps.unite } };

/** A refused action as it is called: it is not done. @param {Entree} e */
export const refuseDe = (e) => e.action === "annuler" ? T.pasAnnule(e.sujet ?? e.nom) : e.nom;

/** Keep what they said, or say it all the same. @param {Refusee & {depuis: Depuis}} r */
export function boutons(r) {
  const { derniere, votre, unite } = r.depuis;
  const mettre = votre.type === "SCAN" ? T.compterPlus(lisible(votre.quantite ?? 1, unite))
    : votre.type === "NON_PRODUIT" ? T.nonProduitQuandMeme : T.mettre(lisible(votre.total, unite));
  return [bouton("garder", T.garder(lisible(derniere.total, unite)), "fait", { cle: r.cle }),
    bouton("mettre", mettre, "actualiser", { cle: r.cle })];
}

/** A person chose: it is sent, having seen what was shown of them, and nothing later: a third
 * declaration is asked about again, which `confirme` would not. @param {Entree & {depuis?: Depuis}} e
 * @returns {Entree} */
export function confirmer({ depuis, ...e }) {
  const { vue_cle: _vue, confirme: _confirme, ...corps } = e.corps;
  return { ...e, corps: { ...corps, vue: depuis?.derniere.declaration_id ?? null } };
}

/** What is offered follows the line: the same refusal with what was declared meanwhile; null where it
 * tells that already. @param {Refusee} r @param {import("./attente.js").Ligne | undefined} l
 * @param {(quand: string) => string} heureDe @returns {Refusee | null} */
export function suivre(r, l, heureDe) {
  if (!r.depuis || !l || l.derniere === undefined) return null;
  const [d, dite, total] = [l.derniere, r.depuis.derniere, l.quantite_produite];
  // An annulation has a name of its own, which the line does not tell.
  const memes = dite.type === "ANNULATION" ? dite.total === total
    : dite.declaration_id === d?.declaration_id;
  if (memes) return null;
  const fait = d ? T.declarePar(d.type === "NON_PRODUIT", d.auteur ?? T.ligneDeCommande,
    heureDe(d.date_heure).replace(/^0/, "").replace(":", " h ")) : T.annuleDepuis;
  // What this tablet had said stays as it was told.
  const vous = r.raison.split(" ; ").at(-1) ?? "";
  const raison = T.depuis(l.recette_nom, fait, lisibleTout(total, l.unite), vous);
  const derniere = { type: d?.type ?? "ANNULATION", total, declaration_id: d?.declaration_id };
  return { ...r, raison, depuis: { ...r.depuis, derniere, unite: l.unite } };
}
