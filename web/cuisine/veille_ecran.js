// The lines of the last day before of which nobody said what became of them: above today's, until
// somebody does, with a reason once the night is over.

import { enregistrer, entree } from "./actions.js";
import { superposer } from "./attente.js";
import { demander as demanderCombien } from "./clavier_ecran.js";
import { bouton, dialogue, ecrire, element, lieu, montrer } from "./dom.js";
import { etat } from "./etat.js";
import { estLaNuit, veilleDe } from "./heures.js";
import { jour, jourCourt, lisible, lisibleTout } from "./quantites.js";
import { MOTIFS, RETARDS, T } from "./textes.js";

/** @typedef {{recette_id: string, recette_nom: string, quantite_planifiee: number,
 *   quantite_produite: number, restant: number, unite: string,
 *   derniere?: {declaration_id?: string} | null}} Inachevee */
/** @typedef {"produit" | "ajuste" | "non-produit"} Dite */
/** @typedef {{date: string, motif_demande: boolean, lignes: Inachevee[]}} Veille */

/** As the server says it; as this tablet knows it, until then.
 * @returns {Veille | null} */
const veille = () => etat.veille ?? inachevees();

/** What was said of it is on its way, or there and not read again yet.
 * @param {Veille} v @param {Inachevee} l */
const attend = (v, l) => etat.veille && [...etat.acquittees, ...etat.attente].some(
  (e) => e.ligne === l.recette_id && e.date === v.date && e.magasin_id === etat.magasin?.id);

/** What the screen of the day before left to be said, beside what waits here: the tablet may be
 * without network when the day ends. @returns {Veille | null} */
function inachevees() {
  const [garde, hier] = [etat.hier, veilleDe(etat.date)];
  if (garde?.date !== hier || !garde?.ecran) return null;
  const siennes = [...etat.acquittees, ...etat.attente].filter(
    (e) => e.date === hier && e.magasin_id === etat.magasin?.id);
  const lignes = superposer(garde.ecran.cuisine, siennes)
    .filter((l) => l.statut === "A_PRODUIRE" && l.restant > 0);
  return lignes.length > 0 ? { date: hier, motif_demande: !estLaNuit(), lignes } : null;
}

let montree = "";

export function dessinerVeille() {
  const v = veille();
  const lignes = v?.lignes.filter((l) => !attend(v, l)) ?? [];
  montrer(lieu("veille"), lignes.length > 0);
  const dite = JSON.stringify([v?.date, lignes]);
  if (!v || dite === montree) return;
  montree = dite;
  ecrire(lieu("veille-titre"), T.veille(jour(v.date)));
  lieu("veille-lignes").replaceChildren(...lignes.map((l) => {
    const li = element("li", "");
    li.append(element("strong", l.recette_nom), element("span", T.reste(lisible(l.restant, l.unite))),
      bouton("veille-produit", "Produit", "fait", { ligne: l.recette_id }),
      bouton("veille-ajuste", "Ajusté", "ajuste", { ligne: l.recette_id }),
      bouton("veille-non-produit", "Non produit", "non-produit", { ligne: l.recette_id }));
    for (const b of li.querySelectorAll("button")) {
      b.setAttribute("aria-label", `${b.textContent}, ${l.recette_nom}`);
    }
    return li;
  }));
}

/** With the day, which is not the one on the screen. @param {Inachevee} l */
const nomme = (l) => T.duJour(l.recette_nom, jourCourt(veille()?.date));

/** @param {Dite} action @param {Inachevee} l @param {number} quantite */
function nommer(action, l, quantite) {
  if (action === "non-produit") return T.nonProduit(nomme(l));
  return action === "produit" ? T.produit(nomme(l))
    : T.ajuste(nomme(l), lisibleTout(quantite, l.unite));
}

/** @param {Dite} action @param {string} id @param {{motif?: string, quantite?: number}} plus */
function declarer(action, id, plus) {
  const v = veille();
  const l = v?.lignes.find((x) => x.recette_id === id);
  if (!v || !l) return;
  // What waits of today's line of that recipe is nothing of this one.
  const e = entree(action, l, nommer(action, l, plus.quantite ?? 0),
    { date: v.date, vue_cle: undefined, ...plus });
  void enregistrer([{ ...e, date: v.date }]);
}

/** @param {Dite} action @param {string} id @param {string[][]} motifs @param {number} [quantite] */
function demander(action, id, motifs, quantite) {
  const l = veille()?.lignes.find((x) => x.recette_id === id);
  if (!l) return;
  ecrire(lieu("motifs-titre"), T.pourquoi(nomme(l)));
  lieu("motifs").replaceChildren(...motifs.map(([image, mot]) =>
    bouton("veille-motif", mot, image, { motif: mot, ligne: id, dire: action,
      ...(quantite !== undefined && { quantite: String(quantite) }) })));
  dialogue("d-motifs");
}

/** With the reason that a day before asks for. @param {Dite} action @param {string} id
 * @param {number} [quantite] */
function faite(action, id, quantite) {
  if (veille()?.motif_demande) demander(action, id, RETARDS, quantite);
  else declarer(action, id, quantite === undefined ? {} : { quantite });
}

/** @type {Record<string, (b: HTMLButtonElement, id: string) => unknown>} */
export const AGIR = {
  "veille-produit": (_, id) => faite("produit", id),
  "veille-ajuste": (_, id) => {
    const l = veille()?.lignes.find((x) => x.recette_id === id);
    if (l) demanderCombien(l, (quantite) => faite("ajuste", id, quantite), veille()?.date);
  },
  "veille-non-produit": (_, id) => demander("non-produit", id, MOTIFS),
  "veille-motif": (b, id) => {
    const { dire, motif, quantite } = b.dataset;
    dialogue(null);
    declarer(/** @type {Dite} */ (dire), id, { motif,
      ...(quantite !== undefined && { quantite: Number(quantite) }) });
  },
};
