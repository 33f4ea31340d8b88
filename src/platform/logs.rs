//! Logs: one line an event, logfmt or JSON, times in UTC. `serve` writes to stdout, one-shot
//! commands to stderr.

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

use super::config::{Configuration, FormatLog};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortieLog {
    Stdout,
    Stderr,
}

/// Once per process; a second call changes nothing.
pub fn initialiser(config: &Configuration, sortie: SortieLog) {
    let ecrire = match sortie {
        SortieLog::Stdout => BoxMakeWriter::new(std::io::stdout),
        SortieLog::Stderr => BoxMakeWriter::new(std::io::stderr),
    };
    // The libraries speak at warning and above; `delicego` at the level asked for.
    let filtre = EnvFilter::new(format!("warn,delicego={}", config.log_level));
    let couche = match config.log_format {
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
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_target(false)
            .with_writer(ecrire)
            .boxed(),
    };
    // The filter stands over everything rather than on the layer: sqlx asks whether it may log and
    // then says nothing, and a layer's own filter would take that "no" for the next event's.
    let _deja_fait = tracing_subscriber::registry().with(couche).with(filtre).try_init();
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
        let niveau = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            Level::DEBUG | Level::TRACE => "debug",
        };
        write!(writer, "level={niveau} ")?;
        self.0.format_event(ctx, writer, event)
    }
}
