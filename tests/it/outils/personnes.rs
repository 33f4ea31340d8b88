//! Who the tests are: an admin and an operateur, made by the program once per run, and logged in
//! before anybody asks: a password takes a tenth of a second to prove. What still asks for theirs
//! (a login, line 9 of the checklist, a dozen times) finds it hashed at the least cost there is.

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

pub const EMAIL_ADMIN: &str = "admin@essai.fr";
pub const EMAIL_OPERATEUR: &str = "cuisine@essai.fr";
pub const MOT_DE_PASSE: &str = "mot de passe d'essai";
/// Of a token, in characters.
const LONGUEUR: usize = 43;

pub struct Personne {
    pub email: &'static str,
    pub role: &'static str,
}

pub const ADMIN: Personne = Personne { email: EMAIL_ADMIN, role: "admin" };
pub const OPERATEUR: Personne = Personne { email: EMAIL_OPERATEUR, role: "operateur" };

impl Personne {
    /// What `delicego` is asked, the password on its standard input, to make this person.
    pub fn creation(&self) -> Vec<&'static str> {
        let mut ordre = vec!["utilisateur", "creer", "--email", self.email, "--nom", self.role];
        ordre.extend(["--role", self.role, "--mot-de-passe-stdin"]);
        ordre
    }

    /// Its token, `api` or `web`, in that database and no other: a client that asks where another
    /// test's server listens by now is refused.
    pub fn jeton(&self, nature: &str, base: &str) -> String {
        let jeton = format!("{base}-{nature}-{}-{}", self.role, "-".repeat(LONGUEUR));
        jeton[..LONGUEUR].to_owned()
    }

    /// Its two sessions. They count as just seen for a day: a copy of this database made an hour
    /// later must not note that they were.
    pub async fn connecter(&self, c: &mut PgConnection, base: &str) {
        for nature in ["api", "web"] {
            let sha: [u8; 32] = Sha256::digest(self.jeton(nature, base).as_bytes()).into();
            let ouverte = sqlx::query(
                "insert into session (id, jeton_sha256, utilisateur_id, nature, expire_le, vue_le)
                 select gen_random_uuid(), $1, id, $2, now() + interval '7 days',
                        now() + interval '1 day' from utilisateur where email = $3",
            );
            let ouverte = ouverte.bind(&sha[..]).bind(nature).bind(self.email).execute(&mut *c);
            assert_eq!(ouverte.await.expect("session").rows_affected(), 1, "{}", self.email);
        }
    }
}

/// The people of that database keep their password, which costs next to nothing to prove from now on.
pub async fn alleger(c: &mut PgConnection) {
    let moindre = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).expect("argon2");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, moindre);
    for qui in [&ADMIN, &OPERATEUR] {
        let hache = argon2.hash_password(MOT_DE_PASSE.as_bytes()).expect("argon2").to_string();
        let leger = sqlx::query("update utilisateur set mot_de_passe = $1 where email = $2");
        leger.bind(hache).bind(qui.email).execute(&mut *c).await.expect("mot de passe");
    }
}
