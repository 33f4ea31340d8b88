// One tap acts, on release inside the target, however long it took: a gloved finger is slow, and
// browsers turn a slow tap into a menu. Keys and assistive technology come as a click without
// pointer.

/** @param {(action: string, bouton: HTMLButtonElement) => void} agir for `data-action` buttons */
export function ecouter(agir) {
  /** Each finger its button: a palm elsewhere takes nothing back. @type {Map<number, HTMLButtonElement>} */
  const presses = new Map();
  const bouton = (/** @type {Event} */ e) => {
    const cible = /** @type {Element} */ (e.target);
    return /** @type {HTMLButtonElement | null} */ (cible.closest?.("button[data-action]"));
  };
  const lacher = (/** @type {PointerEvent} */ e) => {
    const b = presses.get(e.pointerId);
    presses.delete(e.pointerId);
    b?.classList.remove("presse");
    return b;
  };
  document.addEventListener("pointerdown", (e) => {
    const b = bouton(e);
    if (!b || b.disabled || e.button !== 0) return;
    presses.set(e.pointerId, b);
    b.classList.add("presse");
  });
  document.addEventListener("pointerup", (e) => {
    const b = lacher(e);
    if (b && !b.disabled && dedans(b, e)) agir(b.dataset.action ?? "", b);
  });
  document.addEventListener("pointercancel", lacher);
  document.addEventListener("contextmenu", (e) => {
    if (bouton(e)) e.preventDefault();
  });
  document.addEventListener("click", (e) => {
    const b = bouton(e);
    if (!b) return;
    e.preventDefault();
    // The click after a pointer's release was acted upon at the release.
    if (e.detail === 0 && !b.disabled) agir(b.dataset.action ?? "", b);
  });
}

/** @param {HTMLElement} bouton @param {PointerEvent} e */
function dedans(bouton, e) {
  const r = bouton.getBoundingClientRect();
  return e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom;
}
