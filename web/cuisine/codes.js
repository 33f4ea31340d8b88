// What a scanner read: an EAN or a code of one's own, or a GS1-128 element string. Pure.

/** @typedef {{genre: "gencode", gencode: string, autres: string[], lot?: string, dlc?: string,
 *   fabrique_le?: string, quantite?: number, poids_kg?: number, serie?: string}} CodeLu */
/** @typedef {{genre: "faux" | "illisible"}} CodeRefuse */

const SEPARATEUR = "\u001d";
/** Lengths that only EAN, UPC and GTIN codes have, which end in a check digit. */
const LONGUEURS_GTIN = [8, 12, 13, 14];
/** Application identifiers of a fixed length, by their first two digits: length of the value
 * and of the identifier itself. */
const FIXES = new Map([
  ["00", [18, 2]], ["01", [14, 2]], ["02", [14, 2]], ["03", [14, 2]], ["04", [16, 2]],
  ["11", [6, 2]], ["12", [6, 2]], ["13", [6, 2]], ["14", [6, 2]], ["15", [6, 2]],
  ["16", [6, 2]], ["17", [6, 2]], ["18", [6, 2]], ["19", [6, 2]], ["20", [2, 2]],
  ["31", [6, 4]], ["32", [6, 4]], ["33", [6, 4]], ["34", [6, 4]], ["35", [6, 4]],
  ["36", [6, 4]], ["41", [13, 3]],
]);
/** Of a variable length, up to a separator: longest value. */
const VARIABLES = new Map([["10", 20], ["21", 20], ["22", 20], ["30", 8], ["37", 8],
  ["240", 30], ["241", 30], ["250", 30], ["251", 30], ["400", 30]]);

/**
 * @param {string} brut as it was typed, scanned or read by the camera
 * @param {(gencode: string) => boolean} [connu] gencodes of today's plan: a code of one's own that
 *   happens to have the length of an EAN is taken as it is
 * @returns {CodeLu | CodeRefuse}
 */
export function lireCode(brut, connu = () => false) {
  const { prefixe, texte } = sansPrefixe(brut.trim());
  if (!texte || texte.length > 200) return { genre: "illisible" };
  if (connu(texte)) return simple(texte);
  if (estGs1(prefixe, texte)) return lireGs1(texte);
  if (!/^[\x21-\x7e]{1,64}$/.test(texte)) return { genre: "illisible" };
  const gtin = /^\d+$/.test(texte) && LONGUEURS_GTIN.includes(texte.length);
  if (gtin && !chiffreJuste(texte)) return { genre: "faux" };
  return gtin ? simple(texte, memesGtin(texte)) : simple(texte);
}

/** @param {string} gencode @param {string[]} autres @returns {CodeLu} */
const simple = (gencode, autres = []) => ({ genre: "gencode", gencode, autres });

/** The AIM identifier that some scanners send first: `]E0`, `]C1`, `]d2`. @param {string} texte */
function sansPrefixe(texte) {
  const aim = /^\][A-Za-z]\d/.exec(texte);
  return aim ? { prefixe: aim[0], texte: texte.slice(3) } : { prefixe: "", texte };
}

/** @param {string} prefixe @param {string} texte */
function estGs1(prefixe, texte) {
  if (["]C1", "]e0", "]d2", "]Q3", "]J1"].includes(prefixe)) return true;
  if (/^\(\d{2,4}\)/.test(texte) || texte.includes(SEPARATEUR)) return true;
  return prefixe === "" && /^0[12]\d{14}./.test(texte) && chiffreJuste(texte.slice(2, 16));
}

/** The last digit of an EAN-8, UPC-A, EAN-13 or GTIN-14. @param {string} chiffres */
export function chiffreJuste(chiffres) {
  let somme = 0;
  for (let i = 0; i < chiffres.length; i++) {
    // From the right: 1, 3, 1, 3.
    somme += Number(chiffres[chiffres.length - 1 - i]) * (i % 2 === 0 ? 1 : 3);
  }
  return somme % 10 === 0;
}

/** The other spellings of one number: a UPC-A is an EAN-13 with a zero before it.
 * @param {string} gtin */
