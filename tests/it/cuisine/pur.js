// Runs in the browser, on the modules that the page itself loads. Gives the sentences that are not
// true, and how many were looked at.
const [fini] = arguments;
const module = (nom) => import(window.adresses.find((a) => a.endsWith(`/${nom}.js`)));
const fautes = [];
let vues = 0;
const egal = (obtenu, attendu, phrase) => {
  vues += 1;
  const [o, a] = [obtenu, attendu].map((v) => JSON.stringify(v));
  if (o !== a) fautes.push(`${phrase} : ${o} au lieu de ${a}`);
};

async function codes() {
  const { duPlan, lireCode, chiffreJuste } = await module("codes");
  for (const [code, juste] of [["4006381333931", true], ["4006381333932", false],
    ["96385074", true], ["012345678905", true], ["13017620422000", true], ["96385075", false]]) {
    egal(chiffreJuste(code), juste, `chiffre de contrôle de ${code}`);
  }
  const champs = (lu) => Object.entries(lu).sort();
  for (const { dit, code, connus = [], motif = null, lu } of window.exemples) {
    egal(champs(lireCode(code, (c) => connus.includes(c), motif)), champs(lu), `${dit} : ${code}`);
  }
  const plan = ["012345678905", "96385074", "2123456000009", "654321"].map((g) => ({ gencodes: [g] }));
  const trouver = (code, motif = null, lignes = plan) =>
    duPlan(lireCode(code, undefined, motif), lignes, motif).map((l) => l.gencodes[0]).join();
  const motif = "2AAAAAAPPPPPC";
  egal([trouver("0012345678905"), trouver("00000096385074"), trouver("2123456012507"),
    trouver("2123456012507", motif), trouver("2654321012501", motif), trouver("3017620422003", motif)],
  ["012345678905", "96385074", "", "2123456000009", "654321", ""], "le gencode du plan");
  const deux = [...plan, { gencodes: ["02123456012507", "x"] }];
  egal([trouver("2123456003505", motif, deux), trouver("2123456012507", motif, deux)],
    ["2123456000009,02123456012507", "2123456000009,02123456012507"], "un article de plusieurs lignes");
}

