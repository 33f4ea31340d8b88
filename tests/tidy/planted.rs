//! Every rule finds the fault planted for it, and leaves alone what only looks like one.

use crate::documents::{code_names, column, more_than_colours, says, sql_names, words};
use crate::rules;
use crate::source::Source;
use crate::weight::{heavy, loose_dependencies};

type Rule = fn(&[Source]) -> Vec<String>;

#[test]
fn every_rule_finds_its_fault_on_its_line() {
    let table: [(Rule, &str, &str); 19] = [
        (rules::sql_outside_its_files, "src/stock/fefo.rs", "sqlx::query(\"select 1\")"),
        (rules::sql_outside_its_files, "src/stock/fefo.rs", "query_scalar!(\"select 1\")"),
        (rules::sql_outside_its_files, "src/stock/fefo.rs", "use sqlx::{Row, query_as};"),
        (rules::sql_outside_its_files, "src/stock/fefo.rs", "use sqlx::Executor;"),
        (rules::checked_queries_outside_the_library, "tests/it/a.rs", "sqlx::query!(\"\")"),
        (rules::children_outside_their_files, "src/stock/a.rs", "use std::process::{Command};"),
        (rules::children_outside_their_files, "src/stock/a.rs", "tokio::process::Command::new(a)"),
        (rules::children_outside_their_files, "src/stock/a.rs", "process::Command::new(a)"),
        (rules::arrows_upwards, "src/stock/a.rs", "use crate::{domaine::Jour, plan::Plan};"),
        (rules::arrows_upwards, "src/stock/a.rs", "use super::super::recettes;"),
        (rules::arrows_upwards, "src/stock/mod.rs", "mod tests { use super::super::plan; }"),
        (rules::arrows_upwards, "src/domaine/a.rs", "let e = crate::platform::errors::E;"),
        (rules::arrows_upwards, "src/nouveau/a.rs", ""),
        (rules::slices_taken_behind_their_face, "src/plan/a.rs", "use crate::stock::sql::lots;"),
        (rules::slices_taken_behind_their_face, "src/plan/a.rs", "crate::stock::http::routes()"),
        (rules::unfinished, "tests/it/a.rs", "fn a() { todo!() }"),
        (rules::unfinished, "tests/it/a.rs", "#[ignore = \"lent\"]"),
        (rules::unfinished, "src/plan/a.rs", "#![allow(unused, dead_code)]"),
        (rules::long_files, "src/plan/a.rs", &"\n".repeat(401)),
    ];
    for (rule, file, code) in table {
        let faults = rule(&[Source::new(file, code)]);
        assert_eq!(faults.len(), 1, "{code}: {faults:?}");
        assert!(faults[0].starts_with(&format!("{file}:")), "{faults:?}");
    }
}

#[test]
fn what_only_looks_like_a_fault_is_left_alone() {
    let table: [(Rule, &str, &str); 12] = [
        (rules::sql_outside_its_files, "src/stock/sql.rs", "sqlx::query(\"select 1\")"),
        (rules::sql_outside_its_files, "src/platform/db/a.rs", "sqlx::query!(\"select 1\")"),
        (rules::sql_outside_its_files, "src/stock/a.rs", "uri.query(); // sqlx::query(\"\")"),
        (rules::sql_outside_its_files, "src/stock/a.rs", "use sqlx::PgConnection; Query(a)"),
        (rules::checked_queries_outside_the_library, "tests/it/a.rs", "sqlx::query(\"\")"),
        (rules::children_outside_their_files, "src/platform/cluster/a.rs", "Command::new(a)"),
        (rules::children_outside_their_files, "src/cli.rs", "std::process::ExitCode::from(2)"),
        (rules::arrows_upwards, "src/plan/a.rs", "use crate::{stock::Lot, platform::db::Base};"),
        (rules::arrows_upwards, "src/stock/mod.rs", "mod tests { use super::plan; }"),
        (rules::arrows_upwards, "src/stock/a.rs", "r#\"\" crate::plan::Plan\"#; 'a'; &'a str"),
        (rules::slices_taken_behind_their_face, "src/router.rs", "crate::stock::http::routes()"),
        (rules::unfinished, "src/plan/a.rs", "/* todo!() /* */ */ \"#[ignore]\"; '\"'"),
    ];
    for (rule, file, code) in table {
        assert_eq!(rule(&[Source::new(file, code)]), [""; 0], "{code}");
    }
}

