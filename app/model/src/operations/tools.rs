//! The operations of servers of tools.

/// Servers of tools, and what has changed in their tools since workflows pinned them.
#[macro_export]
macro_rules! tools_operations {
    ($then:path) => {
        $then! { tools Tools ToolOperations {
            /// The servers with their tools, what has changed in tools, and for admins the secrets
            /// that can be sent along.
            PAGE Read load_tools_page = tools_page() -> one $crate::mcp::page::ToolsPage;
            /// The servers that are switched on, with those of their tools that the words name;
            /// without words all of them.
            PAGE Read list_tools = servers_with_tools(words: String)
                -> all $crate::mcp::server::ServerView;
            /// Registers a tool server and loads its tools.
            POST "/mcp-servers" ManageTools register_tool_server =
                register_server(; form: $crate::mcp::server::ServerForm)
                -> made $crate::mcp::server::ServerView;
            /// Reads an OpenAPI document or a curl command: what an API offers, before it is connected.
            POST "/mcp-servers/preview" ManageTools preview_api = preview_api(
                ; document: $crate::mcp::api::ApiDocument)
                -> one $crate::mcp::api::ApiPreview;
            /// Changes a tool server; absent fields don't change.
            PATCH "/mcp-servers/{id}" ManageTools change_tool_server = change_server(
                id: $crate::id::McpServerId; change: $crate::mcp::form::ServerChange)
                -> one $crate::mcp::server::ServerView;
            /// Deletes a tool server; steps that use it will fail.
            DELETE "/mcp-servers/{id}" ManageTools delete_tool_server =
                delete_server(id: $crate::id::McpServerId) -> done;
            /// Asks the server of this name, registered or the operator's, for its tools, now.
            PAGE ManageTools check_tool_server = check_named(name: String) -> done;
            /// Calls a tool once, outside any run, and gives its result; one that may change something needs
            /// `confirmed`.
            POST "/tools/call" LaunchInline try_tool =
                try_tool(; trial: $crate::mcp::page::ToolTrial)
                -> one $crate::mcp::page::TrialResult;
            /// Begins an admin's sign-in to a tool server; gives the address that the browser goes to.
            PAGE ManageTools connect_tool_server =
                connect_server(id: $crate::id::McpServerId) -> one String;
            /// Accepts a tool's change: workflows that pinned the old version can call it again.
            POST "/tools/drifts/accept" ManageTools accept_tool_drift =
                accept_drift(; accepted: $crate::mcp::page::DriftAcceptance) -> done;
        } }
    };
}
