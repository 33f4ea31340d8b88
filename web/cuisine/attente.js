// The queue's decisions, pure: what an action changes before the server said so, which entry goes
// next, what an answer means.

import { arrondir } from "./quantites.js";
import { finie } from "./tri.js";

/** @typedef {{id: string, nom: string, admin: boolean}} Personne */
/** @typedef {"produit" | "ajuste" | "non-produit" | "scan" | "annuler" | "ajustement"} Action */
/**
 * One action, as it was tapped. `ordre` comes from the database of the browser and only grows.
 * @typedef {object} Entree
 * @property {number} [ordre]
 * @property {string} cle the Idempotency-Key, drawn before anything is sent
 * @property {Action} action
 * @property {string} magasin_id
 * @property {string} date
 * @property {string | null} ligne its recette_id, where the screen knows it
 * @property {string} nom what a person reads
 * @property {string} chemin
 * @property {Record<string, unknown>} corps
 * @property {{id: string, nom: string}} auteur who tapped
 * @property {string} quand ISO 8601
 * @property {boolean} tentee it was sent at least once: the server may know it
 * @property {number} pannes answers 500 so far
 * @property {boolean} confirmee a person said: send it all the same
 * @property {number} [compte] of a scan: what it adds, 1 where nothing is said
 * @property {string} [sujet] of an Annuler: what it takes back, as a person reads it
 */
/** @typedef {Entree & {raison: string, code: string, manques: Manque[],
 *   d_abord?: Ligne["faites_d_abord"], depuis?: import("./depuis.js").Depuis,
 *   autre?: import("./depuis.js").Autre}} Refusee */
/** @typedef {{ingredient_id?: string, ingredient_nom: string, manque: number, unite: string}} Manque */
/** @typedef {{statut: number, corps: any, attente_s: number}} Reponse 0: no answer of ours came */
/** @typedef {"vieille" | "auteur" | "auteur-essayee" | "derriere"} Raison */

export const ECHEANCE_MS = 24 * 3600 * 1000;
/** The server fails on this entry and on no other: a person must look. */
const PANNES_MAX = 5;

/**
 * Each entry with what it waits for, if a person must act first. Entries go in order; what waits
 * for a person holds back what was tapped later on the same line, and only that.
 * @param {Entree[]} entrees @param {Personne | null} moi @param {number} maintenant
 * @returns {{entree: Entree, raison: Raison | null}[]}
 */
export function examiner(entrees, moi, maintenant) {
  const tenues = new Set();
  return [...entrees].sort((a, b) => (a.ordre ?? 0) - (b.ordre ?? 0)).map((entree) => {
    const ligne = [entree.magasin_id, entree.date, entree.ligne ?? entree.nom].join("|");
    const raison = tenues.has(ligne) ? "derriere" : raisonDe(entree, moi, maintenant);
    if (raison) tenues.add(ligne);
    return { entree, raison };
  });
}

/** @param {Entree} e @param {Personne | null} moi @param {number} maintenant
 * @returns {Raison | null} */
function raisonDe(e, moi, maintenant) {
  // The server knows a key together with its author: from somebody else it would count anew.
  if (moi && moi.id !== e.auteur.id && e.tentee) return "auteur-essayee";
  if (e.confirmee) return null;
  if (moi && moi.id !== e.auteur.id) return "auteur";
  return maintenant - Date.parse(e.quand) > ECHEANCE_MS ? "vieille" : null;
}

/** The entry to send now; none when all that is left waits for a person.
 * @param {Entree[]} entrees @param {Personne | null} moi @param {number} maintenant */
export function prochaine(entrees, moi, maintenant) {
  return examiner(entrees, moi, maintenant).find((e) => e.raison === null)?.entree ?? null;
}

/** What an answer means for its entry.
 * @param {Reponse} r @param {Entree} e @returns {"faite" | "attendre" | "connexion" | "refusee"} */
export function juger(r, e) {
  if (r.statut >= 200 && r.statut < 300) return "faite";
  if (r.statut === 401) return "connexion";
  if (r.statut === 500) return e.pannes + 1 >= PANNES_MAX ? "refusee" : "attendre";
  if (r.statut < 400 || r.statut > 500 || [408, 425, 429].includes(r.statut)) return "attendre";
  return "refusee";
}

/** The refusals that an accepted action leaves without object: what was said later of its line stands.
 * A scan says nothing of a scan before it, whose package is still to be counted.
 * @param {Refusee[]} refusees @param {Entree} e */
export const depassees = (refusees, e) => refusees.filter((r) =>
  ![e.action, r.action].includes("ajustement") && !(e.action === "scan" && r.action === "scan")
  && e.ligne !== null && r.ligne === e.ligne && r.magasin_id === e.magasin_id && r.date === e.date
  && (r.ordre ?? 0) < (e.ordre ?? 0));

/** How long to wait before the next try. @param {number} essais @param {number} attente_s */
export function pause(essais, attente_s) {
  return Math.max(Math.min(1000 * 2 ** Math.min(essais, 4), 10000), attente_s * 1000);
}

