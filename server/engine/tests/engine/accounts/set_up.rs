//! The first visit.

use super::people::{self, home, set_up_form};
use backend::accounts::SetUpState;
use model::{access::Role, account::SetUpForm};
use services::testing::{db, world::bare_services};

#[tokio::test]
async fn the_first_visitor_becomes_owner_of_a_workspace_with_a_project() {
    let it = people::instance().await;

    let view = it.services.accounts.session_view(&it.owner.actor).await.unwrap();

    assert_eq!((view.user_name.as_str(), view.workspace_name.as_str()), ("Ada", "Studio"));
    assert_eq!(view.role, Role::Owner);
    assert_eq!(it.services.accounts.set_up_state().await.unwrap(), SetUpState::Done);
}

#[tokio::test]
async fn a_second_owner_is_refused_even_when_both_come_at_once() {
    let db = db::fresh().await;
    let services = bare_services(db.pool.clone()).await;
    let other = SetUpForm { email: "eve@example.org".to_owned(), ..set_up_form() };

    let origin = home();
    let (a, b) = tokio::join!(
        services.accounts.set_up(set_up_form(), &origin),
        services.accounts.set_up(other, &origin)
    );

    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
    let refused = a.err().or(b.err()).unwrap().into_problem();
    assert_eq!((refused.status(), refused.code.as_str()), (409, "already_set_up"));
    let users: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&db.pool).await.unwrap();
    let spaces: i64 =
        sqlx::query_scalar("SELECT count(*) FROM workspaces").fetch_one(&db.pool).await.unwrap();
    assert_eq!((users, spaces), (1, 1));
}

#[tokio::test]
async fn off_loopback_set_up_needs_the_code_from_the_log() {
    let db = db::fresh().await;
    let services = bare_services(db.pool.clone()).await;
    let code = services.accounts.require_set_up_code().await.unwrap();
    assert_eq!(services.accounts.set_up_state().await.unwrap(), SetUpState::CodeNeeded);

    let without =
        services.accounts.set_up(set_up_form(), &home()).await.unwrap_err().into_problem();
    let guess = SetUpForm { code: Some("0".repeat(32)), ..set_up_form() };
    let wrong = services.accounts.set_up(guess, &home()).await.unwrap_err().into_problem();
    let right = services.accounts.set_up(SetUpForm { code, ..set_up_form() }, &home()).await;

    assert_eq!((without.status(), wrong.status()), (403, 403));
    assert_eq!(wrong.errors[0].path.as_deref(), Some("code"));
    assert!(right.is_ok());
    assert_eq!(services.accounts.require_set_up_code().await.unwrap(), None);
}

#[tokio::test]
async fn a_new_start_makes_the_code_of_the_last_one_worthless() {
    let db = db::fresh().await;
    let services = bare_services(db.pool.clone()).await;
    let old = services.accounts.require_set_up_code().await.unwrap();
    services.accounts.require_set_up_code().await.unwrap();

    let late = services.accounts.set_up(SetUpForm { code: old, ..set_up_form() }, &home()).await;

    assert_eq!(late.unwrap_err().into_problem().status(), 403);
}
