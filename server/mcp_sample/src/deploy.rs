//! The server `deploy`: services in a cluster, whose last release has failed.

use serde_json::{Value, json};

use crate::{
    invent::{commit, moment, outage, seed},
    tool::{Answer, Call},
};

const TASKS: u64 = 3;

/// How a tool answers.
pub fn answer(tool: &str) -> Option<Answer> {
    match tool {
        "getServiceStatus" => Some(service_status),
        "rollbackService" => Some(roll_back),
        _ => None,
    }
}

/// The service of a call, its cluster first.
fn service<'a>(call: &'a Call<'_>) -> Result<[&'a str; 2], String> {
    let names = [call.text("cluster"), call.text("service")];
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err("Enter the cluster and the service.".to_owned());
    }
    Ok(names)
}

/// The revision of a service that was released last.
fn latest(names: [&str; 2]) -> u64 {
    20 + seed(&names) % 80
}

fn service_status(call: &Call<'_>) -> Result<Value, String> {
    let [cluster, service] = service(call)?;
    let latest = latest([cluster, service]);
    let revision = |number: u64| format!("{service}:{number}");
    let deployment = |number: u64, status: &str, failed_tasks: u64| {
        let words = [cluster, service, &number.to_string()];
        let seed = seed(&words);
        json!({
            "id": format!("d-{:08x}", seed >> 32),
            "status": status,
            "revision": revision(number),
            "commit": commit(&words),
            "failed_tasks": failed_tasks,
            "created_at": moment(seed),
        })
    };
    Ok(json!({
        "cluster": cluster,
        "service": service,
        "status": "failed",
        "desired_count": TASKS,
        "running_count": 1,
        "pending_count": TASKS - 1,
        "revision": revision(latest),
        "previous_revision": revision(latest - 1),
        "stopped_reason": outage(cluster, service)["stopped"],
        "deployments": [deployment(latest, "failed", 6), deployment(latest - 1, "completed", 0)],
    }))
}

fn roll_back(call: &Call<'_>) -> Result<Value, String> {
    let ([cluster, service], target) = (service(call)?, call.text("targetRevision"));
    let latest = format!("{service}:{}", latest([cluster, service]));
    if target.trim().is_empty() || target == latest {
        return Err(format!("{latest} is already running. Choose an earlier revision."));
    }
    let seed = seed(&[cluster, service, target]);
    Ok(json!({
        "id": format!("r-{:08x}", seed >> 32),
        "cluster": cluster,
        "service": service,
        "status": "completed",
        "from_revision": latest,
        "target_revision": target,
        "running_count": TASKS,
        "reason": call.value("reason"),
        "completed_at": moment(seed),
    }))
}
