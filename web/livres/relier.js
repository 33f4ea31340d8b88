// « À relier » by the keyboard: arrows choose a card, Enter takes its suggestion, / searches, c
// creates the ingredient in place, i ignores after a question, Escape goes back to the card.

import { brancher, demander, dire, ouvrir_dans, pourquoi } from "./commun.js";

const API = "/api/interne/livres";

/** The first suggestion; where there is none, the field. @param {HTMLElement} carte */
function prendre(carte) {
  const suggestion = /** @type {HTMLButtonElement | null} */ (carte.querySelector(".suggestion"));
  if (suggestion) return suggestion.form?.requestSubmit();
  champ(carte);
}

/** @param {HTMLElement} carte */
function champ(carte) {
  const trouve = carte.querySelector(".pesee input:not([type=hidden]), .autre input[name=ingredient]");
  if (!(trouve instanceof HTMLInputElement)) return;
  ouvrir_dans(trouve, trouve);
  // What was written there before is written over.
  trouve.select();
}

/** @param {HTMLElement} carte */
function demander_d_ignorer(carte) {
  const question = carte.querySelector("details.ignorer");
  if (!(question instanceof HTMLDetailsElement)) return;
  question.open = true;
  ouvrir_dans(question, question.querySelector("button"));
}

/** @param {HTMLElement} carte */
function replier(carte) {
  carte.querySelector(".creation")?.remove();
  const question = carte.querySelector("details.ignorer");
  if (question instanceof HTMLDetailsElement) question.open = false;
}

/** The form of the page « Créer l'ingrédient », in the card. @param {HTMLElement} carte */
function creer(carte) {
  const modele = /** @type {HTMLTemplateElement | null} */ (document.getElementById("creation"));
  if (!modele || carte.querySelector(".creation")) return;
  const form = /** @type {HTMLFormElement} */ (
    modele.content.firstElementChild?.cloneNode(true));
  /** @type {HTMLInputElement} */ (form.elements.namedItem("libelle")).value =
    carte.dataset.libelle ?? "";
  const nom = /** @type {HTMLInputElement} */ (form.elements.namedItem("nom"));
  nom.value = carte.dataset.nom ?? "";
  const unite = carte.dataset.unite;
  if (unite) /** @type {HTMLSelectElement} */ (form.elements.namedItem("unite")).value = unite;
  carte.querySelector(".groupe-choix")?.append(form);
  ouvrir_dans(form, nom);
  nom.select();
}

/** @typedef {(carte: HTMLElement, champs: FormData, form: HTMLFormElement) =>
 *   Promise<{ r: import("./commun.js").Reponse, texte: string, annuler: string } | string>} Geste */

/** @type {Record<string, Geste>} */
const GESTES = {
  async relier(carte, champs, form) {
    const nom = String(champs.get("ingredient") ?? "").trim();
    const trouve = nom ? de_nom(nom) : undefined;
    const ingredient_id = champs.get("ingredient_id") ?? trouve?.dataset.id;
    if (!ingredient_id) return proposer(form, nom);
    const r = await demander("POST", `${API}/liens`, { libelle: carte.dataset.libelle, ingredient_id });
    return { r, texte: `= ${trouve?.value ?? champs.get("nom")}`, annuler: "liens" };
  },
  async creer(carte, champs) {
    const dits = champs.getAll("allergene").map(String);
    const nouvel_ingredient = {
      nom: champs.get("nom"),
      unite_base: champs.get("unite"),
      allergenes: dits.length > 0 ? dits.filter((a) => a !== "aucun") : null,
    };
    const r = await demander("POST", `${API}/liens`,
      { libelle: carte.dataset.libelle, nouvel_ingredient });
    if (r.statut === 201) retenir(String(champs.get("nom")), r.corps.ingredient_id);
    return { r, texte: `= ${champs.get("nom")}, nouveau`, annuler: "liens" };
  },
  async ignorer(carte, champs) {
    const sans_quantite = champs.get("sans_quantite") === "true";
    const r = await demander("POST", `${API}/ignores`,
      { libelle: carte.dataset.libelle, sans_quantite });
    return { r, texte: "Ignoré", annuler: "ignores" };
  },
};

/** @param {import("./commun.js").Cartes} cartes @param {HTMLElement} carte @param {HTMLFormElement} form
 * @param {Geste} geste */
async function faire(cartes, carte, form, geste) {
  if (carte.dataset.occupee) return;
  carte.dataset.occupee = "oui";
  const fait = await geste(carte, new FormData(form), form);
  delete carte.dataset.occupee;
  if (typeof fait === "string") return dire(fait, carte);
  if (fait.r.statut !== 201) return dire(pourquoi(fait.r), carte);
  replier(carte);
  const id = fait.r.corps.id;
  const attendent = fait.annuler === "liens" && fait.r.corps.remappees === 0;
  const texte = attendent
    ? `${fait.texte} : appris, mais ses lignes attendent encore. Relisez la liste : elle dit pourquoi.`
    : fait.texte;
  cartes.regler(carte, texte, () => demander("POST", `${API}/${fait.annuler}/${id}/annuler`, {}));
  dire(`${carte.dataset.libelle} ${texte}`);
  cartes.suivante();
}

/** The field says the ingredient that is nearest; where none is, how a new one is made.
 * @param {HTMLFormElement} form @param {string} nom */
function proposer(form, nom) {
  const proche = le_plus_proche(nom)?.value;
  if (!proche) return `Aucun ingrédient ne s’appelle « ${nom} ». Échap, puis c, le crée.`;
  const place = /** @type {HTMLInputElement} */ (form.elements.namedItem("ingredient"));
  place.value = proche;
  place.select();
  return `« ${nom} » n’existe pas, « ${proche} » oui : Entrée le relie. Échap, puis c, crée l’autre.`;
}

const options = () =>
  /** @type {HTMLOptionElement[]} */ ([...document.querySelectorAll("#ingredients option")]);

/** @param {string} nom */
const de_nom = (nom) => options().find((o) => o.value.toLowerCase() === nom.toLowerCase());

/** Words without their case, accents and plural. @param {string} nom */
const mots = (nom) =>
  nom.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe")
    .split(/[^a-z0-9%]+/).filter(Boolean).map((m) => m.replace(/(..)[sx]$/, "$1"));

/** The same words; else the shortest name that says them all. @param {string} nom */
function le_plus_proche(nom) {
  const dits = mots(nom);
  if (dits.length === 0) return undefined;
  const tous = options().filter((o) => dits.every((m) => mots(o.value).includes(m)));
  return tous.sort((a, b) => mots(a.value).length - mots(b.value).length)[0];
}

/** What was just made is in the list for the next card. @param {string} nom @param {string} id */
function retenir(nom, id) {
  const option = document.createElement("option");
  option.value = nom;
  option.dataset.id = id;
  document.getElementById("ingredients")?.append(option);
}

brancher({
  cartes: ".libelle",
  touches: {
    Enter: prendre,
    "/": champ,
    c: creer,
    i: demander_d_ignorer,
  },
  soumettre(cartes, carte, form) {
    const geste = GESTES[form.dataset.geste ?? ""];
    if (geste) faire(cartes, carte, form, geste);
    return Boolean(geste);
  },
  replier,
});

document.addEventListener("click", (e) => {
  const lien = e.target instanceof Element ? e.target.closest("a.creer") : null;
  const carte = lien?.closest(".groupe");
  if (!(carte instanceof HTMLElement)) return;
  e.preventDefault();
  creer(carte);
});
