//! Decoding of untrusted files, in a process that holds nothing but the file and has little memory
//! and time.
//!
//! The process has no environment of the server's, and two of a kind run at once. The decoders are
//! Rust without C, nearly all of it safe; what a damaged file costs is this process alone.

mod decode_job;
mod decoder;

pub use decode_job::{DecodeJob, MOST_BYTES, decode};
pub use decoder::FileDecoder;

/// The command of the process that decodes one file: its argument is the [`DecodeJob`], its
/// standard input the file.
pub const COMMAND: &str = "read-file";
