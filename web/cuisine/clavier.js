// A hardware scanner is a keyboard that types fast and ends with Enter or Tab, at once or a moment
// later. What it types stands in no field: keys are held back until it is known whether a person
// typed them.

/** A scanner leaves 30 to 50 ms between keys; a person leaves more, time after time. */
const ECART_MAX = 120;
/** Where a person types, what is fast for a hand must not become a code. */
const ECART_SAISIE = 60;
/** A key that nothing follows is shown after so long; the browser may be behind the keyboard. */
const REPOS = 150;
/** The end of a code may come so late. */
const FIN_MAX = 500;
const LONGUEUR_MIN = 4;
/** No hand types so many keys so near to each other: a scanner did, whether or not its end comes. */
const [SURE_MIN, ECART_SUR] = [6, 50];
/** A finger that comes so late after a code that was cut short is a person's who read that. */
const FIN_COUPEE = 3000;
const SEPARATEUR = "\u001d";

/** What the American keyboard gives that a scanner set so imitates: plain, and with Shift.
 * @type {Record<string, string>} */
const SIGNES = { Minus: "-_", Equal: "=+", Slash: "/?", Period: ".>", Comma: ",<",
  Semicolon: ";:", Quote: "'\"", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|",
  Backquote: "`~", NumpadDecimal: "..", NumpadSubtract: "--", NumpadDivide: "//",
  NumpadAdd: "++", NumpadMultiply: "**", Digit1: "1!", Digit2: "2@", Digit3: "3#", Digit4: "4$",
  Digit5: "5%", Digit6: "6^", Digit7: "7&", Digit8: "8*", Digit9: "9(", Digit0: "0)" };

/** @typedef {Pick<KeyboardEvent, "code" | "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey"
 *   | "timeStamp">} Touche */
/** A key of a burst: what it is by its place on an American keyboard, what this layout makes of it,
 * and what it means to the keypad.
 * @typedef {{place: string, mot: string, pave: string, code: string}} Frappe */

const est1 = (/** @type {string} */ mot) => [...mot].length === 1;

/** No scanner has these. */
const DE_LA_MAIN = /^(Arrow|Escape|Backspace|Delete|Insert|Home|End|Page|F\d)/;
/** Whatever else is typed in the midst of a scanner's keys, and cannot be read.
 * @type {Frappe} */
const ILLISIBLE = { place: "\ufffd", mot: "\ufffd", pave: "", code: "" };

/** A digit is a digit, on a French row without Shift too. @param {Touche} t */
function surLePave(t) {
  const chiffre = /^(?:Digit|Numpad)(\d)$/.exec(t.code)?.[1] ?? /^\d$/.exec(t.key)?.[0];
  return chiffre ?? (/^Numpad(Decimal|Comma)$/.test(t.code) || /^[.,]$/.test(t.key) ? "," : "");
}

/** @param {Touche} t @param {boolean} dedans in the midst of a burst
 * @returns {Frappe | null} null when it is no part of a code */
function frappe(t, dedans) {
  // On a button, a space alone is a person's.
  if (t.key === " " && !dedans) return null;
  if (t.metaKey || t.key === "Dead" || t.key === "Process") return null;
  // FNC1, the separator of GS1 elements, is sent as Ctrl+].
  if (t.ctrlKey && !t.altKey) {
    const fnc1 = t.code === "BracketRight" || t.key === "]" || t.key === SEPARATEUR;
    return fnc1 ? { place: SEPARATEUR, mot: SEPARATEUR, pave: "", code: "" } : null;
  }
  // AltGr is both; Alt alone is a person's.
  if (t.altKey) {
    return t.ctrlKey && est1(t.key) ? { place: t.key, mot: t.key, pave: "", code: "" } : null;
  }
  const lettre = /^Key([A-Z])$/.exec(t.code)?.[1];
  const pave = /^Numpad(\d)$/.exec(t.code)?.[1];
  const place = lettre ? (t.shiftKey ? lettre : lettre.toLowerCase())
    : pave ?? SIGNES[t.code]?.[t.shiftKey ? 1 : 0] ?? "";
  const mot = est1(t.key) ? t.key : "";
  return place || mot ? { place, mot, pave: surLePave(t), code: t.code } : null;
}

/** The code that was meant: a scanner set to the tablet's layout gives digits as `key`, one set to
 * the American layout gives them by their place. @param {Frappe[]} frappes */