/**
 * @typedef {object} Ligne what the server says of a line
 * @property {string} recette_id
 * @property {string} recette_nom
 * @property {number} quantite_planifiee
 * @property {number} quantite_produite
 * @property {string} statut
 * @property {string} unite
 * @property {string[]} gencodes
 * @property {Manque[]} manques
 * @property {Manque[]} [manques_ensemble] of the whole day, and not of this line alone
 * @property {{recette_id: string, recette_nom: string, au_plan: number, unite: string}[]} [faites_d_abord]
 * @property {number} [ordre] its place in the day
 * @property {string[]} [attend] the lines to be made before it
 * @property {boolean} [reglee]
 * @property {string | null} [poste]
 * @property {string | null} [creneau]
 * @property {{code_lot: string | null, date_dlc: string | null} | null} [lot_fait]
 * @property {{ingredient_nom: string, code_lot: string | null, date_dlc: string | null} | null} premier_lot
 * @property {string[]} allergenes
 * @property {boolean} recette_incomplete
 * @property {boolean} peut_annuler
 * @property {{type: string, date_heure: string, quantite: number, auteur?: string | null,
 *   avant?: number, statut_avant?: string, motif?: string | null, declaration_id?: string} | null} [derniere]
 */
/** @typedef {Ligne & {restant: number, en_attente: number}} LigneVue */

/** The lines as they will be once the entries are through. @param {Ligne[]} lignes
 * @param {Entree[]} entrees of this magasin and day, in order @returns {LigneVue[]} */
export function superposer(lignes, entrees) {
  return lignes.map((ligne) => {
    const siennes = entrees.filter((e) => e.ligne === ligne.recette_id && e.action !== "ajustement");
    /** @type {Etat} */
    let etat = { produite: ligne.quantite_produite, statut: ligne.statut,
      derniere: ligne.derniere ?? null, annulable: ligne.peut_annuler };
    const pile = [];
    for (const e of siennes) {
      if (e.action === "annuler") {
        etat = pile.pop() ?? reprise(etat);
      } else {
        pile.push(etat);
        etat = effet(e, ligne, etat);
      }
    }
    const reste = arrondir(ligne.quantite_planifiee - etat.produite);
    const restant = etat.statut === "NON_PRODUIT" ? 0 : Math.max(0, reste);
    return { ...ligne, quantite_produite: etat.produite, statut: etat.statut, restant,
      derniere: etat.derniere, peut_annuler: etat.annulable, en_attente: siennes.length };
  });
}

/** @typedef {{produite: number, statut: string, derniere: Ligne["derniere"], annulable: boolean}} Etat */

/** What the server's own last declaration replaced; of those before it, only the server knows.
 * @param {Etat} etat @returns {Etat} */
function reprise({ produite, statut, derniere, annulable }) {
  const d = annulable ? derniere : null;
  return { produite: d?.avant ?? produite, statut: d?.statut_avant ?? statut, derniere: null,
    annulable: false };
}

/** @param {Entree} e @param {Ligne} l @param {Etat} etat @returns {Etat} */
function effet(e, l, etat) {
  let produite = l.quantite_planifiee;
  if (e.action === "non-produit") produite = 0;
  if (e.action === "ajuste") produite = Number(e.corps.quantite);
  if (e.action === "scan") produite = arrondir(etat.produite + (e.compte ?? 1));
  const type = e.action.replace("-", "_").toUpperCase();
  const derniere = { type, date_heure: e.quand, quantite: produite, auteur: e.auteur.nom,
    avant: etat.produite, statut_avant: etat.statut };
  return { produite, statut: statutDe(e.action, produite, l), derniere, annulable: true };
}

/** As the server would say it. @param {Action} action @param {number} produite @param {Ligne} l */
function statutDe(action, produite, l) {
  if (action === "non-produit") return "NON_PRODUIT";
  if (produite >= l.quantite_planifiee && produite > 0) return "PRODUIT";
  return action === "ajuste" ? "AJUSTE" : "A_PRODUIRE";
}

/** Refused while the person looked on, and told at once: nothing is left to correct.
 * @param {string} code @param {boolean} attendue */
export const vueParLaPersonne = (code, attendue) =>
  attendue && ["gencode_inconnu", "recette_hors_plan", "rien_a_annuler", "ligne_changee",
    "code_sans_poids", "poids_nul", "article_ambigu"].includes(code);

/** Sent again, it would be refused again. @param {string} code */
export const sansRetour = (code) =>
  ["rien_a_annuler", "ligne_changee", "code_sans_poids", "poids_nul"].includes(code);

/** @typedef {{unite: string, quantite: number, fait: number}} Part of a slot, in one unit */
/**
 * @typedef {object} Creneau what the server says of a slot
 * @property {string} [nom] `matin`, `midi`, `soir`
 * @property {string} debut
 * @property {string} fin
 * @property {number} quantite
 * @property {Part[]} [par_unite]
 */
