//! The rows of the day: how many are seen, in which order, what a tap, a scan and a word bring forth.

use serde_json::{Value, json};

use super::pieces::{
    Cuisine, Fenetre, GENCODE_BAGEL, cliquer_au_milieu, gardee, place, reste, toucher, tout_parti,
};
use crate::outils::Serveur;
use crate::outils::coupure::Coupure;
use crate::outils::navigateur::Navigateur;

/// 46 letters without a space.
const LONG: &str = "Hippopotomonstrosesquippedaliophobiedugratinxx";

/// Thirty lines: 26 dishes, a long name, a sauce at the plan that a salad waits for, and the bagel.
struct Jour {
    c: Cuisine,
    sauce: String,
    salade: String,
    long: String,
    plat: String,
}

impl Jour {
    async fn de(s: &Serveur) -> Self {
        Self::autour(Cuisine::de(s).await).await
    }

    async fn autour(c: Cuisine) -> Self {
        let sel = c.chaine.ingredient("Sel").await;
        let creer = async |corps: Value, de: &str| c.chaine.recette_de(corps, &[(de, 25.0)]).await;
        let sauce = json!({"nom": "Sauce verte", "nature": "preparation", "poste": "froid",
            "creneau": "matin", "rendement": {"quantite": 1000, "unite": "g"}});
        let (sauce, article) = creer(sauce, &sel).await;
        let salade = json!({"nom": "Assiette verte", "poste": "froid"});
        let (salade, _) = creer(salade, &article).await;
        let mut lignes = vec![
            json!({"recette_id": sauce, "quantite_planifiee": 14_672.13}),
            json!({"recette_id": salade, "quantite_planifiee": 5}),
            json!({"recette_id": c.bagel, "quantite_planifiee": 10}),
        ];
        let mut plats = Vec::new();
        for i in 0..27 {
            let nom = if i == 0 { LONG.to_owned() } else { format!("Plat {i:02}") };
            let corps = json!({"nom": nom, "poste": "chaud", "creneau": "midi",
                "duree_vie_jours": 3, "etapes": ["Saisir 3 min", "À cœur : 63 °C"]});
            plats.push(creer(corps, &sel).await.0);
            lignes.push(json!({"recette_id": plats[i], "quantite_planifiee": 4}));
        }
        let recu = json!({"magasin_id": c.chaine.magasin, "lignes": [{"ingredient_id": sel,
            "quantite": 9000, "unite": "g", "code_lot": "SEL-7", "date_dlc": "2100-01-31"}]});
        c.chaine.client.post("/api/interne/receptions", &recu).await.attendue(201);
        let chemin = format!("/api/interne/plans/{}/{}", c.chaine.magasin, c.jour);
        c.chaine.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
        let (long, plat) = (plats[0].clone(), plats[26].clone());
        Self { c, sauce, salade, long, plat }
    }
}

/// How many rows are seen whole, under no bar.
pub(super) const VUES: &str = "
  const entiere = (e) => {
    const r = e.getBoundingClientRect();
    const sur = (y) => e.contains(document.elementFromPoint(r.left + r.width / 2, y));
    return r.top >= 0 && r.bottom <= innerHeight && sur(r.top + 4) && sur(r.bottom - 4);
  };
  scrollTo(0, 0);
  return [...document.querySelectorAll('#cartes > li')].filter(entiere).length;";

/// What could be tapped where a message stands, if it were not there.
const DESSOUS: &str = "
  const message = document.getElementById('alerte');
  const r = message.getBoundingClientRect();
  message.style.visibility = 'hidden';
  const dessous = [.1, .5, .9].flatMap((x) => [.1, .5, .9].map((y) =>
    document.elementFromPoint(r.left + r.width * x, r.top + r.height * y)));
  message.style.visibility = '';
  return dessous.filter((e) => e?.closest('button, a, input')).map((e) => e.outerHTML.slice(0, 60));";

