//! Pictures from outside: what they are is read from their content, and small copies are made.
//! Decoding is work for the processor: the functions of `run` keep it off the async threads.

mod check;
mod containers;
mod error;
mod run;
mod thumbnail;

pub use check::{Checked, MOST_BYTES, MOST_PIXELS, MOST_SIDE};
pub use error::ImageError;
pub use run::{check, thumbnail};
pub use thumbnail::Thumbnail;
