//! What lies between the pages and the browser: its resources, the addresses of the pages, the
//! stream of events from the server, and code that is fetched when it is first needed.

// Views are deeply nested types; the trait solver needs the room.
#![recursion_limit = "1024"]

pub mod chunk;
pub mod client;
pub mod docs_page;
mod page_list;
pub mod realtime;
pub mod routes;
pub mod settings_page;
