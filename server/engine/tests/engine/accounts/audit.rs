//! The audit log: what it says, that it stays as it was written, and who reads what of it.

use std::sync::Arc;

use backend::actor::{Actor, Origin};
use futures::future::join_all;
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
    api::{
        audit::{AuditFilter, AuditRow},
        listing::PageRequest,
    },
    audit::{AuditAction, AuditCredential},
    id::{TokenId, UserId, WorkspaceId},
};
use serde_json::json;
use services::{admin::doctor::Diagnosis, testing::world::World};
use sqlx::{AssertSqlSafe, PgPool};
use store::audit;
use uuid::Uuid;

async fn make_token(world: &World, actor: &Actor, name: &str) -> TokenId {
    let form = TokenForm {
        name: name.to_owned(),
        role: Role::Viewer,
        scope: TokenScope::Read,
        expires_in_days: None,
    };
    world.services.accounts.create_token(actor, form).await.unwrap().id
}

async fn read(world: &World, filter: AuditFilter) -> Vec<AuditRow> {
    let asked = PageRequest::default();
    world.services.admin.audit_page(&world.owner, &filter, &asked).await.unwrap().items
}

/// Numbers of the lines, the first written first.
async fn lines(world: &World) -> Vec<i64> {
    let sql = "SELECT id FROM audit_log ORDER BY id";
    sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap()
}

/// Changes the log as somebody who may do anything with the database.
async fn tamper(world: &World, sql: &str) {
    let sql = format!("SET LOCAL session_replication_role = replica; {sql}");
    let sql = AssertSqlSafe(format!("BEGIN; {sql}; COMMIT"));
    sqlx::raw_sql(sql).execute(&world.db.pool).await.unwrap();
}

async fn doctor(world: &World) -> Vec<String> {
    let found: Vec<Diagnosis> = world.services.admin.diagnose().await.unwrap();
    found.iter().map(Diagnosis::line).collect()
}

#[tokio::test]
async fn the_doctor_names_the_first_line_that_is_not_as_it_was_written() {
    for (damage, said) in [
        (
            "UPDATE audit_log SET detail = '{}' WHERE id = $2",
            "Line $2 of $log was changed after it was written.",
        ),
        (
            "UPDATE audit_log SET user_id = NULL WHERE id = $2",
            "Line $2 of $log was changed after it was written.",
        ),
        ("DELETE FROM audit_log WHERE id = $2", "Line $2 of $log was deleted."),
        ("DELETE FROM audit_log WHERE id = $4", "Line $4 of $log was deleted."),
        (
            "DELETE FROM audit_log WHERE id = $2; DELETE FROM audit_chain WHERE audit_id = $2",
            "Lines before line $3 of $log were deleted.",
        ),
        (
            "INSERT INTO audit_log (workspace_id, action) SELECT id, 'token.created' FROM workspaces",
            "Line $5 of $log was not written by Atelier.",
        ),
    ] {
        let world = World::new().await;
        for name in ["one", "two", "three", "four"] {
            make_token(&world, &world.owner, name).await;
        }
        assert_eq!(doctor(&world).await, Vec::<String>::new());
        let numbers = lines(&world).await;
        let log = format!("the audit log of workspace {}", world.owner.workspace);
        let filled = |text: &str| {
            let fifth = numbers[3] + 1;
            let all = numbers.iter().copied().chain([fifth]).enumerate();
            all.fold(text.replace("$log", &log), |text, (at, number)| {
                text.replace(&format!("${}", at + 1), &number.to_string())
            })
        };

        tamper(&world, &filled(damage)).await;

        assert_eq!(doctor(&world).await, [filled(said)], "{damage}");
    }
}

