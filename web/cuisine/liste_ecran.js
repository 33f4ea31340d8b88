// «À voir»: what the server refused, and what waits, each with what a person may do.

import { annoncer } from "./actions.js";
import * as actes from "./actes.js";
import { examiner, sansRetour } from "./attente.js";
import * as depuis from "./depuis.js";
import { bouton, cloner, dialogue, ecrire, lieu, montrer } from "./dom.js";
import { etat, ligne } from "./etat.js";
import { moment } from "./heures.js";
import * as memoire from "./memoire.js";
import { lisible } from "./quantites.js";
import { maintenant } from "./reseau.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Entree} Entree */

const PEUT_ETRE_COMPTEE = "peut_etre_comptee";

export function ouvrir() {
  remplir();
  dialogue("d-liste");
}

export function remplir() {
  const attente = examiner(etat.attente, etat.moi, maintenant());
  lieu("corriger").replaceChildren(...etat.corriger.map(refusee));
  lieu("attente").replaceChildren(...attente.map(({ entree, raison }) => enAttente(entree, raison)));
  montrer(lieu("s-corriger"), etat.corriger.length > 0);
  montrer(lieu("s-attente"), attente.length > 0);
  ecrire(lieu("liste-vide"), etat.corriger.length + attente.length === 0 ? T.rienACorriger : "");
}

/** What others declared of it meanwhile is told, too. @param {(quand: string) => string} heureDe
 * @returns {Promise<boolean>} something changed */
export async function suivre(heureDe) {
  const ici = etat.corriger.filter((r) => r.magasin_id === etat.magasin?.id && r.date === etat.date);
  const nouvelles = ici.flatMap((r) => depuis.suivre(r, ligne(r.ligne ?? ""), heureDe) ?? []);
  for (const r of nouvelles) await memoire.suivre(r).catch(() => {});
  return nouvelles.length > 0;
}

/** @param {Entree} e @param {string} raison @param {HTMLButtonElement[]} boutons
 * @param {string} nom */
function rangee(e, raison, boutons, nom = e.nom) {
  const li = cloner("t-entree");
  const magasin = etat.magasins.find((m) => m.id === e.magasin_id)?.nom;
  const autre = magasin && magasin !== etat.magasin?.nom ? `${magasin} · ` : "";
  ecrire(li.children[0], nom);
  ecrire(li.children[1], `${autre}${moment(e.quand)} · ${e.auteur.nom}`);
  ecrire(li.children[2], raison);
  li.children[3].append(...boutons);
  return li;
}

/** @param {import("./attente.js").Refusee} r */
function refusee(r) {
  const nom = depuis.refuseDe(r);
  if (r.depuis) return rangee(r, r.raison, depuis.boutons({ ...r, depuis: r.depuis }), nom);
  const cle = { cle: r.cle };
  const ici = r.magasin_id === etat.magasin?.id && r.date === etat.date;
  // What stands of the line by now.
  const la = (ici ? ligne(r.ligne ?? "")?.quantite_produite : undefined) ?? r.autre?.total ?? 0;
  const boutons = [r.autre ? bouton("garder", T.garder(lisible(la, r.autre.unite)), "fait", cle)
    : bouton("retirer", T.retirer, "fermer", cle)];
  // Under another name it would count a second time.
  const sur = r.code !== PEUT_ETRE_COMPTEE || r.auteur.id === etat.moi?.id;
  if (sur && !sansRetour(r.code)) boutons.unshift(bouton("reessayer", T.reessayer, "actualiser", cle));
  if (r.manques.length > 0 && ici) boutons.unshift(bouton("resoudre", T.solutions, "carton", cle));
  return rangee(r, r.raison, boutons, nom);
}

/** @param {Entree} e @param {import("./attente.js").Raison | null} raison */
function enAttente(e, raison) {
  const cle = { cle: e.cle };
  const phrases = { vieille: T.raisonVieille(moment(e.quand)), auteur: T.raisonAuteur(e.auteur.nom),
    "auteur-essayee": T.raisonAuteurEssayee(e.auteur.nom), derriere: T.raisonDerriere };
  const envoyer = bouton("confirmer", T.envoyer, "fait", cle);
  const ecarter = bouton("ecarter", T.nePasEnvoyer, "fermer", cle);
  const admin = etat.moi?.admin;
  const boutons = raison === "vieille" || (raison === "auteur" && admin) ? [envoyer, ecarter]
    : raison === "auteur-essayee" && admin ? [ecarter] : [];
  return rangee(e, raison ? phrases[raison] : T.raisonReseau, boutons);
}

/** A person decided. @param {string} action @param {string} cle
 * @returns {Promise<boolean>} something changed */
export async function decider(action, cle) {
  const e = etat.attente.find((x) => x.cle === cle);
  const r = etat.corriger.find((x) => x.cle === cle);
  try {
    if (action === "confirmer" && e) await memoire.noter({ ...e, confirmee: true });
    if (action === "ecarter" && e) {
      const [raison, code] = e.tentee ? [T.misDeCoteEssayee, PEUT_ETRE_COMPTEE] : [T.misDeCote, ""];
      await memoire.refuser({ ...e, raison, code, manques: [] });
    }
    if (action === "reessayer" && r) await memoire.corriger(r, [denouveau(r)]);
    if (["retirer", "garder"].includes(action) && r) await memoire.corriger(r, []);
    if (action === "mettre" && r) {
      const encore = depuis.confirmer(denouveau(r));
      await memoire.corriger(r, [encore]);
      actes.retenir([encore]);
    }
  } catch {
    annoncer("refuse", T.pasGarde);
    return false;
  }
  return Boolean(e ?? r);
}

/** At the end of the queue, with its own key: what was refused wrote nothing. Who sends it again
 * is its author. @param {import("./attente.js").Refusee} r @returns {Entree} */
function denouveau(r) {
  const { ordre: _ordre, raison: _raison, code: _code, manques: _manques, d_abord: _abord, autre: _autre,
    ...e } = r;
  const auteur = etat.moi ? { id: etat.moi.id, nom: etat.moi.nom } : e.auteur;
  const tentee = e.tentee && auteur.id === e.auteur.id;
  return { ...e, auteur, tentee, pannes: 0, confirmee: true };
}
