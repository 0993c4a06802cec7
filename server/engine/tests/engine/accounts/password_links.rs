//! Links to a new password: once, for a day, and never by somebody who is less.

use std::time::Duration;

use backend::actor::Actor;
use model::{
    access::Role,
    account::SignInForm,
    api::{
        account::{NewPasswordForm, NewPasswordLink},
        workspaces::NewWorkspace,
    },
};
use store::error::Result;

use super::people::{self, Instance, PASSWORD, address, home, person, refusal, sign_in_form};

const NEW: &str = "battery staple";

fn token(link: &NewPasswordLink) -> &str {
    link.path.strip_prefix("/reset/").unwrap()
}

async fn reset(it: &Instance, link: &NewPasswordLink) -> Result<()> {
    let form = NewPasswordForm { password: NEW.to_owned() };
    it.services.accounts.reset_password(token(link), form, &home()).await
}

async fn make(it: &Instance, by: &Actor, of: &Actor) -> Result<NewPasswordLink> {
    it.services.accounts.make_password_link(by, of.user).await
}

fn code<T>(answer: Result<T>) -> (u16, String) {
    let problem = refusal(answer);
    (problem.status(), problem.code)
}

#[tokio::test]
async fn a_link_replaces_the_password_once_and_ends_every_session() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Editor).await;
    let link = make(&it, &it.owner.actor, &ben.actor).await.unwrap();

    let shown = it.services.accounts.password_link(token(&link), &home()).await.unwrap();
    assert!(it.services.accounts.actor_of_session(ben.key.reveal()).await.unwrap().is_some());
    reset(&it, &link).await.unwrap();

    assert_eq!((shown.user_name.as_str(), shown.email), ("Ben", address("Ben")));
    assert!(it.services.accounts.actor_of_session(ben.key.reveal()).await.unwrap().is_none());
    let sign_in = |password: &str| {
        let form = SignInForm { email: address("Ben"), password: password.to_owned() };
        let services = it.services.clone();
        async move { services.accounts.sign_in(form, &home(), None).await.is_ok() }
    };
    assert_eq!((sign_in(PASSWORD).await, sign_in(NEW).await), (false, true));
    assert_eq!(code(reset(&it, &link).await), (410, "link_over".to_owned()));
    let again = it.services.accounts.password_link(token(&link), &home()).await;
    assert_eq!(code(again).0, 410);
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_is_refused() {
    let it = people::instance().await;
    let link = it.services.accounts.make_password_link_by_hand(None).await.unwrap();

    let (one, other) = tokio::join!(reset(&it, &link), reset(&it, &link));

    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_with_the_next_one() {
    let it = people::instance().await;
    let first = it.services.accounts.make_password_link_by_hand(None).await.unwrap();
    let email = Some(" ADA@example.org");
    let second = it.services.accounts.make_password_link_by_hand(email).await.unwrap();

    assert_eq!(code(reset(&it, &first).await).0, 410);
    it.db.advance(Duration::from_secs(24 * 3600 + 1)).await;
    assert_eq!(code(reset(&it, &second).await).0, 410);

    assert!(it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.is_ok());
    let nobody = it.services.accounts.make_password_link_by_hand(Some("x@example.org")).await;
    assert_eq!(code(nobody).1, "no_such_account");
}

#[tokio::test]
async fn nobody_lets_themselves_in_as_somebody_who_is_more_or_is_elsewhere() {
    let it = people::instance().await;
    let admin = it.join("Ann", Role::Admin).await.actor;
    let editor = it.join("Ben", Role::Editor).await.actor;
    let guest = it.join("Cem", Role::Viewer).await;
    let new = NewWorkspace { name: "Elsewhere".to_owned() };
    it.services.workspaces.create_workspace(person(&guest.actor), new, &home()).await.unwrap();

    let owner = &it.owner.actor;
    assert_eq!(code(make(&it, &editor, &guest.actor).await).0, 403);
    assert_eq!(code(make(&it, &admin, owner).await).1, "beyond_reach");
    assert_eq!(code(make(&it, owner, &guest.actor).await).1, "beyond_reach");
    assert_eq!(code(make(&it, &admin, &admin).await).1, "own_account");
    assert!(make(&it, owner, &admin).await.is_ok());

    // The link of an admin ends where its person becomes more than the admin.
    let link = make(&it, &admin, &editor).await.unwrap();
    sqlx::query("UPDATE memberships SET role = 'owner' WHERE user_id = $1")
        .bind(editor.user.0)
        .execute(&it.db.pool)
        .await
        .unwrap();
    assert_eq!(code(reset(&it, &link).await).0, 410);
}

#[tokio::test]
async fn links_are_not_guessed_and_leave_nothing_behind_that_opens_an_account() {
    let it = people::instance().await;
    let link = it.services.accounts.make_password_link_by_hand(None).await.unwrap();
    let kept: String = sqlx::query_scalar("SELECT t::text FROM password_links t")
        .fetch_one(&it.db.pool)
        .await
        .unwrap();
    let mut last = 0;

    for guess in 0..61 {
        let refused = it.services.accounts.password_link(&guess.to_string(), &home()).await;
        last = code(refused).0;
    }

    assert_eq!(last, 429);
    assert!(!kept.contains(token(&link)) && !kept.contains(&hex::encode(token(&link))));
    assert!(it.services.accounts.password_link(token(&link), &home()).await.is_ok());
}
