// Barcodes by the camera: read by the browser where it can, else by a reader that is loaded when the
// camera is first opened (`web/lecteur/`).

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf", "qr_code", "data_matrix"];
const ENTRE_DEUX_MS = 150;
/** Out of the picture for so long, a code has left it. */
const PARTI_MS = 1500;
/** A wider picture costs time and shows no more of the bars. */
const LARGEUR_MAX = 1280;

/** @typedef {{lire(video: HTMLVideoElement): Promise<string[]>, fermer(): void}} Lecteur */

/** Why there is no camera here: the `name` of an error that a browser has no name for. */
export const SANS_HTTPS = "SansHttps";
export const SANS_LECTEUR = "SansLecteur";

/** A code counts once for as long as it stays in the picture, however slow the looks are. Pure. */
export class EnVue {
  /** Since when each was not seen any more; null: it is seen. @type {Map<string, number | null>} */
  #codes = new Map();

  /** @param {string[]} lus @param {number} maintenant ms @returns {string[]} those that came in */
  regarder(lus, maintenant) {
    const entres = [...new Set(lus)].filter((c) => !this.#codes.has(c));
    for (const [code, depuis] of this.#codes) {
      if (depuis === null) this.#codes.set(code, maintenant);
      else if (maintenant - depuis > PARTI_MS) this.#codes.delete(code);
    }
    for (const code of lus) this.#codes.set(code, null);
    return entres;
  }
}

export class Camera {
  /** Which opening it is: what comes of an earlier one is thrown away. */
  #tour = 0;
  /** @type {MediaStream | null} */
  #flux = null;

  /**
   * Reads until it is closed. Fails with an error whose `name` says why.
   * @param {HTMLVideoElement} video
   * @param {{adresse: string, pret: () => void, surCode: (code: string) => void}} suite
   */
  async ouvrir(video, suite) {
    this.fermer();
    const tour = this.#tour;
    try {
      await this.#lire(video, suite, () => tour === this.#tour);
    } catch (e) {
      if (tour !== this.#tour) return;
      this.fermer();
      throw e;
    }
  }

  fermer() {
    this.#tour += 1;
    arreter(this.#flux);
    this.#flux = null;
  }

  /** @param {HTMLVideoElement} video
   * @param {{adresse: string, pret: () => void, surCode: (code: string) => void}} suite
   * @param {() => boolean} ouverte */
  async #lire(video, { adresse, pret, surCode }, ouverte) {
    const flux = await demander();
    if (!ouverte()) return arreter(flux);
    this.#flux = flux;
    video.srcObject = flux;
    await video.play();
    const lecteur = (await duNavigateur()) ?? (await Ouvrier.de(adresse));
    try {
      if (ouverte()) pret();
      const vue = new EnVue();
      while (ouverte()) {
        const lus = await lecteur.lire(video);
        if (!ouverte()) break;
        vue.regarder(lus, performance.now()).forEach(surCode);
        await new Promise((apres) => setTimeout(apres, ENTRE_DEUX_MS));
      }
    } finally {
      lecteur.fermer();
    }
  }
}

/** @param {MediaStream | null} flux */
function arreter(flux) {
  for (const piste of flux?.getTracks() ?? []) piste.stop();
}

/** @param {string} name */
const erreur = (name) => Object.assign(new Error(name), { name });

async function demander() {
  if (!navigator.mediaDevices?.getUserMedia) throw erreur(SANS_HTTPS);
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: LARGEUR_MAX } }, audio: false });
}

/** The browser's own reader; none where it does not read what is on packages.
 * @returns {Promise<Lecteur | null>} */
async function duNavigateur() {
  const Detecteur = /** @type {any} */ (globalThis).BarcodeDetector;
  const connus = (await Detecteur?.getSupportedFormats().catch(() => [])) ?? [];
  if (!connus.includes("ean_13")) return null;
  const detecteur = new Detecteur({ formats: FORMATS.filter((f) => connus.includes(f)) });
  return {
    lire: async (video) => {
      const codes = await detecteur.detect(video).catch(() => []);
      return codes.map((/** @type {{rawValue: string}} */ c) => c.rawValue);
    },
    fermer: () => {},
  };
}

/** Our reader, which works beside the page. @implements {Lecteur} */
class Ouvrier {
  #ouvrier;
  #toile = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** @param {Worker} ouvrier */
  constructor(ouvrier) {
    this.#ouvrier = ouvrier;
  }

  /** @param {string} adresse of its script */
  static async de(adresse) {
    const ouvrier = new Worker(adresse, { type: "module" });
    await reponse(ouvrier).catch((e) => {
      ouvrier.terminate();
      throw e;
    });
    return new Ouvrier(ouvrier);
  }

  /** @param {HTMLVideoElement} video */
  async lire(video) {
    const echelle = Math.min(1, LARGEUR_MAX / video.videoWidth);
    const width = Math.round(video.videoWidth * echelle);
    const height = Math.round(video.videoHeight * echelle);
    if (!this.#toile || !width || !height) return [];
    Object.assign(this.#toile.canvas, { width, height });
    this.#toile.drawImage(video, 0, 0, width, height);
    const octets = this.#toile.getImageData(0, 0, width, height).data.buffer;
    this.#ouvrier.postMessage({ octets, width, height }, [octets]);
    return (await reponse(this.#ouvrier)).codes;
  }

  fermer() {
    this.#ouvrier.terminate();
  }
}

/** The next thing it says. @param {Worker} ouvrier @returns {Promise<{codes: string[]}>} */
function reponse(ouvrier) {
  return new Promise((suite, echec) => {
    ouvrier.onmessage = ({ data }) => (data.panne ? echec(erreur(SANS_LECTEUR)) : suite(data));
    ouvrier.onerror = () => echec(erreur(SANS_LECTEUR));
  });
}
