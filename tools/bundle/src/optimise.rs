//! wasm-opt, when the machine has one that is new enough.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// The first version that reads everything today's compiler writes.
pub const OLDEST: u32 = 116;

// Exactly what the compiler emits. Never `--all-features`: browsers refuse its compact imports.
const FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A usable wasm-opt.
pub struct Optimiser {
    program: PathBuf,
    version: String,
}

impl Optimiser {
    /// The first one on the path, or among the browser tests' packages, that is new enough.
    pub fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain([PathBuf::from("end2end/node_modules/.bin")])
            .map(|folder| folder.join("wasm-opt"))
            .filter(|program| program.is_file())
            .find_map(Self::at)
    }

    fn at(program: PathBuf) -> Option<Self> {
        let answer = Command::new(&program).arg("--version").output().ok()?;
        let version = String::from_utf8(answer.stdout).ok()?.trim().to_owned();
        (number(&version)? >= OLDEST).then_some(Self { program, version })
    }

    /// What it calls itself.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Replaces the module at `wasm` by a smaller one that does the same.
    pub fn shrink(&self, wasm: &Path) -> Result<()> {
        let done = Command::new(&self.program).args(FLAGS).arg(wasm).arg("-o").arg(wasm).status();
        let status = done.with_context(|| format!("starting {}", self.program.display()))?;
        ensure!(status.success(), "{} failed on {}", self.program.display(), wasm.display());
        Ok(())
    }
}

/// `wasm-opt version 132 (version_132)` → 132.
fn number(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_number_in_what_it_says() {
        assert_eq!(number("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(number("wasm-opt version 108"), Some(108));
        assert_eq!(number("wasm-opt"), None);
    }
}
