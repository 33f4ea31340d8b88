//! What a person sees: at each size, in the light and in the dark.

use serde_json::json;

use super::lignes::VUES;
use super::pieces::{ECRAN, Fenetre, cliquer_au_milieu, se_connecter};
use crate::outils::Serveur;
use crate::outils::graine::lumieres;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::EMAIL_ADMIN;

/// Buttons smaller than a gloved finger, or nearer to their neighbour than 16 px.
const FAUTES: &str = "
  const racine = document.querySelector('dialog[open]') ?? document.querySelector('.c-page');
  const cibles = [...racine.querySelectorAll('button, a[href]')]
    .filter((b) => b.checkVisibility());
  const cadre = (b) => b.getBoundingClientRect();
  const nom = (b) => (b.getAttribute('aria-label') ?? b.textContent).trim().replace(/\\s+/g, ' ').slice(0, 60);
  const fautes = [];
  for (const b of cibles) {
    const r = cadre(b);
    // In a row a button is 80 px high.
    if (r.width < 103.5 || r.height < (b.closest('.c-carte') ? 79.5 : 103.5)) fautes.push(`${nom(b)} ${r.width}x${r.height}`);
    if (b.scrollWidth > b.clientWidth + 1) fautes.push(`${nom(b)} déborde`);
    for (const v of cibles) {
      if (v === b || (v.parentElement !== b.parentElement && !b.closest('.c-carte, .c-onglets'))) continue;
      if (!racine.matches('dialog') && Boolean(b.closest('.c-corps')) !== Boolean(v.closest('.c-corps'))) continue;
      const s = cadre(v);
      const ecart = Math.max(s.left - r.right, r.left - s.right, s.top - r.bottom, r.top - s.bottom);
      if (ecart < 15.5) fautes.push(`${nom(b)} / ${nom(v)} : ${ecart}`);
    }
  }
  for (const e of racine.querySelectorAll('.c-carte *, .c-creneau *, .c-table td, .c-table th')) {
    const boite = cadre(e.closest('.c-carte, .c-creneau, .panneau'));
    if (e.checkVisibility() && cadre(e).right > boite.right + 1) {
      fautes.push(`${e.textContent.trim()} sort de son cadre`);
    }
  }
  for (const e of racine.querySelectorAll('h2, p, strong')) {
    if (e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1) {
      fautes.push(`${e.textContent.trim()} déborde`);
    }
  }
  return fautes;";

/// What is wrong with what is shown, told once everything was photographed.
async fn voir(n: &Navigateur, nom: &str, fautes: &mut Vec<String>) {
    let sombre = nom.ends_with("sombre");
    n.photographier(nom).await;
    let debordement = n.debordement().await;
    if debordement != 0 {
        fautes.push(format!("{nom} : déborde de {debordement} px"));
    }
    let petites = n.evaluer(FAUTES).await;
    let petites = petites.as_array().expect("liste").iter().map(ToString::to_string);
    let mut trouvees: Vec<_> = petites.chain(n.plaintes().await).collect();
    // On the wall a dialogue shows what it shows on a tablet.
    if !nom.contains("-1920-") || n.textes("dialog[open]").await.is_empty() {
        trouvees.extend(n.violations_de("dialog[open]", sombre).await);
    }
    fautes.extend(trouvees.into_iter().map(|faute| format!("{nom} : {faute}")));
}

/// The phone, the tablet, the wall last; in the light, and in the dark (`lumieres`).
async fn a_chaque_taille(n: &Navigateur, quoi: &str, fautes: &mut Vec<String>) {
    for (largeur, hauteur) in [(360, 740), (1024, 768), (1920, 1080)] {
        for &(sombre, theme) in lumieres(largeur) {
            n.regler((largeur, hauteur), sombre).await;
            voir(n, &format!("cuisine-{quoi}-{largeur}-{theme}"), fautes).await;
        }
    }
}

async fn a_l_ecran(n: &Navigateur, css: &str) {
    n.attendre(css).await;
    let immobile = "document.documentElement.removeAttribute('data-signal')";
    n.evaluer(immobile).await;
}

