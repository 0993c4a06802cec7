//! The process that reads one file: it holds nothing but the file, and little memory and time.

use std::io::{self, Read, Write};

use engine::apart::{MOST_BYTES, Reading, answer};
use nix::sys::resource::{Resource, setrlimit};

/// Reads a file from standard input and prints what was found. A file that takes more memory or time
/// than there is ends the process by a signal.
///
/// # Errors
/// The limits cannot be set, or input and output do not work.
pub fn run(reading: Reading) -> io::Result<()> {
    let (memory, seconds) = (reading.memory(), reading.seconds());
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_DATA, memory, memory)?;
    setrlimit(Resource::RLIMIT_CPU, seconds, seconds)?;
    let mut bytes = vec![];
    io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes)?;
    io::stdout().lock().write_all(&answer(reading, &bytes))
}
