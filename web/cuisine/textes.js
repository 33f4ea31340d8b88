// Every sentence that the scripts of the kitchen screen say. What never changes stands in
// src/production_preparation/modeles/cuisine.html.

/** @param {number} n @param {string} mot */
export const compte = (n, mot) => `${n}\u{a0}${mot}${n >= 2 ? "s" : ""}`;

export const MOTIFS = [
  ["carton", "Ingrédient manquant"],
  ["horloge", "Pas eu le temps"],
  ["personnes", "Équipe réduite"],
  ["panne", "Matériel en panne"],
  ["manque", "Qualité insuffisante"],
  ["non-produit", "Plus besoin"],
];

/** Why something is said the day after. */
export const RETARDS = [
  ["horloge", "Oublié de le dire"],
  ["panne", "Tablette en panne"],
  ["personnes", "Fait après la fermeture"],
];

export const STATUTS = {
  A_PRODUIRE: ["a-produire", "À produire"],
  EN_COURS: ["en-cours", "En cours"],
  PRODUIT: ["fait", "Produit"],
  AJUSTE: ["ajuste", "Ajusté"],
  NON_PRODUIT: ["non-produit", "Non produit"],
};

/** Of a lot. */
export const ETATS = { libre: "Libre", bloque: "Bloqué", rappele: "Rappelé" };

export const CRENEAUX_DITS = { matin: "matin", midi: "midi", soir: "soir" };

export const CRENEAUX = ["Matin", "Midi", "Soir"];

export const CONNEXION = {
  direct: ["libre", "En direct"],
  suivi: ["actualiser", "Connecté"],
  hors_ligne: ["hors-ligne", "Hors ligne"],
  session: ["bloque", "Session terminée"],
};

/** What a label filled, in words.
 * @param {{lot: boolean, date: boolean, quantite: boolean}} quoi */
function rempli({ lot, date, quantite }) {
  const quels = [...(lot ? ["le lot"] : []), ...(date ? ["la date"] : []),
    ...(quantite ? ["la quantité"] : [])];
  if (quels.length === 0) return "Rien n’est rempli.";
  const dits = quels.join(", ").replace(/, ([^,]*)$/, " et $1");
  const accord = `${lot ? "rempli" : "remplie"}${quels.length > 1 ? "s" : ""}`;
  return `${dits[0].toUpperCase()}${dits.slice(1)} ${quels.length > 1 ? "sont" : "est"} ${accord}.`;
}

/** Those in ha- and ho- keep their h, and these; onze is no vowel. As `mots.rs` has it. */
const SANS_ELISION = /^(ha|ho|hure|hummus|herve|hickory|hijiki|onze)/;

/** `de Saumon fumé`, `d’Aneth`, `d’Huile`, `de Houmous`. @param {string} nom */
export function de(nom) {
  const cle = nom.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe");
  return /^[aehiou]/.test(cle) && !SANS_ELISION.test(cle) ? `d’${nom}` : `de ${nom}`;
}

