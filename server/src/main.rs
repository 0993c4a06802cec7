//! The binary `atelier`.

use std::process::ExitCode;

use clap::Parser;
use server::cli::{self, Cli};

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
