// One tap does one thing: on release inside the target, however long it took (a gloved finger is
// slow, and browsers turn a slow tap into a menu). What the browser makes of a tap afterwards (mouse
// events, a click) is for the control that the finger was put on, and for none that opened under it.
// Keys and assistive technology come as a click without pointer.

const BOUTONS = "button[data-action], a.c-bouton[href]";
const CONTROLES = "button, a[href], input, textarea, select, summary";

/** @param {(action: string, bouton: HTMLButtonElement) => void} agir for `data-action` buttons */
export function ecouter(agir) {
  /** Each finger its button: a palm elsewhere takes nothing back. @type {Map<number, HTMLElement>} */
  const presses = new Map();
  /** What the last finger was put on, and whether its release did what there was to do. */
  let touche = { controle: /** @type {Element | null} */ (null), faite: false };

  const lacher = (/** @type {PointerEvent} */ e) => {
    const b = presses.get(e.pointerId);
    presses.delete(e.pointerId);
    b?.classList.remove("presse");
    return b;
  };
  const faire = (/** @type {HTMLElement} */ b) => {
    if (b instanceof HTMLButtonElement) agir(b.dataset.action ?? "", b);
    else b.click();
  };
  addEventListener("pointerdown", (e) => {
    if (e.isPrimary) touche = { controle: controle(e), faite: false };
    const b = bouton(e);
    if (!b || inactif(b) || e.button !== 0) return;
    // A mouse has no slow tap, and links have more to a mouse than a click.
    if (b instanceof HTMLAnchorElement && e.pointerType === "mouse") return;
    presses.set(e.pointerId, b);
    b.classList.add("presse");
  }, { capture: true });
  addEventListener("pointerup", (e) => {
    const b = lacher(e);
    if (!b || inactif(b) || !dessous(b, e)) return;
    if (e.isPrimary) touche.faite = true;
    faire(b);
  }, { capture: true });
  addEventListener("pointercancel", lacher, { capture: true });
  addEventListener("contextmenu", (e) => {
    if (bouton(e)) e.preventDefault();
  });
  for (const nom of ["mousedown", "mouseup", "click"]) {
    addEventListener(nom, (e) => suivre(/** @type {MouseEvent} */ (e)), { capture: true });
  }

  /** @param {MouseEvent} e that may be what is left of a tap */
  function suivre(e) {
    const b = bouton(e);
    if (e.type === "click" && e.detail === 0) {
      if (!(b instanceof HTMLButtonElement)) return;
      e.preventDefault();
      return b.disabled ? undefined : faire(b);
    }
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
  return etiquette?.control ?? cible(e)?.closest(CONTROLES) ?? null;
}

/** @param {Event} e */
const cible = (e) => (e.target instanceof Element ? e.target : null);

/** @param {HTMLElement} b */
const inactif = (b) => b instanceof HTMLButtonElement && b.disabled;

/** Is it what lies under the finger now? @param {HTMLElement} b @param {PointerEvent} e */
const dessous = (b, e) => document.elementFromPoint(e.clientX, e.clientY)?.closest(BOUTONS) === b;
