//! The private PostgreSQL, with real servers in directories of their own.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use server::embedded_pg::{EmbeddedPostgres, Programs, attach};
use services::testing::play::rest;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::error::{Doing, EngineError};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::folder::folder;

fn programs() -> Programs {
    Programs::of_this_machine()
}

async fn start(dir: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(dir, &programs()).await.unwrap()
}

async fn run(url: &str, sql: &'static str) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::query(sql).execute(&mut conn).await?;
    conn.close().await
}

async fn notes(url: &str) -> i64 {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&mut conn).await.unwrap()
}

const MAKE_NOTE: &str = "CREATE TABLE note AS SELECT 1 AS id";

fn server_pid(dir: &Path) -> i32 {
    let file = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().parse().unwrap()
}

/// Starts a server and ends its keeper the way `kill -9` does: no goodbye, the server goes on.
fn start_and_be_killed(dir: &Path) -> i32 {
    let runtime = Runtime::new().unwrap();
    let postgres = runtime.block_on(async {
        let postgres = start(dir).await;
        run(postgres.url(), MAKE_NOTE).await.unwrap();
        postgres
    });
    let pid = server_pid(dir);
    runtime.shutdown_background();
    drop(postgres);
    pid
}

fn kill_hard(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
}

/// Copies a folder as people make backups: with all that lies in it, while it is in use.
fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

#[tokio::test]
async fn what_was_written_is_there_after_a_clean_stop() {
    let dir = folder();
    let postgres = start(dir.path()).await;
    run(postgres.url(), MAKE_NOTE).await.unwrap();
    postgres.stop().await;
    assert!(!dir.path().join("postgres/data/postmaster.pid").exists());

    let postgres = start(dir.path()).await;

    assert_eq!(notes(postgres.url()).await, 1);
    postgres.stop().await;
}

#[tokio::test]
async fn the_password_is_generated_private_and_needed() {
    let dir = folder();
    let postgres = start(dir.path()).await;
    let password = dir.path().join("postgres/password");

    let mode = fs::metadata(&password).unwrap().permissions().mode() & 0o777;
    let secret = fs::read_to_string(&password).unwrap();
    let wrong = postgres.url().replace(secret.trim(), "wrong");

    assert_eq!((mode, secret.trim().len()), (0o600, 48));
    assert!(run(&wrong, "SELECT 1").await.is_err());
    postgres.stop().await;
}

#[tokio::test]
async fn a_second_process_on_the_directory_is_told_who_has_it() {
    let dir = folder();
    let postgres = start(dir.path()).await;

    let refused = EmbeddedPostgres::start(dir.path(), &programs()).await.unwrap_err();

    let words = refused.to_string();
    assert!(words.contains(&format!("process {}", std::process::id())), "{words}");
    assert!(words.contains("ATELIER_DATA_DIR"), "{words}");
    postgres.stop().await;
}

#[tokio::test]
async fn another_command_finds_the_running_server() {
    let dir = folder();
    let refused = attach(dir.path()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("no atelier is running")));
    let postgres = start(dir.path()).await;

    assert_eq!(attach(dir.path()).await.unwrap(), postgres.url());

    postgres.stop().await;
    let refused = attach(dir.path()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("no atelier is running")));
}

#[test]
fn a_server_that_outlived_its_killed_keeper_is_adopted_and_stopped_in_the_end() {
    let dir = folder();
    let left = start_and_be_killed(dir.path());

    Runtime::new().unwrap().block_on(async {
        let postgres = start(dir.path()).await;
        assert_eq!(server_pid(dir.path()), left);
        assert_eq!(notes(postgres.url()).await, 1);
        postgres.stop().await;
    });

    assert!(!dir.path().join("postgres/data/postmaster.pid").exists());
}

#[test]
fn a_copy_of_a_directory_whose_server_runs_gets_one_of_its_own_and_leaves_that_alone() {
    let dir = folder();
    let (original, copied) = (dir.path().join("data"), dir.path().join("copy"));
    let left = start_and_be_killed(&original);
    copy(&original, &copied);
    assert_eq!(server_pid(&copied), left);

    Runtime::new().unwrap().block_on(async {
        let refused = attach(&copied).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("no atelier is running")));
        let postgres = start(&copied).await;
        assert_ne!(server_pid(&copied), left);
        run(postgres.url(), "INSERT INTO note VALUES (2)").await.unwrap();
        assert_eq!(notes(postgres.url()).await, 2);
        postgres.stop().await;

        let postgres = start(&original).await;
        assert_eq!(server_pid(&original), left, "it was stopped with the copy");
        assert_eq!(notes(postgres.url()).await, 1);
        postgres.stop().await;
    });
}

