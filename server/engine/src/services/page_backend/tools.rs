//! What pages ask of servers of tools.

use backend::actor::Actor;
use model::{
    id::McpServerId,
    mcp::{
        form::ServerChange,
        page::{DriftAcceptance, ToolsPage},
        server::{ServerForm, ServerView},
    },
};

forward! {
    tools::Tools {
        fn tools_page(actor: &Actor) -> ToolsPage;
        fn servers_with_tools(actor: &Actor, words: String) -> Vec<ServerView>;
        fn register_server(actor: &Actor, form: ServerForm) -> ServerView;
        fn change_server(actor: &Actor, id: McpServerId, change: ServerChange) -> ServerView;
        fn delete_server(actor: &Actor, id: McpServerId) -> ();
        fn check_named(actor: &Actor, name: String) -> ();
        fn accept_drift(actor: &Actor, accepted: DriftAcceptance) -> ();
    }
}
