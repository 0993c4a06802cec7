//! `pg_dump` while work goes on, restored into a new database beside a copy of the files.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use model::{
    execution::{
        state::{ExecutionStatus as Status, NodeStatus},
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    pages::Control,
};
use serde_json::json;
use server::embedded_pg::Programs;
use services::{
    admin::doctor::Repair,
    testing::{
        db,
        play::{copies, graph},
        world::{World, none, quick, sample},
    },
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::fleet::{
    mix::{DOCUMENTS, Mix},
    processes::{Fleet, PACE, Process},
};

const CAMPAIGNS: usize = 3;
/// Processes that end what they begin while the dump is taken.
const SWIFT: usize = 2;
/// So slow that whatever such a process holds is under way when the dump is taken.
const SLOW: u32 = 1;
/// Jobs that a process works on at once, and executions that are more than enough for one.
const PLACES: i64 = 128;
const ARTICLES: usize = 7;
/// Executions of the mix that are launched together.
const AT_ONCE: usize = 5;
/// Executions that are launched while the dump is taken, and that end.
const MEANWHILE: i64 = 5;

const IN_FLIGHT: &str = "SELECT count(*) FROM agent_jobs WHERE status = 'running'";
const LAUNCHED: &str = "SELECT count(*) FROM workflow_executions";
const OVER: &str = "SELECT count(*) FROM workflow_executions
                     WHERE status IN ('completed', 'stopped')";

/// One process whose places are all taken for long, and others that are quick at images and texts.
async fn under_load(fleet: &mut Fleet) -> Vec<Process> {
    let article = json!({"prompt": "Write an article about tea.", "quantity": 20});
    let edges = [("start", "write"), ("write.texts", "end")];
    let articles = graph(&[("write", "generate_copy", article)], &edges);
    let articles = fleet.world.publish(&articles).await;
    fleet.launch(articles, ARTICLES).await;
    let mut processes = vec![fleet.start(SLOW).await];
    fleet.until(IN_FLIGHT, PLACES).await;
    let campaign = fleet.world.template("Facebook Ads Campaign").await;
    fleet.launch(campaign, CAMPAIGNS).await;
    for _ in 0..SWIFT {
        processes.push(fleet.start(PACE).await);
    }
    fleet.until("SELECT count(*) FROM images", 2).await;
    processes
}

/// Launches again and again, whenever what was launched is over.
async fn keep_launching(fleet: &Fleet, mix: &Mix) {
    loop {
        for id in mix.launch(fleet, AT_ONCE).await {
            fleet.world.wait_over(id).await;
        }
    }
}

/// Pauses, resumes and stops what has just begun, again and again.
async fn keep_commanding(fleet: &Fleet, template: TemplateId) {
    let world = &fleet.world;
    let works = |view: &ExecutionView| {
        let runs = view.nodes.iter().any(|node| node.status == NodeStatus::Running);
        runs || view.status.is_over()
    };
    loop {
        let id = world.launch(template, none()).await;
        world.wait(id, works).await;
        for word in [Control::Pause, Control::Resume, Control::STOP] {
            // It may have ended by then.
            world.services.executions.control(&world.owner, id, word).await.ok();
        }
        world.wait_over(id).await;
    }
}

/// Takes a dump in the midst of which executions begin and end: once it has its snapshot of the
/// database it finds a table locked.
async fn dump(fleet: &Fleet, pg_dump: PathBuf, to: &Path) {
    let pool = &fleet.world.db.pool;
    sqlx::query("CREATE TABLE in_the_way ()").execute(pool).await.unwrap();
    let mut lock = pool.begin().await.unwrap();
    // Else it would be let go of after a minute, however long everything takes.
    let patiently = "SET LOCAL idle_in_transaction_session_timeout = 0";
    sqlx::query(patiently).execute(&mut *lock).await.unwrap();
    sqlx::query("LOCK TABLE in_the_way").execute(&mut *lock).await.unwrap();
    let arguments = ["-Fc", "-d", &fleet.world.db.url, "-f", to.to_str().unwrap()];
    let waits = "SELECT count(*) FROM pg_locks
                  WHERE relation = 'in_the_way'::regclass AND NOT granted";
    let letting_go = async {
        fleet.until(waits, 1).await;
        for sql in [LAUNCHED, OVER] {
            let before = fleet.world.count(sql).await;
            fleet.until(sql, before + MEANWHILE).await;
        }
        lock.commit().await.unwrap();
    };
    tokio::join!(run(pg_dump, &arguments), letting_go);
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

/// Lets everything end: what a person had paused is resumed, what a person had stopped stays so.
async fn assert_all_end(world: &World, mix: &Mix) {
    let sql = "SELECT id, status, pause_reason FROM workflow_executions";
    let executions: Vec<(Uuid, String, Option<String>)> =
        sqlx::query_as(sql).fetch_all(&world.db.pool).await.unwrap();
    for (id, status, paused) in executions {
        let id = ExecutionId(id);
        if paused.as_deref() == Some("user") {
            world.services.executions.control(&world.owner, id, Control::Resume).await.unwrap();
        }
        let end = world.wait_over(id).await.status;
        let stopped = status == Status::Stopped.as_str();
        assert_eq!(end, if stopped { Status::Stopped } else { Status::Completed }, "was {status}");
    }
    let sql = "SELECT DISTINCT count(d.id)
                 FROM workflow_executions e
                 LEFT JOIN workflow_executions p ON p.id = e.parent_execution_id
                 LEFT JOIN documents d ON d.execution_id = e.id
                WHERE coalesce(p.template_id, e.template_id) = ANY($1)
                GROUP BY coalesce(p.id, e.id)";
    let each = sqlx::query_scalar(sql).bind(mix.templates()).fetch_all(&world.db.pool);
    let each: Vec<i64> = each.await.unwrap();
    assert_eq!(each, [DOCUMENTS as i64]);
    world.assert_sound().await;
}

/// What the doctor says of a restored world but that bytes are not needed: those that were stored after
/// the dump are not.
async fn diagnoses(world: &World) -> Vec<String> {
    // What is younger may be about to be written.
    world.db.advance(Duration::from_secs(7200)).await;
    let found = world.services.admin.diagnose().await.unwrap();
    let found =
        found.into_iter().filter(|diagnosis| !matches!(diagnosis.repair, Repair::Delete(_)));
    found.map(|diagnosis| diagnosis.words).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e15_a_dump_taken_under_load_restores_to_a_sound_state_that_goes_on() {
    let mut fleet = Fleet::new().await;
    let folder = TempDir::new().unwrap();
    let programs = Programs::of_this_machine();
    let programs = programs.choose(None, folder.path()).await.unwrap();
    let mix = Mix::of(&fleet.world).await;
    let commanded = fleet.world.publish(&copies(20)).await;
    let processes = under_load(&mut fleet).await;
    // Whenever the dump takes its snapshot, some of the mix is in it.
    mix.launch(&fleet, AT_ONCE).await;

    let file = folder.path().join("atelier.dump");
    tokio::select! {
        () = keep_launching(&fleet, &mix) => {}
        () = keep_commanding(&fleet, commanded) => {}
        () = dump(&fleet, programs.program("pg_dump"), &file) => {}
    }
    drop(processes);
    let files = fleet.blobs();

    let world = restored(&file, programs.program("pg_restore"), &fleet.world).await;
    world.assert_sound().await;
    let in_flight = world.count(IN_FLIGHT).await;
    assert!(in_flight >= PLACES, "{in_flight} jobs were under way");
    for sql in [LAUNCHED, OVER] {
        let (after, before) = (fleet.world.count(sql).await, world.count(sql).await);
        assert!(after >= before + MEANWHILE, "{before} in the dump, {after} after it: {sql}");
    }
    let lost: String = sqlx::query_scalar("SELECT min(digest) FROM images")
        .fetch_one(&world.db.pool)
        .await
        .unwrap();
    copy(&files, world.blobs(), &lost);
    let worker = world.worker(quick());
    assert_all_end(&world, &mix).await;
    worker.stop().await;

    let again = world.count("SELECT count(*) FROM job_attempts WHERE status = 'lost'").await;
    assert!(again >= in_flight, "{again} of {in_flight} jobs that were in flight ran again");
    let found = diagnoses(&world).await;
    assert!(found.len() == 1 && found[0].contains(&lost), "{found:#?}");
    fleet.close().await;
}
