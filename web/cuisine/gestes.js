// One tap does one thing: on release inside the target, however long it took (a gloved finger is
// slow, and browsers turn a slow tap into a menu). What the browser makes of a tap afterwards (mouse
// events, a click) is for the control that the finger was put on, and for none that opened under it.
// Keys and assistive technology come as a click without pointer. `garde` says which taps count.

import * as garde from "./garde.js";

const BOUTONS = "button[data-action], a.c-bouton[href]";

/** @param {(action: string, bouton: HTMLButtonElement) => void} agir for `data-action` buttons
 * @param {() => void} surBouge what was aimed at has just moved: that is said */
export function ecouter(agir, surBouge) {
  /** Each finger its button: a palm elsewhere takes nothing back.
   * @type {Map<number, {b: HTMLElement, quand: number}>} */
  const presses = new Map();
  /** What the last finger was put on (null: nothing that counts), and whether its release did what
   * there was to do. */
  let touche = { controle: /** @type {Element | null} */ (null), faite: false, souris: false };

  const lacher = (/** @type {PointerEvent} */ e) => {
    const presse = presses.get(e.pointerId);
    presses.delete(e.pointerId);
    presse?.b.classList.remove("presse");
    return presse;
  };
  const faire = (/** @type {HTMLElement} */ b) => {
    if (b instanceof HTMLButtonElement) agir(b.dataset.action ?? "", b);
    else b.click();
  };
  garde.veiller();
  addEventListener("pointerdown", (e) => {
    const [c, souris] = [controle(e), e.pointerType === "mouse"];
    const tort = c && !souris ? garde.juger(tapDe(e), c) : null;
    if (e.isPrimary) touche = { controle: tort ? null : c, faite: false, souris };
    if (tort === "bouge") surBouge();
    const b = bouton(e);
    if (tort || !b || inactif(b) || e.button !== 0) return;
    // A mouse has no slow tap, and links have more to a mouse than a click.
    if (b instanceof HTMLAnchorElement && souris) return;
    presses.set(e.pointerId, { b, quand: e.timeStamp });
    b.classList.add("presse");
  }, { capture: true });
  addEventListener("pointerup", (e) => {
    const [presse, souris] = [lacher(e), e.pointerType === "mouse"];
    if (!presse) {
      if (e.isPrimary && !souris && touche.controle) garde.toucher(tapDe(e), touche.controle);
      return;
    }
    const { b, quand } = presse;
    if (inactif(b) || !dessous(b, e)) return;
    if (e.isPrimary) touche.faite = true;
    if (souris) return faire(b);
    if (garde.aBouge(b, quand)) return surBouge();
    garde.pendant(tapDe(e), b, () => faire(b));
  }, { capture: true });
  addEventListener("pointercancel", lacher, { capture: true });
  addEventListener("contextmenu", (e) => {
    if (bouton(e)) e.preventDefault();
  });
  for (const nom of ["mousedown", "mouseup", "click"]) {
    addEventListener(nom, (e) => suivre(/** @type {MouseEvent} */ (e)), { capture: true });
  }

  /** The second press of a double click is no other one. */
  function oublier() {
    for (const { b } of presses.values()) b.classList.remove("presse");
    presses.clear();
    touche = { ...touche, controle: null };
  }

  /** @param {MouseEvent} e that may be what is left of a tap */
  function suivre(e) {
    const b = bouton(e);
    if (e.type === "click" && e.detail === 0) {
      if (!(b instanceof HTMLButtonElement)) return;
      e.preventDefault();
      return b.disabled ? undefined : faire(b);
    }
    if (e.type === "mousedown" && e.detail > 1 && touche.souris && b && !garde.estTouche(b)) oublier();
    const sien = controle(e) === touche.controle;
    if (!sien || (e.type === "click" && (touche.faite || b instanceof HTMLButtonElement))) taire(e);
    // The keypad's keys leave the focus where a real keyboard types.
    else if (e.type === "mousedown" && b?.closest(".c-clavier")) e.preventDefault();
  }
}

/** @param {Event} e */
function taire(e) {
  e.preventDefault();
  e.stopImmediatePropagation();
}

/** @param {Event} e */
const bouton = (e) => /** @type {HTMLElement | null} */ (cible(e)?.closest(BOUTONS) ?? null);

/** A label is its field. @param {Event} e */
function controle(e) {
  const etiquette = /** @type {HTMLLabelElement | null} */ (cible(e)?.closest("label") ?? null);
  return etiquette?.control ?? cible(e)?.closest(garde.CONTROLES) ?? null;
}

/** @param {PointerEvent} e @returns {garde.Tap} */
const tapDe = (e) => ({ quand: e.timeStamp, x: e.clientX, y: e.clientY });

/** @param {Event} e */
const cible = (e) => (e.target instanceof Element ? e.target : null);

/** @param {HTMLElement} b */
const inactif = (b) => b instanceof HTMLButtonElement && b.disabled;

/** Is it what lies under the finger now? @param {HTMLElement} b @param {PointerEvent} e */
const dessous = (b, e) => document.elementFromPoint(e.clientX, e.clientY)?.closest(BOUTONS) === b;
