// Sound, vibration, the lit screen. Three signals that nobody mixes up: accepted rises, unknown
// stays level twice, refused falls and buzzes.

/** @typedef {"accepte" | "inconnu" | "refuse" | "double"} Signal */

/** Frequency, start and length in seconds, shape.
 * @type {Record<Signal, [number, number, number, OscillatorType][]>} */
const NOTES = {
  accepte: [[880, 0, .09, "sine"], [1320, .09, .14, "sine"]],
  inconnu: [[520, 0, .16, "triangle"], [520, .24, .16, "triangle"]],
  refuse: [[330, 0, .18, "square"], [196, .18, .4, "square"]],
  double: [[1100, 0, .05, "sine"]],
};
/** @type {Record<Signal, number[]>} */
const VIBRATIONS = { accepte: [60], inconnu: [120, 90, 120], refuse: [400], double: [25] };

/** @type {AudioContext | null} */
let audio = null;

/** A browser stays silent until a person has touched the page. */
function eveiller() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume().catch(() => {});
}

/** @param {Signal} signal */
export function signaler(signal) {
  // Taken off and set again, with a look in between: so that a second flash is seen.
  delete document.documentElement.dataset.signal;
  void document.documentElement.offsetWidth;
  document.documentElement.dataset.signal = signal;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATIONS[signal]);
  if (audio?.state === "running") jouer(audio, NOTES[signal]);
}

/** @param {AudioContext} contexte @param {[number, number, number, OscillatorType][]} notes */
function jouer(contexte, notes) {
  for (const [frequence, debut, duree, forme] of notes) {
    const [note, force] = [contexte.createOscillator(), contexte.createGain()];
    const t = contexte.currentTime + debut;
    note.type = forme;
    note.frequency.value = frequence;
    force.gain.setValueAtTime(forme === "square" ? .25 : .5, t);
    force.gain.exponentialRampToValueAtTime(.001, t + duree);
    note.connect(force).connect(contexte.destination);
    note.start(t);
    note.stop(t + duree);
  }
}

async function resterAllume() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
  // Refused when the battery is low: the screen then goes dark as it always did.
  await navigator.wakeLock.request("screen").catch(() => {});
}

export function preparer() {
  addEventListener("pointerdown", eveiller, { capture: true });
  addEventListener("keydown", eveiller, { capture: true });
  document.addEventListener("visibilitychange", () => void resterAllume());
  void resterAllume();
}
