//! Browser resources, each released when its owner goes. Everything here compiles on the server
//! too, but is reached only from effects and event handlers, which never run there.

pub mod clock;
pub mod cookie;
pub mod events;
pub mod focus;
pub mod media;
pub mod resize;
pub mod storage;
pub mod wheel;