export const T = {
  prevu: (/** @type {string} */ q) => `prévu ${q}`,
  fait: (/** @type {string} */ q) => `fait ${q}`,
  complet: "Fait",
  attentes: (/** @type {number} */ n) => `${compte(n, "action")} en attente`,
  aVoir: "À\u{a0}voir",
  aCorriger: (/** @type {number} */ n) => `${n} à corriger`,
  premierLot: (/** @type {string} */ nom, /** @type {string} */ code, /** @type {string} */ dlc) =>
    `${nom}\u{a0}: lot ${code}${dlc ? `, DLC ${dlc}` : ""}`,
  veille: (/** @type {string} */ date) => `Le ${date}, reste à dire`,
  reste: (/** @type {string} */ q) => `reste ${q}`,
  duJour: (/** @type {string} */ nom, /** @type {string} */ date) => `${nom}, le ${date}`,
  pourLe: (/** @type {string} */ date, /** @type {string} */ heure) => `pour le ${date}, à ${heure}`,
  pourquoi: (/** @type {string} */ nom) => `${nom}\u{a0}: pourquoi\u{a0}?`,
  dAbord: (/** @type {string} */ quoi) => `Faites d’abord ${quoi}`,
  ensemble: (/** @type {string} */ quoi) => `à plusieurs, il manque ${quoi}`,
  auPlan: (/** @type {string} */ nom, /** @type {string} */ q) => `${nom} (${q} au plan)`,
  avant: (/** @type {string} */ qui) => `avant ${qui}`,
  apres: (/** @type {string} */ quoi) => `après ${quoi}`,
  lotFait: (/** @type {string} */ code, /** @type {string} */ dlc) =>
    `lot ${code}${dlc ? ` · DLC ${dlc}` : ""}`,
  pour: (/** @type {string} */ q) => `Pour ${q}\u{a0}:`,
  lotAPrendre: (/** @type {string} */ code, /** @type {string} */ dlc, /** @type {string} */ q) =>
    `${q ? `${q} du ` : ""}lot ${code}${dlc ? `, ${dlc}` : ""}`,
  puis: "\u{a0}; puis ",
  pasEnStock: "pas en stock",
  recetteHorsLigne: "La recette s’affichera au retour du réseau.",
  filtre: "Filtre",
  tous: "Tout",
  scanCompte: (/** @type {string} */ nom, /** @type {string} */ plus, /** @type {string} */ fait,
    /** @type {string} */ prevu) => `${nom}\u{a0}: +${plus}, ${fait} sur ${prevu}`,
  // As the server says it.
  codeAmbigu: (/** @type {string[]} */ noms) =>
    `Ce code pesé est celui de plusieurs menus (${noms.join(", ")})\u{a0}: rien n’est compté. Dites le total par Ajusté, et signalez-le à un responsable.`,
  poidsNul: (/** @type {string} */ nom) =>
    `L’étiquette de «\u{a0}${nom}\u{a0}» dit un poids de 0\u{a0}: rien n’est compté. Pesez de nouveau, ou dites le total par Ajusté.`,
  codeSansPoids: (/** @type {string} */ nom, /** @type {string} */ mot) =>
    `«\u{a0}${nom}\u{a0}» se compte en ${mot}, et ce code ne dit pas combien\u{a0}: rien n’est compté. Dites le total par Ajusté.`,
  aucune: "Aucune ligne",
  aucuneDe: "Aucune ligne ne correspond à ce filtre. «\u{a0}Filtre\u{a0}» permet de tout voir.",
  toutEstDit: "Tout est dit",
  toutEstDitConseil: "Il ne reste rien à faire ici aujourd’hui.",
  rienDeFait: "Rien n’est encore fait",
  rienDeFaitConseil: "Ce qui est fait viendra ici.",
  feuille: (/** @type {string} */ magasin, /** @type {string} */ date) =>
    `${magasin}, à produire le ${date}`,
  sansCode: "sans code",
  allergenes: (/** @type {string[]} */ noms) => `Allergènes\u{a0}: ${noms.join(", ")}`,
  incomplete: "Recette incomplète\u{a0}: prévenez un responsable.",
  manque: (/** @type {string} */ quoi) => `Manque ${quoi}`,
  enRetard: "En retard",
  creneauFait: "Fait",
  creneauEnCours: "À faire",
  creneauVide: "Rien de prévu",

  produit: (/** @type {string} */ nom) => `${nom}\u{a0}: produit`,
  ajuste: (/** @type {string} */ nom, /** @type {string} */ q) => `${nom}\u{a0}: ajusté à ${q}`,
  nonProduit: (/** @type {string} */ nom) => `${nom}\u{a0}: non produit`,
  annulation: (/** @type {string} */ nom) => `${nom}\u{a0}: dernière action annulée`,
  reprise: (/** @type {string} */ nom) => `Annulé\u{a0}: ${nom}`,
  pasAnnule: (/** @type {string} */ nom) => `Pas annulé\u{a0}: ${nom}`,
  dejaDit: (/** @type {string} */ nom, /** @type {string} */ qui, /** @type {string} */ quand) =>
    `${nom}, déjà dit par ${qui} à ${quand}`,
  annuler: "Annuler",
  annulerDe: (/** @type {string} */ qui, /** @type {string} */ quand) => `Annuler (${qui}, ${quand})`,
  rienAReprendre: "Cette action n’avait pas été comptée\u{a0}: il n’y a rien à annuler.",
  ajustement: (/** @type {string} */ nom, /** @type {string} */ q) =>
    `${nom}\u{a0}: ${q} de stock trouvé`,
  scanDe: (/** @type {string} */ code) => `Code ${code}`,

  aBouge: "L’écran vient de changer sous le doigt\u{a0}: rien n’est fait. Regardez, puis touchez de nouveau.",
  garde: (/** @type {string} */ phrase) => `${phrase} (gardé, sera envoyé)`,
  codeInconnuHorsLigne: "Code inconnu ici\u{a0}: gardé, il sera vérifié au retour du réseau.",
  deuxFois: "Même code lu deux fois\u{a0}: compté une seule fois. Touchez «\u{a0}+1\u{a0}» pour en compter plusieurs.",
  codeCoupe: "Code incomplet\u{a0}: scannez encore.",
  codeFaux: "Code mal lu (chiffre de contrôle faux)\u{a0}: scannez de nouveau.",
  codeIllisible: "Code illisible\u{a0}: scannez de nouveau, ou tapez les chiffres.",
  sansProduit: "Ce code ne dit pas le produit\u{a0}: rien n’est compté. Scannez celui du produit.",
  lotInconnu: "Cette étiquette est celle d’un lot que ce magasin n’a pas\u{a0}: rien n’est compté.",
  lotHorsLigne: "Étiquette d’un lot\u{a0}: elle s’ouvrira au retour du réseau. Rien n’est compté.",
  lotTitre: (/** @type {string} */ nom, /** @type {string} */ code) => `${nom}\u{a0}: lot ${code}`,
  lotDlc: (/** @type {string} */ dlc) => `DLC ${dlc}`,
  lotSansDlc: "Sans DLC",
  lotReste: (/** @type {string} */ q) => `Reste ${q}`,
  lotOuvert: (/** @type {string} */ nom) => `${nom}\u{a0}: étiquette d’un lot, rien n’est compté`,
  refuse: "Refusé.",
  pasGarde: "Cette tablette n’a pas pu garder l’action\u{a0}: rien n’a été compté. Rechargez la page.",
  tropDePannes: "Le serveur n’y arrive pas, malgré plusieurs essais. Réessayez, ou signalez-le.",

  raisonVieille: (/** @type {string} */ jour) =>
    `Cette action attend depuis le ${jour}. Faut-il encore l’envoyer\u{a0}?`,
  raisonAuteur: (/** @type {string} */ nom) =>
    `Faite par ${nom}\u{a0}: elle attend que ${nom} se reconnecte, ou qu’un responsable la confirme.`,
  raisonAuteurEssayee: (/** @type {string} */ nom) =>
    `Faite par ${nom} et peut-être déjà comptée\u{a0}: seul ${nom} peut la renvoyer sans risque.`,
  raisonDerriere: "Attend son tour derrière une action de la même ligne.",
  raisonReseau: "Sera envoyée au retour du réseau.",
  misDeCote: "Mise de côté par une personne, sans avoir été envoyée.",
  misDeCoteEssayee: "Mise de côté, mais peut-être déjà comptée\u{a0}: regardez le total de la ligne.",
  envoyer: "Envoyer",
  nePasEnvoyer: "Ne pas envoyer",
  reessayer: "Réessayer",
  retirer: "Retirer",
  solutions: "Solutions",
  // As the server says it.
  depuis: (/** @type {string} */ nom, /** @type {string} */ fait, /** @type {string} */ q,
    /** @type {string} */ vous) => `«\u{a0}${nom}\u{a0}»\u{a0}: ${fait} (${q}) ; ${vous}`,
  declarePar: (/** @type {boolean} */ nonProduit, /** @type {string} */ qui, /** @type {string} */ quand) =>
    `${nonProduit ? "dit non produit" : "fait"} par ${qui} à ${quand}`,
  annuleDepuis: "annulé depuis",
  ligneDeCommande: "la ligne de commande",
  garder: (/** @type {string} */ q) => `Garder ${q}`,
  mettre: (/** @type {string} */ q) => `Mettre ${q}`,
  nonProduitQuandMeme: "Mettre «\u{a0}Non produit\u{a0}»",
  compterPlus: (/** @type {string} */ q) => `Compter +${q}`,
  aRegulariser: (/** @type {string} */ phrase) => `${phrase}, stock à régulariser`,

  sessionTerminee: "La session est terminée. Ce que vous faites est gardé et sera envoyé après la connexion.",
  horsLigne: "Hors ligne\u{a0}: continuez, tout est gardé et sera envoyé au retour du réseau.",

  planAbsent: "Aucun plan pour aujourd’hui",
  planAbsentConseil: "Le plan du jour n’est pas encore écrit. L’écran se remplira tout seul dès qu’il le sera.",
  jamaisLu: "Rien à montrer pour le moment",
  jamaisLuConseil: "Cette tablette n’a encore jamais lu le plan de ce jour. Il apparaîtra au retour du réseau.",
  pasEncoreLu: "Le plan d’aujourd’hui n’est pas encore lu",
  pasEncoreLuConseil: "Il apparaîtra au retour du réseau. Ce qui reste à dire d’hier se dit ici.",
  aucunMagasin: "Aucun magasin",
  aucunMagasinConseil: "Demandez à un responsable de créer le premier magasin.",
  rienACorriger: "Rien à corriger, rien en attente.",
  chargement: "Chargement…",

  clavierTitre: (/** @type {string} */ nom) => `${nom}\u{a0}: total fait`,
  clavierVide: "Tapez une quantité plus grande que zéro. Pour zéro\u{a0}: «\u{a0}Non produit\u{a0}».",
  motifTitre: (/** @type {string} */ nom) => `${nom}\u{a0}: pourquoi non produit\u{a0}?`,
  manqueTitre: (/** @type {string} */ nom) => `${nom}\u{a0}: il manque du stock`,
  besoinDe: (/** @type {string} */ q, /** @type {string} */ nom) => `${q} ${de(nom)}`,
  stockTrouve: (/** @type {string} */ nom) => `Stock trouvé\u{a0}: ${nom}`,
  faitMoins: "Fait moins",
  ilManque: (/** @type {string} */ q) => `Il manque ${q}.`,
  lotOuDlc: "Écrivez le code du lot ou la DLC\u{a0}; s’il n’y a plus d’étiquette, cochez «\u{a0}Étiquette perdue\u{a0}».",
  motifPerdue: "Étiquette perdue",
  autreArticle: (/** @type {string} */ lu, /** @type {string} */ voulu) =>
    `Cette étiquette est celle ${de(lu)}, pas ${de(voulu)}\u{a0}: rien n’est rempli.`,
  etiquetteLue: (/** @type {string} */ nom) => `Étiquette ${de(nom)} lue\u{a0}: vérifiez, puis ajoutez.`,
  produitInconnu: "Produit inconnu\u{a0}: vérifiez que c’est le bon.",
  rempli,
  etiquetteSansProduit: "L’étiquette ne dit pas le produit\u{a0}: vérifiez que c’est le bon.",
  produitNonVerifie: "Produit non vérifié, le réseau manque\u{a0}: vérifiez que c’est le bon.",
  codeRempli: "Code lu\u{a0}: touchez «\u{a0}Compter\u{a0}».",
  clavierOuvert: "Rien n’est compté\u{a0}: validez ou fermez d’abord le clavier, puis scannez de nouveau.",
  quantiteFausse: "Écrivez une quantité plus grande que zéro, par exemple 1,5.",
  dlcPassee: (/** @type {string} */ dlc) => `La DLC du ${dlc} est passée\u{a0}: ce stock ne s’utilise pas.`,
  autreLot: (/** @type {string} */ nom) => `Autre lot\u{a0}: ${nom}`,
  aucunAutreLot: "Aucun autre lot utilisable de cet ingrédient.",
  lotsHorsLigne: "La liste des lots demande le réseau.",
  motifTrouve: "Stock trouvé en cuisine",
  motifAutreLot: "Lot compté en cuisine",
  lotTexte: (/** @type {string} */ code, /** @type {string} */ dlc, /** @type {string} */ q) =>
    `Lot ${code}${dlc ? `, DLC ${dlc}` : ", sans DLC"} (${q} inscrits)`,
  cameraDemarre: "La caméra s’ouvre…",
  cameraPrete: "Montrez le code-barres à la caméra.",
  cameraRefusee: "La caméra n’est pas permise. Autorisez-la dans le navigateur, ou tapez le code.",
  cameraAbsente: "Cet appareil n’a pas de caméra. Tapez le code.",
  cameraPrise: "La caméra sert déjà à une autre application. Fermez-la, ou tapez le code.",
  cameraSansHttps: "La caméra ne s’ouvre que sur une adresse qui commence par https. Demandez-la à un responsable, ou tapez le code.",
  cameraSansLecteur: "La lecture par la caméra n’a pas pu être chargée. Réessayez quand le réseau est là, ou tapez le code.",
  cameraEnPanne: "La caméra ne s’ouvre pas. Réessayez, ou tapez le code.",
};
