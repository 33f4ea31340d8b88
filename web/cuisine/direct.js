// Follows the other screens: the server's events; a look every few seconds where there are none.

const SUIVI_MS = 3000;
const RETOUR_MS = 20000;

export class Direct {
  #adresse;
  #surChangement;
  #surEtat;
  /** @type {EventSource | null} */
  #source = null;
  #minuterie = 0;
  #ouvert = false;

  /** @param {string} adresse @param {() => void} surChangement read the screen anew
   * @param {(ouvert: boolean) => void} surEtat */
  constructor(adresse, surChangement, surEtat) {
    this.#adresse = adresse;
    this.#surChangement = surChangement;
    this.#surEtat = surEtat;
    this.#ouvrir();
    this.#minuterie = window.setInterval(() => this.#veiller(), SUIVI_MS);
  }

  get ouvert() {
    return this.#ouvert;
  }

  fermer() {
    clearInterval(this.#minuterie);
    this.#source?.close();
  }

  /** Waiting for nothing: somebody knows that the network is back. */
  reprendre() {
    if (this.#source?.readyState !== EventSource.OPEN) this.#ouvrir();
  }

  #ouvrir() {
    this.#source?.close();
    this.#dernierEssai = performance.now();
    const source = new EventSource(this.#adresse);
    source.addEventListener("change", () => this.#surChangement());
    source.addEventListener("open", () => this.#noter(true));
    source.addEventListener("error", () => this.#noter(false));
    this.#source = source;
  }

  #dernierEssai = 0;

  /** @param {boolean} ouvert */
  #noter(ouvert) {
    if (ouvert === this.#ouvert) return;
    this.#ouvert = ouvert;
    this.#surEtat(ouvert);
    // Whatever happened meanwhile: a whole look after each change of state.
    this.#surChangement();
  }

  #veiller() {
    if (this.#ouvert) return;
    this.#surChangement();
    const fermee = this.#source?.readyState === EventSource.CLOSED;
    if (fermee && performance.now() - this.#dernierEssai > RETOUR_MS) this.#ouvrir();
  }
}
