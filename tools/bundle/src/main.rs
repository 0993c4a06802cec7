//! Makes the site the server serves: client, styles and assets, named by content and precompressed.
//!
//! Layout: `manifest.json`, `pkg/` with everything whose name carries a hash, and beside them the
//! files of `style/assets` that browsers ask for by a fixed name (`favicon.svg`).

mod client;
mod compress;
mod digest;
mod minify;
mod site;
mod style;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;

use crate::{digest::Digest, style::Style};

/// What to bundle and where to.
#[derive(Parser)]
struct Args {
    /// The compiled `frontend`.
    #[arg(long)]
    wasm: PathBuf,
    /// The folder with `main.css` and `assets/`.
    #[arg(long, default_value = "style")]
    style: PathBuf,
    /// The folder to make; it is replaced as a whole.
    #[arg(long)]
    site: PathBuf,
    /// Smallest download, instead of soonest done and loaded.
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    match bundle(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(args: &Args) -> Result<()> {
    let wasm = fs::read(&args.wasm).with_context(|| {
        format!("{} is not there; build the package frontend first", args.wasm.display())
    })?;
    let style = Style::read(&args.style)?;

    let name = name(&wasm, &style, args);
    if site::holds(&args.site, &name) {
        println!("{name} is in {} already", args.site.display());
        return Ok(());
    }
    let draft = site::Draft::start(&args.site)?;
    let chunks = client::write(&wasm, &name, &draft.pkg())?;
    style.write(&name, &draft)?;
    compress::folder(draft.path(), args.release)?;
    draft.finish(&name, &chunks)
}

/// The stem of every entry file: it changes exactly when something in the bundle may.
/// Without a dot, after which wasm-bindgen would see an extension.
fn name(wasm: &[u8], style: &Style, args: &Args) -> String {
    let mut digest = Digest::default();
    digest.add(env!("CARGO_PKG_VERSION").as_bytes());
    // What is made of the client also depends on how.
    digest.add(include_bytes!("client.rs"));
    digest.add(include_bytes!("compress.rs"));
    digest.add(if args.release { b"release" } else { b"dev" });
    digest.add(wasm);
    style.add_to(&mut digest);
    format!("atelier-{}", digest.finish())
}
