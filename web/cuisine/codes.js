// What a scanner read: an EAN, a code of one's own, or a GS1 element string, as it is sent or as it
// is printed under the bars. Pure. `src/domaine/gs1.rs` reads the same codes the same way: one table
// of examples tests both.

/** @typedef {{genre: "gencode", gencode: string, article?: string} & DitDuLot} CodeProduit */
/** The code names no product: a pallet, or a label of a lot alone.
 * @typedef {{genre: "etiquette"} & DitDuLot} CodeEtiquette */
/** @typedef {{lot?: string, dlc?: string, poids_g?: number, lot_id?: string}} DitDuLot */
/** @typedef {{genre: "faux"} | {genre: "illisible"}} CodeRefuse */

const SEPARATEUR = "\u001d";
const LONGUEUR_MAX = 200;
/** AIM identifiers of symbols that hold an element string. */
const GS1 = ["]C1", "]e0", "]d2", "]Q3", "]J1"];
/** The lengths of an identifier and of its value where they are given in advance, by the first two
 * digits. @type {Map<string, [number, number]>} */
const PREDEFINIS = new Map([
  ["00", [2, 18]], ["01", [2, 14]], ["02", [2, 14]], ["03", [2, 14]], ["04", [2, 16]],
  ["11", [2, 6]], ["12", [2, 6]], ["13", [2, 6]], ["14", [2, 6]], ["15", [2, 6]],
  ["16", [2, 6]], ["17", [2, 6]], ["18", [2, 6]], ["19", [2, 6]], ["20", [2, 2]],
  ["31", [4, 6]], ["32", [4, 6]], ["33", [4, 6]], ["34", [4, 6]], ["35", [4, 6]],
  ["36", [4, 6]], ["41", [3, 13]],
]);

/**
 * @param {string} brut as it was typed, scanned or read by the camera
 * @param {(gencode: string) => boolean} [connu] gencodes of today's plan: a code of one's own that
 *   happens to have the length of an EAN is taken as it is
 * @param {string | null} [motif] of weights, the chain's
 * @returns {CodeProduit | CodeEtiquette | CodeRefuse}
 */
export function lireCode(brut, connu = () => false, motif = null) {
  const { prefixe, texte } = sansPrefixe(brut.trim());
  if (!/^[\x21-\x7e\x1d]+$/.test(texte) || texte.length > LONGUEUR_MAX) return { genre: "illisible" };
  if (connu(texte)) return produit(texte, motif);
  if (estGs1(prefixe, texte)) return lireElements(texte, motif);
  if (texte.length > 64) return { genre: "illisible" };
  if (estGtin(texte) && !chiffreJuste(texte)) return { genre: "faux" };
  return produit(texte, motif);
}

/** @param {string} gencode @param {string | null} motif @returns {CodeProduit} */
function produit(gencode, motif) {
  const p = pese(gencode, motif);
  return { genre: "gencode", gencode, ...(p && { article: p.article, poids_g: p.poids_g }) };
}

/** Some scanners send first what kind of bars they read: `]E0`, `]C1`. @param {string} texte */
function sansPrefixe(texte) {
  const aim = /^\][A-Za-z]\d/.exec(texte);
  return aim ? { prefixe: aim[0], texte: texte.slice(3) } : { prefixe: "", texte };
}

/** As it is printed, so that a person can read it in a field. @param {string} brut */
export function ecrit(brut) {
  const { prefixe, texte } = sansPrefixe(brut.trim());
  const elements = estGs1(prefixe, texte) && !texte.startsWith("(") ? decouper(texte) : null;
  return elements ? [...elements].map(([ai, valeur]) => `(${ai})${valeur}`).join("") : texte;
}

/** @param {string} prefixe @param {string} texte */
function estGs1(prefixe, texte) {
  if (GS1.includes(prefixe) || texte.includes(SEPARATEUR)) return true;
  if (/^\(\d{2,4}\)/.test(texte)) return true;
  // Of a product, or of a lot of ours.
  return prefixe === "" && (/^0[12]\d{14}/.test(texte)
    || /^91.{26}$/.test(texte) && lotId(texte.slice(2)) !== null);
}

/** Of a length that only EAN, UPC and GTIN codes have, which end in a check digit.
 * @param {string} texte */
const estGtin = (texte) => /^(\d{8}|\d{12,14})$/.test(texte);

/** The last digit of an EAN-8, UPC-A, EAN-13 or GTIN-14. @param {string} chiffres */
export function chiffreJuste(chiffres) {
  let somme = 0;
  for (let i = 0; i < chiffres.length; i++) {
    // From the right: 1, 3, 1, 3.
    somme += Number(chiffres[chiffres.length - 1 - i]) * (i % 2 === 0 ? 1 : 3);
  }
  return somme % 10 === 0;
}

/** Equal for gencodes that are the same number, or packages of one weighed article.
 * @param {string} gencode @param {string | null} motif */
export function cle(gencode, motif) {
  const p = pese(gencode.replace(/^0(?=\d{13}$)/, ""), motif);
  if (p) return p.semblables;
  return estGtin(gencode) ? gencode.padStart(14, "0") : gencode;
}

/** Is it what that code means? A weighed article's gencode may be its own number alone.
 * @param {CodeProduit} lu @param {string} g of the plan @param {string | null} motif */
function repond(lu, g, motif) {
  if (cle(g, null) === cle(lu.gencode, null)) return true;
  return lu.article !== undefined
    && (cle(g, motif) === cle(lu.gencode, motif) || cle(g, null) === cle(lu.article, null));
}