async function clavier() {
  const { Clavier, Repetition } = await module("clavier");
  const touche = (t) => ({ key: "", shiftKey: false, ctrlKey: false, altKey: false, metaKey: false,
    ...(typeof t === "string" ? { code: t } : t) });
  const taper = (touches, ecart, fin = ecart, saisie = "") => {
    const c = new Clavier();
    const quand = (i) => 1000 + i * ecart + (i === touches.length - 1 ? fin - ecart : 0);
    return touches.map((t, i) => c.prendre({ ...touche(t), timeStamp: quand(i) }, saisie)).at(-1);
  };
  const code = (...args) => taper(...args).code ?? null;
  const chiffres = ["Digit4", "Numpad0", "Digit0", "Digit6"];
  egal(code([...chiffres, "Enter"], 40), "4006", "des touches rapides et Entrée : un code");
  egal(code([...chiffres, "Tab"], 50), "4006", "Tab finit aussi un code");
  egal(code([...chiffres, "Enter"], 40, 499), "4006", "Entrée vient jusqu'à une demi-seconde plus tard");
  egal(code([...chiffres, "Enter"], 40, 510), null, "plus tard, Entrée est à la personne");
  egal(code([...chiffres, "Enter"], 400), null, "une personne tape plus lentement");
  egal(code([...chiffres, "Enter"], 80), "4006", "un scanner lent");
  egal(code([...chiffres, "Enter"], 80, 80, "mot"), null, "dans un champ, une main rapide");
  egal(code(["Digit4", "Enter"], 40), null, "deux touches ne sont pas un code");
  egal(taper(["Enter"], 40), { rendus: "", pris: false }, "Entrée seule reste à la personne");
  egal(code([...chiffres, "ArrowDown", "Enter"], 40), null, "une flèche n'est pas un code");
  const mot = (place, key, shiftKey = false) => ({ code: place, key, shiftKey });
  egal(taper([mot("KeyQ", "a"), mot("KeyA", "q"), mot("Backspace", "Backspace")], 30, 30, "mot"),
    { rendus: "aq", pris: false }, "ce qu'une personne tape lui est rendu");
  const americain = [mot("Digit2", "é"), mot("Digit1", "&"), mot("KeyA", "Q", true), mot("KeyQ", "A", true),
    mot("KeyW", "Z", true), mot("KeyZ", "W", true), mot("KeyM", "?", true), mot("Minus", ")"),
    mot("Digit9", "9", true), "Enter"];
  egal(code(americain, 40), "21AQWZM-(", "un scanner réglé en américain sur une tablette française");
  const francais = [mot("Digit1", "1", true), mot("KeyQ", "A", true), mot("KeyA", "Q", true),
    mot("KeyZ", "W", true), mot("KeyW", "Z", true), mot("Semicolon", "M", true),
    mot("Digit6", "-"), "Enter"];
  egal(code(francais, 40), "1AQWZM-", "un scanner réglé comme la tablette");
  // What no hand types is a scanner's, with its end or without.
  const ean = [..."3017620422003"].map((d) => ({ code: `Digit${d}`, key: "&" }));
  const lire = (touches, ecart, fin, saisie, ...encore) => {
    const c = new Clavier();
    let quand = 1000;
    const suites = [...touches.map((t) => [t, ecart]), ...fin.map((ms) => ["Enter", ms]), ...encore]
      .map(([t, apres]) => c.prendre({ ...touche(t), timeStamp: quand += apres }, saisie));
    return [...suites.slice(touches.length), c.rendre()];
  };
  const [coupe, rien, sien] = [{ rendus: "", coupe: true }, { rendus: "" }, { rendus: "", pris: false }];
  for (const saisie of ["", "mot", "pave"]) {
    egal(lire(ean, 8, [], saisie), [coupe], `sans fin, rien n'est écrit ${saisie}`);
    egal(lire(ean, 40, [], saisie), [coupe], `au pas lent d'un scanner non plus ${saisie}`);
    egal(lire(ean, 8, [700, 300], saisie), [{ ...coupe, pris: true }, sien, rien],
      `Entrée tardive ne fait rien, la suivante est à la personne ${saisie}`);
    egal(lire(ean, 8, [3100, 300], saisie), [{ ...coupe, pris: true }, sien, rien],
      `si tardive qu'elle soit ${saisie}`);
    egal(lire([...ean, "Space", ...ean].map((t) => (t === "Space" ? { code: t, key: " " } : t)), 8, [], saisie),
      [coupe], `une espace n'appuie sur rien ${saisie}`);
    egal(lire(ean, 8, [20, 8], saisie).map((s) => [s.code ? "code" : "", s.pris ?? null]),
      [["code", true], ["", true], ["", null]], `deux fins sont une fin ${saisie}`);
    egal(lire(ean, 8, [], saisie, [{ code: "ArrowUp", key: "ArrowUp" }, 600], ["Enter", 100]),
      [{ ...coupe, pris: false }, sien, rien], `après une autre touche, Entrée est à la personne ${saisie}`);
  }
  const reste = ean.slice(5).map((t, i) => [t, i ? 8 : 250]);
  egal(lire(ean.slice(0, 5), 8, [], "", ...reste, ["Enter", 8])
    .map((s) => s.code ?? (s.coupe ? "coupé" : "")).filter(Boolean), ["coupé", "coupé"],
  "le reste d'un code déchiré n'est pas un autre code");
  egal(lire(ean, 8, [8], "mot", [{ code: "Digit7", key: "è" }, -300]), [{ code: "3017620422003", rendus: "", pris: true },
    { rendus: "", pris: true }, { rendus: "è" }], "ce qu'une personne tape après un code est à elle");
  egal(lire(ean.slice(0, 5), 8, [], "mot"), [{ rendus: "&&&&&" }], "cinq touches peuvent être une main");
  const azerty = [mot("Digit2", "é"), mot("Digit0", "à"), mot("KeyM", ","), mot("Numpad5", "5"),
    mot("KeyA", "q"), mot("Comma", ".", true), mot("Digit6", "-"), mot("NumpadDecimal", "."),
    mot("Numpad1", "End"), mot("Digit7", "7", true)];
  const main = lire([], 0, [], "pave", ...azerty.map((t) => [t, 200]));
  egal(main.map((s) => s.rendus).join(""), "20,5,6,17", "la rangée française donne des chiffres au pavé");
  const r = new Repetition();
  egal([r.accepte("A", 0, false), r.accepte("A", 1400, false), r.accepte("B", 1450, false),
    r.accepte("A", 1460, false), r.accepte("A", 1470, true), r.accepte("A", 2970, false)],
  [true, false, true, true, true, true], "le même code dans la seconde et demie");
}

