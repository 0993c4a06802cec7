//! What goes out of the server, and what comes back.

mod addresses;
mod anthropic;
mod asked_again;
mod calls;
mod chosen;
mod learnt;
mod one_way_out;
mod outage;
mod paid_images;
mod processes;
mod providers;
mod quirks;
mod retries;
mod silent;
mod streamed;
mod talks;
mod wire;
