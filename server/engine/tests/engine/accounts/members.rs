//! Members: their roles, and how they go.

use std::time::Instant;

use backend::actor::Actor;
use model::{
    access::{Permission, Role},
    api::{
        listing::PageRequest,
        members::{InvitationForm, MemberFilter, MemberRow},
    },
    id::UserId,
};
use services::{Services, testing::soak::judge};
use uuid::Uuid;

use super::people::{self, Instance, address, code, token_form};

async fn list(it: &Instance, filter: MemberFilter) -> Vec<MemberRow> {
    let page = it.services.members.list(&it.owner.actor, &filter, &PageRequest::default()).await;
    page.unwrap().items
}

fn names(rows: &[MemberRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

async fn role(services: &Services, key: &str) -> Option<Role> {
    services.accounts.actor_of_session(key).await.unwrap().map(|actor| actor.role)
}

#[tokio::test]
async fn members_are_listed_with_what_they_are_and_found_by_words_and_role() {
    let it = people::instance().await;
    it.join("Ben", Role::Editor).await;
    let cleo = it.join("Cleo", Role::Runner).await;
    let by_words = |q: &str| MemberFilter { q: q.to_owned(), role: None };
    let by_role = |role| MemberFilter { q: String::new(), role: Some(role) };

    let all = list(&it, MemberFilter::default()).await;

    assert_eq!(names(&all), ["Cleo", "Ben", "Ada"], "who joined last comes first");
    assert!(all.iter().all(|row| row.last_seen_at.is_some() && row.executions_under_way == 0));
    assert_eq!(names(&list(&it, by_words("be EXAMPLE")).await), ["Ben"]);
    assert_eq!(names(&list(&it, by_words("%")).await), [""; 0], "no pattern is meant");
    assert_eq!(names(&list(&it, by_role(Role::Runner)).await), ["Cleo"]);
    let page = PageRequest { limit: Some(2), cursor: None };
    let first = it.services.members.list(&cleo.actor, &MemberFilter::default(), &page).await;
    let cursor = first.unwrap().next_cursor;
    let rest = PageRequest { limit: Some(2), cursor };
    let rest = it.services.members.list(&cleo.actor, &MemberFilter::default(), &rest).await;
    assert_eq!(names(&rest.unwrap().items), ["Ada"]);
}

#[tokio::test]
async fn a_thousand_members_are_listed_quickly() {
    let it = people::instance().await;
    sqlx::raw_sql(
        "INSERT INTO users (id, email, name, password_hash)
         SELECT gen_random_uuid(), 'p' || n || '@example.org', 'Person ' || n, 'x'
           FROM generate_series(1, 1000) n;
         INSERT INTO memberships (workspace_id, user_id, role)
         SELECT w.id, u.id, 'viewer' FROM workspaces w, users u WHERE u.password_hash = 'x';
         ANALYZE users; ANALYZE memberships;",
    )
    .execute(&it.db.pool)
    .await
    .unwrap();

    for q in ["", "person 77"] {
        let mut fastest = i64::MAX;
        for _ in 0..3 {
            let filter = MemberFilter { q: q.to_owned(), role: None };
            let begun = Instant::now();
            list(&it, filter).await;
            fastest = fastest.min(i64::try_from(begun.elapsed().as_millis()).unwrap());
        }
        judge(&format!("a page of a thousand members by {q:?}"), fastest, 100, 999);
    }
}

#[tokio::test]
async fn a_role_changes_at_once_and_never_above_ones_own() {
    let it = people::instance().await;
    let admin = it.join("Ben", Role::Admin).await;
    let cleo = it.join("Cleo", Role::Editor).await;
    let members = &it.services.members;
    let owner = it.owner.actor.user;

    assert_eq!(
        code(members.change_role(&admin.actor, cleo.actor.user, Role::Viewer).await),
        "done"
    );

    assert_eq!(role(&it.services, cleo.key.reveal()).await, Some(Role::Viewer));
    let above = members.change_role(&admin.actor, cleo.actor.user, Role::Owner).await;
    let problem = above.unwrap_err().into_problem();
    assert_eq!((problem.status(), problem.errors[0].path.as_deref()), (422, Some("role")));
    for answer in [
        members.change_role(&admin.actor, owner, Role::Viewer).await,
        members.remove(&admin.actor, owner, None).await,
        members.change_role(&cleo.actor, cleo.actor.user, Role::Viewer).await,
        members.transfer_ownership(&admin.actor, cleo.actor.user).await,
    ] {
        assert_eq!(code(answer), "forbidden");
    }
    let nobody = UserId(Uuid::now_v7());
    assert_eq!(code(members.change_role(&admin.actor, nobody, Role::Viewer).await), "not_found");
    assert_eq!(code(members.holdings(&cleo.actor, owner).await), "not_found");
    assert!(members.holdings(&cleo.actor, cleo.actor.user).await.is_ok());
}

#[tokio::test]
async fn the_last_owner_cannot_go() {
    let it = people::instance().await;
    it.join("Ben", Role::Admin).await;
    let (owner, members) = (&it.owner.actor, &it.services.members);

    for answer in [
        members.change_role(owner, owner.user, Role::Admin).await,
        members.leave(owner, None).await,
        members.remove(owner, owner.user, None).await,
    ] {
        assert_eq!(code(answer), "last_owner");
    }

    assert_eq!(role(&it.services, it.owner.key.reveal()).await, Some(Role::Owner));
}

#[tokio::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let it = people::instance().await;
    let other = it.join("Ben", Role::Owner).await;
    let members = &it.services.members;

    let (a, b) =
        tokio::join!(members.leave(&it.owner.actor, None), members.leave(&other.actor, None));

    let mut codes = [code(a), code(b)];
    codes.sort_unstable();
    assert_eq!(codes, ["done", "last_owner"]);
}

#[tokio::test]
async fn ownership_goes_to_another_and_leaves_an_admin() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Editor).await;
    let (owner, members) = (&it.owner.actor, &it.services.members);
    let form = InvitationForm { emails: vec![address("Eve")], role: Role::Owner };
    members.invite(owner, form).await.unwrap();

    members.transfer_ownership(owner, ben.actor.user).await.unwrap();

    assert_eq!(role(&it.services, ben.key.reveal()).await, Some(Role::Owner));
    assert_eq!(role(&it.services, it.owner.key.reveal()).await, Some(Role::Admin));
    assert_eq!(code(members.transfer_ownership(owner, ben.actor.user).await), "forbidden");
    let ben = it.services.accounts.actor_of_session(ben.key.reveal()).await.unwrap().unwrap();
    let open = members.invitations(&ben, &PageRequest::default()).await.unwrap();
    assert!(open.items.is_empty(), "an admin invites no owner");
}

