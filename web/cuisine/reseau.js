// The server's JSON. An answer that is not ours (a hotel's login page, a proxy) counts as none.

import * as memoire from "./memoire.js";

/** @typedef {import("./attente.js").Reponse} Reponse */

const API = "/api/interne/production-preparation";
const DELAI_MS = 15000;

/** How far this tablet's clock is from the server's, in ms. */
let [decalage, garde] = [0, 0];

/** As it was when the page was last open: without network nobody else tells the hour. */
export async function reprendreHeure() {
  garde = Number(await memoire.reglage("decalage").catch(() => 0)) || 0;
  decalage = garde;
}

/** The server's time, as well as it is known. */
export const maintenant = () => Date.now() + decalage;

let repere = Date.now() - performance.now();
/** Somebody set this tablet's clock since the last look, or it slept: its hour is asked for anew. */
export function horlogeChangee() {
  const ici = Date.now() - performance.now();
  const changee = Math.abs(ici - repere) > 3000;
  repere = ici;
  return changee;
}

/** What was tapped by a clock that ran ahead and was set right since was tapped before now.
 * @template {{corps: Record<string, unknown>}} E @param {E} e @returns {E} */
export function aLHeure(e) {
  const { tape_le } = e.corps;
  if (typeof tape_le !== "string" || Date.parse(tape_le) <= maintenant()) return e;
  return { ...e, corps: { ...e.corps, tape_le: new Date(maintenant()).toISOString() } };
}

/** @param {string} chemin @param {RequestInit} [options] @returns {Promise<Reponse>} */
export async function demander(chemin, options = {}) {
  const rien = { statut: 0, corps: null, attente_s: 0 };
  const arret = new AbortController();
  const minuterie = setTimeout(() => arret.abort(), DELAI_MS);
  try {
    const r = await fetch(chemin, { redirect: "manual", cache: "no-store", signal: arret.signal,
      ...options });
    const texte = await r.text();
    if (!/^application\/(problem\+)?json/.test(r.headers.get("content-type") ?? "")) return rien;
    accorder(r.headers.get("date"));
    const attente_s = Number(r.headers.get("retry-after")) || 0;
    return { statut: r.status, corps: texte ? JSON.parse(texte) : null, attente_s };
  } catch {
    return rien;
  } finally {
    clearTimeout(minuterie);
  }
}

/** @param {string | null} date the header, to the second */
function accorder(date) {
  if (!date) return;
  const ecart = Date.parse(date) - Date.now();
  decalage = Math.abs(ecart) > 3000 ? ecart : 0;
  if (Math.abs(decalage - garde) <= 3000) return;
  garde = decalage;
  void memoire.regler("decalage", garde).catch(() => {});
}

/** @param {string} chemin @param {unknown} corps @param {string} cle */
export const envoyer = (chemin, corps, cle) =>
  demander(chemin, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": cle },
    body: JSON.stringify(corps),
  });

/** @param {string} magasin @param {string} date */
export const lireEcran = (magasin, date) =>
  demander(`${API}?magasin_id=${magasin}&date=${date}`);

/** What the day's lines are made of. @param {string} magasin @param {string} date
 * @param {string | null} recette null: all of them */
export const lireRecettes = (magasin, date, recette) =>
  demander(`${API}/recettes?magasin_id=${magasin}&date=${date}${recette ? `&recette_id=${recette}` : ""}`);

/** @param {string} magasin @param {string} ingredient */
export const lireLots = (magasin, ingredient) =>
  demander(`/api/interne/stock?magasin_id=${magasin}&ingredient_id=${ingredient}&vides=true`);

/** What a code says, and what the magasin knows of it. @param {string} magasin @param {string} code */
export const lireGs1 = (magasin, code) =>
  demander(`/api/interne/gs1?magasin_id=${magasin}&code=${encodeURIComponent(code)}`);

/** What the chain sets for all. */
export const lireChaine = () => demander("/api/interne/chaine");
export const lireMagasins = () => demander("/api/interne/magasins?limite=1000");
export const lireMoi = () => demander("/auth/me");

/** @param {string} magasin */
export const adresseDirect = (magasin) => `${API}/direct?magasin_id=${magasin}`;
/** @param {string} action */
export const adresseAction = (action) => `${API}/${action}`;
export const ADRESSE_AJUSTEMENTS = "/api/interne/ajustements";
