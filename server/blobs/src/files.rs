//! Blobs in a directory: complete and durable under their name, or not there at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::stream;
use tempfile::NamedTempFile;
use tokio::io::AsyncReadExt;

use super::proven::{BlobStream, proven};
use super::{BlobError, Blobs, Digest};

/// Holds files being written, on the same file system as their final place.
const INCOMING: &str = "incoming";
/// Bytes read at once.
const PIECE: usize = 256 << 10;
const ABANDONED: Duration = Duration::from_secs(3_600);

/// A store in a directory of its own; every path in it is made from a digest.
#[derive(Debug, Clone)]
pub struct FileBlobs {
    root: Arc<PathBuf>,
}

impl FileBlobs {
    /// Opens or creates the store and throws away what interrupted writes left behind an hour ago
    /// or earlier; younger files may belong to another process.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let root = root.into();
        let incoming = root.join(INCOMING);
        let cleared = fs::create_dir_all(&incoming).and_then(|()| clear(&incoming));
        cleared.map_err(|source| BlobError::io("opening its directory", source))?;
        Ok(Self { root: Arc::new(root) })
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        let (shelf, rest) = name.split_at(2);
        self.root.join(shelf).join(rest)
    }

    /// Whether the directory itself is there: a disk that is not mounted has lost no blob.
    fn is_there(&self) -> bool {
        self.root.join(INCOMING).is_dir()
    }

    fn write(&self, digest: Digest, bytes: &[u8]) -> io::Result<()> {
        let target = self.path(digest);
        if fs::read(&target).is_ok_and(|stored| stored == bytes) {
            return Ok(());
        }
        let shelf = target.parent().unwrap_or(&self.root);
        if !shelf.is_dir() {
            fs::create_dir_all(shelf)?;
            sync_directory(&self.root)?;
        }
        let mut file = NamedTempFile::new_in(self.root.join(INCOMING))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|error| error.error)?;
        sync_directory(shelf)
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let store = self.clone();
        run("storing a blob", move || {
            let digest = Digest::from_content(&bytes);
            store.write(digest, &bytes)?;
            Ok(digest)
        })
        .await
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        let doing = "reading a blob";
        let opened = tokio::fs::File::open(self.path(digest)).await;
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if self.is_there() => BlobError::Missing(digest),
            _ => BlobError::io(doing, error),
        })?;
        let next = move |mut file: tokio::fs::File| async move {
            let mut piece = BytesMut::with_capacity(PIECE);
            let read = file.read_buf(&mut piece).await;
            read.map_err(|error| BlobError::io(doing, error))?;
            Ok((!piece.is_empty()).then(|| (piece.freeze(), file)))
        };
        Ok(proven(digest, stream::try_unfold(file, next)))
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        let path = self.path(digest);
        run("deleting a blob", move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }

    async fn older_than(&self, age: Duration) -> Result<Vec<Digest>, BlobError> {
        let root = self.root.clone();
        run("listing blobs", move || old_files(&root, age)).await
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        let path = self.path(digest);
        run("looking for a blob", move || fs::exists(path)).await
    }
}

fn old_files(root: &Path, age: Duration) -> io::Result<Vec<Digest>> {
    let mut found = vec![];
    for shelf in fs::read_dir(root)? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(shelf.path())? {
            let file = file?;
            let name = format!("{}{}", shelf.file_name().display(), file.file_name().display());
            let old = file.metadata()?.modified()?.elapsed().unwrap_or_default() >= age;
            found.extend(name.parse::<Digest>().ok().filter(|_| old));
        }
    }
    Ok(found)
}

fn clear(incoming: &Path) -> io::Result<()> {
    for entry in fs::read_dir(incoming)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age >= ABANDONED {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A new name in a directory is durable only once the directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

async fn run<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
    done.map_err(|source| BlobError::io(doing, source))
}
