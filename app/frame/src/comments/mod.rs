//! Comments on what a page shows: a button with how many threads are open, and the panel in which
//! they are read and written.

mod board;
pub mod button;
mod completion;
mod composer;
mod panel;
mod row;
pub mod shared;
mod thread;
