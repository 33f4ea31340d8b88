// What is shown of the day: what is left or what is done, of one station, of one slot, by name.

import { changerIcone, dialogue, ecrire, bouton as nouveau, lieu, montrer } from "./dom.js";
import { etat } from "./etat.js";
import * as memoire from "./memoire.js";
import { CRENEAUX_DITS, T } from "./textes.js";
import { postes } from "./tri.js";

/** A tablet that stands at a station stays there. */
export async function lire() {
  const garde = await memoire.reglage("filtre").catch(() => null);
  Object.assign(etat.vue, { poste: garde?.poste ?? "", creneau: garde?.creneau ?? "" });
}

function garder() {
  const { poste, creneau } = etat.vue;
  void memoire.regler("filtre", { poste, creneau }).catch(() => {});
}

/** @param {{restantes: number, faites: number}} combien */
export function dessinerOnglets({ restantes, faites }) {
  montrer(lieu("onglets"), Boolean(etat.ecran));
  for (const [onglet, nombre] of Object.entries({ reste: restantes, fait: faites })) {
    const b = /** @type {HTMLElement} */ (document.querySelector(`[data-onglet="${onglet}"]`));
    ecrire(b.querySelector("strong"), String(nombre));
    presser(b, etat.vue.onglet === onglet);
  }
  const { poste, creneau, texte } = etat.vue;
  const dit = [poste, CRENEAUX_DITS[/** @type {"midi"} */ (creneau)] ?? ""].filter(Boolean);
  ecrire(lieu("bouton-filtre").querySelector("span"), dit.join(", ") || T.filtre);
  presser(lieu("bouton-filtre"), dit.length > 0);
  montrer(lieu("recherche"), etat.recherche);
  if (lieu("recherche-texte") !== document.activeElement) lieu("recherche-texte").value = texte;
}

/** @param {HTMLElement} b @param {boolean} presse */
function presser(b, presse) {
  if (b.getAttribute("aria-pressed") !== String(presse)) b.setAttribute("aria-pressed", String(presse));
}

/** Only what the day has can be chosen, and what is chosen. */
function ouvrir() {
  const lignes = etat.ecran?.cuisine ?? [];
  const choix = (/** @type {string} */ id, /** @type {string} */ action, /** @type {string[]} */ mots,
    /** @type {string} */ choisi, /** @type {(m: string) => string} */ dire) => {
    lieu(id).replaceChildren(...["", ...mots].map((mot) => {
      const b = nouveau(action, mot ? dire(mot) : T.tous, mot ? "libre" : "plan", { valeur: mot });
      changerIcone(b.querySelector("svg"), mot === choisi ? "fait" : "a-produire");
      presser(b, mot === choisi);
      return b;
    }));
    montrer(lieu(id).parentElement, mots.length > 0);
  };
  choix("filtre-postes", "filtrer-poste", avec(postes(lignes), etat.vue.poste), etat.vue.poste, (m) => m);
  const presents = Object.keys(CRENEAUX_DITS).filter((c) => lignes.some((l) => l.creneau === c));
  choix("filtre-creneaux", "filtrer-creneau", avec(presents, etat.vue.creneau), etat.vue.creneau,
    (m) => CRENEAUX_DITS[/** @type {"midi"} */ (m)]);
  montrer(lieu("filtre-vide"), lieu("filtre-postes").children.length + lieu("filtre-creneaux").children.length === 2);
  dialogue("d-filtre");
}

/** @param {string[]} mots @param {string} choisi */
const avec = (mots, choisi) => (choisi && !mots.includes(choisi) ? [...mots, choisi] : mots);

/** The field, and the keys go there. */
export function chercher() {
  dialogue(null);
  etat.recherche = true;
  montrer(lieu("recherche"), true);
  lieu("recherche-texte").focus();
}

export function fermerRecherche() {
  etat.recherche = false;
  etat.vue.texte = "";
  lieu("recherche-texte").blur();
}

/** Nothing hides that line any more. */
export function toutVoir() {
  fermerRecherche();
  Object.assign(etat.vue, { poste: "", creneau: "" });
}

/** What a tap on the view's own controls does. @type {Record<string, (b: HTMLButtonElement) => unknown>} */
export const AGIR = {
  onglet: (b) => { etat.vue.onglet = b.dataset.onglet === "fait" ? "fait" : "reste"; },
  filtre: () => ouvrir(),
  "filtrer-poste": (b) => {
    etat.vue.poste = b.dataset.valeur ?? "";
    garder();
    dialogue(null);
  },
  "filtrer-creneau": (b) => {
    etat.vue.creneau = b.dataset.valeur ?? "";
    garder();
    dialogue(null);
  },
  chercher,
  "fermer-recherche": fermerRecherche,
};

/** A scanner's next key comes sooner. */
const APRES_BARRE_MS = 150;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let barre;

/** `/` looks for a name, unless it begins a code or is typed somewhere; Escape ends it.
 * @param {KeyboardEvent} e @param {() => void} dessiner */
function raccourci(e, dessiner) {
  clearTimeout(barre);
  if (e.defaultPrevented) return;
  if (e.key === "Escape" && etat.recherche) {
    fermerRecherche();
    dessiner();
  }
  const ailleurs = /** @type {Element | null} */ (e.target)?.closest?.("input, textarea, dialog");
  if (e.key !== "/" || ailleurs) return;
  e.preventDefault();
  barre = setTimeout(() => {
    chercher();
    dessiner();
  }, APRES_BARRE_MS);
}

/** @param {() => void} dessiner */
export function ecouter(dessiner) {
  document.addEventListener("keydown", (e) => raccourci(e, dessiner));
  lieu("recherche-texte").addEventListener("input", () => {
    etat.vue.texte = lieu("recherche-texte").value;
    dessiner();
  });
  lieu("recherche").addEventListener("submit", (/** @type {Event} */ e) => e.preventDefault());
}
