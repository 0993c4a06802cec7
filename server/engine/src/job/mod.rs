//! One attempt of a job, as its executor sees it.

mod context;
mod streamed_text;

pub use context::JobContext;
pub use streamed_text::StreamedText;