#[tokio::test]
async fn every_target_is_large_and_nothing_overlaps_from_the_phone_to_the_wall() {
    let s = Serveur::avec_demo().await;
    let n = ECRAN.ouvrir(s.url(), "/cuisine").await;
    a_l_ecran(&n, "#magasins a").await;
    let lien = |nom: &str| {
        format!(
            "return [...document.querySelectorAll('#magasins a')]
              .find((a) => a.textContent.trim() === '{nom}').getAttribute('href')"
        )
    };
    let boutique = n.evaluer(&lien("Boutique Saint-Lazare")).await;
    let cuisine = n.evaluer(&lien("Cuisine centrale de Pantin")).await;
    let mut fautes = Vec::new();
    a_chaque_taille(&n, "magasins", &mut fautes).await;
    n.aller(&format!("{}{}", s.url(), cuisine.as_str().unwrap())).await;
    a_l_ecran(&n, ".c-carte").await;
    a_chaque_taille(&n, "jour", &mut fautes).await;
    if n.evaluer(VUES).await != json!(20) {
        fautes.push("le mur ne montre pas tout".to_owned());
    }
    cliquer_au_milieu(&n, ".c-carte:nth-child(3) .c-ouvrir").await;
    n.attendre(".c-ingredients li").await;
    a_chaque_taille(&n, "recette", &mut fautes).await;
    cliquer_au_milieu(&n, ".c-ouverte [data-action=ajuster]").await;
    a_chaque_taille(&n, "clavier", &mut fautes).await;
    n.cliquer("dialog[open] [data-action=fermer]").await;
    cliquer_au_milieu(&n, ".c-ouverte [data-action=motifs]").await;
    a_chaque_taille(&n, "motifs", &mut fautes).await;
    n.aller(&format!("{}{}", s.url(), boutique.as_str().unwrap())).await;
    a_l_ecran(&n, ".c-carte [data-action=solutions]:not([hidden])").await;
    a_chaque_taille(&n, "boutique", &mut fautes).await;
    cliquer_au_milieu(&n, ".c-carte [data-action=solutions]:not([hidden])").await;
    a_chaque_taille(&n, "manque", &mut fautes).await;
    n.cliquer("[data-action=stock-trouve]").await;
    a_chaque_taille(&n, "trouve", &mut fautes).await;
    n.cliquer("dialog[open] [data-action=fermer]").await;
    for quoi in ["filtre", "menu", "code"] {
        n.cliquer(&format!("[data-action={quoi}]")).await;
        a_chaque_taille(&n, quoi, &mut fautes).await;
        n.cliquer("dialog[open] [data-action=fermer]").await;
    }
    assert_eq!(fautes, [""; 0]);
}

#[tokio::test]
async fn an_admin_is_offered_other_lots_but_never_one_that_is_set_aside() {
    let s = Serveur::avec_demo().await;
    let n = Navigateur::ouvrir().await;
    n.regler((1024, 768), false).await;
    n.aller(&format!("{}/cuisine", s.url())).await;
    se_connecter(&n, EMAIL_ADMIN).await;
    n.attendre("#magasins a").await;
    n.cliquer_lien("Boutique Saint-Lazare").await;
    n.attendre(".c-carte [data-action=solutions]:not([hidden])").await;
    n.attendre_texte("#personne", "admin").await;
    cliquer_au_milieu(&n, ".c-carte [data-action=solutions]:not([hidden])").await;
    n.cliquer("#d-manque [data-action=autre-lot]").await;
    n.attendre("#lots button").await;
    let lots = n.textes("#lots button").await;
    // One tap books nothing: how much was counted is typed first.
    n.cliquer("#lots button").await;
    n.attendre("#d-trouve[open]").await;
    assert_eq!(n.valeur("#trouve-quantite").await, "");
    assert!(lots[0].contains(&format!("Lot {}", n.valeur("#trouve-lot").await)), "{lots:?}");
    n.cliquer("#d-trouve [type=submit]").await;
    let faute = "Écrivez une quantité plus grande que zéro, par exemple 1,5.";
    n.attendre_texte("#trouve-faute", faute).await;
    n.attendre_texte("#bouton-liste", "À voir").await;
    n.attendre_absence("#bandeau:not([hidden])").await;
    assert!(lots.iter().all(|l| l.starts_with("Lot ")), "{lots:?}");
    let stock = s.admin().await.get("/api/interne/magasins?limite=1000").await.attendue(200);
    let magasins = stock["elements"].as_array().unwrap();
    let ici = magasins.iter().find(|m| m["nom"] == "Boutique Saint-Lazare").unwrap();
    let chemin = format!(
        "/api/interne/stock?magasin_id={}&vides=true&limite=1000",
        ici["id"].as_str().unwrap()
    );
    let stock = s.admin().await.get(&chemin).await.attendue(200);
    let saumons = stock["elements"].as_array().unwrap().iter();
    let saumons: Vec<_> = saumons.filter(|l| l["ingredient_nom"] == "Saumon fumé").collect();
    assert!(saumons.iter().any(|l| l["etat"] == "bloque"), "{saumons:?}");
    for ecarte in saumons.iter().filter(|l| l["etat"] != "libre") {
        let code = ecarte["code_lot"].as_str().unwrap();
        assert!(!lots.iter().any(|l| l.contains(&format!("Lot {code}"))), "{code} : {lots:?}");
    }
}

