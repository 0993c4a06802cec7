//! `pg_dump` while work goes on, restored into a new database beside a copy of the files.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use engine::{
    store,
    testing::{
        db,
        play::copies,
        world::{World, none, quick, sample},
    },
};
use model::{execution::state::ExecutionStatus, id::ExecutionId};
use server::embedded_pg::{Missing, Programs};
use tempfile::TempDir;

use crate::processes::{Fleet, Process};

const CAMPAIGNS: usize = 6;
const FAST: u32 = 500;
/// So slow that whatever such a process holds is under way when the dump is taken.
const SLOW: u32 = 1;

/// Some is done, some has just begun.
async fn under_load(fleet: &mut Fleet) -> (Vec<ExecutionId>, Process) {
    let campaign = fleet.world.template("Facebook Ads Campaign").await;
    let slow_one = fleet.world.publish(&copies(20)).await;
    let mut executions = vec![];
    for _ in 0..CAMPAIGNS {
        executions.push(fleet.world.launch(campaign, none()).await);
    }
    let fast = fleet.start(FAST).await;
    fleet.until("SELECT count(*) FROM images", 2).await;
    fleet.dismiss(fast).await;
    executions.push(fleet.world.launch(slow_one, none()).await);
    let slow = fleet.start(SLOW).await;
    fleet.until("SELECT count(*) FROM agent_jobs WHERE status = 'running'", 10).await;
    (executions, slow)
}

async fn run(program: PathBuf, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments);
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// Copies files to where a world keeps its own, except for one.
fn copy(files: &[PathBuf], target: &Path, except: &str) {
    for file in files {
        let folder = target.join(file.parent().unwrap().file_name().unwrap());
        let digest = format!("{}{}", name(&folder), name(file));
        if digest != except {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::copy(file, folder.join(name(file))).unwrap();
        }
    }
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The world as the dump has it, in a database of its own.
async fn restored(dump: &Path, pg_restore: PathBuf, original: &World) -> World {
    let db = db::bare().await;
    let arguments = ["--exit-on-error", "--no-owner", "-d", &db.url, dump.to_str().unwrap()];
    run(pg_restore, &arguments).await;
    store::migrate(&db.url).await.unwrap();
    let mut world = World::on(db, sample()).await;
    world.owner = original.owner.clone();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e15_a_dump_taken_under_load_restores_to_a_sound_state_that_goes_on() {
    let mut fleet = Fleet::new().await;
    let folder = TempDir::new().unwrap();
    let programs = Programs::of_this_machine(Missing::Refuse);
    let programs = programs.choose(None, folder.path()).await.unwrap();
    let (executions, process) = under_load(&mut fleet).await;

    let dump = folder.path().join("atelier.dump");
    let arguments = ["-Fc", "-d", &fleet.world.db.url, "-f", dump.to_str().unwrap()];
    run(programs.program("pg_dump"), &arguments).await;
    let files = fleet.blobs();
    drop(process);

    let world = restored(&dump, programs.program("pg_restore"), &fleet.world).await;
    world.assert_sound().await;
    let in_flight = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
    assert!(world.count(in_flight).await >= 10, "the dump was taken under load");
    let lost: String = sqlx::query_scalar("SELECT min(digest) FROM images")
        .fetch_one(&world.db.pool)
        .await
        .unwrap();
    copy(&files, world.blobs(), &lost);
    let worker = world.worker(quick());
    for id in executions {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    }
    worker.stop().await;

    let again = "SELECT count(*) FROM job_attempts WHERE status = 'lost'";
    assert!(world.count(again).await >= 10, "what was in flight ran again");
    world.assert_sound().await;
    // What is younger may be about to be written.
    world.db.advance(Duration::from_secs(7200)).await;
    let missing = world.services.diagnose().await.unwrap();
    let missing: Vec<_> = missing.iter().map(|ailment| &ailment.words).collect();
    assert!(missing.len() == 1 && missing[0].contains(&lost), "{missing:#?}");
    fleet.close().await;
}
