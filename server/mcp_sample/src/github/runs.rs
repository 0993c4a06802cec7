//! Runs of the continuous integration, their jobs and logs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    failures::{FAILURES, Failure, JOBS},
    repository::{Repository, require},
};
use crate::{
    invent::nth,
    tool::{About, Call, Effect, SampleTool},
};

/// A run's number times this, and the place of a job in it from 1, is the number of the job.
const JOBS_OF_A_RUN: u64 = 10;

/// The tools of runs.
pub fn tools() -> Vec<SampleTool> {
    let about = |name, title, description, effect, stages| About {
        name,
        title,
        description,
        effect,
        stages,
    };
    vec![
        SampleTool::new(
            about(
                "getWorkflowRun",
                "Get a run",
                "Reads a run of a workflow: its branch, its commit and how it ended.",
                Effect::Reads,
                &[],
            ),
            get_run,
        ),
        SampleTool::new(
            about(
                "getWorkflowJobs",
                "Get the jobs of a run",
                "Lists the jobs of a run, each with its steps; on request only the failed ones.",
                Effect::Reads,
                &[],
            ),
            get_jobs,
        ),
        SampleTool::with_text(
            about(
                "getJobLogs",
                "Get the log of a job",
                "Reads what a job of a run has logged.",
                Effect::Reads,
                &["Fetching the log"],
            ),
            get_logs,
        ),
        SampleTool::new(
            about(
                "triggerWorkflow",
                "Start a run",
                "Starts a workflow on a branch, and gives the new run.",
                Effect::Adds,
                &["Requesting a run", "The run is queued"],
            ),
            start_run,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RunQuery {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the run.
    run_id: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct JobsQuery {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the run.
    run_id: u64,
    /// Which of its jobs.
    #[serde(default)]
    filter: JobFilter,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum JobFilter {
    #[default]
    All,
    Failed,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LogsQuery {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the job, as getWorkflowJobs gives it.
    job_id: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRun {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The file of the workflow, such as `test.yml`.
    workflow: String,
    /// The branch to run it on.
    #[serde(rename = "ref")]
    branch: String,
    /// What the workflow asks for.
    #[serde(default)]
    inputs: BTreeMap<String, Value>,
}

/// A run of a workflow.
#[derive(Serialize, JsonSchema)]
struct Run {
    id: u64,
    name: String,
    head_branch: String,
    head_sha: String,
    event: String,
    /// What it was started with.
    inputs: BTreeMap<String, Value>,
    /// `queued` or `completed`.
    status: String,
    /// `failure`; none before the end.
    conclusion: Option<String>,
    run_number: u64,
    html_url: String,
    created_at: String,
}

/// A job of a run.
#[derive(Serialize, JsonSchema)]
struct Job {
    id: u64,
    run_id: u64,
    name: String,
    status: String,
    /// `success`, `failure` or `skipped`.
    conclusion: String,
    html_url: String,
    steps: Vec<Step>,
}

#[derive(Serialize, JsonSchema)]
struct Step {
    name: String,
    conclusion: String,
}

fn run_url(repository: &Repository<'_>, id: u64) -> String {
    repository.url(&format!("actions/runs/{id}"))
}

fn get_run(query: RunQuery, _call: &Call<'_>) -> Result<Run, String> {
    let (id, repository) = (query.run_id, Repository::new(&query.owner, &query.repo)?);
    let failure = nth(&FAILURES, id);
    Ok(Run {
        id,
        name: "CI".to_owned(),
        head_branch: failure.branch.to_owned(),
        head_sha: repository.commit(&format!("run {id}")),
        event: "push".to_owned(),
        inputs: BTreeMap::new(),
        status: "completed".to_owned(),
        conclusion: Some("failure".to_owned()),
        run_number: repository.seed("run", id) % 2_000 + 1,
        html_url: run_url(&repository, id),
        created_at: repository.moment("run", id),
    })
}

fn get_jobs(query: JobsQuery, _call: &Call<'_>) -> Result<Vec<Job>, String> {
    let (run_id, repository) = (query.run_id, Repository::new(&query.owner, &query.repo)?);
    let failure = nth(&FAILURES, run_id);
    let jobs = JOBS.iter().enumerate().zip(1_u64..).map(|((place, name), number)| {
        let id = run_id.saturating_mul(JOBS_OF_A_RUN).saturating_add(number);
        let conclusion = conclusion(failure, place);
        let step = if place == failure.job { failure.step } else { *name };
        let steps = [("Check out", "success"), (step, conclusion)];
        Job {
            id,
            run_id,
            name: (*name).to_owned(),
            status: "completed".to_owned(),
            conclusion: conclusion.to_owned(),
            html_url: format!("{}/job/{id}", run_url(&repository, run_id)),
            steps: steps
                .map(|(name, conclusion)| Step {
                    name: name.to_owned(),
                    conclusion: conclusion.to_owned(),
                })
                .into(),
        }
    });
    let all = query.filter == JobFilter::All;
    Ok(jobs.filter(|job| all || job.conclusion == "failure").collect())
}

/// How a job of a run ends: those behind the one that fails do not begin.
fn conclusion(failure: &Failure, place: usize) -> &'static str {
    match place.cmp(&failure.job) {
        std::cmp::Ordering::Less => "success",
        std::cmp::Ordering::Equal => "failure",
        std::cmp::Ordering::Greater => "skipped",
    }
}

fn get_logs(query: LogsQuery, _call: &Call<'_>) -> Result<String, String> {
    Repository::new(&query.owner, &query.repo)?;
    let failure = nth(&FAILURES, query.job_id / JOBS_OF_A_RUN);
    let place = usize::try_from(query.job_id % JOBS_OF_A_RUN).unwrap_or_default();
    let job = place.checked_sub(1).and_then(|place| Some((place, *JOBS.get(place)?)));
    Ok(match job {
        Some((place, name)) if conclusion(failure, place) != "failure" => {
            format!("The job {name} has no log: {}.\n", conclusion(failure, place))
        }
        // A number that no list has given is taken for the job that has failed.
        Some(_) | None => failure.log.to_owned(),
    })
}

fn start_run(new: NewRun, call: &Call<'_>) -> Result<Run, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let workflow = require("workflow", &new.workflow)?;
    let branch = require("ref", &new.branch)?;
    let id = repository.next_number(call, "runs", 20_000);
    Ok(Run {
        id,
        name: workflow.trim_end_matches(".yml").trim_end_matches(".yaml").to_owned(),
        head_branch: branch.to_owned(),
        head_sha: repository.commit(branch),
        event: "workflow_dispatch".to_owned(),
        inputs: new.inputs,
        status: "queued".to_owned(),
        conclusion: None,
        run_number: repository.seed("run", id) % 2_000 + 1,
        html_url: run_url(&repository, id),
        created_at: repository.moment("run", id),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::numbers::Numbers;

    #[test]
    fn every_run_has_one_failed_job_whose_log_says_why() {
        let call = Call { idempotency_key: None, numbers: &Numbers::default() };
        for run_id in [0, 1, 2, 9001, u64::MAX / 100] {
            let (owner, repo) = ("acme".to_owned(), "shop".to_owned());
            let query = JobsQuery { owner, repo, run_id, filter: JobFilter::Failed };

            let failed = get_jobs(query, &call).unwrap();

            let (owner, repo) = ("acme".to_owned(), "shop".to_owned());
            let log = get_logs(LogsQuery { owner, repo, job_id: failed[0].id }, &call).unwrap();
            assert_eq!(failed.len(), 1, "{run_id}");
            assert!(log.contains("##[error]") && log.contains(&failed[0].name), "{log}");
        }
    }
}
