//! Decoding of untrusted files, in a process that holds nothing but the file and has little memory
//! and time.

mod decode_job;
mod decoder;

pub use decode_job::{DecodeJob, MOST_BYTES, decode};
pub use decoder::FileDecoder;

/// The command of the process that decodes one file: its argument is the [`DecodeJob`], its
/// standard input the file.
pub const COMMAND: &str = "read-file";
