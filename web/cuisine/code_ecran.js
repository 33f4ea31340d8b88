// A code by hand or by the camera.

import { Camera, SANS_HTTPS, SANS_LECTEUR } from "./camera.js";
import { dialogue, ecrire, lieu, montrer } from "./dom.js";
import { scanner } from "./scan.js";
import { T } from "./textes.js";

const appareilPhoto = new Camera();

export function ouvrir() {
  lieu("code-texte").value = "";
  ecrire(lieu("code-faute"), "");
  montrer(lieu("video"), false);
  dialogue("d-code");
}

/** @type {Record<string, string>} */
const SANS_CAMERA = {
  NotAllowedError: T.cameraRefusee,
  NotFoundError: T.cameraAbsente,
  OverconstrainedError: T.cameraAbsente,
  NotReadableError: T.cameraPrise,
  [SANS_HTTPS]: T.cameraSansHttps,
  [SANS_LECTEUR]: T.cameraSansLecteur,
};

export function ouvrirCamera() {
  const dire = (/** @type {string} */ phrase) =>
    ecrire(document.querySelector("#d-code [data-annonce]"), phrase);
  ecrire(lieu("code-faute"), "");
  dire(T.cameraDemarre);
  montrer(lieu("video"), true);
  appareilPhoto.ouvrir(lieu("video"), {
    adresse: lieu("ecran").dataset.lecteur,
    pret: () => dire(T.cameraPrete),
    surCode: (code) => void scanner(code),
  }).catch((e) => {
    montrer(lieu("video"), false);
    dire("");
    ecrire(lieu("code-faute"), SANS_CAMERA[e.name] ?? T.cameraEnPanne);
  });
}

export function ecouter() {
  lieu("f-code").addEventListener("submit", (/** @type {Event} */ e) => {
    e.preventDefault();
    const texte = lieu("code-texte").value.replace(/\s/g, "");
    dialogue(null);
    if (texte) void scanner(texte);
  });
  lieu("d-code").addEventListener("close", () => appareilPhoto.fermer());
}
