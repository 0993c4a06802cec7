//! Files from outside are read apart from what else the server does: in a process that holds nothing
//! but the file, and little memory and time.

mod reader;
mod reading;

pub use reader::FileReader;
pub use reading::{MOST_BYTES, Reading, answer};

/// The command of a process that reads one file: what for is its argument, the file its input.
pub const COMMAND: &str = "read-file";
