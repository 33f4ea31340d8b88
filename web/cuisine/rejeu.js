// Sends the queue, in order, one at a time, online as after a day without network: there is one
// way for an action to reach the server.

import { corpsDe } from "./actes.js";
import { depassees, juger, pause, prochaine, vueParLaPersonne } from "./attente.js";
import * as depuis from "./depuis.js";
import * as memoire from "./memoire.js";
import * as reseau from "./reseau.js";
import { T } from "./textes.js";

/** @typedef {import("./attente.js").Entree} Entree */
/** @typedef {import("./attente.js").Reponse} Reponse */
/**
 * What the screen wants to hear.
 * @typedef {object} Auditeur
 * @property {() => Promise<import("./attente.js").Personne | null>} personne who is logged in;
 *   null when nobody knows now
 * @property {(cle: string) => boolean} attendue the person still waits for its answer
 * @property {(e: Entree, r: Reponse) => Promise<void>} faite
 * @property {(e: Entree, r: Reponse, raison: string) => Promise<void>} refusee
 * @property {(verdict: "attendre" | "connexion") => void} arretee
 */

export class Rejeu {
  #auditeur;
  #enCours = false;
  #encore = false;
  #essais = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #minuterie;

  /** @param {Auditeur} auditeur */
  constructor(auditeur) {
    this.#auditeur = auditeur;
  }

  /** Sends what can be sent. Asked while it works, it looks once more when it is done. */
  async lancer() {
    clearTimeout(this.#minuterie);
    this.#encore = true;
    if (this.#enCours) return;
    this.#enCours = true;
    try {
      while (this.#encore) {
        this.#encore = false;
        await seul(() => this.#vider());
      }
    } finally {
      this.#enCours = false;
    }
  }

  async #vider() {
    for (;;) {
      const entrees = await memoire.attente();
      if (entrees.length === 0) return;
      const moi = await this.#auditeur.personne();
      const entree = moi && prochaine(entrees, moi, reseau.maintenant());
      if (!entree) {
        if (!moi) this.#plusTard(0);
        return;
      }
      if (!(await this.#envoyer(entree))) return;
    }
  }

  /** False when the rest must wait. @param {Entree} lue */
  async #envoyer(lue) {
    const entree = { ...(lue.tentee ? lue : reseau.aLHeure(lue)), tentee: true };
    // Written down before it leaves: the answer may never come.
    if (!lue.tentee) await memoire.noter(entree);
    const corps = await corpsDe(entree);
    const r = corps ? await reseau.envoyer(entree.chemin, corps, entree.cle)
      : { statut: 409, corps: { code: "rien_a_annuler", detail: T.rienAReprendre }, attente_s: 0 };
    const verdict = juger(r, entree);
    if (verdict === "faite") {
      await memoire.retirer(entree, depassees(await memoire.aCorriger(), entree));
      await this.#auditeur.faite(entree, r);
    } else if (verdict === "refusee") {
      const raison = r.statut === 500 ? T.tropDePannes : r.corps?.detail ?? T.refuse;
      const code = r.corps?.code ?? "";
      if (vueParLaPersonne(code, this.#auditeur.attendue(entree.cle))) await memoire.retirer(entree);
      else {
        const manques = r.corps?.manques ?? [];
        const d_abord = r.corps?.faites_d_abord;
        await memoire.refuser({ ...entree, raison, code, manques, ...(d_abord && { d_abord }),
          ...depuis.lire(r.corps), ...depuis.lireAutre(r.corps) });
      }
      await this.#auditeur.refusee(entree, r, raison);
    } else {
      if (r.statut === 500) await memoire.noter({ ...entree, pannes: entree.pannes + 1 });
      this.#auditeur.arretee(verdict);
      this.#plusTard(r.attente_s);
      return false;
    }
    this.#essais = 0;
    return true;
  }

  /** @param {number} attente_s */
  #plusTard(attente_s) {
    clearTimeout(this.#minuterie);
    this.#minuterie = setTimeout(() => void this.lancer(), pause(this.#essais, attente_s));
    this.#essais += 1;
  }
}

/** Two windows of one browser share the queue: one of them sends. Without locks (plain http) the
 * keys alone keep an action from counting twice.
 * @param {() => Promise<void>} travail */
async function seul(travail) {
  if (navigator.locks) await navigator.locks.request("delicego-attente", travail);
  else await travail();
}

/** A key that nobody else draws; `randomUUID` is missing where there is no https. */
export function cle() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  octets[6] = (octets[6] & 0x0f) | 0x40;
  octets[8] = (octets[8] & 0x3f) | 0x80;
  const hexa = [...octets].map((o) => o.toString(16).padStart(2, "0")).join("");
  return hexa.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
