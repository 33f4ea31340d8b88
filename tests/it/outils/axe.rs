//! Accessibility, as axe-core judges it (MPL-2.0): a tool of the tests, which the program does not
//! carry; `scripts/axe` gets it.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use super::navigateur::Navigateur;

static AXE: LazyLock<String> = LazyLock::new(|| {
    let cible = Path::new(env!("CARGO_BIN_EXE_delicego")).ancestors().nth(2).expect("target");
    std::fs::read_to_string(cible.join("axe-core/axe.min.js")).expect("axe-core : scripts/axe")
});

/// What the driver injects runs beside the page's own policy, which stays in force.
const JUGER: &str = "
    const dire = arguments[arguments.length - 1];
    axe.run(OU, {resultTypes: ['violations'], REGLES}).then(
        r => dire(r.violations.map(v => v.id + ' : ' + v.help + ' : '
            + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))),
        e => dire(['axe : ' + e]));";

/// All that the dark changes on a page (tidy looks that style sheets change nothing else).
const COULEURS: &str = "runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}";

impl Navigateur {
    /// What axe finds wrong on this page: rule, what it asks, where.
    pub async fn violations(&self) -> Vec<String> {
        self.juger("document", "").await
    }

    /// The same page seen in the light before: what the dark may have made of it.
    pub async fn violations_dans(&self, sombre: bool) -> Vec<String> {
        self.juger("document", if sombre { COULEURS } else { "" }).await
    }

    /// The same of what opened alone (the first place of that kind, the page when there is none):
    /// the rest was judged before.
    pub async fn violations_de(&self, css: &str, sombre: bool) -> Vec<String> {
        let ou = format!("document.querySelector({}) ?? document", Value::from(css));
        self.juger(&ou, if sombre { COULEURS } else { "" }).await
    }

    async fn juger(&self, ou: &str, regles: &str) -> Vec<String> {
        if self.evaluer("return typeof axe").await == "undefined" {
            self.evaluer(&AXE).await;
        }
        let trouvees =
            self.evaluer_plus_tard(&JUGER.replace("REGLES", regles).replace("OU", ou)).await;
        let Value::Array(trouvees) = trouvees else { panic!("axe : {trouvees}") };
        trouvees.iter().map(|v| v.as_str().unwrap_or("?").to_owned()).collect()
    }
}
