//! The text of PDF files from outside, within bounds of pages, size and time.
//!
//! A compressed part that unfolds to more than 16 MiB is not read, but objects by the million and
//! endless nesting cannot be judged before: the sandbox bounds them. Whatever happens, the file is
//! kept and says why it was not read; no launch fails by it.

mod pages;
mod shown;
mod widths;

pub use pages::{MOST_CHARS, MOST_PAGES, PdfOutcome, read};
