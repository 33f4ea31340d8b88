// A scanner near this page types no PIN, and sends none.
const script = document.currentScript;
const ecoute = script instanceof HTMLScriptElement ? script.dataset.clavier : undefined;
if (ecoute) {
  void import(ecoute).then(({ ecouter }) => ecouter({ surCode: () => {}, saisie: () => null }));
}
// The keypad: without this script the field is typed in.
const champ = document.getElementById("pin");
const pave = document.querySelector(".pave");
if (champ instanceof HTMLInputElement && pave instanceof HTMLElement) {
  // The tablet's own keyboard would cover ours.
  champ.inputMode = "none";
  pave.hidden = false;
  document.querySelector("[data-sans-pave]")?.remove();
  pave.addEventListener("click", (e) => {
    const touche = e.target instanceof Element ? e.target.closest("button") : null;
    const chiffre = touche?.getAttribute("data-chiffre");
    if (chiffre && champ.value.length < champ.maxLength) champ.value += chiffre;
    if (touche?.hasAttribute("data-effacer")) champ.value = "";
  });
}
