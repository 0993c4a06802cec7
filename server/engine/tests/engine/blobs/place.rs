//! Places that blobs lie in, which tests can look into from outside.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use blobs::{Blobs, Digest, FileBlobs};
use s3_blobs::{S3Blobs, testing::S3Server};
use tempfile::TempDir;

/// A store, and the folder its blobs lie in.
pub struct Place {
    pub store: Arc<dyn Blobs>,
    root: PathBuf,
    _kept: (Option<TempDir>, Option<S3Server>),
}

impl Place {
    pub async fn files() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Arc::new(FileBlobs::open(folder.path()).unwrap());
        Self { store, root: folder.path().to_owned(), _kept: (Some(folder), None) }
    }

    pub async fn s3() -> Self {
        let server = S3Server::start().await;
        let store = Arc::new(S3Blobs::open(&server.settings("some/where")).await.unwrap());
        Self { store, root: server.bucket().join("some/where"), _kept: (None, Some(server)) }
    }

    /// Puts bytes there under a name that the store would give to others.
    pub fn plant(&self, name: &str, bytes: &[u8]) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// What lies there is from so long ago.
    pub fn age(&self, digest: Digest, age: Duration) {
        let file = File::options().append(true).open(self.root.join(name(digest))).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
}

/// Where a blob lies.
pub fn name(digest: Digest) -> String {
    let name = digest.to_string();
    format!("{}/{}", &name[..2], &name[2..])
}

/// Every file below a directory.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
