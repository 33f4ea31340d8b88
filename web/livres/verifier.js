// « À vérifier » by the keyboard: arrows choose a doubt, j says that it is right, p that it is no
// ingredient, c opens the line to correct, a the line to add, Escape goes back to the card.

import { Cartes, demander, dire, est_un_champ, pourquoi } from "./commun.js";

const API = "/api/interne/livres/doutes";
const liste = /** @type {HTMLElement | null} */ (document.querySelector(".groupes"));
if (liste) brancher(new Cartes(liste));

/** @param {Cartes} cartes */
function brancher(cartes) {
  cartes.liste.addEventListener("submit", (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    const carte = /** @type {HTMLElement | null} */ (form.closest(".groupe"));
    if (!carte) return;
    e.preventDefault();
    regler(cartes, carte, new FormData(form));
  });
  document.addEventListener("keydown", (e) => touche(cartes, e));
  cartes.choisir(cartes.restantes()[0]);
}

/** @param {Cartes} cartes @param {KeyboardEvent} e */
function touche(cartes, e) {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const carte = cartes.ici;
  if (e.key === "Escape" && carte) {
    carte.querySelectorAll("details").forEach((d) => { d.open = false; });
    return cartes.choisir(carte);
  }
  if (est_un_champ(e.target)) return;
  const agir = {
    ArrowDown: () => cartes.bouger(1),
    ArrowUp: () => cartes.bouger(-1),
    j: () => soumettre(carte, "juste"),
    p: () => soumettre(carte, "pas_un_ingredient"),
    c: () => ouvrir(carte, "corriger"),
    a: () => ouvrir(carte, "ajouter"),
  }[e.key];
  if (!agir) return;
  e.preventDefault();
  if (carte?.classList.contains("reglee") && !e.key.startsWith("Arrow")) return;
  agir();
}

/** @param {HTMLElement | null} carte @param {string} geste */
function soumettre(carte, geste) {
  const bouton = carte?.querySelector(`button[value="${geste}"]`);
  if (bouton instanceof HTMLButtonElement) bouton.form?.requestSubmit();
}

/** @param {HTMLElement | null} carte @param {string} geste */
function ouvrir(carte, geste) {
  const place = carte?.querySelector(`details.${geste}`);
  if (!(place instanceof HTMLDetailsElement)) return;
  place.open = true;
  /** @type {HTMLElement | null} */ (place.querySelector("input:not([type=hidden]), select"))?.focus();
}

const MOTS = /** @type {Record<string, string>} */ ({
  juste: "C’est juste",
  pas_un_ingredient: "Ce n’est pas un ingrédient",
  corriger: "Corrigé",
  ajouter: "Ajouté",
});

/** @param {Cartes} cartes @param {HTMLElement} carte @param {FormData} champs */
async function regler(cartes, carte, champs) {
  if (carte.dataset.occupee) return;
  carte.dataset.occupee = "oui";
  const geste = String(champs.get("geste"));
  const r = await demander("POST", `${API}/${carte.dataset.id}`, corps(geste, champs));
  delete carte.dataset.occupee;
  if (r.statut !== 200) return dire(pourquoi(r), carte);
  const texte = MOTS[geste] ?? "Réglé";
  cartes.regler(carte, texte, () => demander("POST", `${API}/${carte.dataset.id}/annuler`, {}));
  dire(r.corps.restants === 0 ? `${texte}. La recette n’a plus de doute.` : `${texte}.`);
  cartes.suivante();
}

/** @param {string} geste @param {FormData} champs */
function corps(geste, champs) {
  const jours = champs.get("duree_vie_jours");
  if (jours !== null) return { geste, duree_vie_jours: Number(jours) };
  const libelle = champs.get("libelle");
  if (libelle === null) return { geste };
  const quantite = Number(String(champs.get("quantite")).replace(/\s/g, "").replace(",", "."));
  const remplace = champs.get("remplace") || null;
  return { geste, ligne: { libelle, quantite, unite: champs.get("unite"), remplace } };
}
