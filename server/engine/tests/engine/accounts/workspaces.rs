//! Several workspaces of one person: made, gone into, put away and deleted.

use std::path::Path;

use backend::actor::{Actor, Person};
use model::{
    access::Role,
    api::{
        projects::NewProject,
        workspaces::{MOST_OWNED, NewWorkspace, WorkspaceChange, WorkspaceRemoval},
    },
    execution::state::ExecutionStatus,
    id::{UserId, WorkspaceId},
    workspace::{WorkspaceColour, WorkspaceRow},
};
use services::testing::world::{World, none, quick};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use super::people::{self, Instance, PASSWORD, home, person, refusal, sign_in_form, token_form};

fn named(name: &str) -> NewWorkspace {
    NewWorkspace { name: name.to_owned() }
}

fn removal(name: &str) -> WorkspaceRemoval {
    WorkspaceRemoval { name: name.to_owned() }
}

/// Makes another workspace for the owner, whose session is then in it.
async fn make(it: &Instance, name: &str) -> WorkspaceId {
    let owner = person(&it.owner.actor);
    it.services.workspaces.create_workspace(owner, named(name), &home()).await.unwrap()
}

/// The owner as their session says at this moment.
async fn owner_now(it: &Instance) -> Option<Actor> {
    it.services.accounts.actor_of_session(it.owner.key.reveal()).await.unwrap()
}

async fn rows(it: &Instance) -> Vec<WorkspaceRow> {
    it.services.workspaces.list(person(&it.owner.actor)).await.unwrap()
}

#[tokio::test]
async fn another_workspace_has_an_owner_a_project_and_templates_of_its_own() {
    let it = people::instance().await;

    let id = make(&it, "  Second studio ").await;

    let actor = owner_now(&it).await.unwrap();
    assert_eq!((actor.workspace, actor.role), (id, Role::Owner));
    let listed: Vec<_> =
        rows(&it).await.into_iter().map(|row| (row.name, row.role, row.current)).collect();
    let expected = [("Second studio", true), ("Studio", false)];
    assert_eq!(listed, expected.map(|(name, now)| (name.to_owned(), Role::Owner, now)));
    assert_eq!(it.services.projects.list(&actor).await.unwrap().len(), 1);
    let first = it.services.templates.gallery(&it.owner.actor).await.unwrap();
    let second = it.services.templates.gallery(&actor).await.unwrap();
    assert_eq!(first.len(), second.len());
    assert!(second.iter().all(|card| first.iter().all(|other| other.id != card.id)));
}

#[tokio::test]
async fn a_session_goes_only_where_its_person_is_a_member() {
    let it = people::instance().await;
    let first = it.owner.actor.workspace;
    let elsewhere = WorkspaceId(Uuid::now_v7());
    let mut conn = it.db.pool.acquire().await.unwrap();
    store::accounts::insert_workspace(&mut conn, elsewhere, "Elsewhere").await.unwrap();
    drop(conn);
    make(&it, "Second").await;
    let other = it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap();
    let (workspaces, owner) = (&it.services.workspaces, person(&it.owner.actor));

    workspaces.switch_workspace(owner, first, &home()).await.unwrap();
    let strange = refusal(workspaces.switch_workspace(owner, elsewhere, &home()).await);
    let unknown = WorkspaceId(Uuid::now_v7());
    let unknown = refusal(workspaces.switch_workspace(owner, unknown, &home()).await);
    let forged = Person { user: UserId(Uuid::now_v7()), ..owner };
    let forged = refusal(workspaces.switch_workspace(forged, first, &home()).await);

    assert_eq!((strange.status(), &strange), (404, &unknown));
    assert_eq!(forged.status(), 404);
    assert_eq!(owner_now(&it).await.unwrap().workspace, first);
    assert_eq!(other.actor.unwrap().workspace, first, "one comes in where one joined first");
    let elsewhere = Actor {
        workspace: rows(&it).await.into_iter().find(|row| !row.current).unwrap().id,
        ..it.owner.actor.clone()
    };
    let left = it.services.accounts.actor_now(&elsewhere);
    assert!(left.await.unwrap().is_none(), "a stream of the workspace that was left ends");
}

#[tokio::test]
async fn admins_rename_a_workspace_and_nobody_below() {
    let it = people::instance().await;
    let change = || WorkspaceChange {
        name: Some(" Spring ".to_owned()),
        colour: Some(WorkspaceColour::Teal),
        ..WorkspaceChange::default()
    };
    let editor = Actor { role: Role::Editor, ..it.owner.actor.clone() };
    let workspaces = &it.services.workspaces;

    let refused = refusal(workspaces.change_workspace(&editor, change()).await);
    workspaces.change_workspace(&it.owner.actor, change()).await.unwrap();
    let bad = WorkspaceChange { name: Some("a\u{202e}b".to_owned()), ..WorkspaceChange::default() };
    let bad = refusal(workspaces.change_workspace(&it.owner.actor, bad).await);

    assert_eq!((refused.status(), bad.status()), (403, 422));
    let view = it.services.accounts.session_view(&it.owner.actor).await.unwrap();
    assert_eq!(view.workspace_name, "Spring");
    assert_eq!(view.workspace_colour, WorkspaceColour::Teal);
    assert_eq!(view.workspaces.len(), 1);
}

