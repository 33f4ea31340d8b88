//! Accessibility, as axe-core judges it (version 4.14.1, MPL-2.0, `axe.min.js` beside this file):
//! a tool of the tests, which the program does not carry.

use serde_json::Value;

use super::navigateur::Navigateur;

const AXE: &str = include_str!("axe.min.js");

/// What the driver injects runs beside the page's own policy, which stays in force.
const JUGER: &str = "
    const dire = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations']}).then(
        r => dire(r.violations.map(v => v.id + ' : ' + v.help + ' : '
            + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))),
        e => dire(['axe : ' + e]));";

impl Navigateur {
    /// What axe finds wrong on this page: rule, what it asks, where.
    pub async fn violations(&self) -> Vec<String> {
        if self.evaluer("return typeof axe").await == "undefined" {
            self.evaluer(AXE).await;
        }
        let trouvees = self.evaluer_plus_tard(JUGER).await;
        let Value::Array(trouvees) = trouvees else { panic!("axe : {trouvees}") };
        trouvees.iter().map(|v| v.as_str().unwrap_or("?").to_owned()).collect()
    }
}
