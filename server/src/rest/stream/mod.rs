//! The event stream: the events of executions without gaps, and notices about the workspace and
//! about a draft; as server-sent events for pages, and over a WebSocket for other clients.
//!
//! Events come from the database in their order, with an id that says how far the reader is in
//! every execution; a reader that comes back with that id misses nothing. Streamed text is passed
//! on without id, and is never the truth. A reader that cannot keep up is cut off, never waited
//! for. A heartbeat comes at once and then every two seconds, as long as this process hears the
//! database's notifications: a page that gets none knows that the stream is held back on the way,
//! and polls.

mod drafting;
mod query;
mod reader;
mod socket;
mod sse;
mod workspace;

use std::sync::LazyLock;

use model::{access::Permission, stream::StreamKind};

use super::routes::{Access, Routes};

/// What the route of the WebSocket does, with every kind of message.
static SOCKET_WORDS: LazyLock<String> = LazyLock::new(|| {
    let [others @ .., last] = StreamKind::ALL.map(kind_words);
    format!(
        "Streams the same as /stream over a WebSocket, as JSON messages of kind {} or {last}; resumes after \
         the id in Last-Event-ID or after.",
        others.join(", ")
    )
});

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(read.get("/stream", "Streams events and text of up to 20 executions live, and with workspace=true also changes of the workspace's executions and reviews; with a template in editing, you are listed as one of its editors and get other editors and newer drafts. Resumes after Last-Event-ID.").sends("text/event-stream"), sse::open)
        .mount(read.get("/stream/socket", &SOCKET_WORDS).sends("application/json"), socket::open)
}

/// A kind of message in the reference.
fn kind_words(kind: StreamKind) -> String {
    match kind {
        StreamKind::Event => format!("{kind} (with id, execution and event)"),
        StreamKind::Beside => {
            format!("{kind} (something without an event changed: load the execution again)")
        }
        StreamKind::Text | StreamKind::Workspace | StreamKind::Draft | StreamKind::Beat => {
            kind.to_string()
        }
    }
}