function texte(frappes) {
  const sur = frappes.filter((f) => /^Digit\d$/.test(f.code));
  const chiffres = sur.filter((f) => /^\d$/.test(f.mot)).length;
  const pave = frappes.some((f) => /^Numpad\d$/.test(f.code));
  const parMot = sur.length > 0 ? chiffres * 2 >= sur.length : pave;
  return frappes.map((f) => (parMot ? f.mot || f.place : f.place || f.mot)).join("");
}

/** What is a person's after all, to be put where it was meant; `coupe`: a scanner's, and its end never
 * came. @typedef {{rendus: string, coupe?: true}} Rendu */
/**
 * What became of a key. `code`: it ended one. `pris`: it must act on nothing else now.
 * @typedef {Rendu & {code?: string, pris: boolean}} Suite
 */
/** Who hears what a person types: nobody, a field, or the keypad.
 * @typedef {"" | "mot" | "pave"} Saisie */

export class Clavier {
  /** @type {Frappe[]} */
  #rafale = [];
  #derniere = -Infinity;
  /** How many keys there were in a row at the pace of no hand. */
  #serrees = 0;
  /** The burst is a scanner's, certainly. */
  #sure = false;
  /** @type {"mot" | "pave"} */
  #lecture = "mot";
  /** The last burst was a scanner's, and its end has not come yet. */
  #coupee = false;
  /** The burst is the rest of one that was cut short. */
  #reste = false;
  #finie = -Infinity;

  get enCours() {
    return this.#rafale.length > 0;
  }

  /** Is a code perhaps under way, that its end has to follow? */
  get longue() {
    return this.#rafale.length >= LONGUEUR_MIN;
  }