function memesGtin(gtin) {
  const nu = gtin.replace(/^0+/, "");
  const formes = LONGUEURS_GTIN.filter((n) => n >= nu.length).map((n) => nu.padStart(n, "0"));
  return formes.filter((f) => f !== gtin);
}

/** @param {string} texte @returns {CodeLu | CodeRefuse} */
function lireGs1(texte) {
  const elements = texte.startsWith("(") ? decouperEcrit(texte) : decouper(texte);
  if (!elements) return { genre: "illisible" };
  const gtin = elements.get("01") ?? elements.get("02");
  if (!gtin || !/^\d{14}$/.test(gtin)) return { genre: "illisible" };
  if (!chiffreJuste(gtin)) return { genre: "faux" };
  // A consumer unit's GTIN-14 is its EAN-13 after a zero: that is what menus carry.
  const gencode = gtin.startsWith("0") ? gtin.slice(1) : gtin;
  const dlc = date(elements.get("17")) ?? date(elements.get("15"));
  const fabrique = date(elements.get("11"));
  if (dlc === "faux" || fabrique === "faux") return { genre: "illisible" };
  /** @type {CodeLu} */
  const lu = { ...simple(gencode, memesGtin(gencode)), ...poids(elements) };
  const lot = elements.get("10");
  const serie = elements.get("21");
  const nombre = elements.get("37") ?? elements.get("30");
  if (lot) lu.lot = lot;
  if (serie) lu.serie = serie;
  if (dlc) lu.dlc = dlc;
  if (fabrique) lu.fabrique_le = fabrique;
  if (nombre && /^\d+$/.test(nombre)) lu.quantite = Number(nombre);
  return lu;
}

/** As it is printed under the bars: `(01)0..(10)AB`. @param {string} texte */
function decouperEcrit(texte) {
  const elements = new Map();
  for (const morceau of texte.split("(").slice(1)) {
    const [ai, valeur] = morceau.split(")");
    if (!/^\d{2,4}$/.test(ai) || !valeur) return null;
    elements.set(ai, valeur.replaceAll(SEPARATEUR, ""));
  }
  return elements;
}

/** @param {string} texte @returns {Map<string, string> | null} */
function decouper(texte) {
  const elements = new Map();
  let reste = texte.startsWith(SEPARATEUR) ? texte.slice(1) : texte;
  while (reste) {
    const pris = prendre(reste);
    if (!pris) return null;
    elements.set(pris.ai, pris.valeur);
    reste = pris.reste;
  }
  return elements;
}

/** @param {string} texte */
function prendre(texte) {
  const fixe = FIXES.get(texte.slice(0, 2));
  if (fixe) {
    const [longueur, ai] = fixe;
    const valeur = texte.slice(ai, ai + longueur);
    if (!/^\d+$/.test(valeur) || valeur.length !== longueur) return null;
    const reste = texte.slice(ai + longueur);
    const suite = reste.startsWith(SEPARATEUR) ? reste.slice(1) : reste;
    return { ai: texte.slice(0, ai), valeur, reste: suite };
  }
  const ai = [2, 3].map((n) => texte.slice(0, n)).find((a) => VARIABLES.has(a));
  if (!ai) return null;
  const [valeur] = texte.slice(ai.length).split(SEPARATEUR, 1);
  if (!valeur || valeur.length > (VARIABLES.get(ai) ?? 0)) return null;
  return { ai, valeur, reste: texte.slice(ai.length + valeur.length + 1) };
}

/** (310n): net weight in kilograms with n decimals. @param {Map<string, string>} elements */
function poids(elements) {
  for (const [ai, valeur] of elements) {
    if (/^310[0-5]$/.test(ai)) return { poids_kg: Number(valeur) / 10 ** Number(ai[3]) };
  }
  return {};
}

/** YYMMDD; the day 00 is the last of the month. @param {string | undefined} aammjj */
function date(aammjj) {
  if (aammjj === undefined) return undefined;
  const [aa, mm, jj] = [0, 2, 4].map((i) => Number(aammjj.slice(i, i + 2)));
  const annee = aa >= 51 ? 1900 + aa : 2000 + aa;
  const dernier = new Date(Date.UTC(annee, mm, 0)).getUTCDate();
  if (mm < 1 || mm > 12 || jj > dernier) return "faux";
  const deux = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${annee}-${deux(mm)}-${deux(jj || dernier)}`;
}
