//! The database restarts under load, alone and with other trouble: everything ends once.

use std::{
    fs,
    time::{Duration, Instant},
};

use model::id::TemplateId;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::embedded_pg::{EmbeddedPostgres, Programs};
use services::testing::{
    db,
    play::{rest, workflow},
    soak::{STALL, judge, soaking},
    world::{World, sample},
};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    fleet::{mix::Mix, processes::Fleet},
    folder::folder,
};

/// Words a second: so few that a text is still under way when something happens to who writes it.
const SLOW: u32 = 20;
/// Who writes texts.
const WRITING: &str = "SELECT DISTINCT worker_id FROM agent_jobs
                        WHERE status = 'running' AND job_type = 'generate_copy'";
/// Texts that are under way with workers that live, the lost ones being these; with their claims.
const UNDER_WAY: &str = "SELECT j.id, j.fence FROM agent_jobs j
                           JOIN workers w ON w.id = j.worker_id
                          WHERE j.status = 'running' AND j.job_type = 'generate_copy'
                            AND w.gone_at IS NULL AND w.id <> ALL($1)";
/// A job and the number of a claim of it.
type Claim = (Uuid, i64);

const PATIENCE: Duration = Duration::from_secs(300);

/// Restarts, kills before each of them, and executions.
fn figures() -> (usize, usize, usize) {
    if soaking() { (10, 4, 600) } else { (2, 1, 6) }
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
        let dir = folder();
        let programs = Programs::of_this_machine();
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
                rest().await;
            }
        };
        tokio::time::timeout(PATIENCE, down).await.expect("PostgreSQL ends");
        let back = async {
            while PgConnection::connect(url).await.is_err() {
                rest().await;
            }
        };
        tokio::time::timeout(PATIENCE, back).await.expect("PostgreSQL comes back");
    }

    /// Restarts it, as after a failure, beneath texts that are under way; which these were. They are
    /// counted under a lock without which none can end, and which ends with the server that knows of it.
    async fn restart_beneath(&self, fleet: &Fleet) -> Vec<Claim> {
        let (pool, lost) = (&fleet.world.db.pool, fleet.lost());
        let under_way = || sqlx::query_as::<sqlx::Postgres, Claim>(UNDER_WAY).bind(&lost);
        let mut conn = PgConnection::connect(self.keeper.url()).await.unwrap();
        let (spanning, _lock) = loop {
            let begun = async || under_way().fetch_optional(pool).await.unwrap();
            fleet.world.look("texts under way", begun).await;
            let mut lock = conn.begin().await.unwrap();
            let sql = "LOCK TABLE agent_jobs IN EXCLUSIVE MODE";
            sqlx::query(sql).execute(&mut *lock).await.unwrap();
            let spanning = under_way().fetch_all(&mut *lock).await.unwrap();
            if !spanning.is_empty() {
                break (spanning, lock);
            }
            lock.rollback().await.unwrap();
        };
        self.restart(Signal::SIGQUIT).await;
        spanning
    }
}

/// How many of these attempts have an end on record.
async fn ended(fleet: &Fleet, attempts: &[Claim]) -> i64 {
    let (jobs, fences): (Vec<Uuid>, Vec<i64>) = attempts.iter().copied().unzip();
    let sql = "SELECT count(*) FROM job_attempts a
                 JOIN UNNEST($1::uuid[], $2::bigint[]) AS u (job, fence)
                   ON a.job_id = u.job AND a.fence = u.fence";
    let ended = sqlx::query_scalar(sql).bind(jobs).bind(fences);
    ended.fetch_one(&fleet.world.db.pool).await.unwrap()
}

#[tokio::test]
async fn rel_e4_postgresql_restarted_under_load_loses_and_doubles_nothing() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let template = meeting(&fleet).await;
    let (restarts, kills, count) = figures();
    let mut processes = vec![];
    for _ in 0..2 {
        processes.push(fleet.start(SLOW).await);
    }
    let (mut executions, mut spanning) = (vec![], vec![]);
    for _ in 0..restarts {
        executions.extend(fleet.launch(template, count / restarts - 2).await);
        for _ in 0..kills {
            fleet.hear_some().await;
            let victim = fleet.pick(&mut processes);
            fleet.kill(victim).await;
            processes.push(fleet.start(SLOW).await);
        }
        // Of this one something is under way, even if all else is over.
        executions.extend(fleet.launch(template, 1).await);
        spanning.extend(postgres.restart_beneath(&fleet).await);
        let back = fleet.now().await;
        executions.extend(fleet.launch(template, 1).await);
        let first = fleet.begun_after(back).await - back;
        judge("from PostgreSQL's return to the next job", first, 10_000, STALL);
    }

    fleet.assert_complete(&executions, DOCUMENTS).await;

    println!("{} attempts were under way at {restarts} restarts", spanning.len());
    assert_eq!(ended(&fleet, &spanning).await, i64::try_from(spanning.len()).unwrap());
    drop(processes);
    fleet.close().await;
    postgres.keeper.stop().await;
}

/// How long trouble of every kind goes on: in `make soak` as long as asked, else until each has come once.
fn length() -> Duration {
    let minutes = std::env::var("ATELIER_SOAK_MINUTES");
    minutes
        .map_or(Duration::ZERO, |minutes| Duration::from_secs(60 * minutes.parse::<u64>().unwrap()))
}

#[tokio::test]
async fn rel_e1_kills_frozen_processes_and_restarts_of_the_database_together_lose_nothing() {
    let postgres = Postgres::start().await;
    let mut fleet = Fleet::of(postgres.world().await).await;
    let mix = Mix::of(&fleet.world).await;
    let (mut processes, mut executions) = (vec![], vec![]);
    for _ in 0..3 {
        processes.push(fleet.start(SLOW).await);
    }
    let (begun, mut rounds) = (Instant::now(), 0);
    // Each kind of trouble comes at least once, however slow the machine.
    while rounds < 3 || begun.elapsed() < length() {
        let running = "SELECT count(*) FROM workflow_executions WHERE status = 'running'";
        if fleet.world.count(running).await < MOST_RUNNING {
            executions.extend(mix.launch(&fleet, 3).await);
        }
        fleet.hear_some().await;
        // Each kind of trouble first meets somebody at work, then whomever chance picks.
        let victim = match rounds {
            0..3 => fleet.pick_at_work(WRITING, &mut processes).await,
            _ => fleet.pick(&mut processes),
        };
        match rounds % 3 {
            0 => {
                fleet.kill(victim).await;
                processes.push(fleet.start(SLOW).await);
            }
            1 => {
                victim.send(Signal::SIGSTOP);
                fleet.end_lease(victim.id).await;
                fleet.hear_some().await;
                victim.send(Signal::SIGCONT);
                processes.push(victim);
            }
            _ => {
                postgres.restart_beneath(&fleet).await;
                processes.push(victim);
            }
        }
        rounds += 1;
    }

    mix.assert_complete(&fleet, &executions).await;

    let hits = fleet.takeovers().await.len();
    println!("{rounds} rounds, {} executions in {:?}", executions.len(), begun.elapsed());
    assert!(hits > 0, "nobody was lost with a job in hand");
    drop(processes);
    fleet.close().await;
    postgres.keeper.stop().await;
}
