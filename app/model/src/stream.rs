//! What the event stream sends, for the side that writes it and for those that read it. Over a
//! WebSocket a message is JSON with its kind as a field; as a server-sent event its kind is the
//! event's name, and the rest its data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    execution::event::Event,
    id::{ExecutionId, JobId},
    pages::{DraftNews, WorkspaceNews},
};

/// One message of the stream; `E` is an event, parsed or still as JSON. Serialized it is what a
/// WebSocket sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StreamMessage<E = Event> {
    /// The next event of an execution.
    Event {
        /// How far the reader is in every execution once it has the event: who comes back with it
        /// misses nothing.
        id: String,
        execution: ExecutionId,
        /// What happened, with its number in that execution.
        event: E,
    },
    /// A piece of a text that a job is writing; the text in an event replaces it.
    Text {
        /// The characters, and where they belong.
        text: TextPiece,
    },
    /// Something about an execution has changed that is in no event.
    Beside {
        /// The execution to be asked for.
        execution: ExecutionId,
    },
    /// The present state of the workspace, so that the next message makes up for a lost one.
    Workspace {
        /// What has changed since the last message.
        news: Box<WorkspaceNews>,
    },
    /// The present state of the draft that the reader edits, and who else edits it.
    Draft {
        /// What is saved, and who is there.
        news: DraftNews,
    },
    /// A heartbeat: the stream is not held back on its way.
    Beat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// Something happened in an execution: [`StreamMessage::Event`].
    Event,
    /// A job has written more of its text: [`StreamMessage::Text`].
    Text,
    /// An execution has changed beside its events: [`StreamMessage::Beside`].
    Beside,
    /// Something in the workspace has changed: [`StreamMessage::Workspace`].
    Workspace,
    /// A draft has changed, or who edits it: [`StreamMessage::Draft`].
    Draft,
    /// Nothing: the connection is alive: [`StreamMessage::Beat`].
    Beat,
}

/// A piece of text that a job streams; it is no event and may get lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPiece {
    /// The execution that the job belongs to.
    pub execution: ExecutionId,
    pub job: JobId,
    /// The claim of the attempt: text of another claim replaces what is shown.
    pub fence: i64,
    /// How many characters of this claim came before.
    pub offset: usize,
    /// The characters that follow.
    pub text: String,
}

/// The data of a server-sent [`StreamMessage::Event`].
#[derive(Serialize, Deserialize)]
struct EventData<E> {
    execution: ExecutionId,
    event: E,
}

/// The data of a server-sent [`StreamMessage::Beside`].
#[derive(Serialize, Deserialize)]
struct BesideData {
    execution: ExecutionId,
}

impl StreamKind {
    /// Every kind, in the order of the messages above.
    pub const ALL: [Self; 6] =
        [Self::Event, Self::Text, Self::Beside, Self::Workspace, Self::Draft, Self::Beat];

    /// The field `kind` of a message over a WebSocket, and the name of a server-sent event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Text => "text",
            Self::Beside => "beside",
            Self::Workspace => "workspace",
            Self::Draft => "draft",
            Self::Beat => "beat",
        }
    }

    /// The kind of this name; none where a newer server sends more kinds.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<E> StreamMessage<E> {
    pub const fn kind(&self) -> StreamKind {
        match self {
            Self::Event { .. } => StreamKind::Event,
            Self::Text { .. } => StreamKind::Text,
            Self::Beside { .. } => StreamKind::Beside,
            Self::Workspace { .. } => StreamKind::Workspace,
            Self::Draft { .. } => StreamKind::Draft,
            Self::Beat => StreamKind::Beat,
        }
    }

    /// The execution it is about; none where it is about the workspace, a draft or the stream.
    pub const fn execution(&self) -> Option<ExecutionId> {
        match self {
            Self::Event { execution, .. } | Self::Beside { execution } => Some(*execution),
            Self::Text { text } => Some(text.execution),
            Self::Workspace { .. } | Self::Draft { .. } | Self::Beat => None,
        }
    }

    /// The id of the server-sent event, which the browser sends back when it connects again.
    pub fn last_event_id(&self) -> Option<&str> {
        match self {
            Self::Event { id, .. } => Some(id),
            Self::Text { .. }
            | Self::Beside { .. }
            | Self::Workspace { .. }
            | Self::Draft { .. }
            | Self::Beat => None,
        }
    }
}

impl<E: Serialize> StreamMessage<E> {
    /// The data of the server-sent event.
    ///
    /// # Errors
    /// An event that cannot be written as JSON.
    pub fn to_sse_data(&self) -> serde_json::Result<String> {
        match self {
            // An event goes as it is kept, without being read again for every reader.
            Self::Event { execution, event, .. } => {
                serde_json::to_string(&EventData { execution: *execution, event })
            }
            Self::Text { text } => with_sorted_keys(text),
            Self::Beside { execution } => with_sorted_keys(&BesideData { execution: *execution }),
            Self::Workspace { news } => with_sorted_keys(news),
            Self::Draft { news } => with_sorted_keys(news),
            // Browsers drop events without data.
            Self::Beat => Ok("{}".to_owned()),
        }
    }

