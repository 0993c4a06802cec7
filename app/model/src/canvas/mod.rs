//! Headless canvas: where things are, without a page. World units are CSS pixels at 100 %.

pub mod edge_path;
pub mod geometry;
pub mod ports;
pub mod viewport;
