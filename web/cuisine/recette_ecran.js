// The recipe inside its row: what it takes for what is left, from which lots, and how it is made. It
// is kept, so that it is there without network.

import { ecrire, element, montrer } from "./dom.js";
import { etat } from "./etat.js";
import * as memoire from "./memoire.js";
import { jourCourt, lisible } from "./quantites.js";
import * as reseau from "./reseau.js";
import { T } from "./textes.js";

/** @typedef {{code_lot: string | null, date_dlc: string | null, quantite: number}} LotAPrendre */
/** @typedef {{ingredient_nom: string, quantite: number, unite: string, lots: LotAPrendre[]}} Ingredient */
/** @typedef {{recette_id: string, pour: number, unite: string, ingredients: Ingredient[],
 *   etapes: string[]}} Recette */

/** Of the day shown, by id. @type {Map<string, Recette>} */
let recettes = new Map();
/** Which day that is. */
let duJour = "";
/** What the open row was read for. */
let lue = "";

const jourVu = () => `${etat.magasin?.id} ${etat.date}`;

/** What was kept of that day; asked once a day, and when a row is opened. */
export async function reprendre() {
  duJour = jourVu();
  const garde = await memoire.reglage(`recettes ${etat.magasin?.id}`).catch(() => null);
  recettes = new Map(garde?.date === etat.date ? garde.recettes : []);
  lue = "";
}

/** All of the day: read once the screen has shown it, and kept. */
export async function garderToutes() {
  if (!etat.magasin || !etat.ecran) return;
  const absentes = etat.ecran.cuisine.some((l) => !recettes.has(l.recette_id));
  if (absentes || duJour !== jourVu()) await lire(null);
}

/** The open row follows the day. @param {() => void} dessiner */
export async function suivre(dessiner) {
  const voulue = `${etat.ouverte} ${jourVu()} ${etat.ecran?.version ?? ""}`;
  if (!etat.ouverte || lue === voulue) return;
  lue = voulue;
  if (await lire(etat.ouverte)) dessiner();
  else lue = "";
}

/** @param {string | null} id null: all of the day @returns {Promise<boolean>} */
async function lire(id) {
  const [magasin, date] = [etat.magasin?.id ?? "", etat.date];
  const r = await reseau.lireRecettes(magasin, date, id);
  // Another day, or another magasin, by now.
  if (r.statut !== 200 || magasin !== etat.magasin?.id || date !== etat.date) return false;
  if (duJour !== jourVu()) recettes = new Map();
  duJour = jourVu();
  for (const x of /** @type {Recette[]} */ (r.corps.recettes)) recettes.set(x.recette_id, x);
  void memoire.regler(`recettes ${magasin}`, { date, recettes: [...recettes] }).catch(() => {});
  return true;
}

/** @param {HTMLElement} li @param {import("./attente.js").LigneVue} l */
export function dessinerRecette(li, l) {
  const place = /** @type {HTMLElement} */ (li.querySelector(".c-recette"));
  const recette = duJour === jourVu() ? recettes.get(l.recette_id) : undefined;
  const hors = etat.connexion === "hors_ligne" || etat.connexion === "session";
  const dit = JSON.stringify([recette, l.restant, hors]);
  if (place.dataset.dit === dit) return;
  place.dataset.dit = dit;
  const [titre, liste, gestes] = /** @type {HTMLElement[]} */ ([...place.children]);
  // What waits here is not known there: the same for less of it.
  const pour = l.restant || l.quantite_planifiee;
  const part = recette && recette.pour > 0 ? pour / recette.pour : 1;
  ecrire(titre, recette ? T.pour(lisible(pour, l.unite)) : hors ? T.recetteHorsLigne : T.chargement);
  liste.replaceChildren(...(recette?.ingredients ?? []).map((i) => ingredient(i, part, l.restant > 0)));
  gestes.replaceChildren(...(recette?.etapes ?? []).map((e) => element("li", e)));
  montrer(gestes, gestes.children.length > 0);
}

/** @param {Ingredient} i @param {number} part @param {boolean} aFaire */
function ingredient(i, part, aFaire) {
  const li = element("li", "");
  li.append(element("span", i.ingredient_nom), " ",
    element("strong", lisible(i.quantite * part, i.unite)), " ");
  const lots = i.lots.map((x) => T.lotAPrendre(x.code_lot ?? T.sansCode, jourCourt(x.date_dlc),
    i.lots.length > 1 ? lisible(x.quantite * part, i.unite) : ""));
  const dit = lots.length ? lots.join(T.puis) : aFaire ? T.pasEnStock : "";
  if (dit) li.append(element("span", `(${dit})`));
  li.lastElementChild?.classList.toggle("doux", lots.length > 0);
  return li;
}
