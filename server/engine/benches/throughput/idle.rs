//! W6: what a process with nothing to do costs: processor, queries, memory.

use std::{net::TcpListener, process::Command, time::Duration};

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use super::{
    backlog,
    process::{Leaves, Process},
    report::{Report, rounded},
    stage::{Stage, WORKERS},
};

/// Until what a start needs is done, and how long is measured then.
const WARM: Duration = Duration::from_secs(10);

fn long() -> Duration {
    let seconds = std::env::var("ATELIER_BENCH_IDLE_S").ok().and_then(|s| s.parse().ok());
    Duration::from_secs(seconds.unwrap_or(30))
}

/// The server of the binary that is measured, or else a worker of this program.
fn idle(url: &str, data: &TempDir) -> (&'static str, Process) {
    let Some(program) = std::env::var_os("ATELIER_BINARY") else {
        return ("worker", Process::again(backlog::WORKER, url));
    };
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Command::new(program);
    command.arg("serve").env("DATABASE_URL", url).env("ATELIER_DATA_DIR", data.path());
    command.env("ATELIER_LISTEN", free.to_string()).env("ATELIER_LOG", "error");
    ("server", Process::of(command, Leaves::WhenAsked))
}

/// Transactions of the stage's database so far: idle processes have one a query.
async fn queries(stage: &Stage) -> i64 {
    let sql = "SELECT xact_commit + xact_rollback FROM pg_stat_database
                WHERE datname = current_database()";
    stage.world.count(sql).await
}

pub async fn measure(report: &mut Report) {
    let (stage, data) = (Stage::new().await, TempDir::new().unwrap());
    // The connections of the stage itself have said what they did before it counts.
    stage.services.context().pool.close().await;
    let (what, process) = idle(&stage.world.db.url, &data);
    stage.until(WORKERS, 1, Duration::from_millis(50)).await;
    sleep(WARM).await;
    let (asked, used) = (queries(&stage).await, process.processor_time());
    sleep(long()).await;
    let (asked, used) = (queries(&stage).await - asked, process.processor_time() - used);
    let seconds = long().as_secs_f64();
    report.add(json!({
        "workload": "w6", "process": what, "seconds": seconds,
        "cpu_percent": rounded(100.0 * used.as_secs_f64() / seconds),
        "queries_per_s": rounded(asked as f64 / seconds),
        "memory_mib": rounded(process.memory_mib()),
    }));
}