const auteur = { id: "a", nom: "Awa" };
const moi = { id: "a", nom: "Awa", admin: false };
let ordre = 0;
const entree = (plus) => ({ ordre: ++ordre, cle: `c${ordre}`, action: "scan", magasin_id: "m",
  date: "2026-11-22", ligne: "r", nom: "n", chemin: "/", corps: {}, auteur,
  quand: "2026-11-22T08:00:00Z", tentee: false, pannes: 0, confirmee: false, ...plus });

async function attente() {
  const { depassees, prochaine, examiner, juger, pause, vueParLaPersonne } = await module("attente");
  const t = Date.parse("2026-11-22T09:00:00Z");
  const cle = (entrees, qui = moi, quand = t) => prochaine(entrees, qui, quand)?.cle ?? null;
  const [e1, e2, e3] = [entree(), entree(), entree({ ligne: "autre" })];
  egal(cle([e3, e2, e1]), e1.cle, "dans l'ordre");
  const vieux = { ...e1, quand: "2026-11-21T08:59:00Z" };
  egal(cle([vieux, e2]), null, "une action de plus de 24 h attend, et sa ligne avec elle");
  egal(cle([vieux, e2, e3]), e3.cle, "les autres lignes passent");
  egal(cle([{ ...vieux, confirmee: true }, e2]), e1.cle, "confirmée, elle part la première");
  const bob = { id: "b", nom: "Bob", admin: true };
  egal(examiner([e1, e3], bob, t).map((x) => x.raison), ["auteur", "auteur"], "à son auteur");
  egal(cle([{ ...e1, confirmee: true }], bob), e1.cle, "ou confirmée par un responsable");
  egal(examiner([{ ...e1, confirmee: true, tentee: true }], bob, t)[0].raison, "auteur-essayee",
    "jamais sous un autre nom quand elle est peut-être déjà comptée");
  const dit = (statut, plus = {}) => juger({ statut, corps: null, attente_s: 0 }, entree(plus));
  egal([200, 201, 401, 403, 404, 409, 400, 0, 502, 503, 504, 500, 408, 429].map((s) => dit(s)),
    ["faite", "faite", "connexion", "refusee", "refusee", "refusee", "refusee", "attendre",
      "attendre", "attendre", "attendre", "attendre", "attendre", "attendre"], "les réponses");
  egal(dit(500, { pannes: 4 }), "refusee", "cinq pannes : une personne regarde");
  egal([pause(0, 0), pause(3, 0), pause(99, 0), pause(0, 30)], [1000, 8000, 10000, 30000], "pauses");
  const refus = [entree({ action: "ajuste" }), entree(), entree({ ligne: "autre" }),
    entree({ action: "ajustement" }), entree({ date: "2026-11-21" })];
  const closes = (e) => depassees(refus, e).map((r) => refus.indexOf(r));
  egal([closes(entree({ action: "produit" })), closes(entree()), closes({ ...entree(), ordre: 0 }),
    closes(entree({ action: "ajustement" })), closes(entree({ ligne: null }))],
  [[0, 1], [0], [], [], []], "ce qui est accepté ensuite clôt les refus de sa ligne");
  egal([vueParLaPersonne("gencode_inconnu", true), vueParLaPersonne("gencode_inconnu", false),
    vueParLaPersonne("stock_insuffisant", true)], [true, false, false], "ce que la personne a vu n'est pas gardé");
}

