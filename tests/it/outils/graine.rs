//! What is drawn at random can be drawn again.

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
