//! Invitations: who gets in by one, and who does not.

use std::time::Duration;

use backend::actor::{Actor, Person};
use model::{
    access::Role,
    api::{
        listing::PageRequest,
        members::{InvitationForm, InvitationView, JoinForm, JoinWay, MOST_AT_ONCE},
    },
    id::InvitationId,
    problem::Problem,
};
use uuid::Uuid;

use super::people::{self, Instance, address, from, home, join_form, person};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What the page of a link is told.
async fn open(
    it: &Instance,
    token: &str,
    visitor: Option<Person>,
) -> Result<InvitationView, Problem> {
    let found = it.services.accounts.find_invitation(token, visitor, &home()).await;
    found.map_err(|error| error.into_problem())
}

/// Why a link lets nobody in.
async fn refusal(it: &Instance, token: &str) -> (u16, String) {
    let opened = open(it, token, None).await.unwrap_err();
    let joined = it.services.accounts.join(token, join_form("Ben"), None, &home(), None).await;
    assert_eq!(joined.unwrap_err().into_problem(), opened, "page and form say the same");
    (opened.status(), opened.code)
}

/// What is said of inviting these addresses.
async fn refused(it: &Instance, actor: &Actor, emails: &[&str], role: Role) -> Problem {
    let emails = emails.iter().map(|email| (*email).to_owned()).collect();
    let answer = it.services.members.invite(actor, InvitationForm { emails, role }).await;
    answer.unwrap_err().into_problem()
}

async fn count(it: &Instance, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&it.db.pool).await.unwrap()
}

#[tokio::test]
async fn a_link_makes_an_account_of_its_address_and_works_once() {
    let it = people::instance().await;
    let token = it.invite("Ben@Example.org", Role::Editor).await;

    let view = open(&it, &token, None).await.unwrap();
    let ben = it.services.accounts.join(&token, join_form("Ben"), None, &home(), None).await;
    let ben = ben.unwrap();

    assert_eq!((view.workspace.as_str(), view.invited_by.as_str()), ("Studio", "Ada"));
    assert_eq!((view.email.as_str(), view.way), ("Ben@Example.org", JoinWay::NewAccount));
    assert_eq!(ben.actor.role, Role::Editor);
    let now = it.services.accounts.session_view(&ben.actor).await.unwrap();
    assert_eq!((now.user_name.as_str(), now.email.as_str()), ("Ben", "Ben@Example.org"));
    assert_eq!(refusal(&it, &token).await, (410, "invitation_used".to_owned()));
    let dump: String = sqlx::query_scalar(
        "SELECT concat_ws(' ', (SELECT string_agg(t::text, ' ') FROM invitations t),
                               (SELECT string_agg(t::text, ' ') FROM audit_log t))",
    )
    .fetch_one(&it.db.pool)
    .await
    .unwrap();
    assert!(!dump.contains(&token) && !dump.contains(&hex::encode(&token)));
}

#[tokio::test]
async fn opening_a_link_accepts_nothing() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Viewer).await;

    for _ in 0..3 {
        open(&it, &token, None).await.unwrap();
    }

    assert_eq!(count(&it, "SELECT count(*) FROM memberships").await, 1);
    assert!(it.services.accounts.join(&token, join_form("Ben"), None, &home(), None).await.is_ok());
}

#[tokio::test]
async fn a_link_expires_after_seven_days_and_gets_a_new_one() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Viewer).await;
    it.db.advance(DAY * 7 - Duration::from_secs(60)).await;
    assert!(open(&it, &token, None).await.is_ok());

    it.db.advance(Duration::from_secs(120)).await;

    assert_eq!(refusal(&it, &token).await, (410, "invitation_expired".to_owned()));
    let owner = &it.owner.actor;
    let listed = it.services.members.invitations(owner, &PageRequest::default()).await.unwrap();
    assert!(listed.items[0].expired);
    let renewed = it.services.members.renew_invitation(owner, listed.items[0].id).await.unwrap();
    assert!(open(&it, renewed.path.strip_prefix("/join/").unwrap(), None).await.is_ok());
    assert_eq!(refusal(&it, &token).await, (410, "invitation_revoked".to_owned()));
}

#[tokio::test]
async fn a_link_that_was_revoked_or_replaced_works_no_longer() {
    let it = people::instance().await;
    let owner = &it.owner.actor;
    let (first, other) = (
        it.invite("ben@example.org", Role::Viewer).await,
        it.invite("cleo@example.org", Role::Viewer).await,
    );
    let second = it.invite("BEN@example.org", Role::Editor).await;

    assert_eq!(refusal(&it, &first).await, (410, "invitation_revoked".to_owned()));
    assert_eq!(open(&it, &second, None).await.unwrap().role, Role::Editor);
    let listed = it.services.members.invitations(owner, &PageRequest::default()).await.unwrap();
    assert_eq!(listed.items.len(), 2, "one of each address");
    for row in listed.items {
        it.services.members.revoke_invitation(owner, row.id).await.unwrap();
        let again = it.services.members.revoke_invitation(owner, row.id).await;
        assert_eq!(again.unwrap_err().into_problem().status(), 404);
    }
    for token in [&second, &other] {
        assert_eq!(refusal(&it, token).await, (410, "invitation_revoked".to_owned()));
    }
}

