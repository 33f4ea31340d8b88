//! Logs: one line an event, logfmt or JSON, times in UTC. `serve` writes to stdout, one-shot
//! commands to stderr, unless a person looks on: what a person is told is not said twice.

use std::io::IsTerminal;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

use super::config::{Configuration, FormatLog};
use super::mesures::Compteur;
use super::terminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortieLog {
    Stdout,
    Stderr,
    /// No lines for programs among answers for people.
    Terminal,
}

impl SortieLog {
    /// Of a command that ends by itself. Who asks for every detail gets it.
    pub(crate) fn de_commande(config: &Configuration, json: bool) -> Self {
        let regardee = std::io::stderr().is_terminal() && !json;
        match regardee && config.log_level < Level::DEBUG {
            true => Self::Terminal,
            false => Self::Stderr,
        }
    }
}

/// Once per process; a second call changes nothing.
pub(crate) fn initialiser(config: &Configuration, sortie: SortieLog) {
    let ecrire = match sortie {
        SortieLog::Stdout => BoxMakeWriter::new(std::io::stdout),
        SortieLog::Stderr | SortieLog::Terminal => BoxMakeWriter::new(std::io::stderr),
    };
    // The libraries speak at warning and above; `delicego` at the level asked for. What sqlx warns
    // of is a slow statement, with its whole text, which nobody is to be shown.
    let filtre = EnvFilter::new(format!("warn,sqlx::query=error,delicego={}", config.log_level));
    let couche = match config.log_format {
        _ if sortie == SortieLog::Terminal => APersonne.boxed(),
        FormatLog::Logfmt => tracing_logfmt::builder()
            .with_level(false)
            .with_span_name(false)
            .with_span_path(false)
            .with_target(false)
            .layer()
            .map_event_format(NiveauEnToutesLettres)
            .with_writer(ecrire)
            .boxed(),
        FormatLog::Json => tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(LigneJson)
            .with_writer(ecrire)
            .boxed(),
    };
    // The filter stands over everything rather than on the layer: sqlx asks whether it may log and
    // then says nothing, and a layer's own filter would take that "no" for the next event's.
    let _deja_fait =
        tracing_subscriber::registry().with(couche).with(Compteur).with(filtre).try_init();
}

/// On a terminal the command itself says what it did and why it failed. What is left are warnings
/// that carry a sentence, which nobody else says, and the cause of what nobody foresaw.
struct APersonne;

impl<S: Subscriber> Layer<S> for APersonne {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let nous = event.metadata().target().starts_with("delicego");
        if !nous || *event.metadata().level() > Level::WARN {
            return;
        }
        let mut champs = Map::new();
        event.record(&mut Champs(&mut champs));
        let champ = |nom: &str| champs.get(nom).and_then(Value::as_str).unwrap_or_default();
        if !champ("message").is_empty() {
            terminal::avertir(champ("message"));
        }
        if champ("event") == "erreur_interne" {
            let (reference, cause) = (champ("reference"), champ("err"));
            terminal::avertir(format!("cause de l'erreur interne {reference} : {cause}"));
        }
    }
}

/// `level=warning`, as the log contract spells it, where the library says `warn`.
struct NiveauEnToutesLettres<F>(F);

impl<S, N, F> FormatEvent<S, N> for NiveauEnToutesLettres<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        write!(writer, "level={} ", niveau(event))?;
        if let Some(source) = sans_nom(event) {
            write!(writer, "event={SANS_NOM} source={source} ")?;
        }
        self.0.format_event(ctx, writer, event)
    }
}

/// What a line says that is none of the events that have a name: a library's, or an incident inside.
const SANS_NOM: &str = "autre";

/// Who speaks there.
fn sans_nom(event: &Event<'_>) -> Option<&'static str> {
    let m = event.metadata();
    m.fields().field("event").is_none().then(|| m.target())
}

fn niveau(event: &Event<'_>) -> &'static str {
    match *event.metadata().level() {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG | Level::TRACE => "debug",
    }
}

/// One flat object a line, with the names of the logfmt line: the id of the request or command
/// stands beside the fields, not in a span of its own.
struct LigneJson;

impl<S, N> FormatEvent<S, N> for LigneJson
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let ts = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        let mut champs = Map::new();
        for portee in ctx.event_scope().into_iter().flatten() {
            if let Some(ecrits) = portee.extensions().get::<FormattedFields<N>>()
                && let Ok(Value::Object(ecrits)) = serde_json::from_str(&ecrits.fields)
            {
                champs.extend(ecrits);
            }
        }
        event.record(&mut Champs(&mut champs));
        if let Some(source) = sans_nom(event) {
            champs.insert("event".to_owned(), Value::from(SANS_NOM));
            champs.insert("source".to_owned(), Value::from(source));
        }
        champs.insert("ts".to_owned(), Value::from(ts));
        champs.insert("level".to_owned(), Value::from(niveau(event)));
        writeln!(writer, "{}", Value::Object(champs))
    }
}

struct Champs<'a>(&'a mut Map<String, Value>);

impl Champs<'_> {
    fn noter(&mut self, champ: &Field, valeur: impl Into<Value>) {
        self.0.insert(champ.name().to_owned(), valeur.into());
    }
}

impl Visit for Champs<'_> {
    fn record_debug(&mut self, champ: &Field, valeur: &dyn std::fmt::Debug) {
        self.noter(champ, format!("{valeur:?}"));
    }

    fn record_str(&mut self, champ: &Field, valeur: &str) {
        self.noter(champ, valeur);
    }

    fn record_i64(&mut self, champ: &Field, valeur: i64) {
        self.noter(champ, valeur);
    }

    fn record_u64(&mut self, champ: &Field, valeur: u64) {
        self.noter(champ, valeur);
    }

    fn record_bool(&mut self, champ: &Field, valeur: bool) {
        self.noter(champ, valeur);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Tampon(Arc<Mutex<Vec<u8>>>);

    impl Write for Tampon {
        fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(octets)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_has_an_event_and_one_without_a_name_says_who_speaks() {
        let tampon = Tampon::default();
        let ecrire = {
            let t = tampon.clone();
            move || t.clone()
        };
        let json = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(LigneJson)
            .with_writer(ecrire.clone());
        let logfmt = tracing_logfmt::builder().with_level(false).with_target(false).layer();
        let logfmt = logfmt.map_event_format(NiveauEnToutesLettres).with_writer(ecrire);
        tracing::subscriber::with_default(
            tracing_subscriber::registry().with(json).with(logfmt),
            || {
                tracing::warn!(target: "sqlx::postgres::notice", "collation version mismatch");
                tracing::info!(event = "backup_done", lignes = 3);
            },
        );
        let dit = String::from_utf8(tampon.0.lock().unwrap().clone()).unwrap();
        let lignes: Vec<&str> = dit.lines().collect();
        for ligne in lignes.iter().filter(|l| l.contains("collation")) {
            assert!(ligne.contains("autre") && ligne.contains("sqlx::postgres::notice"), "{ligne}");
        }
        let nommees = lignes.iter().filter(|l| l.contains("backup_done") && !l.contains("autre"));
        assert_eq!((lignes.len(), nommees.count()), (4, 2), "{dit}");
    }
}
