//! The binary `atelier`.
fn main() {}
