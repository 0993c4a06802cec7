//! Files that people take away, and the ZIP archives among them.

pub(super) mod name;

use std::{
    fs::File,
    io::{self, Seek, Write},
};

use bytes::Bytes;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A temporary file to be downloaded, positioned at its beginning.
#[derive(Debug)]
pub struct Export {
    /// File name to offer, with its extension.
    pub name: String,
    /// Media type of the content.
    pub media_type: &'static str,
    /// The content; the file has no name on disk and is deleted when it is closed.
    pub file: File,
    /// Length of the file in bytes.
    pub bytes: u64,
}

impl Export {
    /// Rewinds a file that was just written, and takes its length.
    pub(super) fn from_file(
        name: String,
        media_type: &'static str,
        mut file: File,
    ) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        file.rewind()?;
        Ok(Self { name, media_type, file, bytes })
    }
}

/// Writes a ZIP archive of files by name; the entries are pulled one at a time, so that only one is
/// in memory.
pub(super) fn write(entries: impl Iterator<Item = (String, Bytes)>) -> io::Result<File> {
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    // Images do not become smaller, and texts are little beside them.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?)
}

/// The file extension for an image of this media type.
pub(super) fn image_ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        _ => "png",
    }
}
