//! The pages that the menu leads to: one list. Whoever may not open one does not see it.

use axum::http::Method;

use crate::platform::comptes::{Role, droits};

/// One entry of the menu.
#[derive(Debug)]
pub struct Entree {
    /// What a page calls itself (`Page::rubrique`).
    pub rubrique: &'static str,
    pub chemin: &'static str,
    pub texte: &'static str,
    /// Its route is in the router.
    en_service: bool,
}

const ENTREES: [Entree; 8] = [
    entree("accueil", "/", "Aujourd’hui", true),
    entree("cuisine", "/cuisine", "Cuisine", true),
    entree("production", "/production-du-jour", "Production du jour", true),
    entree("manques", "/manques", "Manques", true),
    entree("livres", "/livres", "Recettes importées", true),
    entree("tablettes", "/tablettes", "Tablettes", true),
    entree("exploitation", "/exploitation", "Exploitation", true),
    entree("api", "/api", "API", true),
];

const fn entree(
    rubrique: &'static str,
    chemin: &'static str,
    texte: &'static str,
    en_service: bool,
) -> Entree {
    Entree { rubrique, chemin, texte, en_service }
}

/// The menu of that role.
pub fn pour(role: Role) -> Vec<&'static Entree> {
    let permise = |e: &&Entree| e.en_service && droits::autorise(role, &Method::GET, e.chemin);
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
