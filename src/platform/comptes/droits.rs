//! Who may do what: the only place that says it.

use axum::http::Method;

use super::Role;

/// What an `operateur` may write; everything else that writes is for an `admin`.
const ECRITURES_OPERATEUR: [&str; 6] = [
    "/api/interne/operations/production-du-jour",
    "/production-du-jour/produire",
    // Their own: the handler asks.
    "/production-du-jour/annuler",
    "/api/interne/receptions",
    "/api/interne/ajustements",
    "/api/interne/pertes",
];
const PREFIXE_PREPARATION: &str = "/api/interne/production-preparation/";
/// What an `operateur` may not even read.
const RESERVES_ADMIN: [&str; 8] = [
    "/api/interne/utilisateurs",
    "/api/interne/sessions",
    "/api/interne/tablettes",
    "/tablettes",
    "/api/interne/exploitation",
    "/exploitation",
    "/livres",
    "/metrics",
];

pub(crate) fn autorise(role: Role, methode: &Method, chemin: &str) -> bool {
    if role == Role::Admin || est_a_soi(chemin) {
        return true;
    }
    if RESERVES_ADMIN.iter().any(|p| est_sous(chemin, p)) {
        return false;
    }
    let lecture = methode == Method::GET || methode == Method::HEAD;
    lecture
        || (methode == Method::POST
            && (ECRITURES_OPERATEUR.contains(&chemin)
                || chemin.starts_with(PREFIXE_PREPARATION)
                || reprend_une_production(chemin)))
}

/// `/api/interne/operations/{id}/annuler`; whether it is their own, the handler asks.
fn reprend_une_production(chemin: &str) -> bool {
    let suite = chemin.strip_prefix("/api/interne/operations/");
    let id = suite.and_then(|s| s.strip_suffix("/annuler"));
    id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

/// One's own sessions, one's own PIN, and one's own way out.
pub(crate) fn est_a_soi(chemin: &str) -> bool {
    chemin.starts_with("/auth/") || chemin == "/deconnexion" || chemin == "/pin"
}

fn est_sous(chemin: &str, prefixe: &str) -> bool {
    chemin.strip_prefix(prefixe).is_some_and(|r| r.is_empty() || r.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cook_writes_production_and_stock_and_nothing_else() {
        let peut = |m: &str, p: &str| autorise(Role::Operateur, &m.parse().unwrap(), p);
        for (methode, chemin, attendu) in [
            ("GET", "/api/interne/stock", true),
            ("POST", "/api/interne/operations/production-du-jour", true),
            ("POST", "/api/interne/production-preparation/scan", true),
            ("POST", "/api/interne/receptions", true),
            ("POST", "/api/interne/ajustements", true),
            ("POST", "/api/interne/pertes", true),
            ("POST", "/api/interne/recettes", false),
            ("PUT", "/api/interne/plans/x/2026-01-01", false),
            ("POST", "/api/interne/lots/x/etat", false),
            ("POST", "/api/interne/manques/x/regulariser", false),
            ("POST", "/api/interne/receptions/../magasins", false),
            ("GET", "/api/interne/utilisateurs", false),
            ("GET", "/api/interne/utilisateurs/x/sessions", false),
            ("DELETE", "/auth/sessions/x", true),
            ("GET", "/", true),
            ("GET", "/production-du-jour", true),
            ("POST", "/production-du-jour/produire", true),
            ("POST", "/production-du-jour/annuler", true),
            ("POST", "/api/interne/operations/x/annuler", true),
            ("POST", "/api/interne/operations/x/y/annuler", false),
            ("POST", "/api/interne/operations//annuler", false),
            ("DELETE", "/api/interne/operations/x/annuler", false),
            ("POST", "/production-du-jour/plan", false),
            ("GET", "/manques", true),
            ("POST", "/manques/x/regulariser", false),
            ("GET", "/tablettes", false),
            ("DELETE", "/api/interne/tablettes/x", false),
            ("PUT", "/api/interne/utilisateurs/x/pin", false),
            ("POST", "/pin", true),
        ] {
            assert_eq!(peut(methode, chemin), attendu, "{methode} {chemin}");
            assert!(autorise(Role::Admin, &methode.parse().unwrap(), chemin));
        }
    }
}