/// Makes somebody the maker of all templates, as if they had built them.
async fn own_templates(it: &Instance, actor: &Actor) {
    sqlx::query("UPDATE workflow_templates SET created_by = $1")
        .bind(actor.user.0)
        .execute(&it.db.pool)
        .await
        .unwrap();
}

async fn makers(it: &Instance) -> Vec<Option<Uuid>> {
    let sql = "SELECT DISTINCT created_by FROM workflow_templates";
    sqlx::query_scalar(sql).fetch_all(&it.db.pool).await.unwrap()
}

#[tokio::test]
async fn whoever_is_removed_opens_nothing_and_their_templates_are_handed_over() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Admin).await;
    let viewer = it.join("Cleo", Role::Viewer).await;
    let (owner, members) = (&it.owner.actor, &it.services.members);
    own_templates(&it, &ben.actor).await;
    let form = token_form("ci", Role::Admin);
    let token = it.services.accounts.create_token(&ben.actor, form).await.unwrap();
    let form = InvitationForm { emails: vec![address("Eve")], role: Role::Viewer };
    members.invite(&ben.actor, form).await.unwrap();

    let held = members.holdings(owner, ben.actor.user).await.unwrap();
    let nobody = members.remove(owner, ben.actor.user, Some(UserId(Uuid::now_v7()))).await;
    let no_editor = members.remove(owner, ben.actor.user, Some(viewer.actor.user)).await;
    members.remove(owner, ben.actor.user, Some(owner.user)).await.unwrap();

    assert!(held.template_count > 0 && !held.templates.is_empty());
    assert_eq!((held.tokens.as_slice(), held.invitations), (&["ci".to_owned()][..], 1));
    let candidates: Vec<&str> = held.candidates.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(candidates, ["Ada"]);
    assert_eq!(code(nobody), "not_found");
    let problem = no_editor.unwrap_err().into_problem();
    assert_eq!(problem.errors[0].path.as_deref(), Some("hand_over_to"));
    assert_eq!(role(&it.services, ben.key.reveal()).await, None);
    assert!(it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().is_none());
    assert_eq!(makers(&it).await, [Some(owner.user.0)]);
    let open = members.invitations(owner, &PageRequest::default()).await.unwrap();
    assert!(open.items.is_empty());
    assert_eq!(names(&list(&it, MemberFilter::default()).await), ["Cleo", "Ada"]);
}

#[tokio::test]
async fn what_somebody_made_keeps_their_name_when_they_leave() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Editor).await;
    own_templates(&it, &ben.actor).await;

    it.services.members.leave(&ben.actor, None).await.unwrap();

    assert_eq!(makers(&it).await, [Some(ben.actor.user.0)]);
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT u.name FROM audit_log l JOIN users u ON u.id = l.user_id
          WHERE l.action IN ('member.joined', 'member.left') ORDER BY l.id",
    )
    .fetch_all(&it.db.pool)
    .await
    .unwrap();
    assert_eq!(names, ["Ben", "Ben"]);
}

#[tokio::test]
async fn a_token_manages_members_but_leaves_and_hands_over_nothing() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await.actor.user;
    let form = token_form("provisioning", Role::Owner);
    let token = it.services.accounts.create_token(&it.owner.actor, form).await.unwrap();
    let actor = it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().unwrap();
    let members = &it.services.members;

    assert!(actor.require(Permission::ManageMembers).is_ok());
    assert_eq!(code(members.change_role(&actor, ben, Role::Runner).await), "done");
    assert_eq!(code(members.leave(&actor, None).await), "person_needed");
    assert_eq!(code(members.transfer_ownership(&actor, ben).await), "person_needed");
}