/// What stands out of its row, or of the dialogue.
const DEHORS: &str = "
  return [...document.querySelectorAll('.c-ouverte, .c-ouverte *, dialog[open], dialog[open] *')]
    .filter((e) => e.checkVisibility() && !e.closest('.invisible, svg'))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 60));";

async fn vues(n: &Navigateur) -> u64 {
    n.evaluer(VUES).await.as_u64().expect("nombre")
}

async fn noms(n: &Navigateur) -> Vec<String> {
    n.textes("#cartes .c-nom").await
}

/// The top of each row, by its name.
async fn hauts(n: &Navigateur) -> Value {
    n.evaluer(
        "return Object.fromEntries([...document.querySelectorAll('#cartes > li')].map((li) =>
           [li.dataset.ligne, Math.round(li.getBoundingClientRect().top + scrollY)]))",
    )
    .await
}

/// Nobody has touched the screen for a while.
pub(super) async fn laisser(n: &Navigateur) {
    let script = "const [fini] = arguments;
      const adresse = document.querySelector('link[href$=\"/etat.js\"]').href;
      import(adresse).then(({ etat }) => { etat.geste = -Infinity; fini(true); })";
    assert_eq!(n.evaluer_plus_tard(script).await, true);
}

#[tokio::test]
async fn rows_show_what_is_to_be_made_at_every_size_and_fit_their_screen() {
    let s = Serveur::demarrer().await;
    let j = Jour::de(&s).await;
    let n = Fenetre { taille: (1280, 800) }.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &j.c.bagel, "10").await;
    let mut fautes = Vec::new();
    let tailles: [((u32, u32), u64); 6] = [
        ((360, 640), 2),
        ((390, 844), 4),
        ((800, 1280), 9),
        ((1280, 800), 6),
        ((1024, 768), 4),
        ((1920, 1080), 30),
    ];
    for ((largeur, hauteur), au_moins) in tailles {
        n.regler((largeur, hauteur), false).await;
        n.attendre_texte("[data-onglet=reste] strong", "30").await;
        let vues = vues(&n).await;
        n.photographier(&format!("cuisine-lignes-{largeur}")).await;
        // What lies behind the bar at the bottom is not seen beside it.
        let coin = "return !!document.elementFromPoint(innerWidth - 8, innerHeight - 8)
            .closest('.c-outils, .c-bandeau')";
        if largeur == 800 && n.evaluer(coin).await != json!(true) {
            fautes.push("800 : la barre du bas s'arrête avant le bord".to_owned());
        }
        if vues < au_moins {
            fautes.push(format!("{largeur}x{hauteur} : {vues} lignes"));
        }
        let deborde = n.debordement().await;
        if deborde != 0 {
            fautes.push(format!("{largeur} : {deborde} px de trop"));
        }
        n.scanner(&["3017620422004"]).await;
        n.attendre("#alerte:not([hidden])").await;
        let dessous = n.evaluer(DESSOUS).await;
        if dessous != json!([]) {
            fautes.push(format!("{largeur} : un message cache {dessous}"));
        }
        n.evaluer("document.getElementById('alerte').hidden = true").await;
        // Nor does a long name push anything out of a row that is open, or out of what it opens.
        toucher(&n, &j.long, "ajuster").await;
        let dehors = n.evaluer(DEHORS).await;
        if dehors != json!([]) {
            fautes.push(format!("{largeur} : {dehors}"));
        }
        n.cliquer("#d-clavier [data-action=fermer]").await;
        cliquer_au_milieu(&n, ".c-ouverte .c-ouvrir").await;
    }
    assert_eq!(fautes, [""; 0]);
    assert_eq!(noms(&n).await[0], "Sauce verte", "d'abord ce que d'autres attendent");
    assert_eq!(noms(&n).await[29], "Bagel", "sans créneau à la fin");
    assert_eq!(n.texte(&place(&j.sauce, ".c-reste")).await, "reste 14,7 kg");
    let feuille = n.imprimer().await;
    let pages = String::from_utf8_lossy(&feuille).matches("/Type /Page\n").count();
    assert!((1..=2).contains(&pages), "{pages} feuilles pour trente lignes");
}

