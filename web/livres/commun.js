// What the pages of the books share: one thing is said of one card, in its place, and the next card
// has the keyboard. Without these scripts the same forms work, a page at a time.

/** @typedef {{ statut: number, corps: any }} Reponse */

const DELAI_MS = 20000;

/** @param {string} methode @param {string} chemin @param {unknown} corps @returns {Promise<Reponse>} */
export async function demander(methode, chemin, corps) {
  try {
    const r = await fetch(chemin, {
      method: methode,
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(DELAI_MS),
      headers: { "content-type": "application/json", "idempotency-key": cle() },
      body: JSON.stringify(corps),
    });
    const json = /^application\/(problem\+)?json/.test(r.headers.get("content-type") ?? "");
    return { statut: r.status, corps: json ? await r.json() : null };
  } catch {
    return { statut: 0, corps: null };
  }
}

/** Without HTTPS browsers give random bytes, and no more. */
const cle = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((o) => o.toString(16).padStart(2, "0")).join("");

/** What went wrong, in a sentence. @param {Reponse} r */
export function pourquoi(r) {
  const premiere = r.corps?.erreurs?.[0];
  if (premiere?.message) return `${premiere.champ} : ${premiere.message}.`;
  return r.corps?.detail ?? "Le serveur n’a pas répondu : recommencez dans un instant.";
}

/** Heard, and read under the card. @param {string} texte @param {Element | null} [carte] */
export function dire(texte, carte = null) {
  const annonce = document.getElementById("annonce");
  if (annonce) annonce.textContent = texte;
  const place = carte?.querySelector(".carte-dit");
  if (place) place.textContent = texte;
}

/** @param {string} texte @param {string} [classe] */
export function bouton(texte, classe = "bouton") {
  const b = document.createElement("button");
  b.type = "button";
  b.className = classe;
  b.textContent = texte;
  return b;
}

/** What a page does with cards of one kind.
 * @typedef {object} Genre
 * @property {string} cartes
 * @property {Record<string, (carte: HTMLElement) => unknown>} touches
 * @property {(cartes: Cartes, carte: HTMLElement, form: HTMLFormElement) => boolean} soumettre
 *   false: the form goes its way
 * @property {(carte: HTMLElement) => void} replier */

/** @type {Genre[]} */
const genres = [];
/** @type {Cartes | null} */
let seules = null;

/** Cards of this kind, wherever they are on the page, are worked by the keyboard. @param {Genre} genre */
export function brancher(genre) {
  if (!document.querySelector(genre.cartes)) return;
  genres.push(genre);
  const cartes = (seules ??= ecouter(new Cartes()));
  if (!cartes.ici) cartes.choisir(cartes.restantes()[0]);
}

/** @param {Element | null | undefined} carte */
const genre_de = (carte) => genres.find((g) => carte?.matches(g.cartes));

/** @param {EventTarget | null} cible @returns {HTMLElement | null} */
const carte_de = (cible) => (cible instanceof Element ? cible.closest(".groupe") : null);

/** @param {Cartes} cartes */
function ecouter(cartes) {
  document.addEventListener("submit", (e) => {
    const form = /** @type {HTMLFormElement} */ (e.target);
    const carte = carte_de(form);
    if (carte && genre_de(carte)?.soumettre(cartes, carte, form)) e.preventDefault();
  });
  document.addEventListener("focusin", (e) => cartes.designer(carte_de(e.target)));
  document.addEventListener("keydown", (e) => touche(cartes, e));
  return cartes;
}

/** @param {Cartes} cartes @param {KeyboardEvent} e */
function touche(cartes, e) {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const carte = cartes.ici;
  const genre = genre_de(carte);
  if (e.key === "Escape" && carte) {
    genre?.replier(carte);
    return cartes.choisir(carte);
  }
  if (est_un_champ(e.target)) return;
  const pas = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  const agir = genre?.touches[e.key];
  // Enter on a button or a link is theirs.
  if ((!pas && !agir) || (e.key === "Enter" && e.target !== carte)) return;
  e.preventDefault();
  if (pas) return cartes.bouger(pas);
  if (carte && agir && !carte.classList.contains("reglee")) agir(carte);
}

