//! Servers: registered with what may be sent to them, asked for their tools, changed and deleted.

use backend::actor::Actor;
use model::{
    access::Role,
    mcp::{
        form::ServerChange,
        name::AGENT_SERVER,
        server::{SecretHeader, SecretPlace, ServerForm, ServerKind, ServerView},
    },
    secret::SecretForm,
};
use outside::mcp::{
    operator::{OperatorServer, OperatorServers},
    port::{McpError, Transport},
};
use services::testing::world::World;
use store::error::EngineError;

use super::{form, world};

/// Keeps a secret for a host.
pub(super) async fn keep_secret(world: &World, name: &str, value: &str, host: &str) {
    let form = SecretForm { value: Some(value.to_owned()), hosts: vec![host.to_owned()] };
    world.services.provider_access.set_secret(&world.owner, name, form).await.unwrap();
}

fn with_secret(secret: &str) -> ServerForm {
    let header = SecretHeader {
        name: "Authorization".to_owned(),
        secret: secret.to_owned(),
        place: SecretPlace::Header,
    };
    ServerForm { headers: vec![header], ..form("tracker") }
}

/// The code and the path of a refusal.
fn told(error: EngineError) -> (String, Option<String>) {
    let problem = error.into_problem();
    match problem.errors.into_iter().next() {
        Some(wrong) => (wrong.code, wrong.path),
        None => (problem.code, None),
    }
}

#[tokio::test]
async fn a_server_is_registered_asked_searched_changed_and_deleted() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;

    let made = tools.register_server(&world.owner, form("tracker")).await.unwrap();

    let health = made.health.unwrap();
    assert_eq!((health.error, health.latency_ms), (None, Some(7)));
    assert_eq!(health.protocol.as_deref(), Some("2026-07-28"));
    assert_eq!(made.instructions.as_deref(), Some("Be kind."));
    let keys: Vec<&str> = made.tools.iter().map(|tool| tool.key.as_str()).collect();
    assert_eq!(keys, ["tracker.create_issue", "tracker.get_issue"]);
    let found = tools.list_tools(&world.owner, "get", Some("tracker")).await.unwrap();
    assert_eq!(found.len(), 1);

    let id = made.id.unwrap();
    mcp.fail("tracker", McpError::Unauthorized("It wants a key.".to_owned()));
    let checked = tools.check_server(&world.owner, &id.to_string()).await.unwrap();
    let error = checked.health.unwrap().error.unwrap();
    assert!(error.starts_with("It wants a key. Check the secrets"), "{error}");
    assert_eq!(checked.tools.len(), 2, "what it listed before stays to be looked at");

    let off = ServerChange { enabled: Some(false), ..ServerChange::default() };
    tools.change_server(&world.owner, id, off).await.unwrap();
    assert!(tools.list_tools(&world.owner, "", Some("tracker")).await.unwrap().is_empty());
    let moved = ServerChange { name: Some("tickets".to_owned()), ..ServerChange::default() };
    let moved = tools.change_server(&world.owner, id, moved).await.unwrap();
    assert_eq!((moved.name.as_str(), moved.health), ("tickets", None));

    tools.delete_server(&world.owner, id).await.unwrap();
    assert_eq!(told(tools.server(&world.owner, id).await.unwrap_err()).0, "not_found");
}

#[tokio::test]
async fn what_everybody_can_call_is_listed_with_where_it_comes_from() {
    let (mut world, mcp) = world().await;
    let wiki = "https://wiki.example/mcp".parse().unwrap();
    let address = outside::mcp::port::HttpAddress { url: wiki, headers: vec![] };
    let operators = OperatorServer {
        transport: Transport::Http(address),
        alias_set: Default::default(),
        aliases: Default::default(),
    };
    let operators = OperatorServers::new([("wiki".to_owned(), operators)].into());
    world.change_deps(|deps| deps.operator_servers = operators.into());
    let tools = &world.services.tools;
    tools.register_server(&world.owner, form("github")).await.unwrap();
    let asked_before = mcp.asked().len();

    let listed = tools.list_servers(&world.owner).await.unwrap();

    let shown: Vec<_> = listed.iter().map(|view| (view.name.as_str(), view.kind)).collect();
    assert_eq!(
        shown,
        [
            (AGENT_SERVER, ServerKind::Agent),
            ("deploy", ServerKind::Sample),
            ("github", ServerKind::Http),
            ("observability", ServerKind::Sample),
            ("wiki", ServerKind::Http),
        ]
    );
    assert_eq!(listed[4].operator.as_deref(), Some("at wiki.example"));
    let names: Vec<String> =
        mcp.asked().into_iter().skip(asked_before).map(|server| server.name).collect();
    assert_eq!(names, ["deploy", "observability"], "only samples are asked when somebody looks");
    let taken = tools.register_server(&world.owner, form("wiki")).await.unwrap_err();
    assert_eq!(told(taken).1.as_deref(), Some("name"));

    let checked = tools.check_server(&world.owner, "wiki").await.unwrap();
    assert_eq!((checked.name.as_str(), checked.tools.len()), ("wiki", 2));
    assert_eq!(told(tools.check_server(&world.owner, "nobody").await.unwrap_err()).0, "not_found");
    let found = tools.servers_with_tools(&world.owner, "create_issue".to_owned()).await.unwrap();
    assert!(found.iter().any(|server| server.name == "wiki"), "{found:?}");
    let neighbour = world.neighbour().await;
    let theirs = tools.list_servers(&neighbour).await.unwrap();
    let github = theirs.iter().find(|view| view.name == "github").unwrap();
    assert_eq!((github.kind, github.id), (ServerKind::Sample, None));
}

