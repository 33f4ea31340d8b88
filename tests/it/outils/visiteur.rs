//! A browser without JavaScript, and without a window: somebody logged in, who reads pages and
//! sends their forms.

use reqwest::Method;

use super::Serveur;
use super::brut::{Brute, brute, formulaire, navigateur};
use super::personnes;

pub struct Visiteur {
    url: String,
    cookie: String,
}

/// A form as it stands in a page: its fields, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Champs(pub Vec<(String, String)>);

impl Champs {
    /// The fields of the form that is sent to `action`.
    #[track_caller]
    pub fn du_formulaire(page: &str, action: &str) -> Self {
        let debut = page.find(&format!("action=\"{action}\"")).expect("formulaire");
        let corps = &page[debut..];
        let corps = &corps[..corps.find("</form>").expect("fin du formulaire")];
        let champs = corps.split("<input").skip(1).map(|c| c.split('>').next().unwrap_or(""));
        // A box that is not ticked sends nothing.
        let champs = champs.filter(|c| !c.contains("\"checkbox\"") || c.contains(" checked"));
        let noms = champs.filter_map(|c| Some((attribut(c, "name")?, attribut(c, "value")?)));
        Self(noms.collect())
    }

    pub fn avec(mut self, nom: &str, valeur: &str) -> Self {
        self.0.push((nom.to_owned(), valeur.to_owned()));
        self
    }

    /// The same with another value.
    pub fn changer(mut self, nom: &str, valeur: &str) -> Self {
        for (n, v) in &mut self.0 {
            if n == nom {
                valeur.clone_into(v);
            }
        }
        self
    }

    pub fn valeur(&self, nom: &str) -> &str {
        self.0.iter().find(|(n, _)| n == nom).map_or("", |(_, v)| v)
    }
}

fn attribut(balise: &str, nom: &str) -> Option<String> {
    let debut = balise.find(&format!("{nom}=\""))? + nom.len() + 2;
    let valeur = &balise[debut..];
    Some(valeur[..valeur.find('"')?].replace("&#38;", "&").replace("&#39;", "'"))
}

impl Visiteur {
    pub async fn admin(s: &Serveur) -> Self {
        Self { url: s.url().to_owned(), cookie: s.cookie(&personnes::ADMIN) }
    }

    pub async fn operateur(s: &Serveur) -> Self {
        Self { url: s.url().to_owned(), cookie: s.cookie(&personnes::OPERATEUR) }
    }

    fn demande(&self, methode: Method, chemin: &str) -> reqwest::RequestBuilder {
        let demande = navigateur().request(methode, format!("{}{chemin}", self.url));
        demande.header("cookie", &self.cookie).header("accept", "text/html")
    }

    pub async fn lire(&self, chemin: &str) -> Brute {
        brute(self.demande(Method::GET, chemin)).await
    }

    pub async fn envoyer(&self, chemin: &str, champs: &Champs) -> Brute {
        let paires: Vec<(&str, &str)> =
            champs.0.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        brute(formulaire(self.demande(Method::POST, chemin), &paires)).await
    }

    /// Follows the answer of a form to the page it leads to.
    pub async fn suivre(&self, reponse: &Brute) -> Brute {
        assert_eq!(reponse.statut, 303, "{}", reponse.texte);
        let page = self.lire(reponse.entete("location")).await;
        assert_eq!(page.statut, 200, "{}", page.texte);
        page
    }
}