#[test]
fn events_and_routes_are_read_with_their_places() {
    let code = "\n info!(event = \"lot_cree\", n);\n warn!(event = nom);\n let event = 1;";
    let (events, faults) = rules::events(&[Source::new("src/plan/a.rs", code)]);
    assert_eq!(events, [("lot_cree".to_owned(), "src/plan/a.rs:2".to_owned())]);
    assert_eq!(faults, ["src/plan/a.rs:3: write the event's name as text"]);
    let code = "#[utoipa::path(get, path = \"/a/{id}\")] r.route(\"/b\", f); // path = \"/c\"";
    let routes = rules::routes(&[Source::new("src/plan/a.rs", code)]);
    assert_eq!(routes.iter().map(|(r, _)| r.as_str()).collect::<Vec<_>>(), ["/a/{id}", "/b"]);
}

#[test]
fn what_the_dark_changes_besides_colours_is_found() {
    let dark =
        |set: &str| format!("a {{ b: c; }}\n@media (prefers-color-scheme: dark) {{\n{set} }}");
    let colours = dark(":root { color-scheme: dark; --fond: #000 } b { --texte: #fff; }");
    assert_eq!(more_than_colours("a.css", &(colours + " i { display: none; }")), [""; 0]);
    let faults = more_than_colours("a.css", &dark("i { --a: b;\n display: none }"));
    assert_eq!(faults, ["a.css:4: display: none"]);
}

#[test]
fn what_weighs_too_much_is_found_one_by_one_and_together() {
    let listed = [
        ("Cargo.lock", 150_000),
        ("docs/images/accueil.png", 70_000),
        ("web/lecteur/zxing-wasm-3.1.4/zxing_reader.wasm", 953_527),
    ];
    let with = |more: &[(&str, u64)]| {
        let all = listed.iter().chain(more).map(|(file, size)| ((*file).to_owned(), *size));
        heavy(&all.collect::<Vec<_>>())
    };
    assert_eq!(with(&[("a/b.bin", 64 * 1024)]), [""; 0]);
    let faults = with(&[("a/b.bin", 64 * 1024 + 1), ("b/Cargo.lock", 70_000)]);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("a/b.bin:1: 65537 bytes"), "{faults:?}");
    let faults = heavy(&listed[1..].iter().map(|(f, s)| ((*f).to_owned(), *s)).collect::<Vec<_>>());
    assert_eq!(faults, ["Cargo.lock:1: it is not heavy: remove its line of HEAVY"]);
    assert_eq!(with(&[("a.rs", 60_000); 140]), [""; 0]);
    let faults = with(&[("a.bin", 60_000); 44]);
    let told = ".:1: 3813527 bytes not written by hand, over 3750000: what can go?";
    assert_eq!(faults, [told]);
}

#[test]
fn a_dependency_that_is_not_pinned_or_comes_from_elsewhere_is_found() {
    let told = |source: &str, req: &str| {
        format!("\"name\":\"a\",\"source\":{source},\"req\":\"{req}\",\"kind\":null")
    };
    let registry = "\"registry+https://x\"";
    for req in ["=1.2.3", "=1.2.3-rc.1", "=1.2.3+5"] {
        assert_eq!(loose_dependencies(&told(registry, req)), [""; 0], "{req}");
    }
    for req in ["^1", "=1", "=1.2", "1.2.3", "=1.0.0, <2", "=1.2.*", "*", "=1.2.x"] {
        assert_eq!(loose_dependencies(&told(registry, req)).len(), 1, "{req}");
    }
    for source in ["null", "\"git+https://x\""] {
        assert_eq!(loose_dependencies(&told(source, "=1.2.3")).len(), 1, "{source}");
    }
    // Told in another order, it would not be read, and must not pass for it.
    assert_eq!(loose_dependencies("\"req\":\"^1\",\"name\":\"a\"").len(), 1);
    assert_eq!(loose_dependencies("\"packages\":[{\"name\":\"us\",\"version\":\"1\"").len(), 0);
}

#[test]
fn tables_of_documents_are_read_by_their_heads() {
    let page = "| a | mot |\n|---|---|\n| x | `un`, `deux` |\n\n| mot |\n|--|\n| `trois` |\n";
    let cells = column(page, "mot");
    assert_eq!(cells, [("`un`, `deux`".to_owned(), 3), ("`trois`".to_owned(), 7)]);
    assert_eq!(code_names(&cells[0].0), ["un", "deux"]);
    assert_eq!(words("Entrepôt, `point de vente`, "), ["entrepot", "point_de_vente"]);
}

#[test]
fn names_of_a_migration_are_its_tables_and_columns() {
    let migration = "create table if not exists lot ( -- site\n id uuid,\n
        note text check (note in ('a, site', 'b')),\n primary key (id), check (id > 0)\n);
        alter table lot add column code text; create view v as select 1;
        alter table lot rename column code to code_lot; alter table lot rename to lots;";
    let names: Vec<String> = sql_names(migration).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["id", "note", "lot", "code", "v", "code_lot", "lots"]);
    assert!(says("site_id", "site") && says("sites", "site") && says("point-de-vente", "vente"));
    assert!(!says("parasite", "site") && !says("lot_production", "lot_prod"));
}
