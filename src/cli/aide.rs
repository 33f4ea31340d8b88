//! The command line's own words, in French: help and usage errors.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};

use crate::exploitation::automatiser::APRES_UN_REFUS;
use crate::platform::terminal::dire;

const MODELE: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";

/// What was asked; or, after a help text or a usage error, the code to exit with.
pub(crate) fn lire<P: CommandFactory + FromArgMatches>() -> Result<P, ExitCode> {
    let lu = franciser(P::command(), true)
        .try_get_matches()
        .and_then(|mut m| P::from_arg_matches_mut(&mut m));
    lu.map_err(|erreur| match erreur.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            dire(erreur.to_string().trim_end());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{erreur}");
            ExitCode::from(2)
        }
        _ => {
            eprintln!("delicego : {}\n{APRES_UN_REFUS}", phrase(&erreur));
            ExitCode::from(2)
        }
    })
}

/// What these words, after the program's name, have it do; else why nothing.
pub(crate) fn juger<P: CommandFactory + FromArgMatches>(mots: &[String]) -> Result<P, String> {
    let mots = ["delicego"].into_iter().chain(mots.iter().map(String::as_str));
    let lu = franciser(P::command(), true)
        .try_get_matches_from(mots)
        .and_then(|mut m| P::from_arg_matches_mut(&mut m));
    lu.map_err(|erreur| match erreur.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            "elle n'affiche que de l'aide".to_owned()
        }
        _ => phrase(&erreur),
    })
}

fn franciser(commande: Command, racine: bool) -> Command {
    let mut commande = commande
        .help_template(MODELE)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_value_name("COMMANDE")
        .subcommand_help_heading("Commandes")
        .next_help_heading("Options")
        .mut_args(dire_les_valeurs)
        .mut_args(|a| if a.is_positional() { a } else { a.help_heading("Options") })
        .arg(
            Arg::new("aide")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help_heading("Options")
                .help("Affiche cette aide"),
        );
    if racine {
        commande = commande.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help_heading("Options")
                .help("Affiche la version"),
        );
    }
    commande.mut_subcommands(|c| franciser(c, false))
}

/// What it may be, and what it is when nothing is said.
fn dire_les_valeurs(argument: Arg) -> Arg {
    if !argument.get_action().takes_values() {
        return argument;
    }
    let choix = argument.get_possible_values();
    let choix: Vec<&str> = choix.iter().map(|v| v.get_name()).collect();
    let defauts = argument.get_default_values().iter().map(|v| v.to_string_lossy());
    let defauts: Vec<_> = defauts.collect();
    let dits = [("au\u{a0}choix", choix.join(", ")), ("par\u{a0}défaut", defauts.join(", "))];
    let dits = dits.iter().filter(|(_, valeurs)| !valeurs.is_empty());
    let dits = dits.map(|(nom, valeurs)| format!(" [{nom}\u{a0}:\u{a0}{valeurs}]"));
    let dits: String = dits.collect();
    let aide = argument.get_help().map(ToString::to_string).unwrap_or_default();
    argument.help(aide + &dits).hide_default_value(true).hide_possible_values(true)
}

fn phrase(erreur: &clap::Error) -> String {
    let dit = |genre| match erreur.get(genre) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(s)) => s.join(", "),
        _ => String::new(),
    };
    let (argument, valeur) = (dit(ContextKind::InvalidArg), dit(ContextKind::InvalidValue));
    match erreur.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("commande inconnue : {}", dit(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("argument inconnu : {argument}"),
        ErrorKind::MissingRequiredArgument => format!("il manque : {argument}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("{argument} ne va pas avec {}", dit(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if valeur.is_empty() => format!("{argument} attend une valeur"),
        ErrorKind::InvalidValue => {
            let valides = dit(ContextKind::ValidValue);
            format!("« {valeur} » ne convient pas à {argument} (au choix : {valides})")
        }
        _ if !valeur.is_empty() => format!("« {valeur} » ne convient pas à {argument}"),
        _ => format!("arguments refusés {argument}"),
    }
}