/// What is said of a slot and cannot be read whole.
const COUPEES: &str = "
  const dehors = (e, boite) => {
    const [r, b] = [e.getBoundingClientRect(), boite.getBoundingClientRect()];
    return r.bottom > b.bottom + .5 || r.right > b.right + .5 || r.top < b.top - .5;
  };
  return [...document.querySelectorAll('.c-creneau-chiffres')]
    .filter((e) => !e.checkVisibility() || dehors(e, document.querySelector('.c-dire'))
      || dehors(e, document.getElementById('creneaux')) || dehors(e, e.closest('.c-creneau')))
    .map((e) => e.textContent.trim());";

/// Buttons of rows that nothing lies over once they are scrolled to.
const ATTEINTS: &str = "
  return [...document.querySelectorAll('.c-carte [data-action=produit]')].filter((b) => {
    b.scrollIntoView({block: 'center'});
    const r = b.getBoundingClientRect();
    return b.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2));
  }).length;";

#[tokio::test]
async fn long_names_of_places_and_people_take_no_row_and_each_slot_says_all_its_numbers() {
    let s = Serveur::avec_demo().await;
    let long = "Hippopotomonstrosesquippedaliophobiedugratinxx";
    let noms = [
        "update magasin set nom = 'Cuisine centrale de Pantin, laboratoire du canal et ses annexes'
         where nom like 'Cuisine centrale%'"
            .to_owned(),
        format!("update utilisateur set nom_affiche = 'Marie-Madeleine {long}'"),
    ];
    for sql in &noms {
        crate::invariants::ecrire(&s, sql).await.unwrap();
    }
    let n = Fenetre { taille: (1280, 800) }.ouvrir(s.url(), "/cuisine").await;
    n.attendre("#magasins a").await;
    let lien = "[...document.querySelectorAll('#magasins a')]
        .find((a) => a.textContent.includes('canal')).getAttribute('href')";
    let cuisine = n.evaluer(&format!("return {lien}")).await;
    n.aller(&format!("{}{}", s.url(), cuisine.as_str().unwrap())).await;
    n.attendre(".c-carte").await;
    n.attendre_texte("#personne", &format!("Marie-Madeleine {long}")).await;
    let mut fautes = Vec::new();
    let tailles = [((1280, 800), 6), ((800, 1280), 9), ((1024, 768), 4), ((390, 844), 4)];
    for ((largeur, hauteur), au_moins) in
        tailles.into_iter().chain([((360, 640), 2), ((1920, 1080), 20)])
    {
        n.regler((largeur, hauteur), false).await;
        n.photographier(&format!("cuisine-longs-{largeur}")).await;
        let vues = n.evaluer(VUES).await.as_u64().expect("nombre");
        if vues < au_moins {
            fautes.push(format!("{largeur}x{hauteur} : {vues} lignes"));
        }
        let (coupees, atteints) = (n.evaluer(COUPEES).await, n.evaluer(ATTEINTS).await);
        if coupees != json!([]) {
            fautes.push(format!("{largeur} : coupés {coupees}"));
        }
        if atteints != json!(20) {
            fautes.push(format!("{largeur} : {atteints} boutons Produit atteints"));
        }
        if n.debordement().await != 0 {
            fautes.push(format!("{largeur} : déborde"));
        }
    }
    let dits = n.textes(".c-creneau-chiffres").await;
    if let Some(morceaux) = dits.iter().find(|d| d.contains("pièces") && d.contains(',')) {
        fautes.push(format!("des morceaux de pièces : {morceaux}"));
    }
    // Each slot is what its rows are.
    if dits != ["0 / 22 kg", "0 / 20 l", "0 / 560", "0 / 150"] {
        fautes.push(format!("les nombres des créneaux : {dits:?}"));
    }
    assert_eq!(fautes, [""; 0], "{fautes:#?}");
}
