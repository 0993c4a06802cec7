//! The database restarts under load, alone and with other trouble: everything ends once.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use engine::testing::{
    db,
    play::workflow,
    soak::{STALL, judge, soaking},
    world::{World, sample},
};
use model::id::TemplateId;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::embedded_pg::{EmbeddedPostgres, Missing, Programs};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::{
    mix::Mix,
    processes::{Fleet, PACE},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Restarts, kills before each of them, and executions.
fn figures() -> (usize, usize, usize) {
    if soaking() { (10, 4, 600) } else { (3, 1, 12) }
}

/// Steps side by side that meet.
pub async fn meeting(fleet: &Fleet) -> TemplateId {
    let edges = [("start", "a"), ("start", "b"), ("a", "c"), ("b", "c"), ("c", "end")];
    fleet.world.publish(&workflow(&STEPS, &edges)).await
}

const STEPS: [(&str, u32); 3] = [("a", 2), ("b", 1), ("c", 2)];
pub const DOCUMENTS: usize = 5;
/// What is launched is also worked off, however long trouble goes on.
const MOST_RUNNING: i64 = 60;

/// A PostgreSQL of the test's own.
pub struct Postgres {
    dir: TempDir,
    pub keeper: EmbeddedPostgres,
}

impl Postgres {
    pub async fn start() -> Self {
        let dir = TempDir::new().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let programs = Programs::of_this_machine(Missing::Refuse);
        let keeper = EmbeddedPostgres::start(dir.path(), &programs).await.unwrap();
        Self { dir, keeper }
    }

    pub async fn world(&self) -> World {
        World::on(db::at(self.keeper.url()).await, sample()).await
    }

    /// Ends it as a failing machine does (SIGQUIT) or an operator (SIGINT), and waits until its
    /// keeper has started it again.
    pub async fn restart(&self, signal: Signal) {
        let file = self.dir.path().join("postgres/data/postmaster.pid");
        let file = fs::read_to_string(file).unwrap();
        let pid = file.lines().next().unwrap().parse().unwrap();
        kill(Pid::from_raw(pid), signal).unwrap();
        let url = self.keeper.url();
        let down = async {
            while PgConnection::connect(url).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, down).await.expect("PostgreSQL ends");
        let back = async {
            while PgConnection::connect(url).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, back).await.expect("PostgreSQL comes back");
    }
}

#[tokio::test]
async fn rel_e4_postgresql_restarted_under_load_loses_and_doubles_nothing() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let template = meeting(&fleet).await;
    let (restarts, kills, count) = figures();
    let mut processes = vec![];
    for _ in 0..2 {
        processes.push(fleet.start(PACE).await);
    }
    let mut executions = vec![];
    for _ in 0..restarts {
        executions.extend(fleet.launch(template, count / restarts - 1).await);
        for _ in 0..kills {
            fleet.hear_some().await;
            let victim = fleet.pick(&mut processes);
            fleet.kill(victim).await;
            processes.push(fleet.start(PACE).await);
        }
        fleet.hear_some().await;
        postgres.restart(Signal::SIGQUIT).await;
        let back = fleet.now().await;
        executions.extend(fleet.launch(template, 1).await);
        let first = fleet.begun_after(back).await - back;
        judge("from PostgreSQL's return to the next job", first, (10_000, STALL));
    }

    fleet.assert_complete(&executions, DOCUMENTS).await;

    drop(processes);
    fleet.close().await;
    postgres.keeper.stop().await;
}

/// How long trouble of every kind goes on: in `make soak` as long as asked.
fn length() -> Duration {
    let minutes = std::env::var("ATELIER_SOAK_MINUTES");
    minutes.map_or(Duration::from_secs(10), |minutes| {
        Duration::from_secs(60 * minutes.parse::<u64>().unwrap())
    })
}

#[tokio::test]
async fn rel_e1_kills_frozen_processes_and_restarts_of_the_database_together_lose_nothing() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let mix = Mix::of(&fleet.world).await;
    let (mut processes, mut executions) = (vec![], vec![]);
    for _ in 0..3 {
        processes.push(fleet.start(PACE).await);
    }
    let (begun, mut rounds) = (Instant::now(), 0);
    // Each kind of trouble comes at least once, however slow the machine.
    while rounds < 3 || begun.elapsed() < length() {
        let running = "SELECT count(*) FROM workflow_executions WHERE status = 'running'";
        if fleet.world.count(running).await < MOST_RUNNING {
            executions.extend(mix.launch(&fleet, 3).await);
        }
        fleet.hear_some().await;
        let victim = fleet.pick(&mut processes);
        match rounds % 3 {
            0 => {
                fleet.kill(victim).await;
                processes.push(fleet.start(PACE).await);
            }
            1 => {
                victim.send(Signal::SIGSTOP);
                fleet.end_lease(victim.id).await;
                fleet.hear_some().await;
                victim.send(Signal::SIGCONT);
                processes.push(victim);
            }
            _ => {
                postgres.restart(Signal::SIGQUIT).await;
                processes.push(victim);
            }
        }
        rounds += 1;
    }

    mix.assert_complete(&fleet, &executions).await;

    println!("{rounds} rounds, {} executions in {:?}", executions.len(), begun.elapsed());
    drop(processes);
    fleet.close().await;
    postgres.keeper.stop().await;
}
