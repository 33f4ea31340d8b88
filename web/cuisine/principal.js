// The kitchen screen begins here: reads what was kept, shows it, then follows the server.

import * as actes from "./actes.js";
import * as actions from "./actions.js";
import { superposer } from "./attente.js";
import * as appareil from "./appareil.js";
import { ecouter as ecouterClavier } from "./clavier.js";
import * as clavier from "./clavier_ecran.js";
import * as code from "./code_ecran.js";
import { ecrit } from "./codes.js";
import { refuseDe } from "./depuis.js";
import { dessiner } from "./dessin.js";
import { Direct } from "./direct.js";
import { bouton, cloner, dialogue, ecrire, lieu, montrer } from "./dom.js";
import { etat, ligne } from "./etat.js";
import * as feuille from "./feuille.js";
import * as filtre from "./filtre_ecran.js";
import { ecouter as ecouterGestes } from "./gestes.js";
import { aujourdhui, estLaNuit, heureDe, heureParlee } from "./heures.js";
import { basculer, montrerLigne } from "./lignes_ecran.js";
import * as liste from "./liste_ecran.js";
import * as manque from "./manque_ecran.js";
import * as memoire from "./memoire.js";
import * as recette from "./recette_ecran.js";
import { Rejeu } from "./rejeu.js";
import * as reseau from "./reseau.js";
import { scanner } from "./scan.js";
import { MOTIFS, T } from "./textes.js";
import * as trouve from "./trouve_ecran.js";
import * as veille from "./veille_ecran.js";

/** @type {Direct | null} */
let direct = null;
/** Whoever is logged in was asked for since the network came back. */
let personneSure = false;
let generation = 0;
let lecture = false;
let relire = false;

const rejeu = new Rejeu({
  personne,
  attendue: actions.attendue,
  faite: async (e, r) => {
    etat.acquittees.push(e);
    generation += 1;
    const deja = r.corps?.deja_dite;
    const autre = deja ? T.dejaDit(e.nom, deja.auteur ?? T.ligneDeCommande,
      heureParlee(deja.tape_le ?? deja.date_heure)) : "";
    const dit = autre || (r.corps?.nb_manques > 0 ? T.aRegulariser(e.nom) : e.nom);
    const vue = actions.repondre(e.cle, null, dit);
    if (!vue) ecrire(lieu("annonce").lastElementChild, dit);
    if (autre) actes.laisser(e, autre);
    else await actes.nommer(e, r.corps?.declaration_id);
    await relireFile();
    void lireEcran();
  },
  refusee: async (e, r, raison) => {
    actes.refuser(e.cle);
    const code = r.corps?.code ?? "";
    generation += 1;
    const vue = actions.repondre(e.cle, { code, raison });
    if (!vue) actions.annoncer("refuse", `${refuseDe(e)} – ${raison}`);
    await relireFile();
    const gardee = etat.corriger.find((x) => x.cle === e.cle);
    if (vue && gardee && !document.querySelector("dialog[open]")) {
      if (gardee.depuis) liste.ouvrir();
      else if (gardee.manques.length) manque.ouvrir(e.ligne ?? "", gardee);
    }
    void lireEcran();
  },
  arretee: (verdict) => {
    personneSure = false;
    noterConnexion(verdict === "connexion" ? 401 : 0);
  },
});

/** Who is logged in, asked anew after each break: it may be somebody else. */
async function personne() {
  if (personneSure) return etat.moi;
  const r = await reseau.lireMoi();
  noterConnexion(r.statut);
  if (r.statut !== 200) return null;
  const { id, nom_affiche, roles } = r.corps;
  etat.moi = { id, nom: nom_affiche, admin: roles.includes("admin") };
  personneSure = true;
  void memoire.regler("moi", etat.moi).catch(() => {});
  dessiner();
  return etat.moi;
}

/** @param {number} statut of the last answer */
function noterConnexion(statut) {
  const avant = etat.connexion;
  if (statut === 401) etat.connexion = "session";
  else if (statut === 0 || statut >= 500) etat.connexion = "hors_ligne";
  else etat.connexion = direct?.ouvert ? "direct" : "suivi";
  if (etat.connexion === avant) return;
  const joignable = etat.connexion === "direct" || etat.connexion === "suivi";
  if (!joignable) personneSure = false;
  if (joignable && (avant === "hors_ligne" || avant === "session")) {
    direct?.reprendre();
    void rejeu.lancer();
  }
  dessiner();
}