#[tokio::test]
async fn a_link_opens_no_account_that_is_there_without_its_password() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await;
    it.services.members.leave(&ben.actor, None).await.unwrap();
    let token = it.invite(&address("Ben"), Role::Runner).await;
    let join = |password: &str| {
        let form = JoinForm { name: "Eve".to_owned(), password: password.to_owned() };
        let (services, token) = (it.services.clone(), token.clone());
        async move { services.accounts.join(&token, form, None, &home(), None).await }
    };

    assert_eq!(open(&it, &token, None).await.unwrap().way, JoinWay::Password);
    let wrong = join("battery staple").await.unwrap_err().into_problem();
    let right = join(people::PASSWORD).await.unwrap();

    assert_eq!((wrong.status(), wrong.errors[0].path.as_deref()), (422, Some("password")));
    assert_eq!((right.actor.user, right.actor.role), (ben.actor.user, Role::Runner));
    let view = it.services.accounts.session_view(&right.actor).await.unwrap();
    assert_eq!(view.user_name, "Ben", "a link renames nobody");
}

#[tokio::test]
async fn guessing_the_password_behind_a_link_ends_early() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await;
    it.services.members.leave(&ben.actor, None).await.unwrap();
    let token = it.invite(&address("Ben"), Role::Viewer).await;
    let form = || JoinForm { name: String::new(), password: "battery staple".to_owned() };

    let mut last = 0;
    for _ in 0..11 {
        let answer = it.services.accounts.join(&token, form(), None, &home(), None).await;
        last = answer.unwrap_err().into_problem().status();
    }

    assert_eq!(last, 429);
}

#[tokio::test]
async fn whoever_is_signed_in_joins_with_their_own_address_only() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await;
    let cleo = it.join("Cleo", Role::Viewer).await;
    it.services.members.leave(&ben.actor, None).await.unwrap();
    let token = it.invite(&address("Ben"), Role::Editor).await;
    let (ben, cleo) = (person(&ben.actor), person(&cleo.actor));

    let way = open(&it, &token, Some(cleo)).await.unwrap().way;
    let form = JoinForm::default;
    let other = it.services.accounts.join(&token, form(), Some(cleo), &home(), None).await;
    let own = it.services.accounts.join(&token, form(), Some(ben), &home(), None).await;

    assert_eq!(way, JoinWay::Other { email: address("Cleo") });
    assert_eq!(other.unwrap_err().into_problem().code, "signed_in_as_other");
    assert_eq!(own.unwrap().actor.role, Role::Editor);
}