/** What opens in a card takes the keyboard: the card stays where it is, and the window moves no more
 * than it takes to show what opened. @param {Element} place @param {HTMLElement | null} vers */
export function ouvrir_dans(place, vers) {
  vers?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

/** The cards of a page: one of them has the keyboard. */
export class Cartes {
  constructor() {
    /** @type {HTMLElement | null} */
    this.ici = null;
  }

  /** @returns {HTMLElement[]} */
  toutes() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".groupe"))];
  }

  restantes() {
    return this.toutes().filter((c) => !c.classList.contains("reglee"));
  }

  /** @param {HTMLElement | null} carte */
  designer(carte) {
    if (!carte || carte === this.ici) return;
    this.ici?.removeAttribute("aria-current");
    this.ici = carte;
    carte.setAttribute("aria-current", "true");
  }

  /** The window moves no more than it takes to show the card. @param {HTMLElement | undefined} carte */
  choisir(carte) {
    if (!carte) return;
    this.designer(carte);
    carte.tabIndex = -1;
    carte.focus({ preventScroll: true });
    carte.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} pas */
  bouger(pas) {
    const toutes = this.toutes();
    const place = this.ici ? toutes.indexOf(this.ici) : -1;
    this.choisir(toutes[Math.min(Math.max(place + pas, 0), toutes.length - 1)]);
  }

  /** The next one that waits; after the last, what comes after the list. */
  suivante() {
    const toutes = this.toutes();
    const place = this.ici ? toutes.indexOf(this.ici) : -1;
    const attend = (/** @type {HTMLElement} */ c) => !c.classList.contains("reglee");
    const carte = toutes.slice(place + 1).find(attend) ?? toutes.find(attend);
    if (carte) return this.choisir(carte);
    /** @type {HTMLElement | null} */ (document.querySelector(".suite"))?.focus();
  }

  /** What was said stands in the card's place, which keeps its height: nothing under it moves.
   * @param {HTMLElement} carte @param {string} texte @param {() => Promise<Reponse>} annuler */
  regler(carte, texte, annuler) {
    carte.style.minHeight = `${carte.offsetHeight}px`;
    const choix = /** @type {HTMLElement} */ (carte.querySelector(".groupe-choix"));
    const fait = document.createElement("p");
    fait.className = "groupe-fait";
    const dit = document.createElement("strong");
    dit.textContent = texte;
    const b = bouton("Annuler");
    fait.append(dit, b);
    choix.hidden = true;
    choix.after(fait);
    carte.classList.add("reglee");
    b.addEventListener("click", async () => {
      b.disabled = true;
      const r = await annuler();
      b.disabled = false;
      if (r.statut !== 200) return dire(pourquoi(r), carte);
      fait.remove();
      choix.hidden = false;
      carte.classList.remove("reglee");
      compter();
      dire("Annulé.", carte);
      this.choisir(carte);
    });
    compter();
  }
}

/** How many were settled by these cards. @param {string} cartes */
const regles = (cartes) =>
  [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`${cartes}.reglee`))]
    .reduce((somme, c) => somme + Number(c.dataset.regles ?? 1), 0);

/** How many still wait, of all that there were when the page was drawn; in all, and of each book. */
function compter() {
  const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-total]"));
  for (const place of places) {
    place.textContent = String(Number(place.dataset.total) - regles(place.dataset.cartes ?? ""));
  }
  for (const o of document.querySelectorAll("option")) {
    const avant = (o.dataset.avant ??= o.textContent ?? "");
    const siens = o.value ? regles(`.groupe[data-livre="${CSS.escape(o.value)}"]`) : 0;
    if (siens || o.textContent !== avant) {
      o.textContent = avant.replace(/(\d+) à vérifier\)$/, (_, n) => `${n - siens} à vérifier)`);
    }
  }
}

/** Is this a field that keys are typed into? @param {EventTarget | null} cible */
const est_un_champ = (cible) =>
  cible instanceof HTMLElement && cible.matches("input:not([type=checkbox]), select, textarea");
