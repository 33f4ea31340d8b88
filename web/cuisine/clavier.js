// A hardware scanner is a keyboard that types fast and ends with Enter or Tab. Keys are read by
// their place (`code`), as on the American keyboard that scanners imitate: on an AZERTY layout the
// upper row would give «à&é» instead of digits.

/** A scanner leaves 30 to 50 ms between keys; a person leaves more, time after time. */
const ECART_MAX = 120;
const LONGUEUR_MIN = 4;
const SEPARATEUR = "\u001d";

/** @type {Record<string, string>} */
const SIGNES = { Minus: "-", Slash: "/", Period: ".", Comma: ",", Space: " ", BracketRight: "]",
  NumpadDecimal: ".", NumpadSubtract: "-", NumpadDivide: "/" };

/** @typedef {Pick<KeyboardEvent, "code" | "shiftKey" | "ctrlKey" | "altKey" | "timeStamp">} Touche */

/** What that key means to a scanner; null when it is no part of a code. @param {Touche} t */
function caractere(t) {
  // FNC1, the separator of GS1 elements, is sent as Ctrl+].
  if (t.ctrlKey) return t.code === "BracketRight" ? SEPARATEUR : null;
  if (t.altKey) return null;
  const chiffre = /^(?:Digit|Numpad)(\d)$/.exec(t.code);
  if (chiffre) return chiffre[1];
  const lettre = /^Key([A-Z])$/.exec(t.code);
  if (lettre) return t.shiftKey ? lettre[1] : lettre[1].toLowerCase();
  return SIGNES[t.code] ?? null;
}

export class Clavier {
  #texte = "";
  #derniere = -Infinity;

  /**
   * Takes a key. A code when that key ended one; true when the key is part of a burst and must
   * act on nothing else; false when it is a person's.
   * @param {Touche} t @returns {string | boolean}
   */
  prendre(t) {
    const rapide = t.timeStamp - this.#derniere <= ECART_MAX;
    if (t.code === "Enter" || t.code === "NumpadEnter" || t.code === "Tab") {
      const texte = this.#texte;
      this.#texte = "";
      return rapide && texte.length >= LONGUEUR_MIN ? texte : false;
    }
    // A modifier alone is held down before the next key.
    if (/^(Shift|Control|CapsLock|NumLock)/.test(t.code)) return this.#texte !== "";
    const signe = caractere(t);
    if (signe === null) {
      this.#texte = "";
      return false;
    }
    this.#texte = rapide ? this.#texte + signe : signe;
    this.#derniere = t.timeStamp;
    return this.#texte.length > 1;
  }
}

/** The same code twice within 1.5 s is one package read twice, unless «+1» is on. */
export class Repetition {
  #code = "";
  #quand = -Infinity;

  /** @param {string} code @param {number} maintenant ms @param {boolean} plusUn */
  accepte(code, maintenant, plusUn) {
    const double = code === this.#code && maintenant - this.#quand < 1500;
    if (double && !plusUn) return false;
    [this.#code, this.#quand] = [code, maintenant];
    return true;
  }
}

/** Hears the scanner wherever the focus is, except in a field, where a code may be meant.
 * @param {(code: string, quand: number) => void} surCode with the time of its last key */
export function ecouter(surCode) {
  const clavier = new Clavier();
  addEventListener("keydown", (e) => {
    const cible = /** @type {Element | null} */ (e.target);
    if (e.repeat || cible?.closest?.("input, textarea, select")) return;
    const pris = clavier.prendre(e);
    if (pris === false) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (typeof pris === "string") surCode(pris, e.timeStamp);
  }, { capture: true });
}
