//! The server `deploy`: services in a cluster, whose last release has failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    invent::{commit, moment, seed},
    outages::outage,
    tool::{About, Call, Effect, SampleTool},
};

/// The tools of this server.
pub fn tools() -> Vec<SampleTool> {
    let status = About {
        name: "getServiceStatus",
        title: "Get the status of a service",
        description: "Says how a service runs: its revisions, tasks and last deployments.",
        effect: Effect::Reads,
        stages: &[],
    };
    let rollback = About {
        name: "rollbackService",
        title: "Roll back a service",
        description: "Runs an earlier revision of a service in place of the present one.",
        effect: Effect::Overwrites,
        stages: &[
            "Starting tasks of the earlier revision",
            "Waiting for health checks",
            "Stopping the other tasks",
        ],
    };
    vec![SampleTool::new(status, service_status), SampleTool::new(rollback, roll_back)]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ServiceQuery {
    /// The cluster that the service runs in.
    cluster: String,
    /// The service.
    service: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RollbackOrder {
    /// The cluster that the service runs in.
    cluster: String,
    /// The service.
    service: String,
    /// The revision to run again, as getServiceStatus names it.
    target_revision: String,
    /// Why, for those who read the history.
    reason: Option<String>,
}

/// How a service runs.
#[derive(Serialize, JsonSchema)]
struct ServiceStatus {
    cluster: String,
    service: String,
    /// `running`, or `failed` while tasks of the last release do not stay up.
    status: String,
    desired_count: u64,
    running_count: u64,
    pending_count: u64,
    /// The revision that was released last.
    revision: String,
    /// The one before it, to which it can be rolled back.
    previous_revision: String,
    stopped_reason: String,
    deployments: Vec<Deployment>,
}

#[derive(Serialize, JsonSchema)]
struct Deployment {
    id: String,
    /// `completed` or `failed`.
    status: String,
    revision: String,
    commit: String,
    failed_tasks: u64,
    created_at: String,
}

/// What a rollback has done.
#[derive(Serialize, JsonSchema)]
struct Rollback {
    id: String,
    cluster: String,
    service: String,
    /// `completed`.
    status: String,
    from_revision: String,
    target_revision: String,
    running_count: u64,
    reason: Option<String>,
    completed_at: String,
}

const TASKS: u64 = 3;

/// The revision of a service that was released last.
fn latest(cluster: &str, service: &str) -> u64 {
    20 + seed(&[cluster, service]) % 80
}

fn check_names(cluster: &str, service: &str) -> Result<(), String> {
    if cluster.trim().is_empty() || service.trim().is_empty() {
        return Err("Enter the cluster and the service.".to_owned());
    }
    Ok(())
}

fn service_status(query: ServiceQuery, _call: &Call<'_>) -> Result<ServiceStatus, String> {
    let ServiceQuery { cluster, service } = query;
    check_names(&cluster, &service)?;
    let latest = latest(&cluster, &service);
    let revision = |number: u64| format!("{service}:{number}");
    let deployment = |number: u64, status: &str, failed_tasks| {
        let numeral = number.to_string();
        let words = [cluster.as_str(), service.as_str(), numeral.as_str()];
        let seed = seed(&words);
        Deployment {
            id: format!("d-{:08x}", seed >> 32),
            status: status.to_owned(),
            revision: revision(number),
            commit: commit(&words),
            failed_tasks,
            created_at: moment(seed),
        }
    };
    Ok(ServiceStatus {
        status: "failed".to_owned(),
        desired_count: TASKS,
        running_count: 1,
        pending_count: TASKS - 1,
        revision: revision(latest),
        previous_revision: revision(latest - 1),
        stopped_reason: outage(&cluster, &service).stopped.to_owned(),
        deployments: vec![deployment(latest, "failed", 6), deployment(latest - 1, "completed", 0)],
        cluster,
        service,
    })
}

fn roll_back(order: RollbackOrder, _call: &Call<'_>) -> Result<Rollback, String> {
    let RollbackOrder { cluster, service, target_revision, reason } = order;
    check_names(&cluster, &service)?;
    let latest = format!("{service}:{}", latest(&cluster, &service));
    if target_revision.trim().is_empty() || target_revision == latest {
        return Err(format!("{latest} is already running. Choose an earlier revision."));
    }
    let seed = seed(&[&cluster, &service, &target_revision]);
    Ok(Rollback {
        id: format!("r-{:08x}", seed >> 32),
        status: "completed".to_owned(),
        from_revision: latest,
        target_revision,
        running_count: TASKS,
        reason,
        completed_at: moment(seed),
        cluster,
        service,
    })
}
