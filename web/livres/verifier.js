// « À vérifier » by the keyboard: arrows choose a doubt, j says that it is right, p that it is no
// ingredient, c opens the line to correct, a the line to add, Escape goes back to the card.

import { brancher, demander, dire, ouvrir_dans, pourquoi } from "./commun.js";
import { montrer } from "./lieu.js";

const API = "/api/interne/livres/doutes";

brancher({
  cartes: ".doute",
  touches: {
    j: (carte) => soumettre(carte, "juste"),
    p: (carte) => soumettre(carte, "pas_un_ingredient"),
    c: (carte) => ouvrir(carte, "corriger"),
    a: (carte) => ouvrir(carte, "ajouter"),
  },
  soumettre(cartes, carte, form) {
    regler(cartes, carte, new FormData(form));
    return true;
  },
  replier(carte) {
    carte.querySelectorAll("details").forEach((d) => { d.open = false; });
  },
});
montrer();

/** @param {HTMLElement} carte @param {string} geste */
function soumettre(carte, geste) {
  const bouton = carte.querySelector(`button[value="${geste}"]`);
  if (bouton instanceof HTMLButtonElement) bouton.form?.requestSubmit();
}

/** @param {HTMLElement} carte @param {string} geste */
function ouvrir(carte, geste) {
  const place = carte.querySelector(`details.${geste}`);
  if (!(place instanceof HTMLDetailsElement)) return;
  place.open = true;
  ouvrir_dans(place, place.querySelector("input:not([type=hidden]), select"));
}

const MOTS = /** @type {Record<string, string>} */ ({
  juste: "C’est juste",
  pas_un_ingredient: "Ce n’est pas un ingrédient",
  corriger: "Corrigé",
  ajouter: "Ajouté",
});

/** @param {import("./commun.js").Cartes} cartes @param {HTMLElement} carte @param {FormData} champs */
async function regler(cartes, carte, champs) {
  if (carte.dataset.occupee) return;
  carte.dataset.occupee = "oui";
  const geste = String(champs.get("geste"));
  const r = await demander("POST", `${API}/${carte.dataset.id}`, corps(geste, champs));
  delete carte.dataset.occupee;
  if (r.statut !== 200) return dire(pourquoi(r), carte);
  const regles = Number(r.corps.regles);
  carte.dataset.regles = String(regles);
  const texte = (MOTS[geste] ?? "Réglé") + (regles > 1 ? `, ${regles} fois` : "");
  cartes.regler(carte, texte, () => demander("POST", `${API}/${carte.dataset.id}/annuler`, {}));
  dire(r.corps.restants === 0 ? `${texte}. La recette n’a plus de doute.` : `${texte}.`);
  cartes.suivante();
}

/** @param {string} geste @param {FormData} champs */
function corps(geste, champs) {
  const jours = champs.get("duree_vie_jours");
  const partout = champs.get("partout") === "oui";
  if (jours !== null) return { geste, partout, duree_vie_jours: Number(jours) };
  const libelle = champs.get("libelle");
  if (libelle === null) return { geste, partout };
  const quantite = Number(String(champs.get("quantite")).replace(/\s/g, "").replace(",", "."));
  const remplace = champs.get("remplace") || null;
  return { geste, ligne: { libelle, quantite, unite: champs.get("unite"), remplace } };
}
