// Where on the picture of its page the words of a doubt stand: marked, and brought into view.

/** In thousandths of the page. @typedef {{ gauche: number, haut: number, droite: number, bas: number }} Lieu */

export function montrer() {
  for (const cadre of document.querySelectorAll("[data-lieu]")) {
    const image = cadre.querySelector("img");
    if (!(cadre instanceof HTMLElement) || !image) continue;
    if (image.complete && image.naturalWidth > 0) marquer(cadre, image);
    else image.addEventListener("load", () => marquer(cadre, image), { once: true });
  }
}

/** @param {HTMLElement} cadre @param {HTMLImageElement} image */
async function marquer(cadre, image) {
  const lieu = await chercher(cadre.dataset.lieu ?? "");
  if (!lieu) return;
  const marque = document.createElement("span");
  marque.className = "lieu";
  marque.style.inset = `${lieu.haut / 10}% auto auto ${lieu.gauche / 10}%`;
  marque.style.width = `${(lieu.droite - lieu.gauche) / 10}%`;
  marque.style.height = `${(lieu.bas - lieu.haut) / 10}%`;
  const feuille = document.createElement("span");
  feuille.className = "feuille";
  image.replaceWith(feuille);
  feuille.append(image, marque);
  const milieu = ((lieu.haut + lieu.bas) / 2000) * feuille.offsetHeight;
  cadre.scrollTop = milieu - cadre.clientHeight / 2;
}

/** @param {string} adresse @returns {Promise<Lieu | null>} */
async function chercher(adresse) {
  try {
    const r = await fetch(adresse);
    return r.status === 200 ? await r.json() : null;
  } catch {
    return null;
  }
}
