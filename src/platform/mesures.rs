//! What Prometheus may ask for: requests and business events since the start. Counted here, shown
//! by `exploitation`.

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Seconds.
const BORNES: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Others are counted together: a stranger must not fill our memory with names.
const METHODES: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Requete {
    methode: &'static str,
    route: String,
    statut: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Evenement {
    evenement: String,
}

type Durees = Family<Requete, Histogram, fn() -> Histogram>;

struct Mesures {
    requetes: Durees,
    evenements: Family<Evenement, Counter>,
    registre: Registry,
}

static MESURES: LazyLock<Mesures> = LazyLock::new(|| {
    let requetes: Durees = Family::new_with_constructor(|| Histogram::new(BORNES));
    let evenements = Family::<Evenement, Counter>::default();
    let mut registre = Registry::with_prefix("delicego");
    registre.register(
        "requete_duree_secondes",
        "Durée des requêtes HTTP par route et statut",
        requetes.clone(),
    );
    registre.register("evenements", "Événements du journal, par nom", evenements.clone());
    Mesures { requetes, evenements, registre }
});

/// One request answered; `route` is the pattern that matched, none for an unknown address.
pub(crate) fn compter_requete(methode: &str, route: Option<&str>, statut: u16, duree: Duration) {
    let methode = METHODES.into_iter().find(|m| *m == methode).unwrap_or("AUTRE");
    let requete = Requete { methode, route: route.unwrap_or("inconnue").to_owned(), statut };
    MESURES.requetes.get_or_create(&requete).observe(duree.as_secs_f64());
}

/// All that was counted, as Prometheus text.
pub(crate) fn texte() -> Result<String, std::fmt::Error> {
    let mut texte = String::new();
    encode_registry(&mut texte, &MESURES.registre)?;
    Ok(texte)
}

/// One value that is looked at, not counted.
pub(crate) fn jauge(texte: &mut String, nom: &str, aide: &str, valeur: f64) -> std::fmt::Result {
    writeln!(texte, "# HELP delicego_{nom} {aide}.\n# TYPE delicego_{nom} gauge")?;
    writeln!(texte, "delicego_{nom} {valeur}")
}

/// Counts every log event by its name.
pub(crate) struct Compteur;

impl<S: Subscriber> Layer<S> for Compteur {
    fn on_event(&self, evenement: &Event<'_>, _: Context<'_, S>) {
        evenement.record(&mut Nom);
    }
}

struct Nom;

impl Visit for Nom {
    fn record_str(&mut self, champ: &Field, valeur: &str) {
        if champ.name() == "event" {
            let evenement = Evenement { evenement: valeur.to_owned() };
            MESURES.evenements.get_or_create(&evenement).inc();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
