//! What the chain itself sets, for all its magasins.

use serde::Serialize;
use sqlx::PgConnection;

use super::sql;
use crate::domaine::gencode::MotifPoids;
use crate::platform::errors::Erreur;
use crate::platform::http::Lecteur;

#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct Chaine {
    /// Comment se lit le code d'un paquet pesé en boutique, EAN-13 qui commence par 02 ou 2 : A,
    /// l'article ; P, son poids en grammes ; C, le chiffre de contrôle. null : ce sont des numéros
    /// comme les autres.
    #[schema(example = "2AAAAAAPPPPPC")]
    pub motif_poids: Option<String>,
}

impl Chaine {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        // Nothing said must not take away what was set.
        if !l.est_la("motif_poids") {
            l.fauter("motif_poids", "est obligatoire ; null pour n'en avoir aucun");
        }
        let dit = l.texte_option("motif_poids", 13);
        if dit.as_deref().is_some_and(|m| MotifPoids::lire(m).is_none()) {
            let modele = "doit avoir 13 signes : 02 ou 2, d'autres chiffres s'il y en a, A pour \
                          l'article, P pour le poids en grammes, C à la fin, par exemple \
                          2AAAAAAPPPPPC";
            l.fauter("motif_poids", modele);
        }
        Self { motif_poids: dit }
    }
}

pub(crate) async fn lire(c: &mut PgConnection) -> Result<Chaine, Erreur> {
    Ok(Chaine { motif_poids: sql::motif_poids(c).await? })
}

pub(crate) async fn regler(tx: &mut PgConnection, chaine: Chaine) -> Result<Chaine, Erreur> {
    sql::regler_chaine(tx, chaine.motif_poids.as_deref()).await?;
    Ok(chaine)
}
