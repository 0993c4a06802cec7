//! A database of the operator's own: what is said when its address is wrong.

use services::testing::db;
use sqlx::{AssertSqlSafe, PgPool};
use url::Url;

use super::{running::Instance, words};

/// What a command says that finds no database to work with.
fn said(url: &str) -> String {
    let mut command = Instance::new().command(&["token", "create", "--name", "ci"]);
    let output = command.env("DATABASE_URL", url).output().unwrap();
    let (_, said) = words(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("DATABASE_URL") && !said.contains(" at line "), "{said}");
    said
}

async fn run(pool: &PgPool, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_with_the_operators_database_is_said_with_its_place_and_no_secret() {
    let db = db::bare().await;
    let right = Url::parse(&db.url).unwrap();
    let with = |change: fn(&mut Url)| {
        let mut url = right.clone();
        change(&mut url);
        said(url.as_str())
    };

    let away = said("postgres://me:hunter2@127.0.0.1:1/atelier");
    let refused = with(|url| url.set_password(Some("hunter2")).unwrap());
    let missing = with(|url| url.set_path("nowhere"));
    let empty = said(right.as_str());

    assert!(away.contains("127.0.0.1:1 as user me, database atelier"), "{away}");
    assert!(refused.contains("%40") && missing.contains("Create it first"), "{refused} {missing}");
    assert!(empty.contains("not an Atelier database"), "{empty}");
    for said in [away, refused, missing] {
        assert!(!said.contains("hunter2"), "{said}");
    }
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    let made: i64 = sqlx::query_scalar(tables).fetch_one(&db.pool).await.unwrap();
    assert_eq!(made, 0, "what only looks makes nothing");
}

#[tokio::test]
async fn a_password_with_every_sign_that_addresses_use_works_when_it_is_encoded() {
    let db = db::bare().await;
    let role = format!("odd_{}", db.url.rsplit('/').next().unwrap());
    let make = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'p@s/s#w%25:d?'; GRANT ALL ON SCHEMA public TO {role}"
    );
    run(&db.pool, make).await;
    let mut url = Url::parse(&db.url).unwrap();
    url.set_username(&role).unwrap();
    let url = url.as_str().replacen(
        Url::parse(&db.url).unwrap().password().unwrap(),
        "p%40s%2Fs%23w%2525%3Ad%3F",
        1,
    );

    let mut command = Instance::new().command(&["migrate"]);
    let migrated = command.env("DATABASE_URL", url).output().unwrap();

    assert!(migrated.status.success(), "{:?}", words(&migrated));
    run(&db.pool, format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).await;
}
