//! The subprocess that decodes one untrusted file, with little memory and time.

use std::io::{self, Read, Write};

use files::sandbox::{DecodeJob, MOST_BYTES, decode};
use nix::sys::resource::{Resource, setrlimit};

/// Decodes a file from standard input and prints the answer. A file that takes more memory or time
/// than the job may have ends the process by a signal.
pub fn run(job: DecodeJob) -> io::Result<()> {
    let (memory, seconds) = (job.memory(), job.seconds());
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_DATA, memory, memory)?;
    setrlimit(Resource::RLIMIT_CPU, seconds, seconds)?;
    let mut bytes = vec![];
    io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes)?;
    io::stdout().lock().write_all(&decode(job, &bytes))
}