async function superposition() {
  const { superposer, remplir, remplirCreneaux } = await module("attente");
  const ligne = { recette_id: "r", recette_nom: "Bagel", quantite_planifiee: 10,
    quantite_produite: 2, statut: "A_PRODUIRE", unite: "piece", gencodes: [], manques: [],
    peut_annuler: false, derniere: null };
  const vue = (...actions) => {
    const entrees = actions.map(([action, q]) => entree({ action, corps: { quantite: q } }));
    const [l] = superposer([ligne], entrees);
    return [l.quantite_produite, l.restant, l.statut, l.peut_annuler];
  };
  egal(vue(), [2, 8, "A_PRODUIRE", false], "rien en attente");
  egal(vue(["scan"], ["scan"]), [4, 6, "A_PRODUIRE", true], "deux scans");
  egal(superposer([ligne], [entree({ compte: 350 })])[0].quantite_produite, 352, "un scan pesé");
  egal(vue(["produit"]), [10, 0, "PRODUIT", true], "Produit");
  egal(vue(["ajuste", 7]), [7, 3, "AJUSTE", true], "Ajusté");
  egal(vue(["ajuste", 12]), [12, 0, "PRODUIT", true], "Ajusté au-dessus du prévu");
  egal(vue(["non-produit"]), [0, 0, "NON_PRODUIT", true], "Non produit");
  egal(vue(["scan"], ["ajuste", 7], ["annuler"]), [3, 7, "A_PRODUIRE", true], "Annuler reprend le dernier");
  egal(vue(["scan"], ["annuler"]), [2, 8, "A_PRODUIRE", false], "tout est repris");
  egal(vue(["annuler"]), [2, 8, "A_PRODUIRE", false], "rien à annuler");
  const derniere = { type: "AJUSTE", date_heure: "2026-11-22T07:00:00Z", quantite: 7, avant: 0,
    statut_avant: "NON_PRODUIT" };
  Object.assign(ligne, { quantite_produite: 7, statut: "AJUSTE", derniere, peut_annuler: true });
  egal(vue(["annuler"]), [0, 0, "NON_PRODUIT", false], "ce que le serveur a déjà, repris");
  egal(vue(["scan"], ["annuler"], ["annuler"]), [0, 0, "NON_PRODUIT", false], "l'un puis l'autre");
  egal(vue(["annuler"], ["annuler"]), [0, 0, "NON_PRODUIT", false],
    "seul le serveur sait ce qui précédait encore");
  egal(vue(["annuler"], ["scan"]), [1, 9, "A_PRODUIRE", true], "repris, puis scanné");
  Object.assign(ligne, { peut_annuler: false });
  egal(vue(["annuler"]), [7, 3, "AJUSTE", false], "produite depuis : le serveur refusera");
  const creneaux = [{ debut: "06:00", fin: "10:00", quantite: 5 },
    { debut: "11:00", fin: "15:00", quantite: 5 }, { debut: "16:00", fin: "22:00", quantite: 7 }];
  const a = (produite, restant) => [{ quantite_planifiee: 17, quantite_produite: produite, restant }];
  egal(remplir(creneaux, a(6, 11), "15:30").map((c) => [c.fait, c.en_retard]),
    [[5, false], [1, true], [0, false]], "le matin se remplit d'abord");
  egal(remplir(creneaux, a(0, 0), "23:00").map((c) => [c.fait, c.en_retard]),
    [[0, false], [0, false], [0, false]], "ce qui n'est pas produit n'est pas en retard");
  const deux = creneaux.map((c, i) => ({ ...c, par_unite: [{ unite: "piece", quantite: c.quantite },
    { unite: "g", quantite: [500, 500, 0][i] }] }));
  const lignes = [{ unite: "piece", quantite_planifiee: 17, quantite_produite: 2, restant: 15 },
    { unite: "g", quantite_planifiee: 1000, quantite_produite: 1000, restant: 0 }];
  egal(remplirCreneaux(deux, lignes, "10:30").map((c) => [c.en_retard, c.fini,
    ...c.parts.map((p) => `${p.fait}/${p.quantite} ${p.unite}`)]),
  [[true, false, "2/5 piece", "500/500 g"], [false, false, "0/5 piece", "500/500 g"],
    [false, false, "0/7 piece"]], "des grammes ne comptent pas pour des pièces");
  const tiers = (...parts) => remplirCreneaux(creneaux.map((c, i) => ({ ...c,
    par_unite: [{ unite: "piece", quantite: parts[i] }] })), [], "05:00").map((c) => c.parts[0].quantite);
  egal([tiers(366.618, 366.618, 366.764), tiers(1.667, 1.667, 1.666), tiers(2.5, 2.5, 2.5)],
    [[367, 366, 367], [2, 1, 2], [3, 2, 2.5]], "un créneau n'a pas de tiers de pièce");
  const nommes = creneaux.map((c, i) => ({ ...c, nom: ["matin", "midi", "soir"][i],
    par_unite: [{ unite: "piece", quantite: 7 }, { unite: "g", quantite: 4890.71 }] }));
  const dites = (...lignes) => remplirCreneaux(nommes, lignes, "23:00").map((c) => [c.en_retard, c.fini,
    ...c.parts.map((p) => `${p.fait}/${p.quantite} ${p.unite}`)]);
  const ligne1 = { unite: "piece", quantite_planifiee: 8, quantite_produite: 2, restant: 6,
    statut: "A_PRODUIRE", creneau: "midi" };
  egal(dites(ligne1, { ...ligne1, unite: "g", creneau: "matin", quantite_produite: 8, restant: 0 },
    { ...ligne1, creneau: null }), [[false, true, "8/8 g"], [true, false, "2/8 piece"], [false, true]],
  "un créneau est ce que sont ses lignes");
  egal(dites({ ...ligne1, statut: "AJUSTE", reglee: true })[1].slice(0, 2), [false, true],
    "ce qui est réglé n'est plus attendu");
  egal(dites({ ...ligne1, unite: "g", creneau: null, quantite_planifiee: 14672.13, quantite_produite: 588,
    restant: 14084.13 }).map((c) => c[3]), ["600/4900 g", "0/4900 g", "0/4900 g"],
  "une part du jour ne se dit pas au gramme");
  egal(remplirCreneaux([{ debut: "06:00", fin: "10:00", quantite: 0,
    par_unite: [{ unite: "g", quantite: 0 }] }], [], "09:00")[0].parts.length, 1, "rien de prévu");
}