    /// The text of a message over a WebSocket.
    ///
    /// # Errors
    /// An event that cannot be written as JSON.
    pub fn to_socket_text(&self) -> serde_json::Result<String> {
        with_sorted_keys(self)
    }
}

/// JSON with the keys of its objects from A to Z, whatever the order of a type's fields.
fn with_sorted_keys(data: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_value(data)?.to_string())
}

impl StreamMessage {
    /// Reads a server-sent event of this name, id and data; none where it is of a kind that only a
    /// newer release knows, or cannot be read.
    pub fn from_sse(name: &str, id: &str, data: &str) -> Option<Self> {
        let message = match StreamKind::from_name(name)? {
            StreamKind::Event => {
                let EventData { execution, event } = serde_json::from_str(data).ok()?;
                Self::Event { id: id.to_owned(), execution, event }
            }
            StreamKind::Text => Self::Text { text: serde_json::from_str(data).ok()? },
            StreamKind::Beside => {
                let BesideData { execution } = serde_json::from_str(data).ok()?;
                Self::Beside { execution }
            }
            StreamKind::Workspace => Self::Workspace { news: serde_json::from_str(data).ok()? },
            StreamKind::Draft => Self::Draft { news: serde_json::from_str(data).ok()? },
            StreamKind::Beat => Self::Beat,
        };
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::Value;
    use uuid::Uuid;

    use super::*;
    use crate::{
        execution::event::EventKind,
        id::{NodeId, TemplateId},
        time::Timestamp,
    };

    fn messages() -> [StreamMessage; 6] {
        let execution = ExecutionId(Uuid::nil());
        let kind = EventKind::NodeStarted { node: NodeId("copy".to_owned()) };
        let event = Event { seq: 7, at: Timestamp(5), kind };
        let text = TextPiece {
            execution,
            job: JobId(Uuid::nil()),
            fence: 2,
            offset: 4,
            text: "ok".to_owned(),
        };
        let draft =
            DraftNews { template_id: TemplateId(Uuid::nil()), draft_revision: 3, others: vec![] };
        [
            StreamMessage::Event { id: format!("{execution}:7"), execution, event },
            StreamMessage::Text { text },
            StreamMessage::Beside { execution },
            StreamMessage::Workspace { news: Box::default() },
            StreamMessage::Draft { news: draft },
            StreamMessage::Beat,
        ]
    }

    #[test]
    fn what_is_sent_as_an_event_is_read_again() {
        assert_eq!(messages().map(|message| message.kind()), StreamKind::ALL);
        for sent in messages() {
            let (name, data) = (sent.kind().as_str(), sent.to_sse_data().unwrap());
            let id = sent.last_event_id().unwrap_or_default();
            assert_eq!(StreamMessage::from_sse(name, id, &data), Some(sent), "{data}");
        }
        assert_eq!(StreamMessage::from_sse("weather", "", "{}"), None);
    }

    #[test]
    fn what_is_sent_over_a_socket_names_its_kind_and_is_read_again() {
        for sent in messages() {
            let text = sent.to_socket_text().unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read["kind"], sent.kind().as_str());
            assert_eq!(serde_json::from_value::<StreamMessage>(read).unwrap(), sent);
        }
    }

    #[test]
    fn the_format_stays() {
        let id = Uuid::nil();
        let event = format!(
            r#"{{"execution":"{id}","event":{{"seq":7,"at":5,"kind":"node.started","node":"copy"}}}}"#
        );
        let text =
            format!(r#"{{"execution":"{id}","fence":2,"job":"{id}","offset":4,"text":"ok"}}"#);
        let beside = format!(r#"{{"execution":"{id}"}}"#);
        let draft = format!(r#"{{"draft_revision":3,"others":[],"template_id":"{id}"}}"#);
        let workspace = r#"{"executions":[]}"#.to_owned();
        let data = [event, text, beside, workspace, draft, "{}".to_owned()];
        assert_eq!(messages().map(|message| message.to_sse_data().unwrap()), data);

        let texts = messages().map(|message| message.to_socket_text().unwrap());
        assert_eq!(
            texts[0],
            format!(
                r#"{{"event":{{"at":5,"kind":"node.started","node":"copy","seq":7}},"execution":"{id}","id":"{id}:7","kind":"event"}}"#
            )
        );
        assert_eq!(texts[3], r#"{"kind":"workspace","news":{"executions":[]}}"#);
        assert_eq!(texts[5], r#"{"kind":"beat"}"#);
    }
}
