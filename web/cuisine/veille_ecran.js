// The lines of the last day before of which nobody said what became of them: above today's, until
// somebody does, with a reason once the night is over.

import { enregistrer, entree } from "./actions.js";
import { bouton, dialogue, ecrire, element, lieu, montrer } from "./dom.js";
import { etat } from "./etat.js";
import { dire, jour } from "./quantites.js";
import { MOTIFS, RETARDS, T } from "./textes.js";

/** @typedef {{recette_id: string, recette_nom: string, restant: number, unite: string,
 *   derniere?: {declaration_id: string} | null}} Inachevee */
/** @typedef {{date: string, motif_demande: boolean, lignes: Inachevee[]}} Veille */

/** @returns {Veille | null} */
const veille = () => etat.veille;

/** What was said of it is on its way, or there and not read again yet.
 * @param {Veille} v @param {Inachevee} l */
const attend = (v, l) => [...etat.acquittees, ...etat.attente].some(
  (e) => e.ligne === l.recette_id && e.date === v.date && e.magasin_id === etat.magasin?.id);

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
    li.append(element("strong", l.recette_nom), element("span", T.reste(dire(l.restant, l.unite))),
      bouton("veille-produit", "Produit", "fait", { ligne: l.recette_id }),
      bouton("veille-non-produit", "Non produit", "non-produit", { ligne: l.recette_id }));
    for (const b of li.querySelectorAll("button")) {
      b.setAttribute("aria-label", `${b.textContent}, ${l.recette_nom}`);
    }
    return li;
  }));
}

/** @param {"produit" | "non-produit"} action @param {string} id @param {string} [motif] */
function declarer(action, id, motif) {
  const v = veille();
  const l = v?.lignes.find((x) => x.recette_id === id);
  if (!v || !l) return;
  const nom = action === "produit" ? T.produit(l.recette_nom) : T.nonProduit(l.recette_nom);
  // What waits of today's line of that recipe is nothing of this one.
  const e = entree(action, l, nom, { date: v.date, vue_cle: undefined, ...(motif && { motif }) });
  void enregistrer([{ ...e, date: v.date }]);
}

/** @param {"produit" | "non-produit"} action @param {string} id @param {string[][]} motifs */
function demander(action, id, motifs) {
  const l = veille()?.lignes.find((x) => x.recette_id === id);
  if (!l) return;
  ecrire(lieu("motifs-titre"), T.pourquoi(l.recette_nom));
  lieu("motifs").replaceChildren(...motifs.map(([image, mot]) =>
    bouton("veille-motif", mot, image, { motif: mot, ligne: id, dire: action })));
  dialogue("d-motifs");
}

/** @type {Record<string, (b: HTMLButtonElement, id: string) => unknown>} */
export const AGIR = {
  "veille-produit": (_, id) =>
    veille()?.motif_demande ? demander("produit", id, RETARDS) : declarer("produit", id),
  "veille-non-produit": (_, id) => demander("non-produit", id, MOTIFS),
  "veille-motif": (b, id) => {
    dialogue(null);
    declarer(/** @type {"produit"} */ (b.dataset.dire), id, b.dataset.motif);
  },
};
