//! Sessions and tokens: what opens, what no longer opens, what the database gives away.

use std::time::Duration;

use super::people::{self, PASSWORD, home, sign_in_form};
use model::{
    access::{Role, TokenScope},
    account::{PasswordForm, TokenForm},
    api::account::NewPasswordForm,
};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn password_form() -> PasswordForm {
    PasswordForm { current: PASSWORD.to_owned(), new: "battery staple".to_owned() }
}

fn token_form(role: Role) -> TokenForm {
    TokenForm { name: "ci".to_owned(), role, scope: TokenScope::Full, expires_in_days: Some(7) }
}

#[tokio::test]
async fn rel_s5_a_key_somebody_preset_never_becomes_signed_in() {
    let it = people::instance().await;
    let preset = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    let fresh = it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap();

    assert!(it.services.accounts.actor_of_session(preset).await.unwrap().is_none());
    assert_ne!(fresh.key.reveal(), preset);
    assert_ne!(fresh.key, it.owner.key);
}

#[tokio::test]
async fn rel_s5_a_key_is_dead_after_sign_out() {
    let it = people::instance().await;
    let key = it.owner.key.reveal();
    assert!(it.services.accounts.actor_of_session(key).await.unwrap().is_some());

    it.services.accounts.sign_out(key, "").await.unwrap();

    assert!(it.services.accounts.actor_of_session(key).await.unwrap().is_none());
    assert!(it.services.accounts.sign_out(key, "").await.is_ok());
}

#[tokio::test]
async fn rel_s5_the_session_a_browser_comes_with_ends_when_it_signs_in_again() {
    let it = people::instance().await;
    let old = it.owner.key.reveal();

    it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), Some(old)).await.unwrap();

    assert!(it.services.accounts.actor_of_session(old).await.unwrap().is_none());
}

#[tokio::test]
async fn rel_s5_a_new_password_ends_every_session_but_the_fresh_one() {
    let it = people::instance().await;
    let other = it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap();
    let member = other.actor.clone().unwrap();

    let fresh =
        it.services.accounts.change_password(&member, password_form(), &home()).await.unwrap();

    let alive = |key: backend::key::Key| {
        let services = it.services.clone();
        async move { services.accounts.actor_of_session(key.reveal()).await.unwrap().is_some() }
    };
    assert!(!alive(it.owner.key.clone()).await);
    assert!(!alive(other.key).await);
    assert!(alive(fresh.key).await);
    assert!(it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.is_err());
    assert!(
        it.services.accounts.sign_in(sign_in_form("battery staple"), &home(), None).await.is_ok()
    );
}

#[tokio::test]
async fn rel_s5_an_idle_session_ends_after_14_days_and_any_after_30() {
    let it = people::instance().await;
    let idle = it.owner.key.reveal();
    let used =
        it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap().key;

    for _ in 0..2 {
        it.db.advance(DAY * 10).await;
        assert!(it.services.accounts.actor_of_session(used.reveal()).await.unwrap().is_some());
    }
    assert!(it.services.accounts.actor_of_session(idle).await.unwrap().is_none());

    it.db.advance(DAY * 11).await;
    assert!(it.services.accounts.actor_of_session(used.reveal()).await.unwrap().is_none());
}

#[tokio::test]
async fn rel_s5_sessions_are_listed_and_revoked_by_their_owner() {
    let it = people::instance().await;
    let other = it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap();

    let places = it.services.accounts.list_sessions(&it.owner.actor).await.unwrap();
    let elsewhere = places.iter().find(|place| !place.current).unwrap();
    it.services.accounts.revoke_session(&it.owner.actor, elsewhere.id).await.unwrap();

    assert_eq!(places.len(), 2);
    assert_eq!(places[0].user_agent, "Test browser");
    assert!(it.services.accounts.actor_of_session(other.key.reveal()).await.unwrap().is_none());
    let again = it.services.accounts.revoke_session(&it.owner.actor, elsewhere.id).await;
    assert_eq!(again.unwrap_err().into_problem().status(), 404);
}

#[tokio::test]
async fn all_sessions_but_the_one_that_asks_end_at_once() {
    let it = people::instance().await;
    let here = home();
    let sign_in = || it.services.accounts.sign_in(sign_in_form(PASSWORD), &here, None);
    let others = [sign_in().await.unwrap().key, sign_in().await.unwrap().key];

    it.services.accounts.revoke_other_sessions(&it.owner.actor).await.unwrap();

    for key in &others {
        assert!(it.services.accounts.actor_of_session(key.reveal()).await.unwrap().is_none());
    }
    assert_eq!(it.services.accounts.list_sessions(&it.owner.actor).await.unwrap().len(), 1);
}

