//! Images from outside: what they are is read from their content, and small copies are made.
//! A [`FileDecoder`](crate::sandbox::FileDecoder) decodes them in a subprocess.
//!
//! What a file claims (type, bytes, sides, pixels, frames) is judged before it is decoded.

mod check;
mod clean;
mod containers;
mod error;
mod limits;
mod thumbnail;

pub use check::{Checked, check_outside, media_type};
pub use clean::clean;
pub use error::ImageError;
pub use limits::{MOST_BYTES, MOST_PIXELS, MOST_SIDE};
pub use thumbnail::{Thumbnail, thumbnail};