  /** @param {Touche} t @param {Saisie} saisie what a person may be typing in @returns {Suite} */
  prendre(t, saisie = "") {
    const ecart = t.timeStamp - this.#derniere;
    if (t.code === "Enter" || t.code === "NumpadEnter" || t.code === "Tab") {
      return this.#finir(t.timeStamp, ecart);
    }
    // A modifier alone is held down before the next key.
    if (/^(Shift|Control|Alt|CapsLock|NumLock)/.test(t.code)) {
      return { rendus: "", pris: false };
    }
    const suit = this.enCours && ecart <= (saisie && !this.#sure ? ECART_SAISIE : ECART_MAX);
    const force = suit && this.#sure && !DE_LA_MAIN.test(t.code);
    const f = frappe(t, suit) ?? (force ? ILLISIBLE : null);
    const rendu = suit && f ? { rendus: "" } : this.rendre();
    this.#coupee = false;
    if (!f) return { ...rendu, pris: false };
    // Nobody was told yet that the code before was cut short: nobody scans it anew.
    if (!this.enCours) this.#reste = rendu.coupe === true;
    this.#ajouter(f, ecart, saisie);
    this.#derniere = t.timeStamp;
    return { ...rendu, pris: saisie !== "" || this.#rafale.length > 1 };
  }

  /** @param {Frappe} f @param {number} ecart @param {Saisie} saisie */
  #ajouter(f, ecart, saisie) {
    if (!this.enCours) [this.#lecture, this.#serrees] = [saisie || "mot", 0];
    this.#rafale.push(f);
    this.#serrees = ecart <= ECART_SUR ? this.#serrees + 1 : 1;
    // Where nobody types, what is fast enough for a code is one.
    this.#sure ||= this.#serrees >= SURE_MIN || (saisie === "" && this.longue);
  }

  /** Enter or Tab. @param {number} quand @param {number} ecart @returns {Suite} */
  #finir(quand, ecart) {
    // Some scanners end with both.
    if (quand - this.#finie <= ECART_MAX && !this.enCours) return { rendus: "", pris: true };
    if (this.longue && this.#reste) {
      [this.#rafale, this.#sure, this.#coupee] = [[], false, false];
      return { rendus: "", coupe: true, pris: true };
    }
    if (this.longue && ecart <= FIN_MAX) {
      const code = texte(this.#rafale);
      [this.#rafale, this.#sure, this.#finie] = [[], false, quand];
      return { code, rendus: "", pris: true };
    }
    const rendu = this.rendre();
    // However late it comes, and once: a person who meant it presses again.
    const pris = this.#coupee;
    this.#coupee = false;
    return { ...rendu, pris };
  }

  /** A finger came: what is typed now is a person's. @param {number} quand */
  reprendre(quand) {
    if (quand - this.#derniere > FIN_COUPEE) this.#coupee = false;
  }

  /** Is a scanner typing at this moment? @param {number} maintenant */
  occupe(maintenant) {
    return this.longue && maintenant - this.#derniere <= (this.#sure ? ECART_MAX : ECART_SAISIE);
  }

  /** It was no whole code. @returns {Rendu} */
  rendre() {
    const [frappes, sure] = [this.#rafale, this.#sure];
    [this.#rafale, this.#sure] = [[], false];
    if (!sure) return { rendus: frappes.map((f) => f[this.#lecture]).join("") };
    this.#coupee = true;
    return { rendus: "", coupe: true };
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

/**
 * Who is typed to, where it is no field.
 * @typedef {object} Oreille
 * @property {(code: string, quand: number) => void} surCode with the time of its last key
 * @property {() => void} surCoupe a scanner typed, and its end never came
 * @property {() => ((mot: string) => void) | null} saisie takes a person's keys, where something on
 *   the screen does
 */

/** Hears the scanner wherever the focus is. @param {Oreille} oreille */
export function ecouter({ surCode, surCoupe, saisie }) {
  const clavier = new Clavier();
  /** Where the burst goes if it is none. @type {(mot: string) => void} */
  let verser = () => {};
  /** A date has parts that only the browser can type in: it is put back as it was.
   * @type {{champ: HTMLInputElement, valeur: string} | null} */
  let date = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let minuterie;
  /** A page that was busy looks first whether keys came meanwhile. @param {number} delai */
  const patienter = (delai) => {
    const fin = performance.now() + delai;
    minuterie = setTimeout(() => (performance.now() - fin > 50 ? patienter(delai) : rendre()), delai);
  };
  /** @param {Rendu} rendu */
  const recevoir = ({ rendus, coupe }) => {
    verser(rendus);
    if (!coupe) return;
    remettre(date);
    surCoupe();
  };
  const rendre = () => {
    clearTimeout(minuterie);
    recevoir(clavier.rendre());
    date = null;
  };

  addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.repeat) return rendre();
    const champ = champDe(e.target);
    const enDate = champ instanceof HTMLInputElement && !texteLibre(champ);
    const pave = champ ? null : saisie();
    const place = champ && !enDate ? (/** @type {string} */ mot) => inserer(champ, mot) : pave;
    const viser = () => {
      verser = place ?? (() => {});
      date = enDate ? { champ, valeur: champ.value } : null;
    };
    if (!clavier.enCours) viser();
    clearTimeout(minuterie);
    const { code, pris, ...rendu } = clavier.prendre(e, pave ? "pave" : champ ? "mot" : "");
    recevoir(rendu);
    if (rendu.rendus || rendu.coupe) viser();
    if (clavier.enCours) patienter(clavier.longue || !place ? FIN_MAX : REPOS);
    if (code === undefined) {
      // A date has parts that only the browser can type in.
      if (pris && !(enDate && est1(e.key))) taire(e);
      return;
    }
    taire(e);
    remettre(date);
    date = null;
    surCode(code, e.timeStamp);
  }, { capture: true });
  // What a person typed is there when a finger asks for it.
  addEventListener("pointerdown", (e) => {
    clavier.reprendre(e.timeStamp);
    if (!clavier.occupe(e.timeStamp)) rendre();
  }, { capture: true });
  addEventListener("submit", rendre, { capture: true });
}

/** @param {Event} e */
function taire(e) {
  e.preventDefault();
  e.stopImmediatePropagation();
}

/** @param {EventTarget | null} cible */
function champDe(cible) {
  const champ = /** @type {Element | null} */ (cible)?.closest?.("input, textarea");
  const typables = champ instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|file)$/.test(champ.type);
  return typables || champ instanceof HTMLTextAreaElement ? champ : null;
}

/** @param {HTMLInputElement} champ */
const texteLibre = (champ) => /^(text|search|tel|url|password)$/.test(champ.type);

/** As if it had been typed. @param {HTMLInputElement | HTMLTextAreaElement} champ
 * @param {string} mot */
function inserer(champ, mot) {
  if (!mot || champ.readOnly || champ.disabled) return;
  const [de, a] = [champ.selectionStart ?? champ.value.length, champ.selectionEnd ?? champ.value.length];
  const place = champ.maxLength < 0 ? mot.length : champ.maxLength - (champ.value.length - (a - de));
  champ.setRangeText(mot.slice(0, Math.max(0, place)), de, a, "end");
  champ.dispatchEvent(new InputEvent("input", { bubbles: true, data: mot, inputType: "insertText" }));
}

/** @param {{champ: HTMLInputElement, valeur: string} | null} date */
function remettre(date) {
  if (!date) return;
  // An empty date with a part typed in keeps that part, unless it held one before.
  date.champ.value = "2000-01-01";
  date.champ.value = date.valeur;
}
