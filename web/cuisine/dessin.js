// Draws the state. What is there is only changed where something changed: what a finger is about to
// touch stays where it is.

import * as actes from "./actes.js";
import { remplirCreneaux, superposer } from "./attente.js";
import { changerIcone, cloner, ecrire, element, lieu, montrer, statut } from "./dom.js";
import { enRoute, etat } from "./etat.js";
import { dessinerOnglets } from "./filtre_ecran.js";
import { aujourdhui, dateDite, heure, heureDe } from "./heures.js";
import { dessinerLignes } from "./lignes_ecran.js";
import { direSur, jourCourt, lisible } from "./quantites.js";
import { CONNEXION, CRENEAUX, T } from "./textes.js";
import { dessinerVeille } from "./veille_ecran.js";

/** @typedef {import("./attente.js").LigneVue} LigneVue */

/** What fills the screen is painted first: nobody waits yet for what lies below it, which comes so many
 * rows at a time, so that a finger is answered meanwhile. More than the largest screen shows at once. */
const PAR_FOIS = 30;
let dessinables = PAR_FOIS;
let suivie = false;
const SANS_PEINTURE_MS = 400;

export function dessiner() {
  const lignes = superposer(etat.ecran?.cuisine ?? [], enRoute());
  dessinerTete();
  dessinerBandeau(lignes);
  const rangement = dessinerLignes(lignes, dessinables);
  dessinerOnglets(rangement);
  dessinerVeille();
  dessinerEtat(lignes.length, rangement.visibles.length);
  dessinerCreneaux(lignes);
  if (dessinables === Infinity) dessinerTotaux(lignes);
  else if (lignes.length > 0) suivrePeinture(lignes.length);
}

/** The next rows once the last ones were painted, then the totals; in a window that nobody sees, all
 * the same. @param {number} nombre of lines */
function suivrePeinture(nombre) {
  if (suivie) return;
  suivie = true;
  let faite = false;
  const suite = () => {
    if (faite) return;
    [faite, suivie] = [true, false];
    dessinables = dessinables < nombre ? dessinables + PAR_FOIS : Infinity;
    dessiner();
  };
  setTimeout(suite, SANS_PEINTURE_MS);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(suite)));
}

function dessinerTete() {
  ecrire(lieu("magasin"), etat.magasin?.nom ?? "Cuisine");
  ecrire(lieu("date"), etat.magasin ? dateDite() : "");
  ecrire(lieu("heure"), etat.magasin ? heure() : "");
  ecrire(lieu("personne"), etat.moi?.nom ?? "");
  const [image, mot] = CONNEXION[etat.connexion ?? "suivi"];
  const genre = { direct: "fait", suivi: "en-cours", hors_ligne: "aujourdhui", session: "manque" };
  if (etat.connexion) statut(lieu("connexion"), genre[etat.connexion], image, mot);
  const [attente, corriger] = [etat.attente.length, etat.corriger.length];
  montrer(lieu("attentes"), attente > 0);
  ecrire(lieu("attentes").querySelector("span"), T.attentes(attente));
  const bouton = lieu("bouton-liste");
  bouton.classList.toggle("c-alerte-liste", corriger > 0);
  changerIcone(bouton.querySelector("svg"), corriger > 0 ? "manque" : "plan");
  ecrire(bouton.querySelector("span"), corriger > 0 ? T.aCorriger(corriger) : T.aVoir);
}

/** The last action of this tablet, and what it just took back. @param {LigneVue[]} lignes */
function dessinerBandeau(lignes) {
  const deja = actes.deja();
  const [acte, repris] = deja ? [null, null] : [actes.dernier(), etat.refaire];
  montrer(lieu("bandeau"), Boolean(deja ?? acte ?? repris));
  const annuler = lieu("annuler");
  annuler.classList.toggle("c-vide", !acte);
  annuler.disabled = !acte || performance.now() < etat.repos;
  annuler.dataset.cle = acte?.cle ?? "";
  montrer(lieu("refaire"), Boolean(repris));
  if (deja) ecrire(lieu("dernier"), deja.phrase), ecrire(lieu("dernier-detail"), "");
  const dit = acte ?? repris;
  if (!dit) return;
  const phrase = phraseDe(dit, lignes.find((l) => l.recette_id === dit.ligne));
  ecrire(lieu("dernier"), acte ? phrase : T.reprise(phrase));
  const quand = heureDe(dit.quand);
  ecrire(lieu("dernier-detail"), dit.date === etat.date ? quand : T.pourLe(jourCourt(dit.date), quand));
}

/** @param {import("./actes.js").Acte} acte @param {LigneVue | undefined} l */
function phraseDe(acte, l) {
  if (acte.action !== "ajuste" || !l) return acte.nom;
  return T.ajuste(l.recette_nom, lisible(Number(acte.corps.quantite), l.unite));
}

