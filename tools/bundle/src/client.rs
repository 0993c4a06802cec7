//! The browser client: the compiled `frontend`, the pages cut off from it that are fetched when
//! they are opened, and the scripts that load both.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;
use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

/// The name under which the first module asks for what loads the others; `leptos` writes it.
const LOADER: &str = "__wasm_split.______________________.js";

/// The files of each chunk of the client, by the chunk's name.
pub type Chunks = BTreeMap<String, Vec<String>>;

/// Writes into `pkg` the script `{name}.js` with its module, and the chunks' files beside it; every
/// file's name begins with `name`. Gives the files of each chunk.
pub fn write(wasm: &[u8], name: &str, pkg: &Path) -> Result<Chunks> {
    let (first, chunks) = split(wasm, name, pkg)?;
    Bindgen::new()
        .input_bytes(name, first)
        .out_name(name)
        .web(true)
        .context("choosing the script's kind")?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The chunks link to them.
        .keep_lld_exports(true)
        .generate(pkg)
        .context("binding the client to its script")?;
    let script = pkg.join(format!("{name}.js"));
    // Only where it is fetched from: the module goes on asking for it under the old name.
    let from = |file: &str| format!("from \"./{file}\"");
    replace(&script, &[(from(LOADER), from(&format!("{name}-parts.js")))])?;
    Ok(chunks)
}

/// Writes the chunks' files and the script that loads them. Gives the module that is loaded first,
/// and the files of each chunk.
fn split(wasm: &[u8], name: &str, pkg: &Path) -> Result<(Vec<u8>, Chunks)> {
    let first = pkg.join("first.wasm");
    let main = format!("./{name}.js");
    let link = format!("./{LOADER}");
    let mut options = Options::new(wasm);
    options.output_dir = pkg;
    options.main_out_path = &first;
    options.link_name = &link;
    options.main_module = &main;
    let split = transform(options).map_err(|error| anyhow!("splitting the client: {error:#}"))?;

    let mut names = vec![];
    for (number, part) in split.split_modules.iter().enumerate() {
        let old = part.file_name().context("a part has no name")?.to_string_lossy();
        let new = format!("{name}-part{number}.wasm");
        fs::write(pkg.join(&new), unnamed(&fs::read(part)?)?)?;
        fs::remove_file(part)?;
        names.push((format!("./{old}"), format!("./{new}")));
    }
    let loader = pkg.join(format!("{name}-parts.js"));
    fs::rename(pkg.join(LOADER), &loader)?;
    replace(&loader, &names)?;
    let module = fs::read(&first)?;
    fs::remove_file(first)?;
    let new_name = |old: &String| {
        let old = format!("./{old}.wasm");
        names.iter().find(|(known, _)| *known == old).map(|(_, new)| new.replace("./", ""))
    };
    let chunks = split.prefetch_map.iter().map(|(key, files)| {
        // "editing_5235844346672583734"
        let chunk = key.rsplit_once('_').map_or(key.as_str(), |(chunk, _)| chunk);
        (chunk.to_owned(), files.iter().filter_map(new_name).collect())
    });
    Ok((module, chunks.collect()))
}

/// A module without the names of its functions, which are half of it and serve nobody.
fn unnamed(module: &[u8]) -> Result<Vec<u8>> {
    let mut rest = Module::new();
    for part in Parser::new(0).parse_all(module) {
        let part = part?;
        let is_names = matches!(&part, Payload::CustomSection(own) if own.name() == "name");
        if let Some((id, range)) = part.as_section().filter(|_| !is_names) {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = module.get(range).context("a section goes beyond its module")?;
            rest.section(&RawSection { id, data });
        }
    }
    Ok(rest.finish())
}

fn replace(script: &Path, names: &[(String, String)]) -> Result<()> {
    let mut text = fs::read_to_string(script)?;
    for (old, new) in names {
        text = text.replace(old, new);
    }
    fs::write(script, text).with_context(|| format!("naming parts in {}", script.display()))
}
