//! Rebuilds the crate when a migration comes or goes: they are embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
