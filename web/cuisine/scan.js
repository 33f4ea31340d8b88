// A code was read: it counts one, or opens the lot whose label it is.

import { annoncer, enregistrer, entree } from "./actions.js";
import { superposer } from "./attente.js";
import { Repetition } from "./clavier.js";
import { duPlan, lireCode } from "./codes.js";
import { dialogue, ecrire, lieu } from "./dom.js";
import { enRoute, etat } from "./etat.js";
import { arrondir, jour, lisible, lisibleTout } from "./quantites.js";
import { lireGs1 } from "./reseau.js";
import { ETATS, T } from "./textes.js";

const repetition = new Repetition();

const gencodesDuPlan = () => new Set(etat.ecran?.cuisine.flatMap((l) => l.gencodes ?? []));

/** @param {string} brut @param {number} quand on the clock of the page */
export async function scanner(brut, quand = performance.now()) {
  const gencodes = gencodesDuPlan();
  const lu = lireCode(brut, (code) => gencodes.has(code), etat.motif);
  if (lu.genre === "faux") return annoncer("inconnu", T.codeFaux);
  if (lu.genre === "illisible") return annoncer("inconnu", T.codeIllisible);
  const produit = lu.genre === "gencode" ? lu : null;
  const quoi = lu.lot_id ?? produit?.gencode;
  if (!quoi) return annoncer("inconnu", T.sansProduit);
  if (!repetition.accepte(quoi, quand, etat.plusUn)) return annoncer("double", T.deuxFois);
  // The label of a lot of ours never counts; whose (91) it is, only the server knows.
  if (lu.lot_id && (await ouvrirLot(brut, produit === null))) return;
  if (produit) await compter(produit, brut);
}

/** As the server decides it, which may know of more menus: what it refuses is told when it is back.
 * @param {import("./codes.js").CodeProduit} lu @param {string} brut */
async function compter(lu, brut) {
  const [l, ...autres] = duPlan(lu, etat.ecran?.cuisine ?? [], etat.motif);
  if (autres.length > 0) return annoncer("refuse", T.codeAmbigu([l, ...autres].map((x) => x.recette_nom)));
  const compte = l ? combien(l, lu) : 1;
  if (typeof compte === "string") return annoncer("refuse", compte);
  const nom = l ? compteDe(l, compte) : T.scanDe(lu.gencode);
  if (l) etat.scannee = { id: l.recette_id, quand: performance.now(), montree: false };
  // An element string says the weight beside the number.
  const gencode = lu.poids_g !== undefined && !lu.article ? brut.trim() : lu.gencode;
  await enregistrer([{ ...entree("scan", l ?? null, nom, { gencode }), compte }]);
  if (!l && etat.connexion === "hors_ligne") annoncer("inconnu", T.codeInconnuHorsLigne);
}

/** One piece, or the weight that the code says: a package is not a gram. Why it counts nothing, else.
 * @param {import("./attente.js").Ligne} l @param {import("./codes.js").CodeProduit} lu */
function combien(l, lu) {
  if (lu.article && !lu.poids_g) return T.poidsNul(l.recette_nom);
  if (l.unite === "piece") return 1;
  return l.unite === "g" && lu.poids_g || T.codeSansPoids(l.recette_nom, l.unite === "g" ? "kg" : "l");
}

/** What the line comes to. @param {import("./attente.js").Ligne} l @param {number} compte */
function compteDe(l, compte) {
  const [vue] = superposer([l], enRoute());
  return T.scanCompte(l.recette_nom, lisible(compte, l.unite),
    lisible(arrondir(vue.quantite_produite + compte), l.unite), lisible(l.quantite_planifiee, l.unite));
}

/** @param {string} brut @param {boolean} seul the code names no product beside it
 * @returns {Promise<boolean>} it is told, and counts nothing */
async function ouvrirLot(brut, seul) {
  const r = await lireGs1(etat.magasin?.id ?? "", brut);
  const lot = r.statut === 200 ? r.corps.lot : null;
  if (!lot && r.statut === 200 && !seul) return false;
  if (!lot) {
    annoncer("inconnu", r.statut === 200 ? T.lotInconnu : T.lotHorsLigne);
    return true;
  }
  ecrire(lieu("lot-titre"), T.lotTitre(lot.ingredient_nom, lot.code_lot ?? T.sansCode));
  ecrire(lieu("lot-dlc"), lot.date_dlc ? T.lotDlc(jour(lot.date_dlc)) : T.lotSansDlc);
  ecrire(lieu("lot-reste"), T.lotReste(lisibleTout(lot.solde, lot.unite)));
  ecrire(lieu("lot-etat"), ETATS[/** @type {"libre"} */ (lot.etat)] ?? lot.etat);
  dialogue("d-lot");
  annoncer("accepte", T.lotOuvert(lot.ingredient_nom));
  return true;
}
