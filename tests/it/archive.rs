//! What `pg_dump` writes, read back: every row counted, every change seen, every damage refused.

mod abimees;
mod versions;

use std::process::Stdio;

use delicego::sauvegarde::archive::{
    Contenu, Ecart, Empreintes, NomTable, comparer, comparer_definitions, lire,
};
use sqlx::Executor;

use crate::outils::grappe::{BaseEssai, nouvelle_base_vide, outil, superutilisateur};

/// Names, values and objects that are hard to write down.
const ETRANGE: &str = r#"
create schema "Été.2024";
create table "Été.2024"."un ""nom"".
étrange" (texte text, nombre numeric, octets bytea);
insert into "Été.2024"."un ""nom"".
étrange" values ('\.', 1.50, '\x005c0a'), (null, null, null), ('', 0, ''),
    (E'\\N', -1, '\xff'), (E'tab\tligne\nretour\rbarre\\', 'NaN', null), ('œufs à la crème', 3, null);
create table vide (n int);
create table sans_colonne ();
insert into sans_colonne default values;
insert into sans_colonne default values;
create table une (n int primary key);
insert into une values (1);
create table nombreuses as select n, 'ligne numéro ' || n as texte from generate_series(1, 100000) n;
create table longues as select n, repeat(chr(64 + n), 8000000) as texte from generate_series(1, 3) n;
create table jours (jour date not null, n int) partition by range (jour);
create table jours_2024 partition of jours for values from ('2024-01-01') to ('2025-01-01');
create table jours_autres partition of jours default;
insert into jours select date '2024-12-01' + n, n from generate_series(0, 59) n;
create table supprimee (a int, b text, c int);
insert into supprimee values (1, 'deux', 3);
alter table supprimee drop column b;
create sequence compteur; select setval('compteur', 41), nextval('compteur');
create sequence jamais;
create view vue as select n from une where n in (1, 2);
create materialized view vue_gardee as select count(*) from une;
comment on table une is 'une seule ligne';
select lo_from_bytea(700001, 'petit'), lo_create(700002), lo_from_bytea(3000000001, 'grand numéro');
select lo_from_bytea(700003, decode(repeat('00ff0a5c', 300000), 'hex'));
"#;

#[tokio::test]
async fn une_archive_dit_tout_ce_que_la_base_contient() {
    let base = base(ETRANGE).await;
    let contenu = lu(&dump(&base, &["-Z0"]));
    assert!(contenu.lignes_comptees);
    assert_eq!(contenu.entete.base, base.nom());
    let attendues = [
        ("Été.2024", "un \"nom\".\nétrange", 6),
        ("public", "jours_2024", 31),
        ("public", "jours_autres", 29),
        ("public", "longues", 3),
        ("public", "nombreuses", 100_000),
        ("public", "sans_colonne", 2),
        ("public", "supprimee", 1),
        ("public", "une", 1),
        ("public", "vide", 0),
    ];
    let tables = &contenu.empreintes.tables;
    assert_eq!(tables.len(), attendues.len(), "{:?}", tables.keys());
    for (schema, nom, lignes) in attendues {
        assert_eq!(tables[&NomTable::nouveau(schema, nom)].lignes, lignes, "{nom}");
    }
    assert_eq!(tables[&public("longues")].octets, 3 * (8_000_000 + "1\t\n".len() as u64));
    let sequences: Vec<_> = contenu.empreintes.sequences.iter().collect();
    let valeurs = [(public("compteur"), "42, true".into()), (public("jamais"), "1, false".into())];
    assert_eq!(sequences, valeurs.iter().map(|(n, v)| (n, v)).collect::<Vec<_>>());
    let objets = contenu.empreintes.grands_objets;
    assert_eq!((objets.lignes, objets.octets), (4, 5 + 13 + 1_200_000));
    let vue = contenu.entrees.iter().find(|e| e.genre == "VIEW").expect("vue");
    assert_eq!(vue.proprietaire.as_deref(), Some("postgres"));
    assert!(vue.definition.as_ref().expect("définition").starts_with("CREATE VIEW public.vue"));
}

#[tokio::test]
async fn la_compression_interieure_et_le_fichier_ne_changent_rien() {
    let base = base(ETRANGE).await;
    let clair = lu(&dump(&base, &["-Z0"]));
    let serre = lu(&dump(&base, &["-Z6"]));
    assert!(serre.octets < clair.octets / 10);
    let chemin = std::env::temp_dir().join(format!("{base}-{}.dump", std::process::id()));
    dump(&base, &["-Z0", "--file", &chemin.to_string_lossy()]);
    let fichier = lu(&std::fs::read(&chemin).expect("archive"));
    std::fs::remove_file(&chemin).expect("effacer");
    let positions = |contenu: &Contenu| contenu.positions().collect::<Vec<_>>();
    assert_ne!(positions(&fichier), []);
    assert_eq!(positions(&fichier), positions(&clair));
    for autre in [serre, fichier] {
        assert_eq!(comparer(&clair.empreintes, &autre.empreintes), []);
        assert_eq!(autre.empreintes, clair.empreintes);
    }
}

#[tokio::test]
async fn une_base_restauree_est_egale_a_son_archive() {
    let archive = dump(&base(ETRANGE).await, &["-Z0"]);
    let copie = nouvelle_base_vide().await;
    restaurer(&archive, &copie);
    let (avant, apres) = (lu(&archive), lu(&dump(&copie, &["-Z0"])));
    assert_ne!(avant.entete.base, apres.entete.base);
    assert_eq!(comparer(&avant.empreintes, &apres.empreintes), []);
    assert_eq!(comparer_definitions(&avant.entrees, &apres.entrees), []);
}

