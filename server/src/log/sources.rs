//! Adds the causes of an error to JSON log lines: the format itself writes only the error's own
//! message.

use std::{
    error::Error,
    fmt::{self, Debug},
    iter,
};

use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// A JSON format that adds the sources of errors to each line, named as the pretty format names
/// them: `"error.sources": ["…", "…"]`.
#[derive(Debug)]
pub(super) struct WithSources<F>(pub(super) F);

impl<F, S, N> FormatEvent<S, N> for WithSources<F>
where
    F: FormatEvent<S, N>,
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut found = Sources::default();
        event.record(&mut found);
        if found.0.is_empty() {
            return self.0.format_event(ctx, writer, event);
        }
        let mut line = String::new();
        self.0.format_event(ctx, Writer::new(&mut line), event)?;
        let sources = Value::Object(found.0).to_string();
        // The line's object and the one with the sources become one.
        match (line.trim_end().strip_suffix('}'), sources.strip_prefix('{')) {
            (Some(line), Some(sources)) => writeln!(writer, "{line},{sources}"),
            _ => write!(writer, "{line}"),
        }
    }
}

#[derive(Debug, Default)]
struct Sources(Map<String, Value>);

impl Visit for Sources {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        let sources = iter::successors(error.source(), |&error| error.source());
        let words: Vec<Value> = sources.map(|error| error.to_string().into()).collect();
        if !words.is_empty() {
            self.0.insert(format!("{}.sources", field.name()), words.into());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::{
        io::{self, Seek},
        sync::Arc,
    };

    use serde_json::json;
    use store::error::EngineError;

    use super::*;

    #[test]
    fn a_line_of_json_has_the_sources_of_its_error() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let subscriber = tracing_subscriber::fmt().with_writer(Arc::clone(&file)).json();
        let subscriber = subscriber.flatten_event(true).map_event_format(WithSources).finish();
        let away = EngineError::internal("opening", "no \"disk\"");
        let error = EngineError::internal("reading", away);

        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(error = &error as &dyn Error, image = 7, "a picture is missing");
            tracing::error!("nothing caused it");
        });

        (&*file).rewind().unwrap();
        let lines = io::read_to_string(&*file).unwrap();
        let line = |line| serde_json::from_str::<Value>(line).unwrap();
        let lines: Vec<Value> = lines.lines().map(line).collect();
        assert_eq!(lines[0]["error"], "failed while reading");
        assert_eq!(lines[0]["error.sources"], json!(["failed while opening", "no \"disk\""]));
        assert_eq!(lines[0]["image"], 7);
        assert_eq!(lines[0]["message"], "a picture is missing");
        assert_eq!((lines.len(), lines[1].get("error.sources")), (2, None));
    }
}
