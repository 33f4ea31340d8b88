//! (stub)
use crate::platform::comptes::Role;
use crate::platform::db::Base;
use crate::platform::errors::Erreur;
pub struct CompteDemo {
    pub email: String,
    pub mot_de_passe: String,
    pub role: Role,
}
pub async fn preparer(_b: &Base, _d: &std::path::Path) -> Result<Vec<CompteDemo>, Erreur> {
    Ok(vec![])
}
