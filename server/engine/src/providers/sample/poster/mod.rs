//! x
use crate::providers::request::ImageRequest;
pub(super) fn draw(_: &ImageRequest) -> Option<Vec<u8>> {
    None
}
