//! The largest images that are accepted.

/// Most bytes of an image file.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most pixels along one side.
pub const MOST_SIDE: u32 = 12_000;
pub const MOST_PIXELS: u64 = 40_000_000;
/// Memory one decoding may take: 40 megapixels of eight bytes and room to work.
pub(super) const MOST_MEMORY: u64 = 384 * 1024 * 1024;
/// Most frames of an animation.
pub(super) const MOST_FRAMES: usize = 1_000;