#[test]
fn a_directory_that_was_moved_beneath_its_server_keeps_it() {
    let dir = folder();
    let moved = dir.path().join("moved");
    let left = start_and_be_killed(&dir.path().join("data"));
    fs::rename(dir.path().join("data"), &moved).unwrap();

    Runtime::new().unwrap().block_on(async {
        let postgres = start(&moved).await;
        assert_eq!(server_pid(&moved), left);
        assert_eq!(notes(postgres.url()).await, 1);
        postgres.stop().await;
    });
}

#[test]
fn after_everything_was_killed_nothing_is_lost() {
    let dir = folder();
    let left = start_and_be_killed(dir.path());
    kill_hard(left);

    Runtime::new().unwrap().block_on(async {
        let postgres = start(dir.path()).await;
        assert_ne!(server_pid(dir.path()), left);
        assert_eq!(notes(postgres.url()).await, 1);
        postgres.stop().await;
    });
}

#[tokio::test]
async fn a_server_that_is_killed_is_started_again() {
    let dir = folder();
    let postgres = start(dir.path()).await;
    run(postgres.url(), MAKE_NOTE).await.unwrap();

    kill_hard(server_pid(dir.path()));

    let back = async {
        while run(postgres.url(), "SELECT id FROM note").await.is_err() {
            rest().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), back).await.unwrap();
    assert_eq!(notes(postgres.url()).await, 1);
    postgres.stop().await;
}

#[tokio::test]
async fn a_pid_file_whose_number_now_belongs_to_another_program_is_removed() {
    let dir = folder();
    start(dir.path()).await.stop().await;
    let stale = format!("{}\n/gone\n1700000000\n5432\n/gone\n\n1 2\nready\n", std::process::id());
    fs::write(dir.path().join("postgres/data/postmaster.pid"), stale).unwrap();

    let postgres = start(dir.path()).await;

    assert_ne!(server_pid(dir.path()), i32::try_from(std::process::id()).unwrap());
    postgres.stop().await;
}

#[tokio::test]
async fn a_database_of_another_major_version_names_it_and_its_package() {
    let dir = folder();
    start(dir.path()).await.stop().await;
    fs::write(dir.path().join("postgres/data/PG_VERSION"), "12\n").unwrap();

    let refused = EmbeddedPostgres::start(dir.path(), &programs()).await.unwrap_err();

    let words = refused.to_string();
    assert!(words.contains("PostgreSQL 12") && words.contains("12`"), "{words}");
    assert!(words.contains("postgres/data"), "{words}");
}

