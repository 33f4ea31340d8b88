//! The pages of tablets in a real browser: the keypad, its size, and pictures to look at.

use super::{Cuisine, PIN};
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};

#[tokio::test]
async fn an_admin_enrols_the_tablet_and_a_cook_enters_by_the_keypad() {
    let k = Cuisine::nouvelle().await;
    let n = Navigateur::ouvrir().await;
    n.regler((1024, 768), false).await;
    let url = |chemin: &str| format!("{}{chemin}", k.s.url());
    n.aller(&url("/connexion?suite=/tablettes")).await;
    n.saisir("#email", EMAIL_ADMIN).await;
    n.saisir("#mot_de_passe", MOT_DE_PASSE).await;
    n.cliquer("form button").await;
    n.arriver("/tablettes").await;
    image(&n, "tablettes").await;
    n.saisir("#nom", "Tablette du froid").await;
    n.cliquer("form.dedans button").await;
    n.arriver("/tablette").await;
    assert_eq!(n.texte("h1").await, "Qui est là ?");
    image(&n, "tuiles").await;
    n.cliquer(".tuile").await;
    n.attendre(".pave").await;
    image(&n, "clavier").await;
    let petites = n
        .evaluer(
            "return [...document.querySelectorAll('.touche')]
                .map((t) => t.getBoundingClientRect()).filter((r) => r.height < 104).length",
        )
        .await;
    assert_eq!(petites, 0, "une touche a moins de 104 px");
    for chiffre in PIN.chars() {
        n.cliquer(&format!("[data-chiffre='{chiffre}']")).await;
    }
    assert_eq!(n.plaintes().await, Vec::<String>::new());
    n.cliquer(".pave [type=submit]").await;
    n.arriver("/cuisine").await;
    k.s.attendre_evenement("connexion_pin").await;
}

/// At each width, in the light and in the dark; kept for eyes.
async fn image(n: &Navigateur, nom: &str) {
    for (largeur, hauteur, sombre) in [(360, 740, false), (1024, 768, false), (1024, 768, true)] {
        n.regler((largeur, hauteur), sombre).await;
        assert!(n.debordement().await <= 0, "{nom} déborde à {largeur} px");
        let theme = if sombre { "sombre" } else { "clair" };
        n.photographier(&format!("tablette-{nom}-{largeur}-{theme}")).await;
    }
    n.regler((1024, 768), false).await;
}