/** The lines of the plan that such a code may mean: one, or nobody can tell which.
 * @template {{gencodes?: string[]}} L
 * @param {CodeProduit} lu @param {L[]} lignes @param {string | null} motif @returns {L[]} */
export const duPlan = (lu, lignes, motif) =>
  lignes.filter((l) => l.gencodes?.some((g) => repond(lu, g, motif)));

/** What a number of that pattern says: `2AAAAAAPPPPPC`, article, grams, check digit.
 * @param {string} code @param {string | null} motif */
function pese(code, motif) {
  if (!motif || code.length !== 13 || !estGtin(code) || !chiffreJuste(code)) return null;
  const des = (/** @type {string} */ lettres) =>
    [...code].filter((_, i) => lettres.includes(motif[i])).join("");
  const fixe = [...motif].every((m, i) => !/\d/.test(m) || m === code[i]);
  const semblables = [...code].map((c, i) => ("PC".includes(motif[i]) ? "_" : c)).join("");
  return fixe ? { article: des("A"), poids_g: Number(des("P")), semblables } : null;
}

/** @param {string} texte @param {string | null} motif
 * @returns {CodeProduit | CodeEtiquette | CodeRefuse} */
function lireElements(texte, motif) {
  const elements = texte.startsWith("(") ? decouperEcrit(texte) : decouper(texte);
  if (!elements) return { genre: "illisible" };
  const gtin = elements.get("01") ?? elements.get("02");
  if (gtin !== undefined && !/^\d{14}$/.test(gtin)) return { genre: "illisible" };
  if (gtin !== undefined && !chiffreJuste(gtin)) return { genre: "faux" };
  const [dlc, ddm] = [date(elements.get("17")), date(elements.get("15"))];
  if (dlc === "faux" || ddm === "faux") return { genre: "illisible" };
  const lot_id = lotId(elements.get("91") ?? "");
  const [lot, poids_g] = [elements.get("10"), net(elements)];
  /** @type {DitDuLot} */
  const dit = { ...(lot && { lot }), ...((dlc ?? ddm) && { dlc: dlc ?? ddm }),
    ...(poids_g !== undefined && { poids_g }), ...(lot_id && { lot_id }) };
  // A consumer unit's GTIN-14 is its EAN-13 after a zero: that is what menus bear.
  return gtin === undefined ? { genre: "etiquette", ...dit }
    : { ...dit, ...produit(gtin.replace(/^0/, ""), motif) };
}

/** As it is printed under the bars: `(01)0..(10)AB`. @param {string} texte */
function decouperEcrit(texte) {
  const elements = new Map();
  for (const morceau of texte.split("(").slice(1)) {
    const [, ai, reste] = /^(\d{2,4})\)(.+)$/.exec(morceau) ?? [];
    const valeur = reste?.replace(/\u001d+$/, "");
    if (!ai || !valeur || valeur.includes(SEPARATEUR)) return null;
    if (!elements.has(ai)) elements.set(ai, valeur);
  }
  return elements;
}

/** Those that we do not use are passed over, by their length where it is given in advance, else to
 * the next separator. @param {string} texte @returns {Map<string, string> | null} */
function decouper(texte) {
  const elements = new Map();
  let reste = texte.startsWith(SEPARATEUR) ? texte.slice(1) : texte;
  while (reste) {
    if (!/^\d\d/.test(reste)) return null;
    const predefini = PREDEFINIS.get(reste.slice(0, 2));
    const [n, longueur] = predefini ?? [2, reste.split(SEPARATEUR, 1)[0].length - 2];
    const [ai, valeur] = [reste.slice(0, n), reste.slice(n, n + longueur)];
    if (!valeur || valeur.length !== longueur || ai === "10" && valeur.length > 20) return null;
    if (predefini && !/^\d+$/.test(ai + valeur)) return null;
    if (!elements.has(ai)) elements.set(ai, valeur);
    const suite = reste.slice(n + longueur);
    reste = suite.startsWith(SEPARATEUR) ? suite.slice(1) : suite;
  }
  return elements;
}

/** (310n): net weight in kilograms with n decimals, here in grams.
 * @param {Map<string, string>} elements */
function net(elements) {
  for (const [ai, valeur] of elements) {
    if (/^310[0-5]$/.test(ai) && /^\d{6}$/.test(valeur)) {
      return Number(valeur) * 10 ** (6 - Number(ai[3])) / 1000;
    }
  }
  return undefined;
}

/** YYMMDD, of this century: no food is older. The day 00 is the last of the month.
 * @param {string | undefined} aammjj */
function date(aammjj) {
  if (aammjj === undefined) return undefined;
  if (!/^\d{6}$/.test(aammjj)) return "faux";
  const [aa, mm, jj] = [0, 2, 4].map((i) => Number(aammjj.slice(i, i + 2)));
  const dernier = new Date(Date.UTC(2000 + aa, mm, 0)).getUTCDate();
  if (mm < 1 || mm > 12 || jj > dernier) return "faux";
  const deux = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${2000 + aa}-${deux(mm)}-${deux(jj || dernier)}`;
}

/** A UUID of version 7 in 26 characters of Crockford's base 32, as our labels bear it under (91).
 * @param {string} texte */
function lotId(texte) {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(texte)) return null;
  const lettres = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const n = [...texte.toUpperCase()].reduce((s, c) => s * 32n + BigInt(lettres.indexOf(c)), 0n);
  const hexa = n.toString(16).padStart(32, "0");
  return hexa[12] === "7" ? hexa.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : null;
}
