//! Pages as the server writes them, and the contrast of their colours.
//! One executable: each more of them takes a while to compile and to link.
#![recursion_limit = "256"]

mod contrast;
mod render;
