//! Threads of comments, their comments, and who is named in them.

mod columns;
pub mod mentions;
pub mod rows;
pub mod threads;
