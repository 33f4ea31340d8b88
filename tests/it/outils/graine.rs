//! What is drawn at random can be drawn again; what is looked at in the suite, and what at length.

use std::ops::RangeInclusive;

/// The widths of tablets, which show all that the other screens show.
pub const TABLETTES: RangeInclusive<u32> = 800..=1024;

/// The seed of the test of that name: the one that was asked for, or a new one. It says how to
/// play the same again.
pub fn graine(nom: &str) -> u64 {
    let graine = match std::env::var("DELICEGO_GRAINE") {
        Ok(texte) => texte.parse().unwrap_or_else(|_| panic!("DELICEGO_GRAINE={texte}")),
        Err(_) => rand::random(),
    };
    println!("graine={graine} rejouer : DELICEGO_GRAINE={graine} make test ARGS='{nom}'");
    graine
}

/// `make endurance` asks for all that is drawn and looked at; the suite has each fault once.
pub fn au_long() -> bool {
    std::env::var_os("DELICEGO_AU_LONG").is_some()
}

/// In which light a page of that width is judged: the dark only changes colours, and shows on a
/// tablet what it shows elsewhere.
pub fn lumieres(largeur: u32) -> &'static [(bool, &'static str)] {
    let toutes = &[(false, "clair"), (true, "sombre")];
    if TABLETTES.contains(&largeur) || au_long() { toutes } else { &toutes[..1] }
}
