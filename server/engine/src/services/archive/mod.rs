//! Files that people take away, and the ZIP archives among them.

mod name;

use std::{
    fs::File,
    io::{self, Seek, Write},
};

use bytes::Bytes;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(in crate::services) use self::name::file_name;

/// A file that was made, from its beginning.
#[derive(Debug)]
pub struct Export {
    /// What it is to be called.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// Its bytes; the file has no name and goes when it is closed.
    pub file: File,
    /// How many.
    pub bytes: u64,
}

impl Export {
    /// A file that was written to its end.
    pub(super) fn of(name: String, media_type: &'static str, mut file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        file.rewind()?;
        Ok(Self { name, media_type, file, bytes })
    }
}

/// Writes an archive of these names with these bytes, which are taken one at a time.
pub(super) fn write(entries: impl Iterator<Item = (String, Bytes)>) -> io::Result<File> {
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    // Pictures do not become smaller, and texts are little beside them.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?)
}

/// How the name of a picture's file ends.
pub(super) fn picture_ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        _ => "png",
    }
}
