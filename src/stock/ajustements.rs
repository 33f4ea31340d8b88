//! Corrections of the stock by hand: what was counted differs from what is written.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fefo::Lot;
use super::mouvements::{self, Ecritures, Mouvement, NouveauLot, TypeMouvement};
use super::reserver::{LotVise, lot_inconnu, lot_vise};
use crate::domaine::Quantite;
use crate::domaine::texte::cle_de_tri;
use crate::platform::comptes::Role;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::mots::de;
use crate::platform::http::{Lecteur, QuantiteSaisie};
use crate::referentiel::articles::{self, refus_unite};
use crate::referentiel::{Article, exiger_la_fenetre, magasins};

pub(crate) struct Ajustement {
    pub magasin_id: Uuid,
    pub vise: LotVise,
    /// Signed.
    pub saisie: QuantiteSaisie,
    pub motif: String,
    /// The day it was found for: a lot that begins counts as there on it.
    pub date: Option<NaiveDate>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Correction {
    pub lot_id: Uuid,
    pub mouvement_id: Uuid,
    /// Ce que le lot contient maintenant.
    #[schema(value_type = f64)]
    pub solde: Quantite,
}

impl Ajustement {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let lu = Self {
            magasin_id: l.uuid("magasin_id"),
            vise: LotVise::lire(l),
            saisie: l.quantite_signee(),
            motif: l.texte("motif", 500),
            date: l.jour_option("date"),
        };
        if lu.est_trouve_sans_etiquette() {
            l.fauter("code_lot", SANS_ETIQUETTE);
        }
        lu
    }

    /// Food whose label says nothing cannot be recalled: somebody has to say that it is so.
    fn est_trouve_sans_etiquette(&self) -> bool {
        let muette =
            matches!(&self.vise, LotVise::Etiquette { code_lot: None, date_dlc: None, .. });
        muette && self.saisie.nombre.est_positif() && !est_perdue(&self.motif)
    }
}

/// Does that reason say that the label is lost?
pub(crate) fn est_perdue(motif: &str) -> bool {
    cle_de_tri(motif).contains(PERDUE)
}

/// What is wrong with stock that was found and of which nothing is said.
pub(crate) const SANS_ETIQUETTE: &str = "manque, et date_dlc aussi : du stock trouvé a un lot ou \
    une DLC, ou le motif « étiquette perdue »";

/// As names are sorted: whatever the case and the accents.
const PERDUE: &str = "etiquette perdue";

pub(crate) async fn ajuster(
    tx: &mut PgConnection,
    op: Operation,
    a: &Ajustement,
) -> Result<Correction, Erreur> {
    let calendrier = magasins::trouver(tx, a.magasin_id).await?.calendrier();
    let maintenant = Utc::now();
    if let Some(date) = a.date {
        exiger_la_fenetre(calendrier, date, (maintenant, Role::Admin))?;
    }
    let moment = a.date.map_or(maintenant, |date| calendrier.moment(date, maintenant));
    let lot = lot_vise(tx, a.magasin_id, &a.vise).await?;
    // The same label on a lot received since is another lot.
    let apres = |lot: &Lot| calendrier.jour_de(lot.recu_le) > calendrier.jour_de(moment);
    let etiquete = matches!(a.vise, LotVise::Etiquette { .. });
    let lot = lot.filter(|lot| !(etiquete && apres(lot)));
    let article = article_vise(tx, lot.as_ref(), &a.vise).await?;
    let quantite = article.convertir(a.saisie).map_err(|e| refus_unite("", e))?;
    let mut ecritures = Ecritures::default();
    let (lot_id, avant) = match lot {
        Some(lot) => (lot.id, lot.solde),
        // Stock found under a label nobody had entered: its lot begins here.
        None => (ouvrir_lot(&mut ecritures, &a.vise, moment)?, Quantite::ZERO),
    };
    inscrire(
        tx,
        op,
        (a.magasin_id, lot_id, avant),
        ecritures,
        Sortie { nature: TypeMouvement::Ajustement, quantite, motif: &a.motif, article: &article },
    )
    .await
}

pub(super) struct Sortie<'a> {
    pub nature: TypeMouvement,
    pub quantite: Quantite,
    pub motif: &'a str,
    pub article: &'a Article,
}

/// One movement of one locked lot, refused when the lot has not that much.
pub(super) async fn inscrire(
    tx: &mut PgConnection,
    op: Operation,
    (magasin_id, lot_id, avant): (Uuid, Uuid, Quantite),
    mut ecritures: Ecritures,
    s: Sortie<'_>,
) -> Result<Correction, Erreur> {
    let solde = avant + s.quantite;
    if solde < Quantite::ZERO {
        return Err(trop(avant, s.quantite, s.article).into());
    }
    let mouvement = Mouvement::nouveau(lot_id, s.nature, s.quantite).avec_motif(s.motif);
    let mouvement_id = mouvement.id;
    ecritures.mouvements.push(mouvement);
    mouvements::ecrire(tx, magasin_id, op, &ecritures).await?;
    let nom = if s.nature == TypeMouvement::Perte { "perte" } else { "ajustement" };
    let evenement = Evenement {
        magasin_id: Some(magasin_id),
        nom,
        operation_id: op.id,
        donnees: json!({"lot_id": lot_id, "quantite": s.quantite, "motif": s.motif}),
    };
    evenements::inscrire(tx, evenement).await?;
    Ok(Correction { lot_id, mouvement_id, solde })
}

/// The article of the lot meant; of an ajustement on a label, the one named.
pub(super) async fn article_vise(
    tx: &mut PgConnection,
    lot: Option<&Lot>,
    vise: &LotVise,
) -> Result<Article, Erreur> {
    let id = match (lot, vise) {
        (Some(lot), _) => lot.article_id,
        (None, LotVise::Etiquette { ingredient_id, .. }) => *ingredient_id,
        (None, LotVise::Id(_)) => return Err(lot_inconnu().into()),
    };
    articles::trouver(tx, id).await
}

fn ouvrir_lot(
    ecritures: &mut Ecritures,
    vise: &LotVise,
    recu_le: DateTime<Utc>,
) -> Result<Uuid, Erreur> {
    let LotVise::Etiquette { ingredient_id, code_lot, date_dlc } = vise else {
        return Err(lot_inconnu().into());
    };
    let id = Uuid::now_v7();
    ecritures.nouveaux_lots.push(NouveauLot {
        id,
        article_id: *ingredient_id,
        code_lot: code_lot.clone(),
        date_dlc: *date_dlc,
        recu_le,
        reception_id: None,
    });
    Ok(id)
}

fn trop(avant: Quantite, quantite: Quantite, article: &Article) -> ErreurCritiqueMetier {
    let detail = format!(
        "Ce lot {} ne contient que {} : impossible d'en retirer {}.",
        de(&article.nom),
        article.unite_base.francais(avant),
        article.unite_base.francais(-quantite)
    );
    ErreurCritiqueMetier::conflit("solde_insuffisant", detail)
        .avec("solde", json!(avant))
        .avec("unite", json!(article.unite_base))
}
