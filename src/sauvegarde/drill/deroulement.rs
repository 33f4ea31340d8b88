//! What a drill does with an archive that was found intact: restore, prove, migrate, verify.

use std::time::Instant;

use super::super::archive::{Contenu, Ecart, Entree, NomTable, comparer};
use super::super::cible::{Cible, Role};
use super::super::restore::{
    Attendu, Deballee, Depose, Depot, Plan, Regles, analyser, deposer, ouvrir_la_copie, prouver_et,
};
use super::super::texte::Texte;
use super::choix::Choix;
use super::copie::Copie;
use super::vivant::Vivant;
use super::{Contexte, Difference, Exercice, Regle, vivant};
use crate::platform::db::Base;
use crate::platform::db::migrations::{self, EtatSchema};
use crate::platform::issue::Echec;

pub(crate) type Objet<'a> = (&'a Choix, &'a Deballee);

/// Notes what it finds as it goes, so that what was measured before a failure is kept.
pub(crate) async fn derouler(
    (cible, vivant): (Result<Cible, Echec>, Vivant),
    objet: Objet<'_>,
    contexte: &Contexte,
    exercice: &mut Exercice,
) -> Result<(), Echec> {
    let (choix, deballee) = objet;
    contexte.suivi.etape("Préparation du serveur", 0);
    let ou = (exercice.lieu, &vivant);
    let copie = Copie::preparer(cible?, ou, (choix, &deballee.contenu)).await?;
    vivant::a_defaut(copie.neuf.as_ref(), exercice);
    exercice.postgres = Some(copie.cible.outils().version.clone());
    // The largest step of the longest walk: kept off the stack.
    let fait = Box::pin(eprouver(&copie, objet, contexte, exercice)).await;
    if !copie.supprimer().await {
        let reste =
            "La copie d'essai n'a pas pu être supprimée : le prochain exercice la supprimera.";
        exercice.avis.push(reste.to_owned());
    }
    fait
}

async fn eprouver(
    copie: &Copie,
    (choix, deballee): Objet<'_>,
    contexte: &Contexte,
    exercice: &mut Exercice,
) -> Result<(), Echec> {
    let Contexte { suivi, arret } = contexte;
    let depart = Instant::now();
    let depot = Depot {
        cible: &copie.cible,
        base: &copie.nom,
        archive: &deballee.chemin,
        contenu: &deballee.contenu,
        roles: &copie.roles,
        plan: &copie.jugement.plan,
        fuseau: copie.fuseau.as_deref(),
    };
    let mut depose = Depose::default();
    let fait = arret.ou_interrompu(deposer(&depot, (suivi, arret), &mut depose)).await;
    if let Err(echec) = fait {
        noter_ce_qui_manque(copie, depose, exercice);
        return Err(echec);
    }
    deballee.rendre_la_place();
    exercice.durees.restauration_s = depart.elapsed().as_secs_f64();

    let depart = Instant::now();
    let plan = copie.jugement.plan.sans(&depose.laisses);
    let (attendues, sans_lignes) = attendu(choix, &deballee.contenu, &plan);
    let attendu = Attendu {
        contenu: &attendues,
        roles: &copie.roles,
        plan: &plan,
        texte: Texte::de(Some(choix.manifeste())),
    };
    let regles = Regles::du_schema_a_jour(&copie.cible, &copie.nom, &copie.roles);
    let regles = async {
        match arret.ou_interrompu(regles).await {
            // A table of ours may be one of those that were not tried.
            Err(e) if !sans_lignes.is_empty() && !arret.est_demande() => {
                tracing::debug!(err = e.phrase, "règles non vérifiées");
                Ok(None)
            }
            lues => lues,
        }
    };
    let preuve = prouver_et((&copie.cible, &copie.nom), &attendu, (suivi, arret), regles);
    let (preuve, regles) = Box::pin(preuve).await?;
    noter_ce_qui_manque(copie, depose, exercice);
    exercice.sans_lignes = sans_lignes;
    exercice.doute = preuve.doute.map(str::to_owned);
    exercice.durees.preuve_s = depart.elapsed().as_secs_f64();
    exercice.differences = preuve.details.iter().map(Difference::from).collect();
    exercice.differences.extend(ecart_de_schema(choix, &deballee.contenu).map(|e| (&e).into()));
    exercice.avis.extend(preuve.non_prouve);
    if choix.manifeste().base.schema.is_none() {
        exercice
            .avis
            .push("Base sans schéma de DéliceGo : ses règles n'y sont pas vérifiées.".into());
        return Ok(());
    }
    let regles = match regles {
        Some(regles) => regles,
        None if !exercice.sans_lignes.is_empty() => {
            let avis = "Les règles de DéliceGo n'y sont pas vérifiées : des tables n'y sont pas.";
            exercice.avis.push(avis.to_owned());
            return Ok(());
        }
        None => {
            suivi.etape("Vérification", 0);
            arret.ou_interrompu(migrer_et_verifier(copie, exercice)).await?
        }
    };
    noter(&regles, exercice);
    Ok(())
}

