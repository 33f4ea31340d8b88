//! Rules on the code alone. Each takes sources and gives the faults it finds.

use crate::source::{Named, Source};

/// From the top down, each floor on those under it; names on one floor do not know each other.
const FLOORS: [&[&str]; 13] = [
    &["main"],
    &["cli"],
    &["router"],
    &["demo"],
    &["exploitation"],
    &["sauvegarde", "importer", "accueil", "livres"],
    &["verification"],
    &["production_preparation"],
    &["production_jour"],
    &["plan"],
    &["recettes", "stock"],
    &["referentiel"],
    &["platform"],
];
/// Under all of them, and on nothing.
const GROUND: &str = "domaine";

/// What of sqlx runs a statement, beside the `query*` family.
const SQL_WORDS: [&str; 6] =
    ["raw_sql", "QueryBuilder", "AssertSqlSafe", "Executor", "prelude", "migrate"];
/// livres/lecture/poppler.rs: a PDF is hostile, and is read in a child under limits.
/// automatiser/commandes.rs: crontab and systemctl are the only doors to the schedulers.
const CHILDREN: [&str; 5] = [
    "src/platform/cluster/",
    "src/sauvegarde/pg_tools.rs",
    "src/exploitation/automatiser/commandes.rs",
    // Asks a real shell; a test.
    "src/platform/env/tests.rs",
    "src/livres/lecture/poppler.rs",
];

pub fn sql_outside_its_files(sources: &[Source]) -> Vec<String> {
    let outside =
        |s: &&Source| !s.file.ends_with("/sql.rs") && !s.file.starts_with("src/platform/db/");
    each_path(sources.iter().filter(outside), |_, n| {
        let from_sqlx = n.path.strip_prefix("sqlx::").is_some_and(|rest| {
            rest.split("::").any(|w| w.starts_with("query") || SQL_WORDS.contains(&w))
        });
        (from_sqlx || is_checked_query(n))
            .then(|| format!("`{}` runs SQL: move the statement to this folder's sql.rs", n.path))
    })
}

/// scripts/sqlx compiles the library only: a checked query elsewhere would have no description.
pub fn checked_queries_outside_the_library(sources: &[Source]) -> Vec<String> {
    let outside = |s: &&Source| !s.file.starts_with("src/") || s.file == "src/main.rs";
    each_path(sources.iter().filter(outside), |_, n| {
        is_checked_query(n)
            .then(|| format!("`{}!` outside the library: write `{}(..)`", n.path, n.path))
    })
}

fn is_checked_query(n: &Named) -> bool {
    let macro_name = n.path.rsplit("::").next().unwrap_or_default();
    n.next == b'!' && macro_name.starts_with("query")
}

pub fn children_outside_their_files(sources: &[Source]) -> Vec<String> {
    let outside = |s: &&Source| !CHILDREN.iter().any(|c| s.file.starts_with(c));
    each_path(sources.iter().filter(outside), |_, n| {
        let last = n.path.rsplit("::").next().unwrap_or_default();
        let known = n.path.starts_with("tokio::process")
            || (n.path.contains("process::") && matches!(last, "Command" | "*" | "CommandExt"))
            || n.path.ends_with("Command::new");
        known.then(|| {
            format!("`{}` starts a child process: only {} may", n.path, CHILDREN.join(", "))
        })
    })
}

pub fn arrows_upwards(sources: &[Source]) -> Vec<String> {
    let mut faults: Vec<String> = sources.iter().filter_map(on_no_floor).collect();
    faults.extend(each_use_of_another(sources, |from, to, _| {
        let (Some(from_floor), Some(to_floor)) = (floor(from), floor(to)) else { return None };
        (to_floor >= from_floor).then(|| {
            format!(
                "`{from}` uses `{to}`, which is not under it: let a value pass instead, or move \
                 what both need further down (floors: tests/tidy/rules.rs)"
            )
        })
    }));
    faults
}

fn on_no_floor(s: &Source) -> Option<String> {
    let slice = slice(s)?;
    (floor(&slice).is_none() && s.file.starts_with("src/"))
        .then(|| format!("{}:1: `{slice}` is on no floor: add it to tests/tidy/rules.rs", s.file))
}

fn floor(name: &str) -> Option<usize> {
    if name == GROUND {
        return Some(0);
    }
    FLOORS.iter().rev().position(|names| names.contains(&name)).map(|n| n + 1)
}

pub fn slices_taken_behind_their_face(sources: &[Source]) -> Vec<String> {
    each_use_of_another(sources, |from, to, inside| {
        let door = from != "router" && to != "platform" && inside.first() == Some(&"http");
        let sql = inside.contains(&"sql");
        (sql || door).then(|| {
            let what = if sql { "the SQL" } else { "the HTTP door" };
            format!("`{from}` reaches into {what} of `{to}`: take it by what its mod.rs gives")
        })
    })
}

