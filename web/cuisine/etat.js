// What the screen knows now. One object, read by whoever draws, changed by `principal.js` and
// `actions.js`.

/** @typedef {import("./attente.js").Entree} Entree */
/**
 * @typedef {object} Ecran the server's answer
 * @property {number} quantites_a_produire_aujourdhui
 * @property {import("./attente.js").Creneau[]} quantites_par_creneau
 * @property {import("./attente.js").Ligne[]} cuisine
 * @property {{ingredients: Besoin[]}} [totaux]
 * @property {string} [version]
 */
/** @typedef {{ingredient_id?: string, ingredient_nom: string, besoin: number, disponible: number,
 *   manque: number, unite: string}} Besoin */
/** @typedef {{id: string, nom: string, type_magasin: string, fuseau: string}} Magasin */

export const etat = {
  /** @type {import("./attente.js").Personne | null} the last one known */
  moi: null,
  /** @type {Magasin[]} */
  magasins: [],
  /** @type {Magasin | null} */
  magasin: null,
  date: "",
  /** @type {Ecran | null} */
  ecran: null,
  planAbsent: false,
  /** What nobody said of the day before, with a plan today or without. */
  veille: /** @type {import("./veille_ecran.js").Veille | null} */ (null),
  /** The screen of the day before as it was kept, until the server tells what is left of it.
   * @type {{date: string, ecran: Ecran | null} | null} */
  hier: null,
  /** @type {"direct" | "suivi" | "hors_ligne" | "session" | null} */
  connexion: null,
  /** @type {Entree[]} */
  attente: [],
  /** @type {import("./attente.js").Refusee[]} */
  corriger: [],
  /** @type {Entree[]} done, but no screen was read since */
  acquittees: [],
  plusUn: false,
  /** @type {import("./actes.js").Acte[]} declared on this tablet and not taken back, in order */
  actes: [],
  /** @type {Record<string, string>} the server's names of what was declared here, by key */
  declarations: {},
  /** @type {import("./actes.js").Repris | null} what was just taken back */
  refaire: null,
  /** Somebody else had said what was tapped here last.
   * @type {{magasin_id: string, quand: string, phrase: string} | null} */
  deja: null,
  /** @type {import("./tri.js").Vue} */
  vue: { onglet: "reste", poste: "", creneau: "", texte: "" },
  /** The field to search by name is there. */
  recherche: false,
  /** The line whose row is open; one at a time. */
  ouverte: "",
  /** When a finger was last on the screen, on the clock of the page. */
  geste: -Infinity,
  /** @type {{id: string, quand: number, montree: boolean} | null} the line of the last scan, and
   * whether its row was brought into sight */
  scannee: null,
  /** Until when Annuler rests, on the clock of the page. */
  repos: 0,
  /** @type {string | null} how the chain numbers packages that it weighs */
  motif: null,
};

/** The entries that the screen's lines do not show yet. */
export const enRoute = () =>
  [...etat.acquittees, ...etat.attente].filter(
    (e) => e.magasin_id === etat.magasin?.id && e.date === etat.date);

/** @param {string} id @returns {import("./attente.js").Ligne | undefined} */
export const ligne = (id) => etat.ecran?.cuisine.find((l) => l.recette_id === id);
