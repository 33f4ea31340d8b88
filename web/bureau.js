// The manager's desk: a scan fills the form of what is to be regularised and sends none; what was typed
// into the plan is not left without a question.
(() => {
  const script = document.currentScript;
  const adresses = script instanceof HTMLScriptElement ? script.dataset : {};
  const dettes = document.getElementById("dettes");
  const plan = document.getElementById("plan-du-jour");

  /** @param {string} phrase */
  function dire(phrase) {
    const dit = document.getElementById("scan-dit");
    if (!dit?.lastElementChild) return;
    dit.lastElementChild.textContent = phrase;
    dit.hidden = false;
    dit.scrollIntoView({ block: "nearest" });
  }

  /** What the magasin knows of a code; null without network. @param {string} code */
  async function connaitre(code) {
    const magasin = dettes?.dataset.magasin ?? "";
    const adresse = `/api/interne/gs1?magasin_id=${magasin}&code=${encodeURIComponent(code)}`;
    const r = await fetch(adresse).catch(() => null);
    return r?.ok ? r.json() : null;
  }

  /** The form of that ingredient: the one that the person is at, else the only one there is.
   * @param {string | undefined} ingredient */
  function formulaire(ingredient) {
    /** @type {HTMLFormElement[]} */
    const tous = [...(dettes?.querySelectorAll("form") ?? [])];
    const ici = tous.find((f) => f.contains(document.activeElement));
    if (ici) return ici;
    const siens = tous.filter((f) => !ingredient || f.dataset.ingredient === ingredient);
    return siens.length === 1 ? siens[0] : null;
  }

  /** @param {string} code @param {typeof import("./cuisine/codes.js").lireCode} lireCode
   * @param {(nom: string) => string} de */
  async function remplir(code, lireCode, de) {
    const lu = lireCode(code);
    if (lu.genre === "faux" || lu.genre === "illisible") return dire("Code mal lu : scannez de nouveau.");
    const connu = await connaitre(code);
    const article = connu?.lot ?? (connu?.ingredient_id ? connu : null);
    const f = formulaire(article?.ingredient_id);
    if (!f) return dire("Touchez d’abord le champ à remplir, puis scannez de nouveau.");
    if (article && article.ingredient_id !== f.dataset.ingredient) {
      return dire(`Cette étiquette est celle ${de(article.ingredient_nom)} : rien n’est rempli.`);
    }
    const [lot, dlc] = [connu?.lot?.code_lot ?? lu.lot, connu?.lot?.date_dlc ?? lu.dlc];
    if (!lot && !dlc) return dire("Ce code ne dit ni lot ni date : rien n’est rempli.");
    const champ = (/** @type {string} */ nom) =>
      /** @type {HTMLInputElement} */ (f.elements.namedItem(nom));
    champ("lot_id").value = "";
    champ("code_lot").value = lot ?? "";
    champ("date_dlc").value = dlc ?? "";
    champ("perdue").checked = false;
    dire(article ? `Étiquette ${de(article.ingredient_nom)} lue : vérifiez, puis régularisez.`
      : "L’étiquette ne dit pas le produit : vérifiez que c’est le bon.");
  }

  const { clavier = "", codes = "", textes = "" } = adresses;
  const modules = [clavier, codes, textes].map((adresse) => import(adresse));
  void Promise.all(modules).then(([{ ecouter }, { lireCode }, { de }]) => {
    /** @param {string} code */
    const surCode = (code) => dettes ? void remplir(code, lireCode, de)
      : dire("Un scan ne compte pas sur cette page : scannez à l’écran de cuisine.");
    ecouter({ surCode, surCoupe: () => dire("Code incomplet : scannez encore."), saisie: () => null });
    document.documentElement.dataset.scanneur = "pret";
  });

  if (plan instanceof HTMLFormElement) {
    let envoye = false;
    const change = () => "tapee" in plan.dataset || [...plan.elements].some((c) =>
      c instanceof HTMLInputElement ? c.type !== "hidden" && c.value !== c.defaultValue
        : c instanceof HTMLSelectElement && c.selectedIndex > 0 && !c.options[c.selectedIndex].defaultSelected);
    plan.addEventListener("submit", () => { envoye = true; });
    addEventListener("beforeunload", (e) => {
      if (!envoye && change()) e.preventDefault();
    });
  }
  // « Non » closes the question, and leaves what was typed.
  document.querySelector("[data-fermer]")?.addEventListener("click", (e) => {
    const question = e.target instanceof Element ? e.target.closest("section") : null;
    if (question) question.hidden = true;
  });
})();
