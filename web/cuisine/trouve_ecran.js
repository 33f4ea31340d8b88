// «Stock trouvé»: how much, and of which lot. A label that is scanned fills it, and never sends it.

import { annoncer } from "./actions.js";
import { lireCode } from "./codes.js";
import { dialogue, ecrire, lieu } from "./dom.js";
import { etat } from "./etat.js";
import { echelle, ecrire as enChiffres, jour, lire, lisibleTout } from "./quantites.js";
import { lireGs1 } from "./reseau.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Manque} Manque */
/** @typedef {{quantite: number, lot_id?: string, code_lot?: string, date_dlc?: string,
 *   motif: string}} Trouve */
/** @typedef {{lot_id: string, code_lot: string, date_dlc: string, motif?: string}} LotScanne */

/** `pesee`: the quantity that a label filled.
 * @type {{manque: Manque, facteur: number, scanne: LotScanne | null, pesee: string,
 *   apres: (dit: Trouve) => void} | null} */
let forme = null;

/** @param {Manque} manque @param {number} facteur of the unit that is typed in
 * @param {(dit: Trouve) => void} apres */
export function ouvrir(manque, facteur, apres) {
  forme = { manque, facteur, scanne: null, pesee: "", apres };
  ecrire(lieu("trouve-titre"), T.stockTrouve(manque.ingredient_nom));
  ecrire(lieu("trouve-manque"), T.ilManque(lisibleTout(manque.manque, manque.unite, Math.ceil)));
  ecrire(lieu("trouve-unite"), echelle(manque.manque, manque.unite).mot || "pièces");
  // What is missing is not what was found: it is never written there beforehand.
  for (const champ of ["quantite", "dlc", "lot"]) lieu(`trouve-${champ}`).value = "";
  lieu("trouve-perdue").checked = false;
  ecrire(lieu("trouve-faute"), "");
  dialogue("d-trouve");
}

/** A lot that was chosen among those of the magasin: its label is known.
 * @param {{lot_id: string, code_lot: string | null, date_dlc: string | null}} lot */
export function choisir(lot) {
  if (!forme) return;
  lieu("trouve-lot").value = lot.code_lot ?? "";
  lieu("trouve-dlc").value = lot.date_dlc ?? "";
  forme.scanne = { lot_id: lot.lot_id, code_lot: lieu("trouve-lot").value,
    date_dlc: lieu("trouve-dlc").value, motif: T.motifAutreLot };
}

/** A code for the form that is open: all that it fills is of this one code.
 * @param {string} code */
export async function etiquette(code) {
  const ici = forme;
  const lu = lireCode(code, undefined, etat.motif);
  if (lu.genre === "faux") return annoncer("inconnu", T.codeFaux);
  if (lu.genre === "illisible") return annoncer("inconnu", T.codeIllisible);
  const r = await lireGs1(etat.magasin?.id ?? "", code);
  // Another form, or none, by now.
  if (!ici || forme !== ici || !lieu("d-trouve").open) return;
  // Of several articles: whose it is, nobody can tell.
  if (r.statut === 409) return annoncer("refuse", r.corps?.detail ?? T.refuse);
  const connu = r.statut === 200 ? r.corps : null;
  const article = connu?.lot ?? (connu?.ingredient_id ? connu : null);
  if (article && article.ingredient_id !== ici.manque.ingredient_id) {
    return annoncer("refuse", T.autreArticle(article.ingredient_nom, ici.manque.ingredient_nom));
  }
  // The weight of a product that is not known to be this one is not of this one.
  const sien = ici.manque.unite === "g" && (article || lu.genre === "etiquette");
  const rempli = remplir(ici, { lot: connu?.lot?.code_lot ?? lu.lot,
    dlc: connu?.lot?.date_dlc ?? lu.dlc, poids_g: sien && lu.poids_g || undefined });
  ici.scanne = connu?.lot ? { lot_id: connu.lot.lot_id, code_lot: lieu("trouve-lot").value,
    date_dlc: lieu("trouve-dlc").value } : null;
  const phrase = article ? T.etiquetteLue(article.ingredient_nom) : !connu ? T.produitNonVerifie
    : lu.genre === "gencode" ? T.produitInconnu : T.etiquetteSansProduit;
  annoncer(article ? "accepte" : "inconnu", `${phrase} ${rempli}`);
}

/** A number alone says nothing of the lot: what was typed stays. Nor does the weight of a label stay
 * with another one.
 * @param {NonNullable<typeof forme>} ici
 * @param {{lot?: string, dlc?: string, poids_g?: number}} dit @returns {string} what was filled */
function remplir(ici, { lot, dlc, poids_g }) {
  if (lot || dlc) {
    lieu("trouve-lot").value = lot ?? "";
    lieu("trouve-dlc").value = dlc ?? "";
    lieu("trouve-perdue").checked = false;
    ici.scanne = null;
  }
  const champ = lieu("trouve-quantite");
  if (ici.pesee && champ.value === ici.pesee) champ.value = "";
  ici.pesee = poids_g === undefined ? "" : enChiffres(poids_g, ici.facteur);
  if (ici.pesee) champ.value = ici.pesee;
  return T.rempli({ lot: Boolean(lot), date: Boolean(dlc), quantite: ici.pesee !== "" });
}

export function valider() {
  if (!forme) return;
  const faute = (/** @type {string} */ phrase) => ecrire(lieu("trouve-faute"), phrase);
  const quantite = lire(lieu("trouve-quantite").value.trim(), forme.facteur);
  if (!quantite) return faute(T.quantiteFausse);
  const [date_dlc, code_lot] = [lieu("trouve-dlc").value, lieu("trouve-lot").value.trim()];
  if (date_dlc && date_dlc < etat.date) return faute(T.dlcPassee(jour(date_dlc)));
  const perdue = lieu("trouve-perdue").checked;
  const { scanne, apres } = forme;
  const meme = scanne && scanne.code_lot === code_lot && scanne.date_dlc === date_dlc;
  if (!meme && !date_dlc && !code_lot && !perdue) return faute(T.lotOuDlc);
  const motif = meme && scanne.motif || (date_dlc || code_lot ? T.motifTrouve : T.motifPerdue);
  apres({ quantite, motif, date_dlc, code_lot, ...(meme && { lot_id: scanne.lot_id }) });
}
