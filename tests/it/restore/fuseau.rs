//! What PostgreSQL works out again as rows come back is what it was: in the zone of its database, which
//! is not the one in which rows are written and compared.

use super::atelier::{Atelier, changer_le_manifeste};
use super::externe::{COMPTE, Externe};

/// In UTC these two days are one, and that hour is too early.
const CALCULS: &str = "set timezone = 'Europe/Paris';;
    create function public.jour_de(timestamptz) returns date language sql immutable
        as 'select $1::date';;
    create table public.services (t timestamptz,
        h timestamptz check (to_char(h, 'HH24') >= '06'),
        jour date generated always as (public.jour_de(t)) stored,
        heures int generated always as (extract(hour from h at time zone 'UTC')) stored);;
    create unique index un_par_jour on public.services (public.jour_de(t));;
    insert into public.services values ('2026-07-31 12:00+02', '2026-08-01 07:00+02'),
        ('2026-08-01 00:30+02', '2026-08-01 07:00+02');;
    create materialized view public.mois as
        select date_trunc('month', t)::date as mois, count(*) as n from public.services group by 1;;
    alter function public.jour_de(timestamptz) owner to delicego;;
    alter table public.services owner to delicego;;
    alter materialized view public.mois owner to delicego";
/// A day and its month, as they were worked out.
const REVENUS: &str = "select array(select jour from public.services order by 1)
        = '{2026-07-31,2026-08-01}'::date[]
    and array(select mois from public.mois order by 1) = '{2026-07-01,2026-08-01}'::date[]";

/// No archive holds it; what PostgreSQL's own functions calculate is not spoken of.
const NON_COMPARE: &str = "recalculer : colonne calculée services.jour, vue matérialisée mois.";

#[tokio::test]
async fn ce_qui_se_recalcule_l_est_dans_le_fuseau_de_sa_base() {
    let regler = "alter database {base} set timezone = 'Europe/Paris'";
    let e = Externe::avec(&format!("{CALCULS};; {regler}")).await;
    let fichier = e.sauvegarder(COMPTE);
    for cluster in ["prive", "serveur"] {
        let (sortie, resultat) = e.exercer(&fichier, cluster);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(resultat["restaurable"], "oui", "{resultat}");
        assert!(resultat["avis"].to_string().contains(NON_COMPARE), "{resultat}");
    }
    // The one who restores has ideas of their own.
    let sien = [("PGTZ", "America/New_York")];
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer_avec(COMPTE, &sien, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains(NON_COMPARE), "{sortie:?}");
    assert!(e.est_vrai(e.base.nom(), REVENUS).await);
    // Before it was noted, the setting of the database told it.
    changer_le_manifeste(&fichier, |m| {
        let note = m["base"].as_object_mut().and_then(|b| b.remove("fuseau"));
        assert_eq!(note, Some("Europe/Paris".into()));
    });
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, REVENUS).await);
    // A server that does not know it would give other rows.
    changer_le_manifeste(&fichier, |m| m["base"]["fuseau"] = "Europe/Cuisine".into());
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("ne connaît pas « Europe/Cuisine »"), "{sortie:?}");
    e.nettoyer().await;
}

/// The usual setting in France is that of the server, which no backup holds.
#[tokio::test]
async fn le_fuseau_du_serveur_suit_la_sauvegarde_et_vaut_pour_celles_qui_ne_le_disent_pas() {
    let (paris, tokyo) = (Atelier::embarque().await, Atelier::embarque().await);
    for (a, fuseau) in [(&paris, "Europe/Paris"), (&tokyo, "Asia/Tokyo")] {
        a.sql("postgres", &format!("alter system set timezone = '{fuseau}'")).await;
        a.sql("postgres", "select pg_reload_conf()").await;
    }
    paris.sql("delicego", &CALCULS.replace(";;", ";")).await;
    let fichier = paris.sauvegarder();
    let exercice = paris.delicego(&["drill", "--file", &fichier]);
    assert_eq!(exercice.code, Some(0), "{exercice:?}");
    let en_place = ["--file", &fichier, "--drop-create", "--oui"];
    for (a, note) in [(&tokyo, true), (&paris, true), (&paris, false)] {
        if !note {
            changer_le_manifeste(&fichier, |m| {
                m["base"].as_object_mut().and_then(|b| b.remove("fuseau")).expect("fuseau");
            });
        }
        let sortie = a.restore(&en_place);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        let mut c = a.administrateur("delicego").await;
        let revenus: bool = sqlx::query_scalar(REVENUS).fetch_one(&mut c).await.expect("lus");
        assert!(revenus, "noté : {note}");
    }
}
