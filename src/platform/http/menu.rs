//! The pages that the menu leads to: one list. Whoever may not open one does not see it.

use axum::http::Method;

use crate::platform::comptes::{Role, droits};

/// One entry of the menu.
#[derive(Debug)]
pub(crate) struct Entree {
    /// What a page calls itself (`Page::rubrique`).
    pub rubrique: &'static str,
    pub chemin: &'static str,
    pub texte: &'static str,
    /// Where the number stands that its badge shows (`nombre` of that answer); none has no badge.
    pub compte: Option<&'static str>,
}

const ENTREES: [Entree; 8] = [
    entree("accueil", "/", "Aujourd’hui"),
    entree("cuisine", "/cuisine", "Cuisine"),
    entree("production", "/production-du-jour", "Production du jour"),
    Entree {
        compte: Some("/api/interne/manques/a-regulariser"),
        ..entree("manques", "/manques", "À régulariser")
    },
    entree("livres", "/livres", "Recettes importées"),
    entree("tablettes", "/tablettes", "Tablettes"),
    entree("exploitation", "/exploitation", "Exploitation"),
    entree("api", "/api", "API"),
];

const fn entree(rubrique: &'static str, chemin: &'static str, texte: &'static str) -> Entree {
    Entree { rubrique, chemin, texte, compte: None }
}

/// The menu of that role.
pub(crate) fn pour(role: Role) -> Vec<&'static Entree> {
    let permise = |e: &&Entree| droits::autorise(role, &Method::GET, e.chemin);
    ENTREES.iter().filter(permise).collect()
}

/// Where a person begins: the cook at the kitchen screen, whoever runs the system at the overview.
pub fn premiere_page(role: Role) -> &'static str {
    let cuisine = pour(role).into_iter().find(|e| e.rubrique == "cuisine");
    match (role, cuisine) {
        (Role::Operateur, Some(cuisine)) => cuisine.chemin,
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chemins(role: Role) -> Vec<&'static str> {
        pour(role).iter().map(|e| e.chemin).collect()
    }

    #[test]
    fn each_role_sees_the_pages_it_may_open() {
        let (admin, cuisine) = (chemins(Role::Admin), chemins(Role::Operateur));
        for chemin in ["/", "/production-du-jour", "/manques", "/api"] {
            assert!(admin.contains(&chemin) && cuisine.contains(&chemin), "{chemin}");
        }
        assert!(admin.contains(&"/exploitation") && !cuisine.contains(&"/exploitation"));
        assert_eq!(premiere_page(Role::Admin), "/");
        assert!(cuisine.contains(&premiere_page(Role::Operateur)));
    }
}
