//! Headless canvas: where things are and what gestures mean, without a page. World units are CSS
//! pixels at 100 %.
//!
//! The page feeds it events once a frame and carries out the effects; the workflow itself changes
//! only by commands of [`edit`](crate::edit).

pub mod auto_pan;
pub mod carry;
pub mod detail;
pub mod edge_path;
pub mod frame;
pub mod geometry;
pub mod gestures;
pub mod hit;
pub mod layout;
pub mod magnet;
pub mod marquee;
pub mod minimap;
pub mod nearby;
pub mod order;
pub mod ports;
pub mod snap;
pub mod tool;
pub mod viewport;
pub mod wheel;
