//! `make bench`: recipe books, the writing half. What keeping a book of 200 recipes costs, and what a
//! remap of 20,000 lines costs, in processor time of the program and of PostgreSQL together.

#![allow(clippy::disallowed_methods, reason = "a bench starts real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

#[path = "../commun/mod.rs"]
#[expect(dead_code, reason = "other benches use the rest of it")]
mod commun;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser;
use delicego::livres::{self, Livre, Releve};
use delicego::livres::{LigneRelevee, RecetteRelevee, Rendement};
use delicego::platform::comptes::Role;
use delicego::platform::db::operations::{Commande, Reservation, reserver};
use delicego::platform::db::{Base, executer_transaction};
use delicego::platform::errors::Erreur;
use serde::Serialize;

use commun::grappe::Grappe;
use commun::processus;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    issue: commun::Issue,
}

const RECETTES: usize = 200;
const LIGNES: usize = 10;
const LIVRES: usize = 10;
const INGREDIENTS: usize = 1_000;
/// Seconds of processor.
const BORNE_ECRITURE: f64 = 0.5;
const BORNE_REMAP: f64 = 2.0;

#[derive(Serialize)]
struct Resultats {
    postgres: String,
    /// One book, half of its lines known.
    ecriture: Cout,
    /// Every line becomes known.
    remap: Cout,
    lignes_remappees: usize,
}

/// Seconds: of processor in the program, in PostgreSQL, and by the clock.
#[derive(Clone, Copy, Serialize)]
struct Cout {
    programme: f64,
    serveur: f64,
    montre: f64,
}

impl Cout {
    fn processeur(self) -> f64 {
        self.programme + self.serveur
    }
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let resultats = execution.block_on(mesurer())?;
    let mut ecarts = Vec::new();
    for (quoi, cout, borne) in [
        ("a book of 200 recipes", resultats.ecriture, BORNE_ECRITURE),
        ("a remap of 20,000 lines", resultats.remap, BORNE_REMAP),
    ] {
        if cout.processeur() > borne {
            ecarts.push(format!("{quoi}: {:.2} s of processor, not {borne}", cout.processeur()));
        }
    }
    let texte = texte(&resultats);
    commun::conclure(&texte, &resultats, &ecarts, arguments.issue)
}

fn texte(r: &Resultats) -> String {
    let ligne = |quoi: &str, c: Cout, borne: f64| {
        format!(
            "{quoi:<44} {:>8.2} {:>8.2} {:>8.2} {:>8.2}   at most {borne}",
            c.programme,
            c.serveur,
            c.processeur(),
            c.montre
        )
    };
    format!(
        "\nRecipe books, the writes, PostgreSQL {}. Seconds of processor.\n\n{:<44} {:>8} {:>8} \
         {:>8} {:>8}\n{}\n{}",
        r.postgres,
        "",
        "program",
        "server",
        "both",
        "clock",
        ligne("a book of 200 recipes, 2,000 lines, kept", r.ecriture, BORNE_ECRITURE),
        ligne("remap of 20,000 lines in 2,000 recipes", r.remap, BORNE_REMAP)
    )
}

async fn mesurer() -> Result<Resultats> {
    let grappe = tokio::task::spawn_blocking(Grappe::demarrer).await??;
    let ecriture = un_livre(&grappe).await?;
    let (remap, lignes_remappees) = tout_relier(&grappe).await?;
    let postgres = grappe.bail.version().to_owned();
    tokio::task::spawn_blocking(move || drop(grappe)).await?;
    Ok(Resultats { postgres, ecriture, remap, lignes_remappees })
}

async fn un_livre(grappe: &Grappe) -> Result<Cout> {
    grappe.nouvelle_base("livre").await?;
    ingredients(grappe, "livre", INGREDIENTS / 2).await?;
    let base = grappe.ouvrir("livre").await?;
    // The connection and its plans are there before.
    garder(&base, 0).await?;
    let cout = chronometrer(grappe, async || garder(&base, 1).await).await?.0;
    base.fermer().await;
    Ok(cout)
}

