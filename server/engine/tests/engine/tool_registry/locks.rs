//! What workflows pin of the tools that they call, and which they cannot call.

use model::{
    api::templates::PublishRequest,
    mcp::{form::ServerChange, server::ToolAlias},
    pages::LaunchRequest,
    problem::FieldProblem,
};
use outside::mcp::port::McpError;
use serde_json::json;
use services::testing::world::none;
use store::error::EngineError;

use super::{calling, create, form, lock, world};

#[tokio::test]
async fn a_published_version_pins_its_tools_and_every_launch_asks_for_them_anew() {
    let (world, mcp) = world().await;
    world.services.tools.register_server(&world.owner, form("tracker")).await.unwrap();

    let reads = create(&world, "Reads", &calling("tracker.getIssue")).await.unwrap();
    let writes = create(&world, "Writes", &calling("tracker.create_issue")).await.unwrap();

    assert_eq!(lock(&world, &reads).await["may_repeat"], true);
    assert_eq!(lock(&world, &writes).await["may_repeat"], false);
    assert_eq!(lock(&world, &reads).await["hash"].as_str().unwrap().len(), 64);
    let asked = mcp.asked().len();
    world.launch(reads.id, none()).await;
    world.launch(reads.id, none()).await;
    assert_eq!(mcp.asked().len(), asked + 2);

    let same = PublishRequest { note: String::new(), draft_revision: None };
    let same = world.services.templates.publish_template(&world.owner, reads.id, same).await;
    assert_eq!(same.unwrap_err().into_problem().code, "nothing_to_publish");
}

#[tokio::test]
async fn what_comes_with_the_product_is_pinned_when_it_is_launched() {
    let (world, _) = world().await;
    let template = world.publish(&calling("github.getIssue")).await;

    let id = world.launch(template, none()).await;

    let sql = "SELECT run_definition FROM workflow_executions WHERE id = $1";
    let frozen: serde_json::Value =
        sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap();
    let nodes = frozen["nodes"].as_array().unwrap();
    let call = nodes.iter().find(|node| node["id"] == "call").unwrap();
    assert_eq!(call["data"]["config"]["lock"]["may_repeat"], true, "{call}");
}

#[tokio::test]
async fn what_cannot_be_called_is_refused_at_its_node_with_the_nearest() {
    let (world, mcp) = world().await;
    world.services.tools.register_server(&world.owner, form("tracker")).await.unwrap();
    mcp.fail("deploy", McpError::Unreachable("Nobody is there.".to_owned()));
    for (name, code, words) in [
        ("tracker.getIsue", "unknown_tool", "Did you mean tracker.get_issue?"),
        ("traker.getIssue", "unknown_tool_server", "Did you mean tracker?"),
        ("agent.analyse", "unknown_tool", "Did you mean agent.analyze?"),
        ("deploy.getIssue", "tool_server_unreachable", "Nobody is there."),
    ] {
        let refused = create(&world, name, &calling(name)).await.unwrap_err();
        let FieldProblem { code: told, path, node_id, message, .. } = &refused.errors[0];
        assert_eq!((told.as_str(), node_id.as_deref()), (code, Some("call")), "{refused:?}");
        assert_eq!(path.as_deref(), Some("nodes[0].data.config.tool"));
        assert!(message.contains(words), "{message}");

        let definition = serde_json::to_value(calling(name)).unwrap();
        let launch = json!({ "definition": definition });
        let launch = LaunchRequest::read(launch).unwrap();
        let launched = world.services.executions.launch(&world.owner, launch).await;
        match launched {
            Ok(_) => assert_eq!(code, "tool_server_unreachable", "who is away is waited for"),
            Err(refused) => assert_eq!(refused.into_problem().errors[0].code, code),
        }
    }
}

#[tokio::test]
async fn a_server_that_is_switched_off_is_not_called_and_another_name_leads_to_its_tool() {
    let (world, _) = world().await;
    let tools = &world.services.tools;
    let made = tools.register_server(&world.owner, form("tracker")).await.unwrap();
    let alias = ToolAlias { tool: "get_issue".to_owned(), ..ToolAlias::default() };
    let aliases = ServerChange {
        aliases: Some([("read".to_owned(), alias)].into()),
        ..ServerChange::default()
    };
    tools.change_server(&world.owner, made.id.unwrap(), aliases).await.unwrap();
    let template = create(&world, "Reads", &calling("tracker.read")).await.unwrap();

    let off = ServerChange { enabled: Some(false), ..ServerChange::default() };
    tools.change_server(&world.owner, made.id.unwrap(), off).await.unwrap();

    let launch = LaunchRequest::for_template(template.id);
    let refused = world.services.executions.launch(&world.owner, launch).await;
    let refused = refused.map_err(EngineError::into_problem).unwrap_err();
    assert_eq!(refused.errors[0].code, "tool_server_disabled", "{refused:?}");
}
