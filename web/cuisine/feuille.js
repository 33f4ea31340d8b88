// The day on paper: tick, quantity, lot, signature.

import { superposer } from "./attente.js";
import { ecrire, element, lieu } from "./dom.js";
import { enRoute, etat } from "./etat.js";
import { jour, lisible } from "./quantites.js";
import { STATUTS, T } from "./textes.js";
import { enOrdre, finie } from "./tri.js";

/** As many stand on two sheets with room to write in; twice as many closer together. */
const AISEES = 30;

/** Filled when it is printed, whoever asked the browser to. */
export function preparer() {
  addEventListener("beforeprint", remplir);
}

function remplir() {
  const lignes = enOrdre(superposer(etat.ecran?.cuisine ?? [], enRoute()));
  ecrire(lieu("feuille-titre"), T.feuille(etat.magasin?.nom ?? "", jour(etat.date)));
  lieu("feuille").classList.toggle("c-serree", lignes.length > AISEES);
  lieu("feuille-lignes").replaceChildren(...lignes.map(rangee));
}

/** @param {import("./attente.js").LigneVue} l */
function rangee(l) {
  const tr = document.createElement("tr");
  const lot = l.lot_fait ? T.lotFait(l.lot_fait.code_lot ?? T.sansCode, jour(l.lot_fait.date_dlc)) : "";
  const [, dit] = STATUTS[/** @type {"PRODUIT"} */ (l.statut)] ?? STATUTS.A_PRODUIRE;
  const sans = l.statut === "NON_PRODUIT";
  const quantite = sans ? dit : finie(l) ? `${lisible(l.quantite_produite, l.unite)} (${dit})`
    : lisible(l.restant, l.unite);
  const nom = element("th", l.recette_nom);
  nom.setAttribute("scope", "row");
  // What was not made has no box to tick.
  const coche = element("td", sans ? "" : finie(l) ? "\u2611" : "\u2610");
  tr.append(coche, nom, element("td", quantite), element("td", lot), element("td", ""));
  return tr;
}