async function lireFile() {
  [etat.attente, etat.corriger] = await Promise.all([memoire.attente(), memoire.aCorriger()]);
}

async function relireFile() {
  await lireFile();
  dessiner();
  if (lieu("d-liste").open) liste.remplir();
}

/** The whole screen, anew. One at a time; what was read before an answer came is thrown away. */
async function lireEcran() {
  relire = true;
  if (lecture || !etat.magasin) return;
  lecture = true;
  while (relire) {
    relire = false;
    await lireUneFois(etat.magasin.id, etat.date);
  }
  lecture = false;
  dessiner();
  void recette.suivre(dessiner);
  // What is needed once the network is gone, when there is nothing better to do.
  setTimeout(() => void recette.garderToutes(), 1000);
}

/** @param {string} magasin @param {string} date */
async function lireUneFois(magasin, date) {
  const debut = generation;
  const r = await reseau.lireEcran(magasin, date);
  noterConnexion(r.statut);
  if (r.statut === 401 || r.statut === 0 || r.statut >= 500) return garderAcquittees(magasin);
  if (debut !== generation) {
    relire = true;
    return;
  }
  etat.planAbsent = r.statut === 404;
  etat.ecran = r.statut === 200 ? r.corps : null;
  [etat.veille, etat.hier] = [r.corps?.veille ?? null, null];
  etat.acquittees = [];
  actes.suivre();
  if (etat.ecran && (await liste.suivre(heureDe))) await relireFile();
  if (r.statut === 403) actions.annoncer("refuse", r.corps?.detail ?? T.refuse);
  const garde = { date, ecran: etat.ecran, planAbsent: etat.planAbsent, veille: etat.veille };
  void memoire.regler(`ecran ${magasin}`, garde).catch(() => {});
}

/** What was counted is not forgotten when the page is loaded again before the next look.
 * @param {string} magasin */
function garderAcquittees(magasin) {
  if (!etat.ecran || etat.acquittees.length === 0) return;
  const siennes = etat.acquittees.filter((e) => e.magasin_id === magasin && e.date === etat.date);
  const cuisine = superposer(etat.ecran.cuisine, siennes);
  const garde = { date: etat.date, ecran: { ...etat.ecran, cuisine }, planAbsent: false };
  void memoire.regler(`ecran ${magasin}`, garde).catch(() => {});
}

async function choisirMagasin() {
  const voulu = new URLSearchParams(location.search).get("magasin_id");
  const seul = etat.magasins.length === 1 ? etat.magasins[0] : null;
  const magasin = etat.magasins.find((m) => m.id === voulu) ?? seul;
  listerMagasins();
  montrer(lieu("magasins"), !magasin && etat.magasins.length > 0);
  if (!magasin || etat.magasin?.id === magasin.id) return;
  etat.magasin = magasin;
  document.title = `${magasin.nom} · Cuisine · DéliceGo`;
  await changerDeJour();
  lieu("se-reconnecter").href = location.pathname + location.search;
  direct = new Direct(reseau.adresseDirect(magasin.id), () => void lireEcran(), () => {
    if (etat.connexion === "direct" || etat.connexion === "suivi") noterConnexion(200);
  });
}

/** What a finger is about to touch stays where it is, unless it changed. */
function listerMagasins() {
  const liste = lieu("magasins");
  etat.magasins.forEach((m, i) => {
    const li = liste.children[i] ?? liste.appendChild(cloner("t-magasin"));
    li.firstElementChild.href = `/cuisine?magasin_id=${m.id}`;
    ecrire(li.querySelector("span"), m.nom);
  });
  while (liste.children.length > etat.magasins.length) liste.lastElementChild.remove();
}

/** Whoever has a dialogue open speaks of the day that it was opened on, which may still be said
 * without a reason in the first hours of the next. */
const enSuspens = () =>
  document.querySelector("dialog[open]") !== null && estLaNuit();

