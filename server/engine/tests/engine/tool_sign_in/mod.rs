//! Servers of tools that let in by OAuth: who signs in, what is renewed, and what nobody gets.

mod tracker;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use backend::actor::{Actor, Credential};
use model::{
    execution::state::{ExecutionStatus, PauseReason},
    mcp::{
        alias_set::AliasSet,
        auth::{AuthMethod, AuthorizationStatus, ServerAuth},
        server::{ServerForm, ServerKind, ServerView},
    },
    secret::SecretForm,
};
use outside::{
    mcp::client::RmcpClient,
    oidc::OidcAnswer,
    outbound::{OutboundClient, OutboundPolicy},
};
use serde_json::json;
use services::testing::{
    play::{graph, patient},
    world::{World, none},
};
use store::error::EngineError;
use uuid::Uuid;

use self::tracker::{CLIENT, LASTS, SECRET, Tracker, Twist};

/// A workspace that may call the server, and its owner in a browser.
async fn world() -> (World, Tracker, Actor) {
    let tracker = Tracker::start().await;
    let mut world = World::new().await;
    let outbound =
        OutboundClient::new(OutboundPolicy::default().allow_url(&tracker.url())).unwrap();
    world.change_deps(|deps| {
        deps.mcp = Arc::new(RmcpClient::new(outbound.clone(), outbound.clone()));
        deps.outbound = outbound;
    });
    let browser = Credential::Session(Uuid::now_v7());
    let owner = Actor { credential: browser, ..world.owner.clone() };
    (world, tracker, owner)
}

async fn register(world: &World, tracker: &Tracker, auth: ServerAuth) -> ServerView {
    let form = ServerForm {
        name: "tracker".to_owned(),
        kind: ServerKind::JsonRpc,
        url: tracker.url().into(),
        document: None,
        operations: vec![],
        headers: vec![],
        auth,
        aliases: BTreeMap::new(),
        enabled: true,
        alias_set: AliasSet::default(),
        allowed: vec![],
        calls_per_minute: 0,
    };
    world.services.tools.register_server(&world.owner, form).await.unwrap()
}

async fn sign_in_server(world: &World, tracker: &Tracker) -> ServerView {
    register(world, tracker, ServerAuth { method: AuthMethod::SignIn, ..ServerAuth::default() })
        .await
}

/// Leaves for the authorization server; what a browser comes back with.
async fn leave(world: &World, tracker: &Tracker, owner: &Actor, view: &ServerView) -> OidcAnswer {
    let tools = &world.services.tools;
    let address = tools.connect_server(owner, view.id.unwrap()).await.unwrap();
    let back = tracker.authorize(&address);
    let field = |name: &str| back.get(name).cloned();
    OidcAnswer { code: field("code"), state: field("state"), error: None, iss: field("iss") }
}

async fn connect(world: &World, tracker: &Tracker, owner: &Actor, view: &ServerView) {
    let back = leave(world, tracker, owner, view).await;
    world.services.tools.finish_connect(owner, back).await.unwrap();
}

async fn check(world: &World) -> ServerView {
    world.services.tools.check_server(&world.owner, "tracker").await.unwrap()
}

fn error_of(view: &ServerView) -> Option<&str> {
    view.health.as_ref().unwrap().error.as_deref()
}

fn code(error: EngineError) -> String {
    error.into_problem().code
}

