// The hour and the day where the magasin is.

import { etat } from "./etat.js";
import { maintenant } from "./reseau.js";

/** Until then yesterday needs no reason. */
const FIN_DE_LA_NUIT = "04:00";
const JOUR_MS = 24 * 3600 * 1000;

/** One costs more to make than all that it writes. @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options @param {string} langue */
function format(options, langue = "fr-FR") {
  const timeZone = etat.magasin?.fuseau ?? "Europe/Paris";
  const cle = JSON.stringify([timeZone, langue, options]);
  const connu = formats.get(cle) ?? new Intl.DateTimeFormat(langue, { timeZone, ...options });
  formats.set(cle, connu);
  return connu;
}

/** `14:05`. @param {string | number} quand */
export const heureDe = (quand) =>
  format({ hour: "2-digit", minute: "2-digit" }).format(new Date(quand));

/** `14 h 05`, as it is said. @param {string | number} quand */
export const heureParlee = (quand) => heureDe(quand).replace(/^0/, "").replace(":", " h ");

export const heure = () => heureDe(maintenant());

/** `mar. 1 déc.` */
export const dateDite = () =>
  format({ weekday: "short", day: "numeric", month: "short" }).format(maintenant());

/** `1 décembre 2026 à 14:05`. @param {string} quand */
export const moment = (quand) =>
  format({ dateStyle: "long", timeStyle: "short" }).format(Date.parse(quand));

/** The civil day of that instant. @param {string | number} quand */
export const jourDe = (quand) => format({}, "en-CA").format(new Date(quand));

export const aujourdhui = () => jourDe(maintenant());

/** The evening before is not over. */
export const estLaNuit = () => heure() < FIN_DE_LA_NUIT;

/** None of none. @param {string} jour */
export const veilleDe = (jour) =>
  jour && new Date(Date.parse(jour) - JOUR_MS).toISOString().slice(0, 10);
