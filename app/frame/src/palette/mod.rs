//! The command palette: finds anything of the workspace by its name, on every page. Ctrl or Command
//! with K opens it. It knows no page: the frame and the pages add their choices as offers.

mod arranged;
mod asked;
mod found;
mod offers;
mod recent;
mod view;

pub use offers::{Offer, Palette, provide_palette, use_palette};
pub use view::{PaletteButton, PaletteDialog};

/// The heading of commands.
pub const COMMANDS: &str = "Commands";
/// The heading of the nodes on the canvas.
pub const NODES: &str = "Steps";
/// The heading of the pages of the workspace.
pub const PAGES: &str = "Pages";
