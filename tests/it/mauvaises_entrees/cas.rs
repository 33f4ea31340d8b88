//! One row: a request, and the refusal expected.

use reqwest::Method;
use serde_json::Value;

use crate::outils::brut::Brute;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Qui {
    Admin,
    Operateur,
    Personne,
    JetonFaux,
}

pub struct Cas {
    pub nom: String,
    pub methode: Method,
    pub chemin: String,
    pub entetes: Vec<(&'static str, String)>,
    pub corps: Vec<u8>,
    pub qui: Qui,
    statut: u16,
    code: &'static str,
    champ: Option<String>,
}

const JSON: &str = "application/json";

impl Cas {
    /// Refused as 400 unless said otherwise.
    pub fn nouveau(nom: impl Into<String>, methode: Method, chemin: &str) -> Self {
        Self {
            nom: nom.into(),
            methode,
            chemin: chemin.to_owned(),
            entetes: Vec::new(),
            corps: Vec::new(),
            qui: Qui::Admin,
            statut: 400,
            code: "requete_invalide",
            champ: None,
        }
    }

    pub fn get(nom: impl Into<String>, chemin: &str) -> Self {
        Self::nouveau(nom, Method::GET, chemin)
    }

    pub fn post(nom: impl Into<String>, chemin: &str, corps: &Value) -> Self {
        Self::nouveau(nom, Method::POST, chemin).brut(corps.to_string())
    }

    pub fn put(nom: impl Into<String>, chemin: &str, corps: &Value) -> Self {
        Self::nouveau(nom, Method::PUT, chemin).brut(corps.to_string())
    }

    /// A body said to be JSON, whatever it is.
    pub fn brut(self, corps: impl Into<Vec<u8>>) -> Self {
        Self { corps: corps.into(), ..self }.entete("content-type", JSON)
    }

    pub fn entete(mut self, nom: &'static str, valeur: impl Into<String>) -> Self {
        self.entetes.retain(|(n, _)| *n != nom);
        self.entetes.push((nom, valeur.into()));
        self
    }

    pub fn sans_nature(mut self) -> Self {
        self.entetes.clear();
        self
    }

    pub fn par(self, qui: Qui) -> Self {
        Self { qui, ..self }
    }

    pub fn refuse(self, statut: u16, code: &'static str) -> Self {
        Self { statut, code, ..self }
    }

    /// The field that `erreurs` must name.
    pub fn champ(self, champ: impl Into<String>) -> Self {
        Self { champ: Some(champ.into()), ..self }
    }

    /// What is wrong with the answer.
    pub fn fautes(&self, r: &Brute) -> Vec<String> {
        let corps = r.json();
        let mut fautes = Vec::new();
        let (recu, voulu) = ((r.statut, corps["code"].as_str()), (self.statut, Some(self.code)));
        if recu != voulu || corps["status"] != self.statut {
            fautes.push(format!("{recu:?} au lieu de {voulu:?} : {}", r.texte));
            return fautes;
        }
        if r.entete("content-type") != "application/problem+json" {
            fautes.push(format!("nature {}", r.entete("content-type")));
        }
        fautes.extend(self.faute_de_champ(&corps));
        fautes.extend(faute_de_langue(&corps));
        fautes.extend(ce_qui_fuit(&r.texte).map(|f| format!("laisse voir « {f} » : {}", r.texte)));
        fautes
    }

    fn faute_de_champ(&self, corps: &Value) -> Option<String> {
        let nommes: Vec<&str> = corps["erreurs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|e| e["message"].as_str().is_some_and(|m| !m.is_empty()))
            .filter_map(|e| e["champ"].as_str())
            .collect();
        let voulu = self.champ.as_deref().or((self.statut == 400).then_some(""))?;
        (!nommes.contains(&voulu)).then(|| format!("« {voulu} » n'est pas parmi {nommes:?}"))
    }
}

/// One sentence, and not in the words of a library.
fn faute_de_langue(corps: &Value) -> Option<String> {
    let detail = corps["detail"].as_str().unwrap_or_default();
    let debut = detail.trim_start_matches(['«', ' ']).chars().next();
    let phrase = detail.ends_with('.') && debut.is_some_and(char::is_uppercase);
    let titre = corps["title"].as_str().is_some_and(|t| !t.is_empty());
    let anglais = ["invalid", "expected", "missing", "error", "failed", "must ", " the ", "not "];
    let mots = detail.to_lowercase();
    let traduit = !anglais.iter().any(|a| mots.contains(a));
    (!phrase || !titre || !traduit).then(|| format!("detail : {detail}"))
}

/// SQL, a constraint, a place in our sources, a library.
fn ce_qui_fuit(texte: &str) -> Option<&'static str> {
    let texte = texte.to_lowercase();
    [
        "select ",
        "insert ",
        "update ",
        "delete ",
        "sqlx",
        "constraint",
        "contrainte",
        "src/",
        ".rs",
        "postgres",
        "serde",
        "panic",
        "line ",
        "column ",
        "$1",
    ]
    .into_iter()
    .find(|f| texte.contains(f))
}
