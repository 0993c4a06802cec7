//! What blob stores promise: all of them, and each its own.

mod conformance;
mod files;
mod garbage;
mod place;
mod s3;
