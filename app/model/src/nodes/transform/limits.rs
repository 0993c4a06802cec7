//! How much one `transform` node may work on, work out and give.

/// Most operations of one node.
pub const MAX_OPERATIONS: usize = 20;
/// Most items a list may have on its way through.
pub const MAX_ITEMS: usize = 10_000;
/// Steps of everything a node works out.
pub const MAX_STEPS: u32 = 200_000;
/// Bytes of everything a node builds on the way.
pub const MAX_BUILT_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of what a node gives.
pub const MAX_OUTPUT_BYTES: usize = 1024 * 1024;
