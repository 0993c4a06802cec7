//! The binary `atelier`.
//!
//! It alone carries the browser client, so the library compiles while the client is still being
//! built.

use std::process::ExitCode;

use clap::Parser;
use server::{
    cli::{self, Cli},
    http::assets,
};

#[derive(rust_embed::Embed)]
#[folder = "../target/site-release"]
#[allow_missing = true]
struct Client;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run(embedded).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("atelier: {}", cli::words(&*error));
            ExitCode::FAILURE
        }
    }
}

fn embedded() -> assets::Embedded {
    Client::iter().filter_map(|name| Some((name.to_string(), Client::get(&name)?.data))).collect()
}
