//! (stub)
use crate::platform::db::Base;
use crate::platform::errors::Erreur;
use crate::platform::comptes::Role;
pub struct CompteDemo { pub email: String, pub mot_de_passe: String, pub role: Role }
pub async fn preparer(_b: &Base, _d: &std::path::Path) -> Result<Vec<CompteDemo>, Erreur> { Ok(vec![]) }
