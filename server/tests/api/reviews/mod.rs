//! Reviews over REST: decided by members and by whoever has a link.

mod decisions;
mod kept;
mod links;
