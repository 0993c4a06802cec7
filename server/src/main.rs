//! The binary `atelier`.

// The pages are deeply nested types; the compiler needs the room to lay them out.
#![recursion_limit = "512"]

use std::process::ExitCode;

use clap::Parser;
use server::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atelier: {}", cli::words(&error));
            ExitCode::FAILURE
        }
    }
}
