//! The tab's one stream from the server, and what pages do when it brings news.

mod connection;
mod news;
mod turns;

pub use connection::{
    ConnectionState, DraftSubscriber, ExecutionSubscriber, StreamConnection, provide_connection,
    use_connection,
};
pub use news::{OneAtATime, follow, load_one_at_a_time};
