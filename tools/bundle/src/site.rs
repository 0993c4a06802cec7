//! The folder the server serves from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    client::Chunks,
    compress::{files, twin},
};

/// True when the site at `site` is the bundle called `name`.
pub fn holds(site: &Path, name: &str) -> bool {
    let manifest = fs::read(site.join("manifest.json")).unwrap_or_default();
    serde_json::from_slice::<Value>(&manifest).is_ok_and(|manifest| manifest["name"] == name)
}

/// A site being made beside the one it will replace.
pub struct Draft {
    site: PathBuf,
    draft: PathBuf,
}

impl Draft {
    /// An empty folder beside `site`.
    pub fn start(site: &Path) -> Result<Self> {
        let draft = twin(site, "draft");
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        fs::create_dir_all(draft.join("pkg"))
            .with_context(|| format!("making {}", draft.display()))?;
        Ok(Self { site: site.to_owned(), draft })
    }

    /// Where files of a fixed name go.
    pub fn path(&self) -> &Path {
        &self.draft
    }

    /// Where files whose name carries a hash go.
    pub fn pkg(&self) -> PathBuf {
        self.draft.join("pkg")
    }

    /// Writes the manifest, says what was made and puts the new site in the place of the old one.
    pub fn finish(self, name: &str, chunks: &Chunks) -> Result<()> {
        let mut sizes = serde_json::Map::new();
        let mut total = (0, 0);
        for path in files(&self.draft)? {
            let packed = twin(&path, "br");
            if packed.exists() {
                let (bytes, brotli) = (fs::metadata(&path)?.len(), fs::metadata(&packed)?.len());
                let file = path.strip_prefix(&self.draft)?.display().to_string();
                println!("{file}: {} KiB, brotli {} KiB", bytes / 1024, brotli / 1024);
                sizes.insert(file, json!({ "bytes": bytes, "brotli": brotli }));
                total = (total.0 + bytes, total.1 + brotli);
            }
        }
        if !sizes.is_empty() {
            println!("in all: {} KiB, brotli {} KiB", total.0 / 1024, total.1 / 1024);
        }
        let total = json!({ "bytes": total.0, "brotli": total.1 });
        let manifest = json!({ "name": name, "parts": chunks, "sizes": sizes, "total": total });
        fs::write(self.draft.join("manifest.json"), format!("{manifest:#}\n"))?;
        if self.site.exists() {
            fs::remove_dir_all(&self.site)?;
        }
        fs::rename(&self.draft, &self.site)
            .with_context(|| format!("replacing {}", self.site.display()))
    }
}
