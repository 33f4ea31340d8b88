// Quantities as a cook reads and types them. In the JSON they are numbers of the base unit (g, ml,
// piece), with at most three decimals.

const nombre = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 3 });

/** Exact to the thousandth: sums of floats are not. @param {number} q */
export const arrondir = (q) => Math.round(q * 1000) / 1000;

/** In which unit that much is said. @param {number} q @param {string} unite */
export function echelle(q, unite) {
  const grand = Math.abs(q) >= 1000;
  if (unite === "g") return grand ? { facteur: 1000, mot: "kg" } : { facteur: 1, mot: "g" };
  if (unite === "ml") return grand ? { facteur: 1000, mot: "l" } : { facteur: 1, mot: "ml" };
  return { facteur: 1, mot: "" };
}

/** As a person says it, `6,5 kg` of 6471 g: no more digits than it takes to be right within one in a
 * hundred. @param {number} q @param {number} facteur of the unit it is said in
 * @param {(n: number) => number} vers */
function rond(q, facteur, vers) {
  const a = (/** @type {number} */ pas) => arrondir(vers(arrondir(q / pas)) * pas);
  if (facteur === 1) return a(Math.abs(q) < 10 ? 0.1 : 1);
  return a([1000, 100].find((pas) => Math.abs(a(pas) - q) * 100 <= Math.abs(q)) ?? 10);
}

/** Pieces are counted whole, and by halves; a share of some is said as near as it takes to be right.
 * @param {number} q @param {(n: number) => number} vers */
function rondPieces(q, vers) {
  if (Number.isInteger(q * 2)) return q;
  const a = (/** @type {number} */ pas) => arrondir(vers(arrondir(q / pas)) * pas);
  return a([1, 0.5, 0.1].find((pas) => Math.abs(a(pas) - q) * 100 <= Math.abs(q)) ?? 0.01);
}

/** To look at, never to type: the exact value stays in the data. @param {number} q
 * @param {string} unite @param {(n: number) => number} vers Math.ceil of what is missing: what is
 *   shown is enough */
export const aPeuPres = (q, unite, vers = Math.round) =>
  unite === "piece" ? rondPieces(q, vers) : rond(q, echelle(q, unite).facteur, vers);

/** `12`, `4,5` and `kg`: the number stands larger, and is there to be looked at.
 * @param {number} q @param {string} unite */
export const parts = (q, unite) => exactes(aPeuPres(q, unite), unite);

/** @param {number} q @param {string} unite */
function exactes(q, unite) {
  const { facteur, mot } = echelle(q, unite);
  return { nombre: nombre.format(q / facteur), mot };
}

/** `12`, `4,5 kg`, to the gram: what a person typed. @param {number} q @param {string} unite */
export function dire(q, unite) {
  const { nombre: n, mot } = exactes(q, unite);
  return mot ? `${n}\u{a0}${mot}` : n;
}

/** `12 pièces`, where no name of a product says what is counted.
 * @param {number} q @param {string} unite */
export function direTout(q, unite) {
  if (unite !== "piece") return dire(q, unite);
  return `${nombre.format(q)}\u{a0}pièce${Math.abs(q) >= 2 ? "s" : ""}`;
}

/** `1,5` of `4,5 kg`, `3` of `8`: both in the unit that the whole is said in.
 * @param {number} fait @param {number} prevu @param {string} unite
 * @param {boolean} avecMot pieces too have their word */
export function direSur(fait, prevu, unite, avecMot) {
  const { facteur } = echelle(prevu, unite);
  const tout = aPeuPres(prevu, unite);
  const ici = unite === "piece" ? rondPieces(fait, Math.round) : rond(fait, facteur, Math.round);
  return { fait: nombre.format(ici / facteur), prevu: avecMot ? direTout(tout, unite) : dire(tout, unite) };
}

/** `6,5 kg` of 6471 g, `1,25 kg` of 1253 g. @param {number} q @param {string} unite
 * @param {(n: number) => number} vers */
export const lisible = (q, unite, vers = Math.round) => dire(aPeuPres(q, unite, vers), unite);

/** The same, and `3 pièces`, where no name of a product says what is counted. @param {number} q
 * @param {string} unite @param {(n: number) => number} vers */
export const lisibleTout = (q, unite, vers = Math.round) => direTout(aPeuPres(q, unite, vers), unite);

/** What was typed (`4,5`) in base units; null when it is no quantity.
 * @param {string} texte @param {number} facteur */
export function lire(texte, facteur) {
  if (!/^\d{1,9}([,.]\d{1,6})?$/.test(texte)) return null;
  return arrondir(Number(texte.replace(",", ".")) * facteur);
}

/** For a field or the keypad: `4,5`, no spaces. @param {number} q @param {number} facteur */
export const ecrire = (q, facteur) => String(arrondir(q) / facteur).replace(".", ",");

/** `25/11/2026`. @param {string | null | undefined} date */
export const jour = (date) => (date ? date.split("-").reverse().join("/") : "");

/** `25/11`. @param {string | null | undefined} date */
export const jourCourt = (date) => jour(date).slice(0, 5);