#[tokio::test]
async fn rel_s5_the_database_holds_nothing_that_opens_a_session_or_an_account() {
    let it = people::instance().await;
    let token =
        it.services.accounts.create_token(&it.owner.actor, token_form(Role::Owner)).await.unwrap();

    let dump: String = sqlx::query_scalar(
        "SELECT concat_ws(' ',
             (SELECT string_agg(t::text, ' ') FROM sign_in_sessions t),
             (SELECT string_agg(t::text, ' ') FROM api_tokens t),
             (SELECT string_agg(t::text, ' ') FROM users t),
             (SELECT string_agg(t::text, ' ') FROM audit_log t),
             (SELECT string_agg(t::text, ' ') FROM sign_in_attempts t))",
    )
    .fetch_one(&it.db.pool)
    .await
    .unwrap();

    for secret in [it.owner.key.reveal(), token.key.reveal(), PASSWORD] {
        assert!(!dump.contains(secret) && !dump.contains(&hex::encode(secret)));
    }
}

#[tokio::test]
async fn a_token_acts_with_its_own_role_until_it_is_revoked_or_expires() {
    let it = people::instance().await;
    let make = || it.services.accounts.create_token(&it.owner.actor, token_form(Role::Runner));
    let (kept, gone) = (make().await.unwrap(), make().await.unwrap());

    let actor = it.services.accounts.actor_of_token(kept.key.reveal()).await.unwrap().unwrap();
    it.services.accounts.revoke_token(&it.owner.actor, gone.id).await.unwrap();

    assert_eq!((actor.role, actor.workspace), (Role::Runner, it.owner.actor.workspace));
    assert!(it.services.accounts.actor_of_token(gone.key.reveal()).await.unwrap().is_none());
    it.db.advance(DAY * 8).await;
    assert!(it.services.accounts.actor_of_token(kept.key.reveal()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_is_never_more_than_its_maker_is_now() {
    let it = people::instance().await;
    let token =
        it.services.accounts.create_token(&it.owner.actor, token_form(Role::Admin)).await.unwrap();
    sqlx::query("UPDATE memberships SET role = 'viewer'").execute(&it.db.pool).await.unwrap();

    let actor = it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().unwrap();

    assert_eq!(actor.role, Role::Viewer);
    let more = it.services.accounts.create_token(&actor, token_form(Role::Viewer)).await;
    assert_eq!(more.unwrap_err().into_problem().status(), 403);
    let sessions = it.services.accounts.list_sessions(&actor).await;
    assert_eq!(sessions.unwrap_err().into_problem().code, "person_needed");
}

#[tokio::test]
async fn a_member_who_is_removed_acts_nowhere_any_more() {
    let it = people::instance().await;
    let token =
        it.services.accounts.create_token(&it.owner.actor, token_form(Role::Runner)).await.unwrap();

    sqlx::query("DELETE FROM memberships").execute(&it.db.pool).await.unwrap();

    assert!(it.services.accounts.actor_of_session(it.owner.key.reveal()).await.unwrap().is_none());
    assert!(it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().is_none());
}

#[tokio::test]
async fn every_change_of_an_account_is_in_the_audit_log() {
    let it = people::instance().await;
    let token =
        it.services.accounts.create_token(&it.owner.actor, token_form(Role::Runner)).await.unwrap();
    it.services.accounts.revoke_token(&it.owner.actor, token.id).await.unwrap();
    it.services.accounts.change_password(&it.owner.actor, password_form(), &home()).await.unwrap();
    let link = it.services.accounts.make_password_link_by_hand(None).await.unwrap();
    let token = link.path.strip_prefix("/reset/").unwrap();
    let form = NewPasswordForm { password: "third password".to_owned() };
    it.services.accounts.reset_password(token, form, &home()).await.unwrap();

    let actions: Vec<String> = sqlx::query_scalar("SELECT action FROM audit_log ORDER BY id")
        .fetch_all(&it.db.pool)
        .await
        .unwrap();

    assert_eq!(
        actions,
        [
            "workspace.created",
            "session.opened",
            "token.created",
            "token.revoked",
            "password.changed",
            "session.opened",
            "password_link.created",
            "password.reset",
        ]
    );
}