#[tokio::test]
async fn rel_s7_addresses_that_may_not_be_called_are_not_registered() {
    let (world, mcp) = world().await;
    for url in ["http://tracker.example/mcp", "https://10.0.0.1/mcp", "file:///etc/passwd", "no"] {
        let wrong = ServerForm { url: url.to_owned(), ..form("tracker") };
        let refused = world.services.tools.register_server(&world.owner, wrong).await;
        assert_eq!(told(refused.unwrap_err()).1.as_deref(), Some("url"), "{url}");
    }
    let program = ServerForm { kind: ServerKind::Stdio, ..form("tracker") };
    let refused = world.services.tools.register_server(&world.owner, program).await;
    assert_eq!(told(refused.unwrap_err()).1.as_deref(), Some("kind"));
    assert!(mcp.asked().is_empty());
}

#[tokio::test]
async fn rel_s10_a_secret_is_sent_only_to_its_hosts_whenever_it_is_used() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;
    keep_secret(&world, "elsewhere", "canary-1", "other.example").await;
    for secret in ["nobodys", "elsewhere"] {
        let refused = tools.register_server(&world.owner, with_secret(secret)).await;
        let path = told(refused.unwrap_err()).1;
        assert_eq!(path.as_deref(), Some("headers[0].secret"), "{secret}");
    }
    assert!(mcp.asked().is_empty());

    keep_secret(&world, "own", "canary-2", "mcp.tracker.example").await;
    let made = tools.register_server(&world.owner, with_secret("own")).await.unwrap();
    let Transport::Http(address) = mcp.asked().remove(0).transport else { panic!("no address") };
    let sent = &address.headers[0];
    assert_eq!((sent.0.as_str(), sent.1.expose()), ("Authorization", "Bearer canary-2"));

    // What a server repeats of it is seen by nobody.
    mcp.fail("tracker", McpError::Unauthorized("canary-2 is not a key.".to_owned()));
    let checked = tools.check_server(&world.owner, &made.id.unwrap().to_string()).await.unwrap();
    let error = checked.health.unwrap().error.unwrap();
    assert!(!error.contains("canary"), "{error}");

    keep_secret(&world, "own", "canary-2", "other.example").await;
    let asked = || mcp.asked().iter().filter(|server| server.name == "tracker").count();
    let asked_before = asked();
    let checked = tools.check_server(&world.owner, &made.id.unwrap().to_string()).await.unwrap();
    let error = checked.health.unwrap().error.unwrap();
    assert!(error.contains("the secret isn't allowed for mcp.tracker.example"), "{error}");
    assert_eq!(asked(), asked_before);
}

#[tokio::test]
async fn names_are_taken_once_and_what_is_not_used_is_told_with_its_reason() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;
    mcp.refuse("delete_all", "Its description hides something.");
    let made = tools.register_server(&world.owner, form("tracker")).await.unwrap();
    assert_eq!(made.unused[0].reason, "Its description hides something.");
    let other = tools.register_server(&world.owner, form("tickets")).await.unwrap();

    let again = tools.register_server(&world.owner, form("tracker")).await.unwrap_err();
    let renamed = ServerChange { name: Some("tracker".to_owned()), ..ServerChange::default() };
    let renamed = tools.change_server(&world.owner, other.id.unwrap(), renamed).await;

    for refused in [again, renamed.unwrap_err()] {
        assert_eq!(told(refused), ("name_taken".to_owned(), Some("name".to_owned())));
    }
}

#[tokio::test]
async fn what_a_program_said_before_it_died_is_for_admins() {
    let (world, mcp) = world().await;
    let tools = &world.services.tools;
    tools.register_server(&world.owner, form("tracker")).await.unwrap();
    mcp.fail("tracker", McpError::Unreachable("The process of tracker ended.".to_owned()));
    mcp.say("ModuleNotFoundError: No module named 'mcp'");

    let checked = tools.check_server(&world.owner, "tracker").await.unwrap();

    let told = |server: ServerView| server.health.unwrap().error.unwrap();
    let words = told(checked);
    assert!(words.ends_with("\nIt said last:\nModuleNotFoundError: No module named 'mcp'"));
    let viewer = Actor { role: Role::Viewer, ..world.owner.clone() };
    let seen = told(tools.find_server(&viewer, "tracker").await.unwrap());
    assert_eq!(Some(seen.as_str()), words.lines().next());
}
