// Barcodes by the camera, where the browser reads them itself.

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "itf", "qr_code", "data_matrix"];

/** @returns {Promise<string[]>} the formats this browser reads; none where it reads none */
export async function formats() {
  const Detecteur = /** @type {any} */ (globalThis).BarcodeDetector;
  if (!Detecteur || !navigator.mediaDevices?.getUserMedia) return [];
  const connus = await Detecteur.getSupportedFormats().catch(() => []);
  return FORMATS.filter((f) => connus.includes(f));
}

export class Camera {
  /** @type {MediaStream | null} */
  #flux = null;

  /** Reads until it is closed. @param {HTMLVideoElement} video @param {(code: string) => void} surCode */
  async ouvrir(video, surCode) {
    const Detecteur = /** @type {any} */ (globalThis).BarcodeDetector;
    const detecteur = new Detecteur({ formats: await formats() });
    const flux = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    this.#flux = flux;
    video.srcObject = flux;
    await video.play();
    /** @type {Map<string, number>} a code counts again once it has left the picture */
    const vus = new Map();
    while (this.#flux === flux) {
      const codes = await detecteur.detect(video).catch(() => []);
      for (const { rawValue } of codes) {
        const nouveau = performance.now() - (vus.get(rawValue) ?? -Infinity) > 1500;
        vus.set(rawValue, performance.now());
        if (nouveau) surCode(rawValue);
      }
      await new Promise((suite) => setTimeout(suite, 150));
    }
  }

  fermer() {
    for (const piste of this.#flux?.getTracks() ?? []) piste.stop();
    this.#flux = null;
  }
}
