//! The server over HTTP, its processes and its start. One executable: each more of them takes a while to compile and to link.

mod api;
mod blobs;
mod boot;
mod embedded_pg;
mod fleet;
mod folder;
