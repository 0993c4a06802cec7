//! The browser client: the compiled `frontend` and the script that loads it.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `{name}.js` and `{name}_bg.wasm` into `pkg`; the script names the module by its hash.
pub fn write(wasm: Vec<u8>, name: &str, pkg: &Path) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, wasm)
        .out_name(name)
        .web(true)
        .context("choosing the script's kind")?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(pkg)
        .context("binding the client to its script")
}