#[tokio::test]
async fn members_are_not_invited_and_nobody_is_when_one_is_refused() {
    let it = people::instance().await;
    let owner = &it.owner.actor;

    let emails = ["ben@example.org", "ADA@example.org"];
    let member = refused(&it, owner, &emails, Role::Viewer).await;
    let wrong = refused(&it, owner, &["b\u{202E}en@example.org", "cleo"], Role::Viewer).await;

    let places = |problem: &Problem| {
        let places = problem.errors.iter().map(|error| error.path.clone().unwrap());
        places.collect::<Vec<_>>()
    };
    assert_eq!((member.status(), places(&member)), (422, vec!["emails[1]".to_owned()]));
    assert_eq!(places(&wrong), ["emails[0]", "emails[1]"]);
    assert_eq!(count(&it, "SELECT count(*) FROM invitations").await, 0);
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_are() {
    let it = people::instance().await;
    let admin = it.join("Ben", Role::Admin).await.actor;
    let editor = it.join("Cleo", Role::Editor).await.actor;

    let above = refused(&it, &admin, &["dan@example.org"], Role::Owner).await;
    let below = refused(&it, &editor, &["dan@example.org"], Role::Viewer).await;

    assert_eq!((above.status(), above.errors[0].path.as_deref()), (422, Some("role")));
    assert_eq!(below.status(), 403);
    assert!(
        it.services
            .members
            .invite(
                &admin,
                InvitationForm { emails: vec!["dan@example.org".to_owned()], role: Role::Admin }
            )
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn whoever_may_not_invite_any_more_leaves_no_way_in() {
    let it = people::instance().await;
    let admin = it.join("Ben", Role::Admin).await.actor;
    let form = InvitationForm { emails: vec!["eve@example.org".to_owned()], role: Role::Admin };
    let made = it.services.members.invite(&admin, form).await.unwrap();
    let token = made[0].path.strip_prefix("/join/").unwrap().to_owned();

    it.services.members.change_role(&it.owner.actor, admin.user, Role::Editor).await.unwrap();

    assert_eq!(refusal(&it, &token).await, (410, "invitation_revoked".to_owned()));
    // It comes back with nobody's role.
    it.services.members.change_role(&it.owner.actor, admin.user, Role::Admin).await.unwrap();
    assert_eq!(refusal(&it, &token).await, (410, "invitation_revoked".to_owned()));
}

#[tokio::test]
async fn of_two_who_accept_a_link_at_once_one_joins() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Editor).await;
    let origin = home();
    let accounts = &it.services.accounts;

    let (a, b) = tokio::join!(
        accounts.join(&token, join_form("Ben"), None, &origin, None),
        accounts.join(&token, join_form("Eve"), None, &origin, None),
    );

    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
    let refused = a.err().or(b.err()).unwrap().into_problem();
    assert_eq!((refused.status(), refused.code.as_str()), (410, "invitation_used"));
    assert_eq!(count(&it, "SELECT count(*) FROM users").await, 2);
    assert_eq!(count(&it, "SELECT count(*) FROM memberships").await, 2);
}

#[tokio::test]
async fn a_workspace_makes_two_hundred_invitations_in_an_hour() {
    let it = people::instance().await;
    let owner = &it.owner.actor;
    let invite = |from: usize, several: usize| {
        let emails = (from..from + several).map(|number| format!("p{number}@example.org"));
        let form = InvitationForm { emails: emails.collect(), role: Role::Viewer };
        it.services.members.invite(owner, form)
    };
    invite(0, MOST_AT_ONCE).await.unwrap();
    it.db.advance(Duration::from_secs(600)).await;
    invite(100, 99).await.unwrap();

    let many = invite(199, 2).await.unwrap_err().into_problem();
    let one = invite(199, 1).await;
    let none = invite(200, 1).await.unwrap_err().into_problem();

    assert!(one.is_ok(), "there was room for one");
    for problem in [many, none] {
        assert_eq!((problem.status(), problem.code.as_str()), (429, "too_many_invitations"));
        let wait = problem.retry_after_s.unwrap();
        assert!((2_900..=3_000).contains(&wait), "{wait}");
    }
    it.db.advance(Duration::from_secs(3_000)).await;
    assert!(invite(200, 100).await.is_ok());
}

#[tokio::test]
async fn trying_links_that_are_none_ends_early() {
    let it = people::instance().await;
    let origin = from("198.51.100.7");
    let guess = |number: u32| {
        let (services, origin) = (it.services.clone(), origin.clone());
        async move {
            let token = format!("guess-{number}");
            let found = services.accounts.find_invitation(&token, None, &origin).await;
            found.unwrap_err().into_problem().status()
        }
    };

    for number in 0..60 {
        assert_eq!(guess(number).await, 404);
    }

    assert_eq!(guess(60).await, 429);
}

#[tokio::test]
async fn a_name_that_could_pass_for_another_makes_no_account() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Viewer).await;

    for name in ["", "Ada\u{202E}nimdA", "A\u{7}da"] {
        let form = JoinForm { name: name.to_owned(), password: people::PASSWORD.to_owned() };
        let refused = it.services.accounts.join(&token, form, None, &home(), None).await;
        let problem = refused.unwrap_err().into_problem();
        assert_eq!((problem.status(), problem.errors[0].path.as_deref()), (422, Some("name")));
    }
    assert!(it.services.accounts.join(&token, join_form("Ben"), None, &home(), None).await.is_ok());
}

#[tokio::test]
async fn an_invitation_of_another_workspace_is_not_there() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Viewer).await;
    let owner = &it.owner.actor;
    let listed = it.services.members.invitations(owner, &PageRequest::default()).await.unwrap();
    let stranger = Actor { workspace: Uuid::now_v7().into(), ..owner.clone() };

    for id in [listed.items[0].id, InvitationId(Uuid::now_v7())] {
        let revoked = it.services.members.revoke_invitation(&stranger, id).await;
        let renewed = it.services.members.renew_invitation(&stranger, id).await;
        let refused = [revoked.err(), renewed.err()];
        for error in refused {
            assert_eq!(error.unwrap().into_problem(), Problem::not_found("invitation"));
        }
    }
    assert!(open(&it, &token, None).await.is_ok());
}

#[tokio::test]
async fn nobody_is_let_into_an_archived_workspace_until_it_is_restored() {
    let it = people::instance().await;
    let token = it.invite("ben@example.org", Role::Viewer).await;
    it.services.workspaces.archive_workspace(&it.owner.actor).await.unwrap();
    let owner = Actor { archived: true, ..it.owner.actor.clone() };

    let archived = "workspace_archived";
    assert_eq!(refusal(&it, &token).await, (410, archived.to_owned()));
    assert_eq!(refused(&it, &owner, &["cleo@example.org"], Role::Viewer).await.code, archived);
    let form = people::token_form("ci", Role::Viewer);
    let made = it.services.accounts.create_token(&owner, form).await;
    assert_eq!(made.unwrap_err().into_problem().code, archived);

    it.services.workspaces.restore_workspace(&owner).await.unwrap();
    assert!(open(&it, &token, None).await.is_ok());
}
