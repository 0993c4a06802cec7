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

/// Writes `x.gz` for each file `x` below `folder` that shrinks. What is deployed is made as small as can
/// be, and has an `x.br`, too, which takes half a minute; else it is done in less than a second, for
/// browsers on other machines.
pub fn folder(folder: &Path, smallest: bool) -> Result<()> {
    for path in files(folder)? {
        let extension = path.extension().and_then(|word| word.to_str()).unwrap_or_default();
        if SHRINKING.contains(&extension) {
            let content = fs::read(&path)?;
            if smallest {
                fs::write(twin(&path, "br"), brotli(&content)?)?;
            }
            let level = if smallest { Compression::best() } else { Compression::fast() };
            fs::write(twin(&path, "gz"), gzip(&content, level)?)?;
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

fn gzip(content: &[u8], level: Compression) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(vec![], level);
    packer.write_all(content)?;
    Ok(packer.finish()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_site_is_packed_and_only_what_is_deployed_as_small_as_can_be() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("a.wasm"), "tea ".repeat(1000)).unwrap();
        fs::write(site.path().join("a.woff2"), "tea").unwrap();
        let names = || {
            let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
            files(site.path()).unwrap().iter().map(name).collect::<Vec<_>>()
        };

        folder(site.path(), false).unwrap();
        assert_eq!(names(), ["a.wasm", "a.wasm.gz", "a.woff2"]);
        assert!(fs::metadata(site.path().join("a.wasm.gz")).unwrap().len() < 200);

        folder(site.path(), true).unwrap();
        assert_eq!(names(), ["a.wasm", "a.wasm.br", "a.wasm.gz", "a.woff2"]);
    }
}
