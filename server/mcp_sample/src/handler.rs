//! The protocol: lists the tools of a server and calls them.

use std::sync::LazyLock;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult, MetaObject,
        PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use serde_json::Value;

use crate::{numbers::Numbers, server::SampleServer, tools};

/// The key of a call's `_meta` under which its idempotency key stands: calls with the same one make
/// the same thing.
pub const IDEMPOTENCY_META: &str = "atelier/idempotencyKey";

/// The numbers of this process: connections come and go.
static NUMBERS: LazyLock<Numbers> = LazyLock::new(Numbers::default);

/// One connection to the sample.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    server: SampleServer,
}

impl Handler {
    /// Answers as this server.
    pub const fn new(server: SampleServer) -> Self {
        Self { server }
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let name = self.server.name();
        let server = Implementation::new(format!("{name}-sample"), env!("CARGO_PKG_VERSION"))
            .with_title(format!("Sample of {name}"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(server)
            .with_instructions(tools::instructions(self.server))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = tools::tools(self.server).iter();
        Ok(ListToolsResult::with_all_items(tools.map(|tool| tool.definition.clone()).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::find(self.server, name).map(|tool| tool.definition.clone())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = tools::find(self.server, &request.name) else {
            let words = format!("{} has no tool {}.", self.server.name(), request.name);
            return Err(ErrorData::invalid_params(words, None));
        };
        tell_progress(&tool.stages, &context).await;
        let idempotency_key = context.meta.get(IDEMPOTENCY_META).and_then(Value::as_str);
        let arguments = request.arguments.unwrap_or_default();
        let result = tool.answer(arguments, idempotency_key, &NUMBERS);
        let mut meta = MetaObject::new();
        meta.insert("sample".to_owned(), Value::Bool(true));
        Ok(result.with_meta(Some(meta)).into())
    }
}

/// Says what a tool is at, to those who want to know.
async fn tell_progress(stages: &[String], context: &RequestContext<RoleServer>) {
    let Some(token) = context.meta.get_progress_token() else { return };
    let total = f64::from(u32::try_from(stages.len()).unwrap_or(u32::MAX));
    for (done, stage) in (1_u32..).zip(stages) {
        let progress = ProgressNotificationParam::new(token.clone(), f64::from(done))
            .with_total(total)
            .with_message(stage);
        // Whoever has left is not told.
        let _ = context.peer.notify_progress(progress).await;
    }
}