#[tokio::test]
async fn a_machine_without_postgresql_is_told_what_to_install() {
    let dir = folder();

    let none = Programs { folders: vec![PathBuf::from("/nowhere")], fetch: false };
    let refused = EmbeddedPostgres::start(dir.path(), &none).await;

    let words = refused.unwrap_err().to_string();
    assert!(words.contains("version 15 or later") && words.contains("DATABASE_URL"), "{words}");
    assert!(!dir.path().join("postgres").exists());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_served_on_loopback() {
    let dir = folder();
    let deep = dir
        .path()
        .join("a-name-of-forty-characters-0123456789012")
        .join("and-another-one-of-the-same-length-01234");

    let postgres = start(&deep).await;

    assert!(!postgres.url().contains("host="));
    run(postgres.url(), MAKE_NOTE).await.unwrap();
    let first = postgres.url().to_owned();
    postgres.stop().await;
    let postgres = start(&deep).await;
    assert_eq!(postgres.url(), first);
    postgres.stop().await;
}

#[tokio::test]
async fn a_name_with_blanks_commas_and_quotes_is_no_trouble() {
    let dir = folder();

    let postgres = start(&dir.path().join("my data, \"new\"")).await;

    run(postgres.url(), MAKE_NOTE).await.unwrap();
    assert!(postgres.url().contains("host="));
    postgres.stop().await;
}

#[tokio::test]
async fn a_start_that_was_killed_half_way_leaves_nothing_in_the_way() {
    let dir = folder();
    let postgres = dir.path().join("postgres");
    fs::create_dir_all(postgres.join("data.new.1/base")).unwrap();

    let running = start(dir.path()).await;

    assert!(!postgres.join("data.new.1").exists());
    running.stop().await;
}

#[tokio::test]
async fn as_root_an_unreachable_directory_keeps_its_database_elsewhere_and_finds_it_again() {
    if !geteuid().is_root() {
        return;
    }
    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let (data, copied) = (dir.path().join("data"), dir.path().join("copy"));
    let postgres = start(&data).await;
    run(postgres.url(), MAKE_NOTE).await.unwrap();
    postgres.stop().await;
    let written = fs::read_to_string(data.join("postgres.location")).unwrap();
    let elsewhere = PathBuf::from(written.trim());
    let refused =
        async |dir: &Path| EmbeddedPostgres::start(dir, &programs()).await.unwrap_err().to_string();

    // Reachable by now, but what was decided stays decided.
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    copy(&data, &copied);
    let words = refused(&copied).await;
    assert!(words.contains("copy of") && words.contains(data.to_str().unwrap()), "{words}");
    let moved = dir.path().join("moved");
    fs::rename(&data, &moved).unwrap();
    let postgres = start(&moved).await;

    assert!(elsewhere.starts_with("/var/lib/atelier") && elsewhere.join("data").is_dir());
    assert_eq!(notes(postgres.url()).await, 1);
    postgres.stop().await;
    fs::remove_dir_all(&elsewhere).unwrap();
    let words = refused(&moved).await;
    assert!(words.contains("postgres.location"), "{words}");
    assert!(!elsewhere.exists() && !moved.join("postgres").exists(), "something was made");
}

/// Makes the server use TLS with another certificate, and waits until new connections get it.
async fn present(postgres: &EmbeddedPostgres, dir: &Path, certificate: &str) {
    let data = dir.join("postgres/data");
    let owner = fs::metadata(&data).unwrap();
    for file in [certificate, "key.pem"] {
        let to = data.join(file);
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(file), &to).unwrap();
        fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&to, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let mut conn =
        PgConnection::connect(&format!("{}?sslmode=disable", postgres.url())).await.unwrap();
    for sql in [
        format!("ALTER SYSTEM SET ssl_cert_file = '{certificate}'"),
        "ALTER SYSTEM SET ssl_key_file = 'key.pem'".to_owned(),
        "ALTER SYSTEM SET ssl = on".to_owned(),
        "SELECT pg_reload_conf()".to_owned(),
    ] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    }
    let mut shown = String::new();
    while shown != certificate {
        let mut conn =
            PgConnection::connect(&format!("{}?sslmode=disable", postgres.url())).await.unwrap();
        shown = sqlx::query_scalar("SHOW ssl_cert_file").fetch_one(&mut conn).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_is_reached_over_tls_and_its_certificate_is_checked() {
    // Too long for a socket: it listens on an address.
    let folder = folder();
    let dir = folder.path().join("long".repeat(24));
    let postgres = start(&dir).await;
    let reach = async |settings: &str| -> Result<bool, String> {
        let url = format!("{}?{settings}", postgres.url().replace("127.0.0.1", "localhost"));
        let told =
            |error: EngineError| error.database_said().map(|(said, advice)| said + advice).unwrap();
        let options = store::connect_options(&url, "atelier test").unwrap();
        let mut conn = store::open_session(&options).await.doing("connecting").map_err(told)?;
        let is_encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        Ok(sqlx::query_scalar(is_encrypted).fetch_one(&mut conn).await.unwrap())
    };
    let authority = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls/authority.pem");
    let full = format!("sslmode=verify-full&sslrootcert={}", authority.display());

    assert_eq!(reach("sslmode=prefer").await, Ok(false), "it offers none yet");
    assert!(reach("sslmode=require").await.unwrap_err().contains("sslmode"));
    present(&postgres, &dir, "right.pem").await;
    assert_eq!((reach("").await, reach(&full).await), (Ok(true), Ok(true)));
    let unknown = reach("sslmode=verify-full").await.unwrap_err();
    let missing = reach("sslmode=verify-full&sslrootcert=/nowhere.pem").await.unwrap_err();
    present(&postgres, &dir, "other.pem").await;
    let other = reach(&full).await.unwrap_err();
    let of_authority = reach(&full.replace("verify-full", "verify-ca")).await;
    present(&postgres, &dir, "expired.pem").await;
    let expired = reach(&full).await.unwrap_err();
    postgres.stop().await;

    assert_eq!(of_authority, Ok(true), "whatever its name");
    for (said, word) in [
        (unknown, "UnknownIssuer"),
        (missing, "No such file"),
        (other, "not valid for name"),
        (expired, "expired"),
    ] {
        assert!(said.contains(word) && said.contains("sslrootcert"), "{word}: {said}");
    }
}
