//! The process that reads one PDF: it holds nothing but the file, and little memory and time.

use std::io::{self, Read, Write};

use engine::pdf;
use nix::sys::resource::{Resource, setrlimit};

/// Memory for one file.
const MOST_MEMORY: u64 = 768 << 20;
/// Seconds of processor time for one file.
const MOST_TIME: u64 = 15;
/// Bytes of a file, more than an upload may have.
const MOST_BYTES: u64 = 32 << 20;

/// Reads a PDF from standard input and prints what was found. A file that takes more memory or time
/// than there is ends the process by a signal.
///
/// # Errors
/// The limits cannot be set, or input and output do not work.
pub fn run() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_DATA, MOST_MEMORY, MOST_MEMORY)?;
    setrlimit(Resource::RLIMIT_CPU, MOST_TIME, MOST_TIME)?;
    let mut bytes = vec![];
    io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes)?;
    let found = serde_json::to_vec(&pdf::read(&bytes))?;
    io::stdout().lock().write_all(&found)
}
