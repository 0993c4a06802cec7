//! The binary `atelier`.
// Views are deeply nested types.
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
