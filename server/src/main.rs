//! The binary `atelier`.

use std::process::ExitCode;

use clap::Parser;
use server::cli::{self, Cli};

// Steps and pages are many small values: a fifth of the processor went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("atelier: {}", cli::words(&error));
            ExitCode::FAILURE
        }
    }
}
