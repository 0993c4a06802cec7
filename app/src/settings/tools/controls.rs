//! What the cards of the page can do.

use frame::dialog_form::Editing;
use leptos::prelude::*;
use model::{
    id::McpServerId,
    mcp::server::{ServerView, ToolView},
};

/// What the cards of the page can do.
#[derive(Clone, Copy)]
pub(super) struct Controls {
    /// Whether the person may connect servers and accept changes.
    pub may_manage: bool,
    /// The dialog in which a server is changed.
    pub editing: Editing<ServerView>,
    /// The dialog in which a tool is tried.
    pub trying: Editing<ToolView>,
    /// Whether the person may try tools.
    pub may_try: bool,
    /// The server that is about to be deleted.
    pub doomed: RwSignal<Option<McpServerId>>,
    /// What is searched; it stays when the page is loaded again.
    pub words: RwSignal<String>,
    /// Loads the page again.
    pub reload: Callback<()>,
}