#[tokio::test]
async fn an_admin_signs_in_once_and_nobody_else_comes_back_with_it() {
    let (world, tracker, owner) = world().await;
    let tools = &world.services.tools;
    let made = sign_in_server(&world, &tracker).await;
    let words = error_of(&made).unwrap();
    assert!(words.starts_with("Connect the tool server tracker under Settings"), "{words}");

    let back = leave(&world, &tracker, &owner, &made).await;
    let session = Credential::Session(Uuid::now_v7());
    let other = Actor { credential: session, ..owner.clone() };
    let foreign = tools.finish_connect(&other, back.clone()).await.unwrap_err();
    tools.finish_connect(&owner, back.clone()).await.unwrap();
    let again = tools.finish_connect(&owner, back).await.unwrap_err();

    assert_eq!((&*code(foreign), &*code(again)), ("sign_in_over", "sign_in_over"));
    let view = tools.find_server(&owner, "tracker").await.unwrap();
    assert_eq!((error_of(&view), view.tools.len()), (None, 1));
    let given = view.authorization.unwrap();
    assert_eq!(given.status, AuthorizationStatus::Connected);
    assert_eq!(given.connected_by.as_deref(), Some("Ada"));
    let counted = {
        let played = tracker.play();
        (played.registered, played.given)
    };
    assert_eq!(counted, (1, 1));
    let token = tools.connect_server(&world.owner, view.id.unwrap()).await.unwrap_err();
    assert_eq!(code(token), "sign_in_over", "only a browser signs in");
    let sealed = "SELECT count(*) FROM mcp_authorizations
                   WHERE position('access-token'::bytea IN ciphertext) = 0";
    assert_eq!(world.count(sealed).await, 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_and_after_a_refusal_once_for_all() {
    let (world, tracker, owner) = world().await;
    let made = sign_in_server(&world, &tracker).await;
    connect(&world, &tracker, &owner, &made).await;
    check(&world).await;
    assert_eq!(tracker.play().renewals, 0);

    world.db.advance(Duration::from_secs(LASTS - 100)).await;
    let (one, other) = tokio::join!(check(&world), check(&world));
    assert_eq!((error_of(&one), error_of(&other), tracker.play().renewals), (None, None, 1));

    tracker.play().valid.clear();
    assert_eq!(error_of(&check(&world).await), None);
    assert_eq!(tracker.play().renewals, 2);
}

#[tokio::test]
async fn a_run_whose_server_lets_nobody_in_any_more_waits_until_an_admin_has_signed_in() {
    let (world, tracker, owner) = world().await;
    let made = sign_in_server(&world, &tracker).await;
    connect(&world, &tracker, &owner, &made).await;
    let config = json!({ "tool": "tracker.getIssue", "params": {} });
    let workflow = graph(&[("call", "tool", config)], &[("start", "call"), ("call", "end")]);
    let template = world.publish(&workflow).await;
    tracker.play().refuses_renewal = true;
    world.db.advance(Duration::from_secs(LASTS)).await;
    let failed = check(&world).await;
    let words = error_of(&failed).unwrap();
    assert!(words.contains("invalid_grant") && !words.contains("renew-me-1"), "{words}");
    let worker = world.worker(patient());

    let id = world.launch(template, none()).await;
    let view = world.wait(id, |view| view.status == ExecutionStatus::Paused).await;

    assert_eq!(view.pause_reason, Some(PauseReason::Provider));
    let words = view.wait().unwrap().words;
    assert!(words.contains("Connect the tool server tracker under Settings"), "{words}");
    let server = world.services.tools.find_server(&owner, "tracker").await.unwrap();
    assert_eq!(server.authorization.unwrap().status, AuthorizationStatus::Reauthorize);
    let told = "SELECT count(*) FROM notices WHERE kind = 'tool_sign_in'";
    assert_eq!(world.count(told).await, 1);
    check(&world).await;
    let renewals = tracker.play().renewals;
    assert_eq!((renewals, world.count(told).await), (1, 1), "it is not asked again");

    connect(&world, &tracker, &owner, &made).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    assert_eq!(tracker.play().calls, 1);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn what_a_server_may_not_say_of_its_sign_in_leads_nobody_there() {
    let (world, tracker, owner) = world().await;
    let made = sign_in_server(&world, &tracker).await;
    let tools = &world.services.tools;
    for (twist, expected) in [
        (Twist::OtherResource, "resource mismatch"),
        (Twist::PrivateSignIn, "none published usable metadata"),
        (Twist::OtherIssuer, "issuer mismatch"),
        (Twist::NoProof, "PKCE"),
        (Twist::NoMetadata, "publishes no OAuth metadata"),
    ] {
        tracker.play().twist = twist;
        let refused = tools.connect_server(&owner, made.id.unwrap()).await.unwrap_err();
        let problem = refused.into_problem();
        assert_eq!(problem.code, "sign_in_refused", "{twist:?}");
        assert!(problem.detail.contains(expected), "{twist:?}: {}", problem.detail);
    }
    tracker.play().twist = Twist::Nothing;
    assert_eq!(tracker.play().registered, 0);

    let back = leave(&world, &tracker, &owner, &made).await;
    let other = OidcAnswer { iss: Some("https://elsewhere.example".to_owned()), ..back };
    tools.finish_connect(&owner, other).await.unwrap();
    let view = tools.find_server(&owner, "tracker").await.unwrap();
    assert!(error_of(&view).unwrap().contains("issuer mismatch"), "{view:?}");
    assert_eq!((view.authorization, tracker.play().given), (None, 0));
}

#[tokio::test]
async fn atelier_signs_in_as_itself_with_a_secret_that_goes_to_its_hosts_only() {
    let (world, tracker, _) = world().await;
    let host = |url: &url::Url| format!("127.0.0.1:{}", url.port().unwrap());
    for (hosts, expected) in [("elsewhere.example".to_owned(), false), (host(&tracker.url()), true)]
    {
        let secret = SecretForm { value: Some(SECRET.to_owned()), hosts: vec![hosts] };
        let keep = world.services.provider_access.set_secret(&world.owner, "tracker", secret);
        keep.await.unwrap();
        let auth = ServerAuth {
            method: AuthMethod::ClientCredentials,
            client_id: CLIENT.to_owned(),
            client_secret: "tracker".to_owned(),
            scopes: String::new(),
        };
        let view = register(&world, &tracker, auth).await;
        assert_eq!(error_of(&view).is_none(), expected, "{view:?}");
        assert_eq!(tracker.play().given, usize::from(expected));
        world.services.tools.delete_server(&world.owner, view.id.unwrap()).await.unwrap();
    }
}
