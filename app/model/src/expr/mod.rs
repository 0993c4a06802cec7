//! Atelier's own small, total language: references in texts, and conditions.
//!
//! It reads values and computes; it cannot loop without bound, call out, or touch the host.
//! What is allowed is bounded by [`limit`]. Kinds of values are those of JSON.

pub mod ast;
mod compare;
mod error;
mod eval;
mod functions;
mod lex;
mod lookup;
mod meter;
mod parse;
mod path;
mod rename;
mod scope;
mod shape;
mod text;

pub(crate) use compare::{add, compare_to_decimal, total_order};
pub use error::ExprError;
pub use meter::Meter;
pub use path::{Path, Segment};
pub use rename::Renaming;
pub use scope::{RESERVED, Scope};
pub use shape::{Expression, Shape};
pub use text::{Condition, Template};

/// Bounds of one expression and its evaluation.
pub mod limit {
    pub const SOURCE_BYTES: usize = 64 * 1024;
    /// Levels of nesting.
    pub const DEPTH: usize = 64;
    /// Steps of one evaluation.
    pub const STEPS: u32 = 10_000;
    /// Bytes of everything one evaluation builds.
    pub const OUTPUT_BYTES: usize = 1024 * 1024;
}
