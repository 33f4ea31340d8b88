// What of zxing-wasm the reader calls, for `scripts/types-ecran`.

export interface ReaderOptions {
  formats: string[];
  textMode: "Plain" | "HRI";
  maxNumberOfSymbols: number;
}
export function prepareZXingModule(options: {
  overrides: { locateFile: (name: string) => string };
  fireImmediately: true;
}): Promise<unknown>;
export function readBarcodes(image: ImageData, options: ReaderOptions):
  Promise<{ text: string; symbologyIdentifier: string }[]>;