/** @typedef {Pick<LigneVue, "quantite_planifiee" | "quantite_produite" | "restant" | "unite" | "statut"
 *   | "reglee" | "en_attente" | "creneau">} LigneComptee */
/** @typedef {{debut: string, fin: string, parts: Part[], fini: boolean, en_retard: boolean}} Rempli */

/**
 * Slots with what is made of each, unit by unit: grams and pieces are never added up. Where rows say
 * their slot, it is what they are; else the day is shared among the slots.
 * @param {Creneau[]} creneaux @param {LigneComptee[]} lignes @param {string} heure `14:05`, the
 *   magasin's @returns {Rempli[]}
 */
export function remplirCreneaux(creneaux, lignes, heure) {
  return lignes.some((l) => l.creneau) ? deLeursLignes(creneaux, lignes, heure)
    : partager(creneaux, lignes, heure);
}

/** A slot without rows has nothing to do, and is never late. @param {Creneau[]} creneaux
 * @param {LigneComptee[]} lignes @param {string} heure @returns {Rempli[]} */
function deLeursLignes(creneaux, lignes, heure) {
  return creneaux.map(({ nom, debut, fin }) => {
    const siennes = lignes.filter((l) => l.creneau === nom);
    const parts = ["piece", "g", "ml"].flatMap((unite) => {
      const ici = siennes.filter((l) => l.unite === unite);
      const total = (/** @type {(l: LigneComptee) => number} */ de) =>
        ici.reduce((n, l) => arrondir(n + de(l)), 0);
      return ici.length === 0 ? [] : [{ unite, quantite: total((l) => l.quantite_planifiee),
        fait: total((l) => Math.min(l.quantite_produite, l.quantite_planifiee)) }];
    });
    const fini = siennes.every((l) => l.restant <= 0 || finie(l));
    return { debut, fin, parts, fini, en_retard: !fini && heure >= fin };
  });
}

/** @param {Creneau[]} creneaux @param {LigneComptee[]} lignes @param {string} heure
 * @returns {Rempli[]} */
function partager(creneaux, lignes, heure) {
  const unites = [...new Set(creneaux.flatMap((c) => (c.par_unite ?? []).map((p) => p.unite)))];
  const remplis = unites.map((unite) => {
    const parts = creneaux.map((c) => c.par_unite?.find((p) => p.unite === unite)?.quantite ?? 0);
    const dites = unite === "piece" ? parPieces(parts) : parts;
    const siens = creneaux.map((c, i) => ({ debut: c.debut, fin: c.fin, quantite: dites[i] }));
    const pas = parts.reduce((n, q) => n + q, 0) >= 1000 ? 100 : 10;
    return { unite, pas, siens: remplir(siens, lignes.filter((l) => l.unite === unite), heure) };
  });
  return creneaux.map(({ debut, fin }, i) => {
    const parts = remplis.map(({ unite, pas, siens }) => ({ ...siens[i], unite, pas }));
    // Too little of a unit for each slot to have some of it: what is there is said.
    const dites = parts.filter((p) => p.quantite > 0);
    return { debut, fin, parts: (dites.length > 0 ? dites : parts.slice(0, 1)).map(enGros),
      fini: parts.every((p) => p.fini), en_retard: parts.some((p) => p.en_retard) };
  });
}

/** Nobody weighs a share of a day to the gram. @param {Part & {pas: number}} part @returns {Part} */
function enGros({ unite, pas, quantite, fait }) {
  const rond = (/** @type {number} */ q) => unite === "piece" ? q : Math.round(q / pas) * pas;
  return { unite, quantite: rond(quantite), fait: rond(fait) };
}

/** A slot has no third of a piece: whole pieces each, and together what there is.
 * @param {number[]} parts */
function parPieces(parts) {
  let [jusque, dit] = [0, 0];
  return parts.map((part, i) => {
    jusque = arrondir(jusque + part);
    const ici = arrondir((i === parts.length - 1 ? jusque : Math.round(jusque)) - dit);
    dit = arrondir(dit + ici);
    return ici;
  });
}

/**
 * Slots filled morning first. What was declared not made is settled: nobody waits for it.
 * @param {{debut: string, fin: string, quantite: number}[]} creneaux
 * @param {LigneComptee[]} lignes
 * @param {string} heure `14:05`, the magasin's
 */
export function remplir(creneaux, lignes, heure) {
  const total = (/** @type {(l: typeof lignes[0]) => number} */ de) =>
    lignes.reduce((n, l) => arrondir(n + de(l)), 0);
  let fait = total((l) => Math.min(l.quantite_produite, l.quantite_planifiee));
  let regle = total((l) => l.quantite_planifiee - (finie(l) ? 0 : l.restant));
  return creneaux.map((c) => {
    const [ici, regleIci] = [Math.min(c.quantite, fait), Math.min(c.quantite, regle)];
    [fait, regle] = [arrondir(fait - ici), arrondir(regle - regleIci)];
    const fini = regleIci >= c.quantite;
    return { ...c, fait: ici, fini, en_retard: !fini && heure >= c.fin };
  });
}