#[tokio::test]
async fn nothing_changes_in_an_archived_workspace_until_it_is_restored() {
    let it = people::instance().await;
    let workspaces = &it.services.workspaces;
    let admin = Actor { role: Role::Admin, ..it.owner.actor.clone() };
    assert_eq!(refusal(workspaces.archive_workspace(&admin).await).status(), 403);

    workspaces.archive_workspace(&it.owner.actor).await.unwrap();

    let owner = owner_now(&it).await.unwrap();
    let project = || NewProject { name: "Spring".to_owned() };
    let refused = refusal(it.services.projects.create_project(&owner, project()).await);
    assert_eq!((refused.status(), refused.code.as_str()), (409, "workspace_archived"));
    assert_eq!(it.services.projects.list(&owner).await.unwrap().len(), 1, "it can be read");
    assert!(rows(&it).await[0].archived);
    workspaces.restore_workspace(&owner).await.unwrap();
    let owner = owner_now(&it).await.unwrap();
    assert!(it.services.projects.create_project(&owner, project()).await.is_ok());
}

#[tokio::test]
async fn a_workspace_in_which_something_runs_is_not_archived() {
    let world = World::new().await;
    let template = world.template("Instagram Post").await;
    world.launch(template, none()).await;

    let refused = refusal(world.services.workspaces.archive_workspace(&world.owner).await);

    assert_eq!(refused.code, "executions_under_way");
    assert!(refused.detail.contains('1'), "{}", refused.detail);
}

#[tokio::test]
async fn nobody_owns_more_workspaces_than_one_may() {
    let it = people::instance().await;
    sqlx::query(
        "WITH made AS (INSERT INTO workspaces (id, name)
                       SELECT gen_random_uuid(), 'Made ' || n FROM generate_series(2::bigint, $1) n
                    RETURNING id)
         INSERT INTO memberships (workspace_id, user_id, role)
         SELECT made.id, $2, 'owner' FROM made",
    )
    .bind(MOST_OWNED)
    .bind(it.owner.actor.user.0)
    .execute(&it.db.pool)
    .await
    .unwrap();

    let owner = person(&it.owner.actor);
    let more = it.services.workspaces.create_workspace(owner, named("More"), &home()).await;

    assert_eq!(refusal(more).code, "too_many_workspaces");
}

#[tokio::test]
async fn whoever_loses_their_only_workspace_stays_signed_in_and_makes_another() {
    let it = people::instance().await;
    let workspaces = &it.services.workspaces;
    let token = token_form("ci", Role::Owner);
    let token = it.services.accounts.create_token(&it.owner.actor, token).await.unwrap();
    let by_token = it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().unwrap();
    let wrong = refusal(workspaces.delete_workspace(&it.owner.actor, removal("studio")).await);
    let machine = refusal(workspaces.delete_workspace(&by_token, removal("Studio")).await);

    workspaces.delete_workspace(&it.owner.actor, removal(" Studio ")).await.unwrap();

    assert_eq!(wrong.errors[0].code, "wrong_name");
    assert_eq!(machine.code, "person_needed");
    assert!(owner_now(&it).await.is_none() && rows(&it).await.is_empty());
    assert!(it.services.accounts.actor_of_token(token.key.reveal()).await.unwrap().is_none());
    let again = it.services.accounts.sign_in(sign_in_form(PASSWORD), &home(), None).await.unwrap();
    assert!(again.actor.is_none(), "they come in, and are in no workspace");
    let id = make(&it, "Another").await;
    assert_eq!(owner_now(&it).await.unwrap().workspace, id);
}

/// The tables whose rows belong to a workspace.
async fn tables(pool: &PgPool) -> Vec<String> {
    let sql = "SELECT c.table_name::text
                 FROM information_schema.columns c
                 JOIN information_schema.tables t USING (table_schema, table_name)
                WHERE c.column_name = 'workspace_id' AND c.table_schema = current_schema()
                  AND t.table_type = 'BASE TABLE'
                ORDER BY 1";
    sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
}

async fn count(pool: &PgPool, sql: String) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap()
}

/// How many rows a workspace has, of each table in which it has any.
async fn holdings(pool: &PgPool, workspace: WorkspaceId) -> Vec<(String, i64)> {
    let mut held = vec![];
    for table in tables(pool).await {
        let sql = format!("SELECT count(*) FROM {table} WHERE workspace_id = '{workspace}'");
        held.push((table, count(pool, sql).await));
    }
    held.retain(|(_, rows)| *rows > 0);
    held
}

/// How many files a folder has, in the folders below it too.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn of_a_deleted_workspace_nothing_is_left_and_of_others_everything() {
    let world = World::new().await;
    let neighbour = world.neighbour().await;
    let (pool, workspace) = (&world.db.pool, world.owner.workspace);
    let before = holdings(pool, neighbour.workspace).await;
    let template = world.template("Instagram Post").await;
    let worker = world.worker(quick());
    let done = world.launch(template, none()).await;
    assert_eq!(world.wait_over(done).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    world.launch(template, none()).await;
    assert!(holdings(pool, workspace).await.len() > 8);
    assert!(files(world.blobs()) > 0);

    let name = removal("Spring studio");
    world.services.workspaces.delete_workspace(&world.owner, name).await.unwrap();

    let open = "SELECT count(*) FROM workflow_executions WHERE completed_at IS NULL";
    assert_eq!(world.count(open).await, 0, "what was under way ends at once");
    assert_eq!(world.services.admin.sweep_deleted_workspaces().await.unwrap(), 1);
    assert_eq!(holdings(pool, workspace).await, []);
    for table in ["execution_events", "job_attempts", "execution_edges"] {
        assert_eq!(count(pool, format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(files(world.blobs()), 0, "their bytes are gone, too");
    assert_eq!(holdings(pool, neighbour.workspace).await, before);
    let said = "SELECT count(*) FROM audit_log WHERE action = 'workspace.deleted'";
    assert_eq!(world.count(said).await, 1);
    assert_eq!(world.services.admin.sweep_deleted_workspaces().await.unwrap(), 0);
}
