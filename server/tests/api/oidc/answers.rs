//! What a provider answers, and what is not believed of it.

use axum::http::StatusCode;
use serde_json::json;

use super::{
    Browser, START, ben, people,
    provider::{Provider, Twist},
    refused, server_with,
};
use crate::api::support::Server;

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
async fn a_key_that_is_new_is_read_once_more() {
    let provider = Provider::start().await;
    let server = server_with(&provider, &[VIEWER]).await;
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
    let key = ours.cookies["atelier_oidc"].clone();
    assert_eq!(ours.get(&server, &back).await.header("location"), "/");
    ours.cookies.insert("atelier_oidc".to_owned(), key);
    let again = ours.get(&server, &back).await;
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