async function changerDeJour() {
  if (!etat.magasin || etat.date === aujourdhui() || enSuspens()) return;
  dialogue(null);
  etat.date = aujourdhui();
  const garde = await memoire.reglage(`ecran ${etat.magasin.id}`).catch(() => null);
  const bon = garde?.date === etat.date;
  etat.ecran = bon ? garde.ecran : null;
  etat.planAbsent = bon && garde.planAbsent;
  etat.veille = bon ? garde.veille ?? garde.ecran?.veille ?? null : null;
  etat.hier = bon ? null : garde;
  dessiner();
  await recette.reprendre();
  void lireEcran();
}

async function lireChaine() {
  etat.motif ??= (await memoire.reglage("motif").catch(() => null)) ?? null;
  const r = await reseau.lireChaine();
  if (r.statut !== 200) return;
  etat.motif = r.corps.motif_poids;
  void memoire.regler("motif", etat.motif).catch(() => {});
}

async function lireMagasins() {
  const r = await reseau.lireMagasins();
  noterConnexion(r.statut);
  if (r.statut !== 200) return;
  const parNom = new Intl.Collator("fr");
  etat.magasins = r.corps.elements.sort((/** @type {any} */ a, /** @type {any} */ b) =>
    parNom.compare(a.nom, b.nom));
  void memoire.regler("magasins", etat.magasins).catch(() => {});
  await choisirMagasin();
}

/** @type {Record<string, (b: HTMLButtonElement, id: string) => unknown>} */
const AGIR = {
  produit: (_, id) => actions.produire(id),
  ajuster: (_, id) => clavier.ouvrir(id),
  motifs: (_, id) => ouvrirMotifs(id),
  motif: (b) => {
    dialogue(null);
    return actions.nePasProduire(b.dataset.ligne ?? "", b.dataset.motif ?? "");
  },
  ouvrir: (_, id) => {
    basculer(id, dessiner);
    void recette.suivre(dessiner);
  },
  aller: (b) => allerVers(b.dataset.vers ?? ""),
  imprimer: () => {
    dialogue(null);
    print();
  },
  ...Object.fromEntries(Object.entries(filtre.AGIR).map(([nom, faire]) => [nom,
    (/** @type {HTMLButtonElement} */ b) => {
      faire(b);
      dessiner();
    }])),
  ...veille.AGIR,
  annuler: (_, id) => actions.annuler(id),
  "annuler-dernier": () => actions.annulerLeSien(),
  refaire: () => actions.refaire(),
  solutions: (_, id) => manque.ouvrir(id, refusDe(id)),
  "stock-trouve": (b) => manque.stockTrouve(Number(b.dataset.rang)),
  "autre-lot": (b) => manque.autreLot(Number(b.dataset.rang)),
  "choisir-lot": (b) => manque.choisirLot(b.dataset.lot ?? ""),
  "fait-moins": () => manque.faitMoins(),
  touche: (b) => clavier.touche(b.dataset.touche ?? ""),
  effacer: () => clavier.effacer(),
  plus: () => clavier.pas(1),
  moins: () => clavier.pas(-1),
  valider: () => clavier.valider(),
  code: () => code.ouvrir(),
  camera: () => code.ouvrirCamera(),
  "plus-un": (b) => {
    etat.plusUn = !etat.plusUn;
    b.setAttribute("aria-pressed", String(etat.plusUn));
  },
  liste: () => liste.ouvrir(),
  menu: () => dialogue("d-menu"),
  fermer: () => dialogue(null),
  soumettre: (b) => b.form?.requestSubmit(b),
  resoudre: (b) => {
    const r = etat.corriger.find((x) => x.cle === b.dataset.cle);
    if (r) manque.ouvrir(r.ligne ?? "", r);
  },
};

/** The refusal that is still open on that line. @param {string} id */
const refusDe = (id) =>
  etat.corriger.find((r) => r.ligne === id && r.date === etat.date && r.manques.length > 0) ?? null;

/** To the row of what is to be made first, open. @param {string} id */
function allerVers(id) {
  dialogue(null);
  filtre.toutVoir();
  etat.vue.onglet = "reste";
  etat.ouverte = id;
  dessiner();
  montrerLigne(id, "center");
  void recette.suivre(dessiner);
}

