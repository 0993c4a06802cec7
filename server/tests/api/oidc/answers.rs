//! What a provider answers, and what is not believed of it.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use serde_json::json;
use url::Url;

use super::{
    Browser, START, ben, people,
    provider::{CLIENT, Provider, Twist},
    refused, server_with,
};
use crate::api::support::{Server, sign_in_body};

const VIEWER: (&str, &str) = ("ATELIER_OIDC_DEFAULT_ROLE", "viewer");

#[tokio::test]
async fn somebody_whom_the_provider_knows_comes_in_and_is_the_same_the_next_time() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();

    let back = browser.leave(&server, &provider, "/workspace/x?a=b").await;
    let reply = browser.get(&server, &back).await;

    assert_eq!(reply.header("location"), "/sign-in?next=%2Fworkspace%2Fx%3Fa%3Db");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["atelier_sid"]);
    let first = browser.session(&server).await;
    assert_eq!((&first["email"], &first["role"]), (&json!("ben@example.org"), &json!("viewer")));
    assert_eq!(first["user_name"], "Ben");

    // By then they have another address there, which says nothing of who they are.
    provider.know(ben(json!({ "email": "ben@elsewhere.example", "email_verified": false })));
    let mut other = Browser::default();
    assert_eq!(other.sign_in(&server, &provider).await, "/");
    assert_eq!(other.session(&server).await["user_id"], first["user_id"]);
    assert_eq!(people(&server).await, 2);
}

#[tokio::test]
async fn a_token_that_is_not_for_this_sign_in_lets_nobody_in() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));

    for twist in [
        Twist::OtherIssuer,
        Twist::OtherNonce,
        Twist::OtherAudience,
        Twist::OneMoreAudience,
        Twist::OtherParty,
        Twist::OtherAccessToken,
        Twist::Expired,
        Twist::FromTheFuture,
        Twist::Unsigned,
        Twist::SharedSecret,
        Twist::ForeignKey,
    ] {
        provider.twist(twist);
        let mut browser = Browser::default();
        let location = browser.sign_in(&server, &provider).await;
        assert_eq!(location, refused("token_refused"), "{twist:?}");
        assert!(!browser.cookies.contains_key("atelier_sid"), "{twist:?}");
    }
    assert_eq!(people(&server).await, 1);

    // Clocks differ a little.
    provider.twist(Twist::JustExpired);
    assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");
}

#[tokio::test]
async fn what_nobody_needs_of_an_answer_refuses_nobody() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    let oddities = [
        json!({ "address": [], "birthdate": 1990, "phone_number": 49, "updated_at": "yesterday" }),
        json!({ "amr": "pwd", "auth_time": "noon", "locale": null, "picture": 7, "website": "" }),
        json!({ "email": ["ben@example.org"], "email_verified": 1, "name": ["Ben"] }),
        json!({ "aud": ["someone-else", CLIENT], "azp": CLIENT, "groups": { "odd": [] } }),
    ];

    for (twist, odd) in oddities
        .iter()
        .flat_map(|odd| [Twist::Nothing, Twist::Rsa, Twist::Thin].map(|twist| (twist, odd)))
    {
        provider.twist(twist);
        provider.know(ben(odd.clone()));
        let mut browser = Browser::default();
        assert_eq!(browser.sign_in(&server, &provider).await, "/", "{twist:?} {odd}");
        assert_eq!(browser.session(&server).await["email"], "ben@example.org");
    }
}

#[tokio::test]
async fn several_tabs_of_a_browser_sign_in_each_to_its_page() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();
    let first = browser.leave(&server, &provider, "/one").await;
    let second = browser.leave(&server, &provider, "/two").await;

    for (back, page) in [(first, "one"), (second, "two")] {
        let reply = browser.get(&server, &back).await;
        assert_eq!(reply.header("location"), format!("/sign-in?next=%2F{page}"));
    }
    assert_eq!(browser.session(&server).await["email"], "ben@example.org");
    // Who begins again and again does not drown in cookies.
    for _ in 0..20 {
        browser.leave(&server, &provider, "").await;
    }
    assert!(browser.cookies.len() <= 9, "{:?}", browser.cookies.keys());
}