#[tokio::test]
async fn what_is_done_stays_under_the_finger_then_leaves_for_its_own_tab_with_its_lot() {
    let s = Serveur::demarrer().await;
    let j = Jour::de(&s).await;
    let n = Fenetre { taille: (1280, 800) }.ouvrir(s.url(), "/cuisine").await;
    reste(&n, &j.c.bagel, "10").await;
    let avant = hauts(&n).await;
    toucher(&n, &j.sauce, "produit").await;
    reste(&n, &j.sauce, "0").await;
    n.attendre_texte("[data-onglet=fait] strong", "1").await;
    n.attendre_texte("[data-onglet=reste] strong", "29").await;
    tout_parti(&n).await;
    assert_eq!(hauts(&n).await, avant, "rien ne bouge sous le doigt");
    laisser(&n).await;
    n.attendre_absence(&place(&j.sauce, ".c-nom")).await;
    assert_eq!(n.textes("#cartes [data-action=produit]").await.len(), 29);
    n.cliquer("[data-onglet=fait]").await;
    assert_eq!(noms(&n).await, ["Sauce verte"]);
    n.attendre_texte(&place(&j.sauce, ".c-faite"), "14,7 kg").await;
    let lots = j.c.chaine.lots().await;
    let fait = lots.iter().find(|l| l["ingredient_nom"] == "Sauce verte").unwrap();
    let code = fait["code_lot"].as_str().unwrap();
    n.attendre_texte(&place(&j.sauce, "[data-lieu=fait-lot]"), &format!("lot {code}")).await;
    n.attendre_absence(&place(&j.sauce, ".c-fort:not([disabled])")).await;
    toucher(&n, &j.plat, "motifs").await;
    n.cliquer("#motifs button:nth-child(2)").await;
    n.attendre_texte("[data-onglet=fait] strong", "2").await;
    tout_parti(&n).await;
    n.cliquer("[data-onglet=fait]").await;
    let dit = n.texte(&place(&j.plat, "[data-lieu=pourquoi]")).await;
    assert!(dit.starts_with("Pas eu le temps, operateur, "), "{dit}");
    n.photographier("cuisine-fait-1280").await;
    assert_eq!((n.violations().await, n.debordement().await), (Vec::new(), 0));
    s.verifier();
}