#[tokio::test]
async fn the_log_is_only_appended_to_and_goes_with_its_workspace() {
    let world = World::new().await;
    make_token(&world, &world.owner, "kept").await;
    let pool = &world.db.pool;
    for change in [
        "UPDATE audit_log SET action = 'token.revoked'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE audit_chain SET seq = seq + 1",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
    ] {
        let refused = sqlx::query(change).execute(pool).await.unwrap_err();
        assert!(refused.to_string().contains("only appended to"), "{change}: {refused}");
    }
    let (kept, gone) = (world.owner.workspace, plain_workspace(pool).await);
    append_to(pool, &[gone, kept]).await;

    sqlx::query("DELETE FROM workspaces WHERE id = $1").bind(gone.0).execute(pool).await.unwrap();

    assert_eq!(world.count("SELECT count(*) FROM audit_log").await, 2);
    assert_eq!(world.count("SELECT count(*) FROM audit_chain").await, 2);
    assert_eq!(doctor(&world).await, Vec::<String>::new());
}

async fn plain_workspace(pool: &PgPool) -> WorkspaceId {
    let id = WorkspaceId(Uuid::now_v7());
    let mut conn = pool.acquire().await.unwrap();
    store::accounts::insert_workspace(&mut conn, id, "Plain").await.unwrap();
    id
}

