// What has just come under a finger is not what it was aimed at. The place of each control is known:
// one that came, moved or became another takes no tap for a moment. Brought about by a tap (a dialogue
// opens or closes, a row unfolds), that is true around that tap, so that the second one of a double
// tap hits nothing; come by itself (another tablet, midnight, an answer), it is true wherever it is.
// A mouse shows where it is, and keys are no taps.

/** Around the tap that changed something. */
const AUTOUR_PX = 120;
const AUTOUR_MS = 700;
/** Nobody has read yet what came by itself. */
const SEUL_MS = 1000;
/** Less is no move. */
const MARGE_PX = 4;

export const CONTROLES = "button, a[href], input, textarea, select, summary";
/** A key is one: as often as it is touched. */
const TOUCHES = ["touche", "effacer", "plus", "moins"].map((a) => `[data-action="${a}"]`).join(", ");

/** @typedef {{quand: number, x: number, y: number}} Tap on the clock of the page */
/** Why a control is where it is: that tap, or nobody's here. @typedef {Tap | {quand: number, x?: undefined}} Cause */
/** `defile`: how far what it stands in was scrolled. @typedef {{boite: DOMRect, defile: number, sens: string}} Place */

/** Where each stood at the last look. @type {Map<Element, Place>} */
let places = new Map();
/** @type {WeakMap<Element, Cause>} */
const venus = new WeakMap();
/** What was just tapped. @type {(Tap & {controle: Element})[]} */
let faits = [];
/** The tap whose doing is what changes now. @type {Tap | null} */
let enCours = null;

const observateur = new MutationObserver(regarder);

export function veiller() {
  observateur.observe(document.body, { subtree: true, childList: true,
    attributeFilter: ["hidden", "open", "class", "href", "disabled", "data-cle"] });
  addEventListener("resize", mesurer);
  mesurer();
}

/** @param {MutationRecord[]} vues */
function regarder(vues) {
  // A button that gives way under the finger moves nothing.
  const presse = (/** @type {MutationRecord} */ v) =>
    v.attributeName === "class" && /** @type {Element} */ (v.target).matches(CONTROLES);
  if (!vues.every(presse)) mesurer();
}

/** Looks where everything is that can be reached; what is not where it was has come now. */
function mesurer() {
  const dessus = document.querySelector("dialog[open]");
  const defile = dessus?.scrollTop ?? scrollY;
  const cause = enCours ?? { quand: performance.now() };
  /** @type {typeof places} */
  const lues = new Map();
  for (const c of (dessus ?? document).querySelectorAll(CONTROLES)) {
    const boite = c.getBoundingClientRect();
    if (boite.width === 0) continue;
    const avant = places.get(c);
    const place = { boite, defile, sens: sens(c) };
    const reste = avant && tient(place, avant);
    if (!reste) venus.set(c, cause);
    lues.set(c, reste && c.matches(".presse, :active") ? avant : place);
  }
  places = lues;
}

/** What it would do, where that is not the element's own for ever. @param {Element} c */
const sens = (c) => `${c.getAttribute("href") ?? ""} ${/** @type {HTMLElement} */ (c).dataset.cle ?? ""}`;

/** Whatever it covers it covered before, in the window or in what is scrolled.
 * @param {Place} p @param {Place} avant */
function tient({ boite: b, defile, sens: dit }, { boite: a, defile: d, sens: disait }) {
  const hauteur = (/** @type {number} */ y) =>
    b.top + y >= a.top - MARGE_PX && b.bottom + y <= a.bottom + MARGE_PX;
  return dit === disait && b.left >= a.left - MARGE_PX && b.right <= a.right + MARGE_PX
    && (hauteur(0) || hauteur(defile - d));
}

/** Brings a place into sight: what is moved by that has moved. @param {() => void} faire */
export function defiler(faire) {
  const avant = scrollY;
  faire();
  if (scrollY === avant) return;
  const cause = enCours ?? { quand: performance.now() };
  for (const c of document.querySelectorAll("#cartes button")) venus.set(c, cause);
}

/** What a tap does, and all that changes by it at once. @param {Tap} tap @param {Element} controle
 * @param {() => void} faire */
export function pendant(tap, controle, faire) {
  regarder(observateur.takeRecords());
  toucher(tap, controle);
  enCours = tap;
  try {
    faire();
    regarder(observateur.takeRecords());
  } finally {
    enCours = null;
  }
}

/** A tap went there. @param {Tap} tap @param {Element} controle */
export function toucher(tap, controle) {
  faits = [...faits.filter((f) => tap.quand - f.quand < AUTOUR_MS), { ...tap, controle }];
}

/** Why a tap there does nothing; null where it counts. @param {Tap} tap @param {Element} controle
 * @returns {"deux" | "bouge" | null} */
export function juger(tap, controle) {
  const cause = venus.get(controle);
  const seul = cause && cause.x === undefined && tap.quand - cause.quand < SEUL_MS;
  // The second of two taps is no news: what the first one did is being said.
  if (seul) return faits.some((f) => autour(tap, f)) ? "deux" : "bouge";
  if (cause?.x !== undefined && autour(tap, cause)) return "deux";
  const encore = !estTouche(controle)
    && faits.some((f) => f.controle === controle && autour(tap, f));
  return encore ? "deux" : null;
}

/** Has it come to be what it is by itself since then? @param {Element} controle @param {number} quand */
export function aBouge(controle, quand) {
  const cause = venus.get(controle);
  return cause !== undefined && cause.x === undefined && cause.quand > quand;
}

/** @param {Element} controle */
export const estTouche = (controle) => controle.matches(TOUCHES);

/** @param {Tap} tap @param {Tap} autre */
const autour = (tap, autre) => tap.quand - autre.quand < AUTOUR_MS
  && Math.hypot(tap.x - autre.x, tap.y - autre.y) < AUTOUR_PX;
