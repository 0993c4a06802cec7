//! Autosave of a workflow's draft, of a document and of an agent: what to send when, and what an answer means.
//! It has no clock and no connection: times are given as milliseconds to wait.
//!
//! What differs is sent on the revision it was made on. Other parts that somebody changed meanwhile
//! are merged, and the same part changed twice waits for a person. The browser stores what the
//! server does not have yet.

mod document;
mod draft;
mod pending;

pub use document::{
    Autosave, DOCUMENT_CHANGED, DocumentAutosave, Newer, Progress, Step, Unsaved, Whose,
};
pub use draft::{Answer, Clash, DraftAutosave, Next, PAUSE_MS, Standing};
pub use pending::Pending;
