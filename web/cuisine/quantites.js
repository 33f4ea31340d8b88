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

/** `12`, `4,5` and `kg`: the number stands larger. @param {number} q @param {string} unite */
export function parts(q, unite) {
  const { facteur, mot } = echelle(q, unite);
  return { nombre: nombre.format(q / facteur), mot };
}

/** `12`, `4,5 kg`. @param {number} q @param {string} unite */
export function dire(q, unite) {
  const { nombre: n, mot } = parts(q, unite);
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
  const tout = avecMot ? direTout(prevu, unite) : dire(prevu, unite);
  return { fait: nombre.format(fait / facteur), prevu: tout };
}

/** To look at, never to type: what a glance keeps and a scale shows, `1,25 kg` of 1253 g.
 * @param {number} q @param {string} unite
 * @param {(n: number) => number} vers Math.ceil of what is missing: what is shown is enough */
export function lisible(q, unite, vers = Math.round) {
  if (unite === "piece") return dire(q, unite);
  const { facteur } = echelle(q, unite);
  const n = Math.abs(q) / facteur;
  const chiffres = facteur === 1 ? 1 : 2;
  const pas = facteur / 10 ** Math.max(0, chiffres - (n >= 10 ? 1 : 0) - (n >= 100 ? 1 : 0));
  return dire(arrondir(vers(arrondir(q / pas)) * pas), unite);
}

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
