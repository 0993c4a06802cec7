//! The tab's one line to the server, and what pages do when it brings news.

mod line;
mod news;

pub use line::{Drafter, Line, Link, Watcher, provide_line, use_line};
pub use news::{OneAtATime, follow, load_one_at_a_time};