async function tri() {
  const { ranger, attendues, postes, finie } = await module("tri");
  const ligne = (recette_id, plus) => ({ recette_id, recette_nom: recette_id, ordre: 1, restant: 4,
    statut: "A_PRODUIRE", en_attente: 0, poste: null, creneau: null, ...plus });
  const sauce = ligne("Sauce Œuf", { ordre: 2, poste: "froid", creneau: "matin" });
  const wok = ligne("Wok", { ordre: 3, poste: "chaud", attend: ["Sauce Œuf"] });
  const the = ligne("Thé", { restant: 0, statut: "PRODUIT", poste: "Éclair" });
  const jour = [the, wok, sauce];
  const tout = { onglet: "reste", poste: "", creneau: "", texte: "" };
  const vus = (plus, tenus = []) => {
    const { visibles, restantes, faites } = ranger(jour, { ...tout, ...plus }, new Set(tenus));
    return [visibles.map((l) => l.recette_id).join(), restantes, faites];
  };
  egal(vus({}), ["Sauce Œuf,Wok", 2, 1], "ce qui reste, dans l'ordre du jour");
  egal(vus({ onglet: "fait" }), ["Thé", 2, 1], "ce qui est fait");
  egal(vus({}, ["Thé"]), ["Thé,Sauce Œuf,Wok", 2, 1], "ce qui est tenu reste à sa place");
  egal(vus({ poste: "chaud" }), ["Wok", 1, 0], "un poste");
  egal(vus({ creneau: "matin" }), ["Sauce Œuf", 1, 0], "un créneau");
  egal(vus({ texte: " OEUF sau" }), ["Sauce Œuf", 1, 0], "des mots, sans accents");
  egal([...attendues(jour)], [["Sauce Œuf", ["Wok"]]], "qui attend");
  egal(postes(jour), ["chaud", "Éclair", "froid"], "les postes du jour");
  egal([{ statut: "AJUSTE", reglee: true }, { statut: "AJUSTE", reglee: false },
    { statut: "AJUSTE", en_attente: 1 }, { statut: "NON_PRODUIT" }, { restant: 0 }]
    .map((plus) => finie(ligne("x", plus))), [true, false, true, true, false], "ce qui est dit");
}