#[tokio::test]
async fn l_ordre_des_lignes_ne_compte_pas() {
    const TABLE: &str = "create table t (n int, texte text); insert into t ";
    let lignes = "select n, 'ligne ' || n from generate_series(1, 500) n order by n";
    let montantes = empreintes(&format!("{TABLE} {lignes}")).await;
    let descendantes = empreintes(&format!("{TABLE} {lignes} desc")).await;
    assert_eq!(montantes, descendantes);
}

#[tokio::test]
async fn chaque_ecart_se_dit_avec_le_nom_de_ce_qu_il_touche() {
    const BASE: &str =
        "create table lot (n int, nom text); create sequence s; create table menu ();
        insert into lot select n, 'nom ' || n from generate_series(1, 100) n;
        create view v as select 1 as un; select lo_from_bytea(700001, 'objet');";
    let attendues = empreintes(BASE).await;
    let lot = || public("lot");
    let lignes = |trouvees| Ecart::Lignes { table: lot(), attendues: 100, trouvees };
    let schema = |trouvees| Ecart::Schema { attendues: attendues.schema.lignes, trouvees };
    let autant = attendues.schema.lignes;
    let sequence = Ecart::Sequence {
        nom: public("s"),
        attendue: "1, false".into(),
        trouvee: "1, true".into(),
    };
    let table: Vec<(&str, Vec<Ecart>)> = vec![
        ("", vec![]),
        (
            "update lot set nom = 'autre' where n = 50",
            vec![Ecart::Contenu { table: lot(), lignes: 100 }],
        ),
        ("delete from lot where n = 1", vec![lignes(99)]),
        ("insert into lot select * from lot where n = 7", vec![lignes(101)]),
        (
            "delete from lot where n = 1; insert into lot select * from lot where n = 2",
            vec![Ecart::Contenu { table: lot(), lignes: 100 }],
        ),
        ("drop table menu", vec![Ecart::TableManquante(public("menu")), schema(autant - 2)]),
        ("create table autre ()", vec![Ecart::TableEnTrop(public("autre")), schema(autant + 2)]),
        ("select nextval('s')", vec![sequence]),
        ("drop sequence s", vec![Ecart::SequenceManquante(public("s")), schema(autant - 2)]),
        ("create or replace view v as select 2 as un", vec![schema(autant)]),
        ("comment on view v is 'une vue'", vec![schema(autant + 1)]),
        ("alter table menu owner to delicego", vec![schema(autant)]),
        ("select lo_put(700001, 0, 'O')", vec![Ecart::GrandsObjets { attendus: 1, trouves: 1 }]),
        ("select lo_unlink(700001)", vec![Ecart::GrandsObjets { attendus: 1, trouves: 0 }]),
    ];
    for (changement, ecarts) in table {
        let trouvees = empreintes(&format!("{BASE} {changement}")).await;
        let mut dits = comparer(&attendues, &trouvees);
        // The entries of large objects are definitions too.
        if changement.contains("lo_unlink") {
            dits.retain(|e| !matches!(e, Ecart::Schema { .. }));
        }
        assert_eq!(dits, ecarts, "{changement}");
    }
    let phrase = lignes(99).to_string();
    assert_eq!(phrase, "Table public.lot : 99 lignes au lieu de 100.");
}

#[tokio::test]
async fn la_definition_changee_est_nommee() {
    const BASE: &str = "create table lot (n int); create view v as select n from lot;";
    let avant = lu(&dump(&base(BASE).await, &["-Z0"]));
    let change = format!("{BASE} create index i on lot (n); alter table lot alter n set not null");
    let apres = lu(&dump(&base(&change).await, &["-Z0"]));
    let dits = comparer_definitions(&avant.entrees, &apres.entrees);
    assert_eq!(
        dits,
        [
            Ecart::Definition("TABLE public.lot".into()),
            Ecart::DefinitionEnTrop("INDEX public.i".into())
        ]
    );
}

#[tokio::test]
async fn une_archive_ecrite_en_insert_se_lit_sans_compter_les_lignes() {
    let contenu = lu(&dump(
        &base("create table t (n text); insert into t values (E'a\\nb')").await,
        &["-Z0", "--inserts"],
    ));
    assert!(!contenu.lignes_comptees);
}

async fn base(sql: &str) -> BaseEssai {
    let nom = nouvelle_base_vide().await;
    let mut c = superutilisateur(&nom).await;
    c.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.expect("préparer la base");
    nom
}

async fn empreintes(sql: &str) -> Empreintes {
    lu(&dump(&base(sql).await, &["-Z0"])).empreintes
}

fn dump(base: &str, options: &[&str]) -> Vec<u8> {
    let mut pg_dump = outil("pg_dump", base);
    let fait = pg_dump.arg("-Fc").args(options).stderr(Stdio::inherit()).output().expect("pg_dump");
    assert!(fait.status.success());
    fait.stdout
}

fn restaurer(archive: &[u8], base: &str) {
    let mut pg_restore = outil("pg_restore", base);
    let mut enfant = pg_restore.arg("-e").stdin(Stdio::piped()).spawn().expect("pg_restore");
    let mut entree = enfant.stdin.take().expect("entrée");
    std::io::Write::write_all(&mut entree, archive).expect("écrire");
    drop(entree);
    assert!(enfant.wait().expect("fin").success());
}

fn lu(archive: &[u8]) -> Contenu {
    lire(archive, |_| ()).expect("archive lisible")
}

fn public(nom: &str) -> NomTable {
    NomTable::nouveau("public", nom)
}
