//! The text of PDF files from outside, within bounds of pages, size and time.

mod pages;
mod shown;
mod widths;

pub use pages::{Found, MOST_CHARS, MOST_PAGES, read};
