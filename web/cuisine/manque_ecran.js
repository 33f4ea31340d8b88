// Stock is short although the food may be there: what is missing, and the ways out.

import { ajustement, enregistrer, entree } from "./actions.js";
import * as clavier from "./clavier_ecran.js";
import { bouton, dialogue, ecrire, element, lieu, montrer } from "./dom.js";
import { etat, ligne } from "./etat.js";
import { boutonsDAbord } from "./lignes_ecran.js";
import { echelle, jour, lisible, lisibleTout } from "./quantites.js";
import { lireLots } from "./reseau.js";
import { T } from "./textes.js";
import * as trouve from "./trouve_ecran.js";

/** @typedef {import("./attente.js").Refusee} Refusee */
/** @typedef {import("./attente.js").Manque} Manque */

/** @type {{id: string, manques: Manque[], refusee: Refusee | null, choisi: number, lots: any[]}} */
let cas = { id: "", manques: [], refusee: null, choisi: 0, lots: [] };

/** @param {string} id of the line @param {Refusee | null} refusee what was tried */
export function ouvrir(id, refusee = null) {
  const l = ligne(id);
  const manques = refusee?.manques.length ? refusee.manques : l?.manques ?? [];
  if (!l || manques.length === 0) return;
  cas = { id, manques, refusee, choisi: 0, lots: [] };
  ecrire(lieu("manque-titre"), T.manqueTitre(l.recette_nom));
  ecrire(lieu("manque-texte"), refusee ? refusee.raison : "");
  lieu("manques").replaceChildren(...manques.map((m) =>
    element("li", T.besoinDe(lisibleTout(m.manque, m.unite, Math.ceil), m.ingredient_nom))));
  const tuiles = manques.flatMap((m, i) => {
    const trouve = bouton("stock-trouve", T.stockTrouve(m.ingredient_nom), "carton", { rang: `${i}` });
    const autre = bouton("autre-lot", T.autreLot(m.ingredient_nom), "libre", { rang: `${i}` });
    return etat.moi?.admin ? [trouve, autre] : [trouve];
  });
  const dAbord = refusee?.d_abord ?? l.faites_d_abord ?? [];
  lieu("solutions").replaceChildren(...boutonsDAbord(dAbord), ...tuiles, bouton("fait-moins", T.faitMoins, "ajuste"));
  dialogue("d-manque");
}

export function faitMoins() {
  const { id, refusee } = cas;
  clavier.ouvrir(id, (quantite) => {
    const l = ligne(id);
    if (!l) return;
    const nom = T.ajuste(l.recette_nom, lisibleTout(quantite, l.unite));
    void enregistrer([entree("ajuste", l, nom, { quantite })], refusee);
  });
}

/** How much was found is always typed by a person; of a lot that was chosen, the label stands there.
 * @param {number} rang @param {any} [lot] */
export function stockTrouve(rang, lot = null) {
  const m = cas.manques[rang];
  const { facteur } = echelle(m.manque, m.unite);
  Object.assign(cas, { choisi: rang });
  trouve.ouvrir(m, facteur, (dit) => resoudre(dit));
  if (lot) trouve.choisir(lot);
}

/** @param {number} rang */
export async function autreLot(rang) {
  cas.choisi = rang;
  const m = cas.manques[rang];
  ecrire(lieu("lots-titre"), T.autreLot(m.ingredient_nom));
  lieu("lots").replaceChildren();
  ecrire(lieu("lots-vide"), T.chargement);
  dialogue("d-lots");
  const r = await lireLots(etat.magasin?.id ?? "", m.ingredient_id ?? "");
  if (r.statut !== 200) return ecrire(lieu("lots-vide"), T.lotsHorsLigne);
  /** @type {any[]} */
  const lots = r.corps.elements;
  // A lot set aside, recalled or expired is never offered.
  const bons = lots.filter((l) => l.etat === "libre" && (!l.date_dlc || l.date_dlc >= etat.date));
  cas.lots = bons;
  lieu("lots").replaceChildren(...bons.map((l) => bouton("choisir-lot",
    T.lotTexte(l.code_lot ?? T.sansCode, jour(l.date_dlc), lisible(l.solde, l.unite)), "carton",
    { lot: l.lot_id })));
  montrer(lieu("lots-vide"), bons.length === 0);
  ecrire(lieu("lots-vide"), T.aucunAutreLot);
}

/** The lot holds more than is written: how much is counted before anything is booked.
 * @param {string} lot_id */
export const choisirLot = (lot_id) =>
  stockTrouve(cas.choisi, cas.lots.find((l) => l.lot_id === lot_id));

/** The AJUSTEMENT, then what was tried again: with more than one ingredient short, once the last
 * of them is found. @param {Parameters<typeof ajustement>[2]} dit */
function resoudre(dit) {
  const l = ligne(cas.id);
  if (!l) return;
  const correction = ajustement(l, cas.manques[cas.choisi], dit);
  const reste = cas.manques.filter((_, i) => i !== cas.choisi);
  const { refusee } = cas;
  if (reste.length > 0) {
    void enregistrer([correction]);
    return ouvrir(cas.id, refusee ? { ...refusee, manques: reste } : reprise(l, reste));
  }
  dialogue(null);
  void enregistrer([correction, encore(l, refusee)], refusee?.ordre === -1 ? null : refusee);
}

/** The production: as it was tried, under a key of its own; Produit where nothing was tried yet.
 * @param {import("./attente.js").Ligne} l @param {Refusee | null} refusee */
function encore(l, refusee) {
  if (!refusee || refusee.ordre === -1) return entree("produit", l, T.produit(l.recette_nom));
  const plus = { ...refusee.corps };
  return { ...entree(refusee.action, l, refusee.nom, plus), date: refusee.date,
    ...(refusee.compte && { compte: refusee.compte }) };
}

/** Nothing was refused: what is still short stands in the same place.
 * @param {import("./attente.js").Ligne} l @param {Manque[]} manques @returns {Refusee} */
const reprise = (l, manques) =>
  ({ ...entree("produit", l, ""), ordre: -1, raison: "", code: "", manques });