#[tokio::test]
async fn a_row_opens_on_its_recipe_and_a_station_a_slot_a_word_or_a_scan_finds_it() {
    let mut s = Serveur::demarrer().await;
    let cable = Coupure::devant(&s).await;
    let mut c = Cuisine::de(&s).await;
    c.chaine.client = c.chaine.client.sur(&cable.url());
    let j = Jour::autour(c).await;
    let n = Fenetre { taille: (1280, 800) }.ouvrir(&cable.url(), "/cuisine").await;
    reste(&n, &j.c.bagel, "10").await;

    // What is to be made first is one tap away.
    let attend = n.texte(&place(&j.salade, "[data-lieu=apres]")).await;
    assert_eq!(attend, "après Sauce verte");
    assert_eq!(n.texte(&place(&j.sauce, "[data-lieu=avant]")).await, "avant Assiette verte");
    toucher(&n, &j.salade, "aller").await;
    n.attendre(&place(&j.sauce, ".c-ingredients li")).await;
    assert_eq!(n.textes(".c-ouverte .c-nom").await, ["Sauce verte"], "une seule à la fois");
    // So does the refusal of who did not look.
    toucher(&n, &j.salade, "produit").await;
    n.attendre("#d-manque[open]").await;
    let dit = n.texte("#d-manque [data-action=aller]").await;
    assert!(dit.starts_with("Faites d’abord Sauce verte ("), "{dit}");
    n.cliquer("#d-manque [data-action=aller]").await;
    n.attendre_absence("dialog[open]").await;
    n.attendre_texte(".c-ouverte .c-nom", "Sauce verte").await;
    let pour = n.texte(".c-ouverte .c-recette h3").await;
    assert_eq!(pour, "Pour 14,7 kg :");
    assert_eq!(n.textes(".c-ouverte .c-ingredients li").await, ["Sel 367 g (lot SEL-7, 31/01)"]);
    cliquer_au_milieu(&n, &place(&j.plat, ".c-ouvrir")).await;
    n.attendre(&place(&j.plat, ".c-etapes li")).await;
    assert_eq!(n.textes(".c-ouverte .c-etapes li").await, ["Saisir 3 min", "À cœur : 63 °C"]);
    assert_eq!(n.textes(".c-ouverte .c-ingredients li").await, ["Sel 100 g (lot SEL-7, 31/01)"]);
    n.photographier("cuisine-ouverte-1280").await;
    assert_eq!(n.violations().await, [""; 0]);
    n.cliquer(&place(&j.plat, ".c-ouvrir")).await;

    // A station, and a word.
    n.cliquer("#bouton-filtre").await;
    n.cliquer("#filtre-postes button:nth-child(3)").await;
    assert_eq!(noms(&n).await, ["Sauce verte", "Assiette verte"]);
    n.attendre_texte("#bouton-filtre span", "froid").await;
    n.taper_lentement(&["/"]).await;
    n.attendre("#recherche:not([hidden])").await;
    n.taper_lentement(&["v", "e", "r", "t", "e"]).await;
    n.taper_lentement(&[" ", "a", "s"]).await;
    n.attendre_absence("#cartes > li:nth-child(2)").await;
    assert_eq!(noms(&n).await, ["Assiette verte"]);

    // A scan shows its row whatever hides it, and its count; the search goes on.
    n.scanner(&[GENCODE_BAGEL]).await;
    n.attendre_texte(&place(&j.c.bagel, ".c-reste strong"), "9").await;
    n.attendre_texte("#annonce span", "Bagel : +1, 1 sur 10").await;
    assert_eq!(n.textes(".c-scannee .c-nom").await, ["Bagel"]);
    assert_eq!(n.valeur("#recherche-texte").await, "verte as");
    n.taper_lentement(&["Escape"]).await;
    n.attendre_texte("#cartes li:nth-child(1) .c-nom", "Sauce verte").await;
    n.cliquer("#bouton-filtre").await;
    n.cliquer("#filtre-creneaux button:nth-child(2)").await;
    n.attendre_texte("#bouton-filtre span", "froid, matin").await;
    n.attendre_absence(&place(&j.salade, ".c-nom")).await;

    // Without network the recipe is there; the tablet stays at its station.
    gardee(&n).await;
    n.evaluer_plus_tard(KEPT).await;
    cable.tuer(&mut s);
    n.recharger().await;
    n.attendre_texte("#bouton-filtre span", "froid, matin").await;
    n.cliquer("#bouton-filtre").await;
    n.cliquer("#filtre-postes button:nth-child(2)").await;
    n.cliquer("#bouton-filtre").await;
    n.cliquer("#filtre-creneaux button:nth-child(1)").await;
    cliquer_au_milieu(&n, &place(&j.plat, ".c-ouvrir")).await;
    n.attendre(&place(&j.plat, ".c-etapes li")).await;
}

/// Waits until the recipes of the day are in the tablet.
const KEPT: &str = "const [fini] = arguments;
  const voir = () => {
    indexedDB.open('delicego-cuisine').onsuccess = (e) => {
      const boite = e.target.result.transaction('reglages').objectStore('reglages');
      boite.getAllKeys().onsuccess = (lu) => {
        const la = lu.target.result.some((cle) => cle.startsWith('recettes '));
        if (la) boite.getAll().onsuccess = (tout) => {
          const gardees = tout.target.result.some((v) => v?.recettes?.length === 30);
          gardees ? fini(true) : setTimeout(voir, 100);
        }; else setTimeout(voir, 100);
      };
    };
  };
  voir();";
