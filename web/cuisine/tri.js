// Which lines of the day are shown, and in which order. Pure.

/** @typedef {import("./attente.js").LigneVue} LigneVue */
/**
 * What the person wants to see. Empty texts: all.
 * @typedef {object} Vue
 * @property {"reste" | "fait"} onglet
 * @property {string} poste
 * @property {string} creneau
 * @property {string} texte
 */

/** Settled: made, declared not made, or adjusted by somebody who said that this is all.
 * @param {Pick<LigneVue, "statut" | "restant" | "en_attente" | "reglee">} l */
export const finie = (l) => l.statut === "NON_PRODUIT"
  || (l.restant === 0 && l.statut !== "A_PRODUIRE")
  || (l.statut === "AJUSTE" && (l.en_attente > 0 || l.reglee === true));

/** Without accents and capitals. @param {string} texte */
export const simple = (texte) =>
  texte.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").toLowerCase().trim();

/** @param {LigneVue} l @param {Vue} vue */
function passe(l, vue) {
  const nom = simple(l.recette_nom);
  return (!vue.poste || l.poste === vue.poste) && (!vue.creneau || l.creneau === vue.creneau)
    && simple(vue.texte).split(/\s+/).every((mot) => nom.includes(mot));
}

/**
 * What stands on the screen, in the day's order. `tenus`: lines that stay where a finger may be
 * about to touch them, whatever became of them.
 * @param {LigneVue[]} lignes @param {Vue} vue @param {Set<string>} tenus
 */
export function ranger(lignes, vue, tenus) {
  const passees = lignes.filter((l) => passe(l, vue));
  const faites = passees.filter(finie).length;
  const ici = (/** @type {LigneVue} */ l) => tenus.has(l.recette_id)
    || (passe(l, vue) && finie(l) === (vue.onglet === "fait"));
  return { visibles: enOrdre(lignes.filter(ici)), faites, restantes: passees.length - faites };
}

/** What others need first, as the server says it. @param {LigneVue[]} lignes */
export const enOrdre = (lignes) =>
  [...lignes].sort((a, b) => (a.ordre ?? 0) - (b.ordre ?? 0));

/** Of each line, the names of those that wait for it. @param {LigneVue[]} lignes */
export function attendues(lignes) {
  /** @type {Map<string, string[]>} */
  const noms = new Map();
  for (const l of lignes) {
    for (const id of finie(l) ? [] : l.attend ?? []) {
      noms.set(id, [...noms.get(id) ?? [], l.recette_nom]);
    }
  }
  return noms;
}

/** What there is to choose from: the stations of the day by name. @param {{poste?: string | null}[]} lignes */
export const postes = (lignes) =>
  [...new Set(lignes.flatMap((l) => l.poste ?? []))].sort(new Intl.Collator("fr").compare);