/// Calls `judge` with the slice of the file, the slice that a path leads to, and the rest of it.
fn each_use_of_another(
    sources: &[Source],
    judge: impl Fn(&str, &str, &[&str]) -> Option<String>,
) -> Vec<String> {
    each_path(sources.iter(), |s, n| {
        let from = slice(s)?;
        let path = from_the_root(s, n)?;
        let path: Vec<&str> = path.split("::").collect();
        let (to, inside) = path.split_first()?;
        (*to != from).then(|| judge(&from, to, inside))?
    })
}

/// `src/stock/fefo.rs` is of `stock`, `src/cli.rs` of `cli`; lib.rs only lists them.
fn slice(s: &Source) -> Option<String> {
    let inside = s.file.strip_prefix("src/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    (name != "lib").then(|| name.to_owned())
}

/// The path without `crate`, `self`, `super`; none when it leads out of this crate.
fn from_the_root(s: &Source, n: &Named) -> Option<String> {
    if let Some(rest) = n.path.strip_prefix("crate::").or(n.path.strip_prefix("delicego::")) {
        return Some(rest.to_owned());
    }
    if !n.path.starts_with("self::") && !n.path.starts_with("super::") {
        return None;
    }
    let mut modules = s.module(n.at);
    let mut rest = n.path.as_str();
    while let Some((head, tail)) = rest.split_once("::") {
        match head {
            "self" => {}
            "super" => drop(modules.pop()),
            _ => break,
        }
        rest = tail;
    }
    modules.push(rest.to_owned());
    Some(modules.join("::"))
}

pub fn unfinished(sources: &[Source]) -> Vec<String> {
    let mut faults = each_path(sources.iter(), |_, n| {
        let open = n.next == b'!' && matches!(n.path.as_str(), "todo" | "unimplemented");
        open.then(|| format!("`{}!`: finish it, or leave it out", n.path))
    });
    for s in sources {
        faults.extend(s.code.match_indices("#[ignore").map(|(at, _)| {
            format!("{}: an ignored test proves nothing: repair or remove it", s.place(at))
        }));
        let allowed = s.code.match_indices("allow(");
        let dead = allowed.filter(|(at, _)| {
            s.code[*at..].split(')').next().is_some_and(|list| list.contains("dead_code"))
        });
        faults.extend(dead.map(|(at, _)| format!("{}: remove what is not used", s.place(at))));
    }
    faults
}

pub fn long_files(sources: &[Source]) -> Vec<String> {
    let lines = |s: &Source| s.raw.lines().count();
    let long = sources.iter().filter(|s| lines(s) > 400);
    long.map(|s| format!("{}:400: {} lines: split it by what it does", s.file, lines(s))).collect()
}

/// Names of `event = ".."` with their places; what has no literal name is a fault of its own.
pub fn events(sources: &[Source]) -> (Vec<(String, String)>, Vec<String>) {
    let (mut events, mut faults) = (Vec::new(), Vec::new());
    for s in sources {
        let in_a_macro = |n: &Named| n.path == "event" && matches!(n.previous, b'(' | b',');
        for n in s.named().iter().filter(|n| in_a_macro(n) && n.next == b'=') {
            let value = s.text[n.at + "event".len()..].trim_start().trim_start_matches('=');
            match value.trim_start().strip_prefix('"').and_then(|v| v.split_once('"')) {
                Some((name, _)) => events.push((name.to_owned(), s.place(n.at))),
                None => faults.push(format!("{}: write the event's name as text", s.place(n.at))),
            }
        }
    }
    (events, faults)
}

/// The paths of routes: `path = ".."` of utoipa, `.route("..")` and `.nest("..")` of axum.
pub fn routes(sources: &[Source]) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for s in sources {
        for opening in ["path = \"", ".route(\"", ".nest(\""] {
            // In `code` the insides of strings are blank: what matches there is code.
            routes.extend(s.code.match_indices(opening).map(|(at, _)| {
                let route = s.text[at + opening.len()..].split('"').next().unwrap_or_default();
                (route.to_owned(), s.place(at))
            }));
        }
    }
    // A template has a `path` too.
    routes.retain(|(route, _)| route.starts_with('/'));
    routes
}

fn each_path<'a>(
    sources: impl Iterator<Item = &'a Source>,
    judge: impl Fn(&Source, &Named) -> Option<String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    for s in sources {
        let named = s.named();
        let found = named.iter().filter_map(|n| Some((n.at, judge(s, n)?)));
        faults.extend(found.map(|(at, fault)| format!("{}: {fault}", s.place(at))));
    }
    faults
}