/** @param {string} action @param {HTMLButtonElement} b */
async function agir(action, b) {
  const carte = /** @type {HTMLElement | null} */ (b.closest("[data-ligne]"));
  if (AGIR[action]) return AGIR[action](b, carte?.dataset.ligne ?? "");
  if (await liste.decider(action, b.dataset.cle ?? "")) await envoyer();
}

async function envoyer() {
  await relireFile();
  void rejeu.lancer();
}

/** @param {string} id */
function ouvrirMotifs(id) {
  const l = ligne(id);
  if (!l) return;
  ecrire(lieu("motifs-titre"), T.motifTitre(l.recette_nom));
  lieu("motifs").replaceChildren(...MOTIFS.map(([image, mot]) =>
    bouton("motif", mot, image, { motif: mot, ligne: id })));
  dialogue("d-motifs");
}

/** A scan fills the form that is open, and sends none. @param {string} code @param {number} quand */
function lireUnCode(code, quand) {
  if (lieu("d-trouve").open) return void trouve.etiquette(code);
  if (lieu("d-clavier").open) return actions.annoncer("refuse", T.clavierOuvert);
  if (!lieu("d-code").open) return void scanner(code, quand);
  lieu("code-texte").value = ecrit(code);
  ecrire(lieu("code-faute"), "");
  actions.annoncer("double", T.codeRempli);
}

function ecouter() {
  appareil.preparer();
  feuille.preparer();
  const toucher = () => { etat.geste = performance.now(); };
  for (const nom of ["pointerdown", "pointerup"]) addEventListener(nom, toucher, { capture: true });
  // Nor does a row go from under the keys of who goes through them.
  lieu("cartes").addEventListener("keydown", toucher);
  filtre.ecouter(dessiner);
  ecouterGestes((action, b) => void agir(action, b), () => actions.annoncer("double", T.aBouge));
  ecouterClavier({
    surCode: lireUnCode,
    surCoupe: () => actions.annoncer("inconnu", T.codeCoupe),
    saisie: () => (lieu("d-clavier").open ? clavier.taper : null),
  });
  document.addEventListener("keydown", clavier.toucheReelle);
  code.ecouter();
  lieu("f-trouve").addEventListener("submit", (/** @type {Event} */ e) => {
    e.preventDefault();
    trouve.valider();
  });
  lieu("lien-totaux").addEventListener("click", () => dialogue(null));
  addEventListener("online", () => void reprendre());
  addEventListener("pageshow", (e) => e.persisted && location.reload());
  document.addEventListener("visibilitychange", () => {
    personneSure = false;
    if (document.visibilityState === "visible") void reprendre();
  });
  setInterval(() => void battre(), 1000);
}

async function reprendre() {
  if (etat.magasins.length === 0) await lireMagasins();
  void lireChaine();
  void lireEcran();
  void rejeu.lancer();
}

/** Each second: the clock, midnight, what has waited long. */
async function battre() {
  if (reseau.horlogeChangee()) void lireEcran();
  await changerDeJour();
  if (lieu("d-clavier").open) clavier.titrer();
  dessiner();
}

async function commencer() {
  actions.brancher(envoyer);
  ecouter();
  memoire.demeurer();
  const garde = (/** @type {string} */ nom) => memoire.reglage(nom).catch(() => null);
  // All at once: the first row waits for each of them.
  const [moi, magasins] = await Promise.all([garde("moi"), garde("magasins"),
    reseau.reprendreHeure(), actes.lire(), filtre.lire(),
    lireFile().catch(() => actions.annoncer("refuse", T.pasGarde))]);
  [etat.moi, etat.magasins] = [moi ?? null, magasins ?? []];
  if (etat.magasins.length > 0) await choisirMagasin();
  await Promise.all([personne(), lireMagasins(), lireChaine()]);
  void rejeu.lancer();
  dessiner();
  if (navigator.serviceWorker) {
    await navigator.serviceWorker.register("/cuisine-hors-ligne.js", { scope: "/cuisine" });
  }
}

void commencer();