#[tokio::test]
async fn who_signs_out_is_led_to_the_providers_own_sign_out_and_back() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();
    browser.sign_in(&server, &provider).await;
    let sign_out = |cookie: String| {
        let form = json!({ "next": "/join/abc" });
        let server = &server;
        async move { server.post("/api/fn/sign_out", &cookie, &form).await }
    };

    let there = sign_out(browser.cookie()).await;

    let url = Url::parse(there.header("location")).unwrap();
    assert!(provider.issuer.starts_with(&url.origin().ascii_serialization()));
    assert_eq!(url.path(), "/sign-out");
    let sent: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(sent["id_token_hint"].split('.').count(), 3);
    assert_eq!((&*sent["client_id"], &*sent["state"]), (CLIENT, "/join/abc"));
    let back = Url::parse(&sent["post_logout_redirect_uri"]).unwrap();
    for (state, page) in
        [("/join/abc", "/join/abc"), ("//evil.example", "/sign-in"), ("", "/sign-in")]
    {
        let reply = server.get(&format!("{}?state={state}", back.path()), "").await;
        assert_eq!(reply.header("location"), page);
    }
    assert_eq!(browser.get(&server, "/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    // A password is not the provider's.
    let by_password = server.post("/api/v1/session", "", &sign_in_body()).await.cookie();
    assert_eq!(sign_out(by_password).await.header("location"), "/join/abc");
}

#[tokio::test]
async fn every_refusal_is_a_line_of_the_log_with_its_reason_and_who_it_was() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(log.reopen().unwrap());
    let lines = tracing_subscriber::fmt().with_writer(writer).with_ansi(false).finish();
    let _logging = tracing::subscriber::set_default(lines);
    let provider = Provider::start().await;
    let server = server_with(&provider, &[]).await;

    for person in [json!({ "email_verified": false }), json!({})] {
        provider.know(ben(person));
        Browser::default().sign_in(&server, &provider).await;
    }
    provider.twist(Twist::OtherAudience);
    Browser::default().sign_in(&server, &provider).await;

    let log = std::fs::read_to_string(log.path()).unwrap();
    let line = |refusal: &str| {
        let found = log.lines().find(|line| line.contains(refusal));
        found.unwrap_or_else(|| panic!("no {refusal} in {log}"))
    };
    for refusal in ["unverified_address", "no_account"] {
        assert!(line(refusal).contains("ben-1"), "{log}");
    }
    assert!(line("token_refused").contains("someone-else"), "{log}");
}

#[tokio::test]
async fn a_provider_that_writes_its_address_otherwise_is_named_as_that() {
    let mut provider = Provider::start().await;
    let own = provider.issuer.clone();
    provider.issuer.push('/');
    let server = server_with(&provider, &[]).await;

    let reply = server.get(START, "").await;

    assert_eq!(reply.header("location"), refused("other_issuer"));
    let oidc = server.services.context().deps.oidc.clone().unwrap();
    let words = oidc.probe().await.unwrap_err().to_string();
    assert!(words.contains(&format!("{own},")) && words.contains(&format!("{own}/.")), "{words}");
}

#[tokio::test]
async fn a_key_that_is_new_is_read_once_more() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.twist(Twist::SignedPerson);
    provider.know(ben(json!({})));
    assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");
    assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");
    assert_eq!(provider.key_reads(), 1);

    provider.rotate();

    for _ in 0..2 {
        assert_eq!(Browser::default().sign_in(&server, &provider).await, "/");
    }
    assert_eq!(provider.key_reads(), 2);
}

