//! The rules of ARCHITECTURE.md that no reader should have to check. Needs no dependency: CI runs
//! it first, by `rustc --test`. Run from the root of the repository, as cargo does.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/planted.rs"]
mod planted;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/weight.rs"]
mod weight;

use std::path::Path;

use source::{Source, in_word, read, sources, walk};

#[test]
fn sql_stands_in_sql_files() {
    let rule = "SQL stands only in files named sql.rs and under src/platform/db";
    refuse(rule, rules::sql_outside_its_files(&src()));
}

#[test]
fn checked_queries_stand_in_the_library() {
    let rule = "`query!` and its kin stand only in the library: tests and benches use `query(..)`";
    refuse(rule, rules::checked_queries_outside_the_library(&all()));
}

#[test]
fn child_processes_start_in_their_files() {
    let rule = "child processes start only where their death is looked after";
    refuse(rule, rules::children_outside_their_files(&src()));
}

#[test]
fn arrows_go_one_way() {
    refuse("a slice never uses one above or beside it", rules::arrows_upwards(&src()));
}

#[test]
fn a_slice_is_taken_by_its_face() {
    let rule =
        "another slice is taken by its mod.rs; its sql.rs is its own, its http.rs the router's";
    refuse(rule, rules::slices_taken_behind_their_face(&src()));
}

#[test]
fn nothing_is_left_unfinished() {
    let rule = "no todo!, unimplemented!, #[ignore], allow(dead_code)";
    refuse(rule, rules::unfinished(&all()));
}

#[test]
fn files_are_short() {
    refuse("a file has at most 400 lines", rules::long_files(&all()));
}

#[test]
fn the_dark_changes_colours_alone() {
    // So that a page judged whole in the light is judged in the dark by its colours.
    let mut files = Vec::new();
    walk(Path::new("web"), &mut files);
    let sheets: Vec<_> = files.into_iter().filter(|f| f.ends_with(".css")).collect();
    assert!(!sheets.is_empty(), "run from the root of the repository");
    let faults = sheets.iter().flat_map(|file| documents::more_than_colours(file, &read(file)));
    refuse(
        "in the dark a style sheet sets `--names` of colours and color-scheme",
        faults.collect(),
    );
}

#[test]
fn the_repository_stays_light() {
    // What is kept, whatever .gitignore says and whatever else lies here. A source archive has no
    // git, and no history to grow.
    let kept = output(&["git", "ls-files", "-z"]);
    let Some(kept) = kept else {
        return assert!(!Path::new(".git").exists(), "git does not answer");
    };
    let files: Vec<(String, u64)> = kept
        .split('\0')
        .filter_map(|file| Some((file.to_owned(), std::fs::symlink_metadata(file).ok()?.len())))
        .collect();
    assert!(files.len() > 500, "{} files", files.len());
    refuse("a file is at most 64 KiB, but for those that HEAVY lists", weight::heavy(&files));
}

#[test]
fn every_dependency_is_pinned() {
    let cargo = ["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"];
    let told = output(&cargo).expect("cargo metadata");
    let some = told.matches("\"req\":").count();
    assert!(some > 40, "{some} dependencies");
    let rule = "Cargo.toml names one version of each dependency, from the registry";
    refuse(rule, weight::loose_dependencies(&told));
}

/// What a command says; none when it fails or is not there.
#[expect(clippy::disallowed_methods, reason = "git and cargo alone know what is kept and meant")]
fn output(command: &[&str]) -> Option<String> {
    let said = std::process::Command::new(command[0]).args(&command[1..]).output().ok()?;
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned())
}

#[test]
fn the_document_of_events_says_what_the_code_logs() {
    let (logged, mut faults) = rules::events(&src());
    let page = "docs/EVENEMENTS.md";
    let told: Vec<(String, usize)> = documents::column(&read(page), "événement")
        .iter()
        .flat_map(|(cell, line)| documents::code_names(cell).into_iter().map(|n| (n, *line)))
        .collect();
    for (name, place) in &logged {
        if !told.iter().any(|(n, _)| n == name) {
            faults.push(format!("{place}: `{name}` is not in {page}: add its row there"));
        }
    }
    for (name, line) in &told {
        if !logged.iter().any(|(n, _)| n == name) {
            faults.push(format!("{page}:{line}: nothing logs `{name}`: remove its row"));
        }
    }
    refuse("the events of the code are those of docs/EVENEMENTS.md", faults);
}

#[test]
fn tables_columns_and_routes_say_the_words_of_the_glossary() {
    let page = "docs/GLOSSAIRE.md";
    let avoided = documents::column(&read(page), "à éviter");
    let avoided: Vec<String> = avoided.iter().flat_map(|(c, _)| documents::words(c)).collect();
    assert!(!avoided.is_empty(), "{page} has no column `à éviter`");
    let mut faults = Vec::new();
    for (name, place) in names_of_tables_and_columns().into_iter().chain(steps_of_routes()) {
        faults.extend(avoided.iter().filter(|w| documents::says(&name, w)).map(|w| {
            format!("{place}: `{name}` says « {w} », which {page} avoids: take the word it gives")
        }));
    }
    refuse("one word per idea, the glossary's", faults);
}

#[test]
fn the_architecture_names_every_folder_and_module() {
    let page = "ARCHITECTURE.md";
    let text = std::fs::read_to_string(page).unwrap_or_default();
    let named: Vec<&str> = text.split(|c: char| !in_word(c as u8)).collect();
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    let missing = found.iter().filter_map(|path| {
        let folder = path.ends_with('/');
        let name = Path::new(path).file_stem()?.to_str()?;
        let usual = matches!(name, "mod" | "lib" | "main" | "sql" | "http");
        let wanted = folder || (path.ends_with(".rs") && !usual);
        (wanted && !named.contains(&name))
            .then(|| format!("{path}:1: `{name}` is not in {page}: say there what it is for"))
    });
    refuse("ARCHITECTURE.md names every folder and module of src", missing.collect());
}

fn src() -> Vec<Source> {
    let sources = sources("src");
    assert!(!sources.is_empty(), "run from the root of the repository");
    sources
}

fn all() -> Vec<Source> {
    ["src", "tests", "benches"].into_iter().flat_map(sources).collect()
}

fn names_of_tables_and_columns() -> Vec<(String, String)> {
    let mut files = Vec::new();
    walk(Path::new("migrations"), &mut files);
    let names = files.iter().flat_map(|file| {
        let names = documents::sql_names(&read(file));
        names.into_iter().map(move |(name, line)| (name, format!("{file}:{line}")))
    });
    names.collect()
}

fn steps_of_routes() -> Vec<(String, String)> {
    let routes = rules::routes(&src());
    let steps = routes.iter().flat_map(|(route, place)| {
        let steps = route.split('/').map(|s| s.trim_matches(|c| matches!(c, '{' | '}' | '*')));
        steps.map(|s| (s.to_owned(), place.clone()))
    });
    steps.filter(|(s, _)| !s.is_empty()).collect()
}

fn refuse(rule: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{rule}.\n  {}\n", faults.join("\n  "));
}
