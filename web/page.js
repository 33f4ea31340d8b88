// Browsers keep whole pages for their back button, even those marked no-store. What somebody saw
// while logged in is not shown again after the logout: the page goes blank, and asks anew.
addEventListener("pagehide", (e) => {
  if (e.persisted) document.documentElement.hidden = true;
});
addEventListener("pageshow", (e) => {
  if (e.persisted) location.reload();
});

// How much waits behind an entry of the menu, beside its word.
/** @type {NodeListOf<HTMLElement>} */
const comptes = document.querySelectorAll("a[data-compte]");
/** @param {string} adresse */
async function compter(adresse) {
  const r = await fetch(adresse, { headers: { accept: "application/json" } });
  const nombre = r.ok ? (await r.json()).nombre : 0;
  for (const lien of comptes) {
    if (!(nombre > 0) || lien.dataset.compte !== adresse) continue;
    const pastille = document.createElement("span");
    pastille.className = "pastille";
    pastille.textContent = String(nombre);
    lien.append(" ", pastille);
  }
}
for (const adresse of new Set([...comptes].map((lien) => lien.dataset.compte ?? ""))) {
  // Without network the menu stays as it is.
  void compter(adresse).catch(() => {});
}