#[tokio::test]
async fn a_code_is_good_once_and_only_in_the_browser_that_asked_for_it() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));
    let (mut ours, mut theirs) = (Browser::default(), Browser::default());
    let back = ours.leave(&server, &provider, "").await;

    // Another browser, without a sign-in of its own and with one.
    let stranger = Browser::default().get(&server, &back).await;
    assert_eq!(stranger.header("location"), refused("other_browser"));
    let their_back = theirs.leave(&server, &provider, "").await;
    let state_of_ours = theirs.get(&server, &back).await;
    assert_eq!(state_of_ours.header("location"), refused("other_browser"));
    for path in ["/api/v1/oidc/callback", "/api/v1/oidc/callback?code=x&state="] {
        let reply = ours.get(&server, path).await;
        assert_eq!(reply.header("location"), refused("other_browser"), "{path}");
    }

    // Nothing of that has ended the sign-in.
    let mut restored = Browser { cookies: ours.cookies.clone() };
    assert_eq!(ours.get(&server, &back).await.header("location"), "/");
    // Who goes back to it stays signed in; nobody else is.
    assert_eq!(ours.get(&server, &back).await.header("location"), "/");
    restored.keep_begun();
    let again = restored.get(&server, &back).await;
    assert_eq!(again.header("location"), refused("other_browser"));

    // A used code with a fresh state: the provider refuses it.
    let used = back.split_once("code=").unwrap().1.split('&').next().unwrap();
    let fresh = their_back.split_once("code=").unwrap().1.split('&').next().unwrap();
    let replayed = theirs.get(&server, &their_back.replace(fresh, used)).await;
    assert_eq!(replayed.header("location"), refused("code_refused"));
    assert_eq!(people(&server).await, 2);
}

#[tokio::test]
async fn who_turns_back_or_comes_from_another_provider_or_too_late_is_told() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
    provider.know(ben(json!({})));
    let mut browser = Browser::default();

    let back = browser.leave(&server, &provider, "").await;
    let denied = back.replace("code=", "error=access_denied&x=");
    assert_eq!(browser.get(&server, &denied).await.header("location"), refused("denied"));

    let back = browser.leave(&server, &provider, "").await;
    let mixed = back.replace("iss=http", "iss=https");
    assert_eq!(browser.get(&server, &mixed).await.header("location"), refused("token_refused"));

    let back = browser.leave(&server, &provider, "").await;
    server.db.advance(std::time::Duration::from_secs(601)).await;
    assert_eq!(browser.get(&server, &back).await.header("location"), refused("other_browser"));

    let page = browser.get(&server, "/sign-in?refused=denied").await;
    let html = String::from_utf8(page.body).unwrap();
    assert!(html.contains("role=\"alert\"") && html.contains("you canceled"), "{html}");
}

#[tokio::test]
async fn what_a_token_leaves_out_is_asked_for() {
    let provider = Provider::start().await;
    let rules = ("ATELIER_OIDC_ROLES", "groups:staff=editor");
    let server = server_with(&provider, &[rules]).await;
    provider.know(ben(json!({ "groups": ["staff"] })));
    provider.twist(Twist::Thin);
    let mut browser = Browser::default();

    assert_eq!(browser.sign_in(&server, &provider).await, "/");

    let session = browser.session(&server).await;
    assert_eq!(
        (&session["email"], &session["role"]),
        (&json!("ben@example.org"), &json!("editor"))
    );
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_address_and_no_button() {
    let server = Server::start().await;
    server.set_up().await;

    for path in [START, "/api/v1/oidc/callback?code=x&state=x"] {
        assert_eq!(server.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = String::from_utf8(server.get("/sign-in", "").await.body).unwrap();
    assert!(page.contains("name=\"password\"") && !page.contains("Continue with"), "{page}");
}

#[tokio::test]
async fn a_provider_that_is_away_is_named_on_the_sign_in_page() {
    let mut provider = Provider::start().await;
    provider.issuer = provider.issuer.replace("/realms/main", "/realms/none");
    let server = server_with(&provider, &[]).await;

    let reply = server.get(START, "").await;

    assert_eq!(reply.header("location"), refused("away"));
    let page = String::from_utf8(server.get("/sign-in?refused=away", "").await.body).unwrap();
    assert!(page.contains("didn't answer") && page.contains("Continue with Example SSO"));
    assert!(page.contains("name=\"password\""));
}
