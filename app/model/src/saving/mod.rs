//! Keeping what is being edited, a workflow's draft or a document's writing: what to send when, and
//! what an answer means. No clock and no connection: the times are given as milliseconds to wait.

mod keeper;
mod manuscript;
mod pending;

pub use keeper::{Answer, Clash, Keeper, Next, PAUSE_MS, Standing};
pub use manuscript::{DOCUMENT_CHANGED, Manuscript, Newer, Progress, Step, Unsaved, Whose};
pub use pending::Pending;
