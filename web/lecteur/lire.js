// Reads barcodes in the camera's pictures, beside the page: a look may take longer than a finger
// waits. Loaded when the camera is opened, for browsers that read no barcodes themselves.

import { prepareZXingModule, readBarcodes } from "./zxing-wasm-3.1.4/reader/index.js";

/** @type {import("./zxing-wasm-3.1.4/reader/index.js").ReaderOptions} */
const OPTIONS = {
  // No ITF of any length: a part of one is read as a shorter one.
  formats: ["EAN13", "EAN8", "UPCA", "UPCE", "Code128", "ITF14", "DataMatrix", "QRCode"],
  textMode: "Plain",
  maxNumberOfSymbols: 8,
};

// Without `locateFile` it would ask a server that is not ours.
const locateFile = (/** @type {string} */ nom) =>
  new URL(`./zxing-wasm-3.1.4/${nom}`, import.meta.url).href;

prepareZXingModule({ overrides: { locateFile }, fireImmediately: true }).then(
  () => postMessage({ pret: true }),
  (/** @type {unknown} */ e) => postMessage({ panne: String(e) }));

addEventListener("message", async ({ data: { octets, width, height } }) => {
  const image = { data: new Uint8ClampedArray(octets), width, height };
  const lus = await readBarcodes(/** @type {ImageData} */ (image), OPTIONS);
  // What the codes of GS1 mean is told by the identifier before the text, as scanners send it.
  postMessage({ codes: lus.map((lu) => lu.symbologyIdentifier + lu.text) });
});