/** @param {number} nombre of lines @param {number} visibles of them */
function dessinerEtat(nombre, visibles) {
  const session = etat.connexion === "session";
  const phrase = session ? T.sessionTerminee : etat.connexion === "hors_ligne" ? T.horsLigne : "";
  montrer(lieu("etat"), phrase !== "");
  ecrire(lieu("etat").querySelector("p"), phrase);
  montrer(lieu("se-reconnecter"), session);
  const [titre, conseil] = nombre === 0 ? rien() : rienIci();
  montrer(lieu("vide"), visibles === 0 && titre !== "");
  ecrire(lieu("vide").querySelector(".vide-titre"), titre);
  ecrire(lieu("vide").querySelector("p:last-child"), conseil);
  montrer(lieu("outils"), Boolean(etat.magasin));
}

/** Why there is none of the day's rows. */
function rienIci() {
  const { onglet, poste, creneau, texte } = etat.vue;
  if (poste || creneau || texte) return [T.aucune, T.aucuneDe];
  return onglet === "fait" ? [T.rienDeFait, T.rienDeFaitConseil] : [T.toutEstDit, T.toutEstDitConseil];
}

/** Why there is no row. */
function rien() {
  if (!etat.magasin) {
    if (etat.magasins.length > 0) return ["", ""];
    return etat.connexion === null ? [T.chargement, ""] : [T.aucunMagasin, T.aucunMagasinConseil];
  }
  if (etat.ecran || etat.planAbsent) return [T.planAbsent, T.planAbsentConseil];
  if (etat.connexion === null) return [T.chargement, ""];
  // What is left of the day before stands above it.
  return lieu("veille").hidden ? [T.jamaisLu, T.jamaisLuConseil] : [T.pasEncoreLu, T.pasEncoreLuConseil];
}

/** @param {LigneVue[]} lignes */
function dessinerCreneaux(lignes) {
  const creneaux = etat.ecran?.quantites_par_creneau ?? [];
  const liste = lieu("creneaux");
  montrer(liste, lignes.length > 0);
  const passee = etat.date < aujourdhui();
  remplirCreneaux(creneaux, lignes, passee ? "24:00" : heure()).forEach((c, i) => {
    const tuile = liste.children[i] ?? liste.appendChild(cloner("t-creneau"));
    ecrire(tuile.querySelector(".c-creneau-nom span"), CRENEAUX[i] ?? "");
    ecrire(tuile.querySelector(".c-heures"), `${c.debut}–${c.fin}`);
    dessinerParts(tuile.querySelector(".c-creneau-parts"), c.parts);
    const s = tuile.querySelector(".statut");
    if (c.parts.length === 0) statut(s, "a-produire", "information", T.creneauVide);
    else if (c.fini) statut(s, "fait", "fait", T.creneauFait);
    else if (c.en_retard) statut(s, "manque", "horloge", T.enRetard);
    else statut(s, "a-produire", "a-produire", T.creneauEnCours);
  });
}

/** One line a unit; pieces alone need no word. @param {Element | null} liste
 * @param {import("./attente.js").Part[]} contenu */
function dessinerParts(liste, contenu) {
  if (!liste) return;
  while (liste.children.length > contenu.length) liste.lastElementChild?.remove();
  contenu.forEach((part, i) => {
    const place = liste.children[i] ?? liste.appendChild(cloner("t-part"));
    const { fait, prevu } = direSur(part.fait, part.quantite, part.unite, contenu.length > 1);
    ecrire(place.querySelector("strong"), fait);
    ecrire(place.querySelector("span"), `/ ${prevu}`);
  });
}

/** @param {LigneVue[]} lignes */
function dessinerTotaux(lignes) {
  montrer(lieu("totaux"), lignes.length > 0);
  rangees("par-produit", lignes.map((l) => [l.recette_nom, lisible(l.quantite_planifiee, l.unite),
    lisible(l.quantite_produite, l.unite), lisible(l.restant, l.unite)]));
  const besoins = etat.ecran?.totaux?.ingredients ?? [];
  rangees("par-ingredient", besoins.map((b) => [b.ingredient_nom, lisible(b.besoin, b.unite),
    lisible(b.disponible, b.unite), b.manque > 0 ? lisible(b.manque, b.unite, Math.ceil) : "–"]));
}

/** @param {string} id @param {string[][]} contenu */
function rangees(id, contenu) {
  const corps = lieu(id);
  while (corps.children.length > contenu.length) corps.lastElementChild.remove();
  contenu.forEach((cases, i) => {
    const rangee = corps.children[i] ?? corps.appendChild(document.createElement("tr"));
    cases.forEach((texte, j) => {
      const place = rangee.children[j] ?? rangee.appendChild(element(j === 0 ? "th" : "td", ""));
      if (j === 0) place.scope = "row";
      ecrire(place, texte);
    });
  });
}
