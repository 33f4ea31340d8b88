// Somebody else declared a line since this tablet saw it: both are told, and a person chooses. What the
// tablet had seen goes with each action.

import { bouton } from "./dom.js";
import { enRoute } from "./etat.js";
import { dire } from "./quantites.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {import("./attente.js").Refusee} Refusee */
/** @typedef {{type: string, total: number, declaration_id?: string}} Dite */
/** @typedef {{derniere: Dite, votre: Dite, unite: string}} Depuis */

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

/** Keep what they said, or say it all the same. @param {Refusee & {depuis: Depuis}} r */
export function boutons(r) {
  const { derniere, votre, unite } = r.depuis;
  const mettre = votre.type === "SCAN" ? T.compterUn
    : votre.type === "NON_PRODUIT" ? T.nonProduitQuandMeme : T.mettre(dire(votre.total, unite));
  return [bouton("garder", T.garder(dire(derniere.total, unite)), "fait", { cle: r.cle }),
    bouton("mettre", mettre, "actualiser", { cle: r.cle })];
}

/** A person chose: it is sent, having seen what they said. @param {Entree & {depuis?: Depuis}} e
 * @returns {Entree} */
export function confirmer({ depuis, ...e }) {
  const { vue_cle: _vue, ...corps } = e.corps;
  const declaration_id = depuis?.derniere.declaration_id ?? null;
  return { ...e, corps: { ...corps, vue: declaration_id, confirme: true } };
}
