//! What a monitor reads.

use reqwest::Method;

use crate::outils::brut::brute;
use crate::outils::{Client, Serveur};

const JETON: &str = "un-jeton-de-mesure";

async fn lire(c: &Client, jeton: Option<&str>) -> (u16, String) {
    let requete = c.requete(Method::GET, "/metrics");
    let requete = match jeton {
        Some(jeton) => requete.bearer_auth(jeton),
        None => requete,
    };
    let r = brute(requete).await;
    (r.statut, r.texte)
}

#[tokio::test]
async fn a_monitor_reads_the_figures_with_its_token_and_an_administrator_with_theirs() {
    let s = Serveur::avec(&[("METRICS_TOKEN", JETON)]).await.oublier_les_sessions().await;
    let (admin, anonyme) = (s.admin().await, s.anonyme());
    admin.get("/api/interne/magasins").await.attendue(200);
    for (qui, jeton) in [(&anonyme, Some(JETON)), (&admin, None)] {
        let (statut, texte) = lire(qui, jeton).await;
        assert_eq!(statut, 200, "{texte}");
        assert!(texte.contains("delicego_base_presente 1\n"), "{texte}");
        let route = "delicego_requete_duree_secondes_count{methode=\"GET\",\
                     route=\"/api/interne/magasins\",statut=\"200\"} 1";
        assert!(texte.contains(route), "{texte}");
        assert!(texte.contains("delicego_evenements_total{evenement=\"connexion\"} "), "{texte}");
    }
}

#[tokio::test]
async fn nobody_else_reads_them() {
    let s = Serveur::avec(&[("METRICS_TOKEN", JETON)]).await;
    let cuisinier = s.operateur().await;
    assert_eq!(lire(&s.anonyme(), None).await.0, 401);
    assert_eq!(lire(&s.anonyme(), Some("faux")).await.0, 401);
    assert_eq!(lire(&cuisinier, None).await.0, 403);
    let sans = Serveur::demarrer().await;
    assert_eq!(lire(&sans.anonyme(), Some("")).await.0, 401);
}

#[tokio::test]
async fn an_address_that_does_not_exist_adds_no_name_of_its_own() {
    let s = Serveur::avec(&[("METRICS_TOKEN", JETON)]).await;
    for n in 0..5 {
        let r = brute(s.anonyme().requete(Method::GET, &format!("/inconnue/{n}"))).await;
        assert_eq!(r.statut, 404);
    }
    let (_, texte) = lire(&s.anonyme(), Some(JETON)).await;
    let ligne = "delicego_requete_duree_secondes_count{methode=\"GET\",route=\"inconnue\",\
                 statut=\"404\"} 5";
    assert!(texte.contains(ligne), "{texte}");
}
