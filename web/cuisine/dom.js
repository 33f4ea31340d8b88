// The page's own small words for the DOM. Texts are set as text, never as HTML.

/** @param {string} id @returns {any} */
export const lieu = (id) => document.getElementById(id);

/** Set only when it changes: a screen reader need not hear it again.
 * @param {Element | null} element @param {string} valeur */
export function ecrire(element, valeur) {
  if (element && element.textContent !== valeur) element.textContent = valeur;
}

/** @param {any} element @param {boolean} visible */
export function montrer(element, visible) {
  if (element && element.hidden === visible) element.hidden = !visible;
}

/** @param {string} id of a template with one element @returns {HTMLElement} */
export const cloner = (id) => lieu(id).content.firstElementChild.cloneNode(true);

/** @param {string} nom */
const adresse = (nom) => `${lieu("ecran").dataset.icones}#${nom}`;

/** @param {string} nom */
export function icone(nom) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icone");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  changerIcone(svg, nom);
  return svg;
}

/** @param {Element | null | undefined} svg @param {string} nom */
export function changerIcone(svg, nom) {
  const use = svg?.firstElementChild;
  if (use && use.getAttribute("href") !== adresse(nom)) use.setAttribute("href", adresse(nom));
}

/** A status: icon and word; colour only helps.
 * @param {any} element @param {string} genre @param {string} image @param {string} mot */
export function statut(element, genre, image, mot) {
  const classe = `statut statut-${genre}`;
  if (element.className !== classe) element.className = classe;
  changerIcone(element.querySelector("svg"), image);
  ecrire(element.querySelector("span"), mot);
}

/** @param {string} action @param {string} texte @param {string} image
 * @param {Record<string, string>} [donnees] */
export function bouton(action, texte, image, donnees = {}) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "c-bouton";
  b.append(icone(image), element("span", texte));
  Object.assign(b.dataset, { action, ...donnees });
  return b;
}

/** @param {string} nom @param {string} texte */
export function element(nom, texte) {
  const e = document.createElement(nom);
  e.textContent = texte;
  return e;
}

/** Only one is open at a time. @param {string | null} id */
export function dialogue(id) {
  for (const d of document.querySelectorAll("dialog[open]")) {
    if (d.id !== id) /** @type {HTMLDialogElement} */ (d).close();
  }
  if (!id || lieu(id).open) return;
  // What was said there before is over.
  ecrire(lieu(id).querySelector("[data-annonce]"), "");
  lieu(id).showModal();
}