async fn tout_relier(grappe: &Grappe) -> Result<(Cout, usize)> {
    grappe.nouvelle_base("remap").await?;
    let base = grappe.ouvrir("remap").await?;
    for numero in 0..LIVRES {
        garder(&base, numero).await?;
    }
    ingredients(grappe, "remap", INGREDIENTS).await?;
    let (cout, fait) =
        chronometrer(grappe, async || Ok(livres::remap(&base, false).await?)).await?;
    ensure!(fait.remappes == LIVRES * RECETTES * LIGNES, "{fait:?}");
    ensure!(fait.recettes_completees == LIVRES * RECETTES, "{fait:?}");
    base.fermer().await;
    Ok((cout, fait.remappes))
}

async fn chronometrer<T>(
    grappe: &Grappe,
    travail: impl AsyncFnOnce() -> Result<T>,
) -> Result<(Cout, T)> {
    let moi = std::process::id();
    let (debut, programme, serveur) =
        (Instant::now(), processus::processeur(moi)?, grappe.processeur()?);
    let fait = travail().await?;
    let cout = Cout {
        programme: processus::processeur(moi)? - programme,
        serveur: grappe.processeur()? - serveur,
        montre: debut.elapsed().as_secs_f64(),
    };
    Ok((cout, fait))
}

async fn ingredients(grappe: &Grappe, base: &str, combien: usize) -> Result<()> {
    use sqlx::Connection;
    let mut c = grappe.remplisseur(base).await?;
    sqlx::query(
        "insert into article (id, nom, nature, unite_base)
         select gen_random_uuid(), 'Matière première ' || n, 'matiere', 'g'
           from generate_series(0, $1::int - 1) n",
    )
    .bind(i32::try_from(combien)?)
    .execute(&mut c)
    .await?;
    sqlx::query("analyze").execute(&mut c).await?;
    c.close().await?;
    Ok(())
}

async fn garder(base: &Base, numero: usize) -> Result<()> {
    let releve = Releve {
        recettes: (0..RECETTES).map(|r| recette(numero, r)).collect(),
        ..Releve::default()
    };
    let mut sha256 = [0; 32];
    sha256[0] = u8::try_from(numero)?;
    let octets = vec![b'x'; 1 << 20];
    let nom_fichier = format!("LIVRE {numero}.pdf");
    let livre = Livre {
        source: None,
        nom_fichier: &nom_fichier,
        sha256,
        octets: &octets,
        pages: 100,
        releve: &releve,
    };
    executer_transaction(base, async |tx| {
        let commande =
            Commande { auteur_id: None, role: Role::Admin, cle: None, chemin: "bench".to_owned() };
        let Reservation::AFaire(op) = reserver(tx, &commande).await? else {
            return Err(Erreur::interne("opération déjà faite"));
        };
        livres::deposer(tx, op, &livre).await
    })
    .await?;
    Ok(())
}

fn recette(livre: usize, rang: usize) -> RecetteRelevee {
    let ligne = |n: usize| {
        let libelle = format!("MATIÈRE PREMIÈRE {} (BIO)", (rang * LIGNES + n) % INGREDIENTS);
        LigneRelevee {
            texte: format!("{libelle} 120"),
            libelle,
            quantite: Some(120.into()),
            unite: Some("g".to_owned()),
            pieces: None,
            page: 1,
            quantite_nette: None,
            quantite_recette: Some(120.into()),
            recette: None,
        }
    };
    RecetteRelevee {
        titre: format!("RECETTE {livre} {rang}"),
        page: 1,
        lignes: (0..LIGNES).map(ligne).collect(),
        poids_net_g: Some(1200.into()),
        emballage: None,
        duree_vie_jours: Some(3),
        rendement: Rendement::default(),
        doutes: Vec::new(),
    }
}
