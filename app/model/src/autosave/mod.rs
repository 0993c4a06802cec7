//! Autosave of a workflow's draft and of a document: what to send when, and what an answer means.
//! It has no clock and no connection: times are given as milliseconds to wait.

mod document;
mod draft;
mod pending;

pub use document::{DOCUMENT_CHANGED, DocumentAutosave, Newer, Progress, Step, Unsaved, Whose};
pub use draft::{Answer, Clash, DraftAutosave, Next, PAUSE_MS, Standing};
pub use pending::Pending;