async function camera() {
  const { EnVue } = await module("camera");
  const vue = new EnVue();
  const looks = [[["A"], 0, ["A"]], [["A", "B", "B"], 150, ["B"]], [[], 300, []],
    [["A"], 450, []], [["A"], 1950, []], [["A", "B"], 2100, ["B"]], [["A"], 60000, []],
    [[], 60150, []], [["B"], 61700, []], [["A"], 61850, ["A"]]];
  for (const [lus, quand, entres] of looks) {
    egal(vue.regarder(lus, quand), entres, `la caméra à ${quand} ms`);
  }
}

async function rempli() {
  const { T } = await module("textes");
  const dits = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
    T.rempli({ lot: Boolean(n & 1), date: Boolean(n & 2), quantite: Boolean(n & 4) }));
  egal(dits, ["Rien n’est rempli.", "Le lot est rempli.", "La date est remplie.",
    "Le lot et la date sont remplis.", "La quantité est remplie.", "Le lot et la quantité sont remplis.",
    "La date et la quantité sont remplies.", "Le lot, la date et la quantité sont remplis."],
  "ce qu'une étiquette a rempli");
}

async function elisions() {
  const { de } = await module("textes");
  egal(window.elisions.map(([nom]) => [nom, de(nom)]), window.elisions, "de ou d’");
}

async function quantites() {
  const { lisibleTout } = await module("quantites");
  const sansInsecables = (t) => t.replace(/[\u00a0\u202f]/g, " ");
  egal(window.quantites.map(([q, u]) => [q, u, sansInsecables(lisibleTout(q, u)),
    sansInsecables(lisibleTout(q, u, Math.ceil))]), window.quantites, "comme le serveur le dit");
  const { dire, direSur, direTout, lire, lisible, ecrire } = await module("quantites");
  const simple = (t) => t.replace(/[\u00a0\u202f]/g, " ");
  egal([dire(12, "piece"), dire(4500, "g"), dire(250, "g"), dire(1250.5, "ml"), dire(12000, "piece")]
    .map(simple), ["12", "4,5 kg", "250 g", "1,251 l", "12 000"], "dire");
  egal([lisible(1253, "g"), lisible(12345.678, "g"), lisible(123456.7, "ml"), lisible(999.9, "g"),
    lisible(45.25, "g"), lisible(2.345, "g"), lisible(2.5, "piece"), lisible(0, "ml")].map(simple),
    ["1,25 kg", "12,3 kg", "123 l", "1 kg", "45 g", "2,3 g", "2,5", "0 ml"], "lisible");
  egal([lisible(1253, "g", Math.ceil), lisible(1250, "g", Math.ceil), lisible(0.001, "g", Math.ceil)]
    .map(simple), ["1,26 kg", "1,25 kg", "0,1 g"], "lisible, assez");
  egal([lisible(14672.13, "ml"), lisible(6471, "g"), lisible(9951, "g"), lisible(253, "g"),
    lisible(1005, "g")].map(simple), ["14,7 l", "6,5 kg", "10 kg", "253 g", "1 kg"], "comme on le dit");
  egal([direTout(1, "piece"), direTout(2, "piece")].map(simple), ["1 pièce", "2 pièces"], "direTout");
  const sur = (...q) => Object.values(direSur(...q)).map(simple).join(" / ");
  egal([sur(3, 8, "piece", false), sur(3, 8, "piece", true), sur(500, 4500, "g", true),
    sur(0, 800, "ml", false)], ["3 / 8", "3 / 8 pièces", "0,5 / 4,5 kg", "0 / 800 ml"], "direSur");
  egal([lire("4,5", 1000), lire("0,3", 1000), lire("", 1), lire("abc", 1), lire("1,", 1)],
    [4500, 300, null, null, null], "lire");
  egal([lisible(366.618, "piece"), lisible(36.3, "piece", Math.ceil), lisible(100.5, "piece"),
    lisible(12.333, "piece"), lisible(0.004, "piece", Math.ceil), sur(366.618, 733.3, "piece", true)],
  ["367", "36,5", "100,5", "12,3", "0,01", "367 / 733 pièces"], "des pièces, comme on le dit");
  egal(ecrire(4500, 1000), "4,5", "écrire");
}

Promise.all([codes(), clavier(), camera(), attente(), superposition(), tri(), rempli(), elisions(), quantites()])
  .then(() => fini({ fautes, vues }), (e) => fini({ fautes: [String(e)], vues }));