/// One transaction with a line for each of these workspaces.
async fn append_to(pool: &PgPool, workspaces: &[WorkspaceId]) {
    let mut tx = store::begin(pool).await.unwrap();
    for workspace in workspaces {
        let line = audit::Entry {
            workspace: Some(*workspace),
            user: None,
            action: AuditAction::WorkspaceChanged,
            subject: None,
            detail: json!({}),
            source: audit::Source::default(),
        };
        audit::append(&mut tx, line).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn lines_that_are_written_at_once_make_one_chain_also_over_several_workspaces() {
    let world = World::new().await;
    let pool = &world.db.pool;
    let (one, two) = (world.owner.workspace, plain_workspace(pool).await);
    let (there, back) = ([one, two], [two, one]);

    let tokens = (0..20).map(|_| make_token(&world, &world.owner, "at once"));
    // In either order: nobody waits for somebody who waits for them.
    let pairs = (0..40).map(|turn| append_to(pool, if turn % 2 == 0 { &there } else { &back }));
    tokio::join!(join_all(tokens), join_all(pairs));

    for (workspace, written) in [(one, 60), (two, 40)] {
        let numbers: Vec<i64> =
            sqlx::query_scalar("SELECT seq FROM audit_chain WHERE workspace_id = $1 ORDER BY seq")
                .bind(workspace.0)
                .fetch_all(pool)
                .await
                .unwrap();
        assert_eq!(numbers, (1..=written).collect::<Vec<i64>>());
    }
    assert_eq!(doctor(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_line_says_who_did_what_from_where_and_keeps_the_name_of_what_is_gone() {
    let world = World::new().await;
    let origin = Origin {
        ip: "192.0.2.7".parse().unwrap(),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0".to_owned(),
    };
    let actor = Actor { origin: Some(Arc::new(origin)), ..world.owner.clone() };
    let token = make_token(&world, &actor, "Nightly").await;
    world.services.accounts.revoke_token(&actor, token).await.unwrap();

    let rows = read(&world, AuditFilter::default()).await;

    let [revoked, made] = &rows[..] else { panic!("{rows:#?}") };
    assert_eq!((made.who(), made.what()), ("Ada".to_owned(), "created the API token".to_owned()));
    assert_eq!(made.more().as_deref(), Some("role viewer"));
    assert_eq!(
        (revoked.known_action(), revoked.whom()),
        (Some(AuditAction::TokenRevoked), Some("Nightly"))
    );
    assert_eq!(revoked.source.ip.as_deref(), Some("192.0.2.7"));
    assert_eq!(revoked.source.credential, Some(AuditCredential::CommandLine));
    assert_eq!(revoked.source.words(), "Command line, Firefox on Linux");
    assert!(
        revoked
            .hash
            .as_ref()
            .is_some_and(|hash| hash.len() == 64 && Some(hash) != made.hash.as_ref())
    );
}

#[tokio::test]
async fn the_log_is_narrowed_by_person_action_subject_and_time() {
    let world = World::new().await;
    let (first, second) =
        (make_token(&world, &world.owner, "a").await, make_token(&world, &world.owner, "b").await);
    world.services.accounts.revoke_token(&world.owner, first).await.unwrap();
    let all = read(&world, AuditFilter::default()).await;
    let count = async |filter: AuditFilter| read(&world, filter).await.len();

    assert_eq!(all.len(), 3);
    let made = AuditFilter { action: Some(AuditAction::TokenCreated), ..AuditFilter::default() };
    assert_eq!(count(made).await, 2);
    let about = AuditFilter { subject: Some(first.to_string()), ..AuditFilter::default() };
    assert_eq!(count(about).await, 2);
    let about = AuditFilter { subject: Some(second.to_string()), ..AuditFilter::default() };
    assert_eq!(count(about).await, 1);
    let own = AuditFilter { person: Some(world.owner.user), ..AuditFilter::default() };
    assert_eq!(count(own).await, 3);
    let stranger = Some(UserId(Uuid::now_v7()));
    assert_eq!(count(AuditFilter { person: stranger, ..AuditFilter::default() }).await, 0);
    let start = Some(all[2].at);
    assert_eq!(count(AuditFilter { from: start, ..AuditFilter::default() }).await, 3);
    assert_eq!(count(AuditFilter { until: start, ..AuditFilter::default() }).await, 0);
    let end = Some(all[2].at.plus_ms(60_000));
    assert_eq!(count(AuditFilter { from: end, ..AuditFilter::default() }).await, 0);
    assert_eq!(count(AuditFilter { until: end, ..AuditFilter::default() }).await, 3);
    let people = world.services.admin.audit_people(&world.owner).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].id, people[0].name.as_str()), (world.owner.user, "Ada"));
    let neighbour = world.neighbour().await;
    assert!(world.services.admin.audit_people(&neighbour).await.unwrap().is_empty());
}

/// The statement that lists a workspace's log, with these values for its parameters, by their
/// numbers, and no other filter.
fn list_sql(workspace: WorkspaceId, given: &[(usize, &str)]) -> String {
    let sql = include_str!("../../../../store/sql/list_audit.sql");
    let sql = sql.replace("$1", &format!("'{workspace}'")).replace("$9", "51");
    (2..9).fold(sql, |sql, number| {
        let value = given.iter().find(|(parameter, _)| *parameter == number);
        sql.replace(&format!("${number}"), value.map_or("NULL", |(_, value)| *value))
    })
}

#[tokio::test]
async fn every_filter_of_a_long_log_goes_by_an_index() {
    let world = World::new().await;
    let pool = &world.db.pool;
    let workspace = world.owner.workspace;
    let fill = format!(
        "INSERT INTO audit_log (workspace_id, user_id, action, subject_id, at)
         SELECT '{workspace}', gen_random_uuid(), 'template.saved', n::text,
                engine_now() - n * interval '1 minute'
           FROM generate_series(1, 20000) n"
    );
    tamper(&world, &fill).await;
    sqlx::query("ANALYZE audit_log").execute(pool).await.unwrap();
    let then: String =
        sqlx::query_scalar("SELECT quote_literal(engine_now() - interval '10 days')")
            .fetch_one(pool)
            .await
            .unwrap();

    let filters: [&[(usize, &str)]; 7] = [
        &[],
        &[(2, "'01890000-0000-7000-8000-000000000000'")],
        &[(3, "'token.created'")],
        &[(4, "'17'")],
        &[(5, &then)],
        &[(6, &then)],
        &[(7, &then), (8, "17")],
    ];
    for given in filters {
        let sql = AssertSqlSafe(format!("EXPLAIN\n{}", list_sql(workspace, given)));
        let plan: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await.unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains("audit_log_by_"), "{given:?}:\n{plan}");
        assert!(!plan.contains("Seq Scan on audit_log"), "{given:?}:\n{plan}");
    }
}