fn noter_ce_qui_manque(copie: &Copie, depose: Depose, exercice: &mut Exercice) {
    let echoues = vivant::Echoues { objets: depose.refuses, vues: depose.vues_vides };
    vivant::noter(exercice, copie.jugement.a_refaire(), echoues);
}

/// The rows that the manifest tells of, and the definitions of the archive itself; without the
/// tables that this server cannot make, which are named.
fn attendu(choix: &Choix, contenu: &Contenu, plan: &Plan) -> (Contenu, Vec<String>) {
    let mut empreintes = choix.manifeste().empreintes.clone();
    let laissees = contenu.entrees.iter().filter(|e| plan.laisses.contains(&e.id));
    let laissees: Vec<&Entree> = laissees.collect();
    let laissee = |nom: &NomTable, genres: &[&str]| {
        laissees.iter().any(|e| {
            let la = genres.contains(&e.genre.as_str()) && e.nom == nom.nom;
            la && e.schema.as_deref() == Some(nom.schema.as_str())
        })
    };
    let mut sans_lignes = Vec::new();
    empreintes.tables.retain(|nom, _| {
        let la = laissee(nom, &["TABLE", "TABLE DATA"]);
        sans_lignes.extend(la.then(|| nom.to_string()));
        !la
    });
    empreintes.sequences.retain(|nom, _| !laissee(nom, &["SEQUENCE", "SEQUENCE SET"]));
    (Contenu { empreintes, ..contenu.clone() }, sans_lignes)
}

/// The archive's definitions are the manifest's, or one of them is of another backup.
fn ecart_de_schema(choix: &Choix, contenu: &Contenu) -> Option<Ecart> {
    let ecarts = comparer(&choix.manifeste().empreintes, &contenu.empreintes);
    ecarts.into_iter().find(|e| matches!(e, Ecart::Schema { .. }))
}

async fn migrer_et_verifier(copie: &Copie, exercice: &mut Exercice) -> Result<Regles, Echec> {
    let base = ouvrir_la_copie(&copie.cible, &copie.nom, &copie.roles).await?;
    let fait = sur_la_base(copie, &base, exercice).await;
    base.fermer().await;
    fait
}

async fn sur_la_base(copie: &Copie, base: &Base, exercice: &mut Exercice) -> Result<Regles, Echec> {
    let depart = Instant::now();
    if let EtatSchema::Ancien(etapes) = migrations::etat(base).await? {
        migrations::migrer(base).await?;
        let mut c = copie.cible.connecter(&copie.nom, Role::Administrateur).await?;
        analyser(&mut c).await?;
        exercice.durees.migration_s = depart.elapsed().as_secs_f64();
        exercice.avis.push(format!(
            "Le schéma de la sauvegarde est plus ancien que ce programme : {etapes} étapes de mise \
             à jour passées sur la copie."
        ));
    }
    Regles::lire(base).await
}

fn noter(regles: &Regles, exercice: &mut Exercice) {
    exercice.durees.verification_s = regles.duree.as_secs_f64();
    exercice.regles_verifiees = true;
    let fautives = regles.constats.iter().filter(|c| c.fautes > 0);
    exercice.regles = fautives.map(Regle::from).collect();
}
