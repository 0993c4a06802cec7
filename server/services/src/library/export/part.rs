//! What an exported file is made of.

use bytes::Bytes;
use model::id::ImageId;

/// Path under which the library's images are served.
pub(super) const IMAGES: &str = "/api/v1/images/";

/// An image that is exported with the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExportImage {
    pub(super) id: ImageId,
    /// Alternative text; may be empty.
    pub(super) alt: String,
    /// Caption under the image; empty where it has none or is not attached.
    pub(super) caption: String,
    pub(super) media_type: String,
    /// Whether it is attached to the document; otherwise only its text shows it.
    pub(super) attached: bool,
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
}

/// A piece of the exported file, in order; images come one at a time, so that only one is in
/// memory.
#[derive(Debug)]
pub(super) enum Part {
    /// Text to be written as it is.
    Text(String),
    /// An image with its whole file.
    Image(ExportImage, Bytes),
}

/// A piece of the export's plan, before images are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Text(String),
    Image(ExportImage),
}
