//! Errors of the file system, with what was done and where.

use std::{error::Error, path::Path};

use anyhow::{Context, Result};

/// Adds the operation and the path to an error of the file system.
pub(super) trait WithPath<T> {
    fn with_path(self, doing: &str, path: &Path) -> Result<T>;
}

impl<T, E: Error + Send + Sync + 'static> WithPath<T> for Result<T, E> {
    fn with_path(self, doing: &str, path: &Path) -> Result<T> {
        self.with_context(|| format!("{doing} {}", path.display()))
    }
}
