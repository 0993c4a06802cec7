//! Brotli and gzip twins beside every file that shrinks.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

const SHRINKING: [&str; 6] = ["css", "js", "json", "svg", "txt", "wasm"];

/// Every file below `folder`, in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = vec![];
    let entries = fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Writes `x.br` and `x.gz` for each file `x` below `folder` that shrinks.
pub fn folder(folder: &Path) -> Result<()> {
    for path in files(folder)? {
        let extension = path.extension().and_then(|word| word.to_str()).unwrap_or_default();
        if SHRINKING.contains(&extension) {
            let content = fs::read(&path)?;
            fs::write(twin(&path, "br"), brotli(&content)?)?;
            fs::write(twin(&path, "gz"), gzip(&content)?)?;
        }
    }
    Ok(())
}

/// `x.js` → `x.js.br`.
pub fn twin(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut packed = vec![];
    brotli::BrotliCompress(&mut &*content, &mut packed, &params)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(vec![], Compression::best());
    packer.write_all(content)?;
    Ok(packer.finish()?)
}
