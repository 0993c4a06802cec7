//! The server `github`: repositories of a code host, under whatever name they are asked for.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::{
    invent::{commit, moment, nth, seed, stories},
    tool::{Answer, Call},
};

/// Nobody owns this host, so no link leads to what is not there.
const HOST: &str = "https://github.example.com";
/// Issues and pull requests beyond this are not there.
const MOST_NUMBER: u64 = 9_999;
/// The jobs of a run, in their order.
const JOBS: [&str; 3] = ["lint", "test", "build"];
/// A run's number times this, and the place of a job in it from 1, is the number of the job.
const JOBS_OF_A_RUN: u64 = 10;

/// How a tool answers.
pub fn answer(tool: &str) -> Option<Answer> {
    Some(match tool {
        "getIssue" => |call| issue(&Repository::of(call)?, call.number("number")),
        "createIssue" => create_issue,
        "updateIssue" => update_issue,
        "addLabels" => add_labels,
        "createIssueComment" | "addIssueComment" => create_comment,
        "createBranch" => create_branch,
        "createPullRequest" => create_pull_request,
        "getPullRequest" => get_pull_request,
        "getPRDiff" => get_diff,
        "getPRFiles" => get_files,
        "createReviewComment" => create_review,
        "getWorkflowRun" => get_run,
        "getWorkflowJobs" => get_jobs,
        "getJobLogs" => get_logs,
        "triggerWorkflow" => start_run,
        _ => return None,
    })
}

/// The repository that a call is about.
struct Repository<'a> {
    call: &'a Call<'a>,
    owner: &'a str,
    name: &'a str,
}

impl<'a> Repository<'a> {
    /// Any owner and name that could be one.
    fn of(call: &'a Call<'_>) -> Result<Self, String> {
        let (owner, name) = (call.text("owner"), call.text("repo"));
        let is_word = |text: &str| {
            !text.is_empty() && !text.contains(|c: char| c == '/' || c.is_whitespace())
        };
        if !is_word(owner) || !is_word(name) {
            return Err("owner and repo must name a repository, like acme and shop.".to_owned());
        }
        Ok(Self { call, owner, name })
    }

    fn url(&self, path: &str) -> String {
        format!("{HOST}/{}/{}/{path}", self.owner, self.name)
    }

    /// A number that is always the same for the same thing in it.
    fn seed(&self, kind: &str, number: u64) -> u64 {
        seed(&[self.owner, self.name, kind, &number.to_string()])
    }

    fn moment(&self, kind: &str, number: u64) -> String {
        moment(self.seed(kind, number))
    }

    /// The commit at the end of a branch.
    fn commit(&self, branch: &str) -> String {
        commit(&[self.owner, self.name, branch])
    }

    fn tip(&self, branch: &str) -> Value {
        json!({ "ref": branch, "sha": self.commit(branch) })
    }

    /// The number of a new thing of a kind, counted from `first` and a little more.
    fn next_number(&self, kind: &str, first: u64) -> u64 {
        let counter = format!("{}/{} {kind}", self.owner, self.name);
        self.call.next_number(&counter, first + self.seed(kind, 0) % 900)
    }
}

/// Who has made the thing with this number.
fn author(number: u64) -> Value {
    json!({ "login": nth(&stories()["people"], number) })
}

fn caller() -> Value {
    json!({ "login": "atelier-sample" })
}

/// An object for each name; null stays null.
fn each_as(key: &str, names: &Value) -> Value {
    let Some(names) = names.as_array() else { return Value::Null };
    names.iter().map(|name| json!({ key: name })).collect()
}

/// The object with those of the changes that are not null.
fn with(mut object: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().into_iter().flatten() {
        if !value.is_null() {
            object[key] = value.clone();
        }
    }
    object
}

/// The issue with this number, as nobody has changed it.
fn issue(repository: &Repository<'_>, number: u64) -> Result<Value, String> {
    if !(1..=MOST_NUMBER).contains(&number) {
        let (owner, name) = (repository.owner, repository.name);
        return Err(format!("Not Found: {owner}/{name} has no issue {number}."));
    }
    let subject = nth(&stories()["subjects"], number);
    Ok(json!({
        "number": number,
        "title": subject["title"],
        "body": subject["body"],
        "state": "open",
        "html_url": repository.url(&format!("issues/{number}")),
        "user": author(number),
        "labels": each_as("name", &subject["labels"]),
        "assignees": [],
        "milestone": null,
        "comments": repository.seed("comments", number) % 8,
        "created_at": repository.moment("issue", number),
    }))
}

fn create_issue(call: &Call<'_>) -> Result<Value, String> {
    let repository = Repository::of(call)?;
    let title = call.words("title")?;
    let new = json!({
        "title": title,
        "body": call.text("body"),
        "user": caller(),
        "labels": each_as("name", call.value("labels")),
        "assignees": each_as("login", call.value("assignees")),
        "comments": 0,
    });
    Ok(with(issue(&repository, repository.next_number("numbers", 100))?, new))
}

fn update_issue(call: &Call<'_>) -> Result<Value, String> {
    let before = issue(&Repository::of(call)?, call.number("issueNumber"))?;
    let changes = json!({
        "title": call.value("title"),
        "body": call.value("body"),
        "state": call.value("state"),
        "labels": each_as("name", call.value("labels")),
        "assignees": each_as("login", call.value("assignees")),
        "milestone": call.value("milestone"),
    });
    Ok(with(before, changes))
}

fn add_labels(call: &Call<'_>) -> Result<Value, String> {
    let before = issue(&Repository::of(call)?, call.number("issueNumber"))?;
    let mut all = before["labels"].as_array().cloned().unwrap_or_default();
    for name in call.value("labels").as_array().into_iter().flatten() {
        if name.as_str().is_none_or(|name| name.trim().is_empty()) {
            return Err("A label is empty.".to_owned());
        }
        if !all.iter().any(|label| label["name"] == *name) {
            all.push(json!({ "name": name }));
        }
    }
    Ok(json!(all))
}

fn create_comment(call: &Call<'_>) -> Result<Value, String> {
    let repository = Repository::of(call)?;
    let body = call.words("body")?;
    let (number, id) = (call.number("issueNumber"), repository.next_number("comments", 5_000));
    Ok(json!({
        "id": id,
        "issue_number": number,
        "body": body,
        "html_url": repository.url(&format!("issues/{number}#issuecomment-{id}")),
        "user": caller(),
        "created_at": repository.moment("comment", id),
    }))
}

fn create_branch(call: &Call<'_>) -> Result<Value, String> {
    let repository = Repository::of(call)?;
    let (name, from) = (call.words("branch")?, call.words("from")?);
    Ok(json!({
        "name": name,
        "ref": format!("refs/heads/{name}"),
        "from": from,
        "sha": repository.commit(from),
        "html_url": repository.url(&format!("tree/{name}")),
    }))
}

/// What the pull request with this number changes.
fn change(number: u64) -> Result<&'static Value, String> {
    if !(1..=MOST_NUMBER).contains(&number) {
        return Err(format!("Not Found: there is no pull request {number}."));
    }
    Ok(nth(&stories()["changes"], number))
}

/// The files of a pull request.
fn files(call: &Call<'_>) -> Result<Vec<Value>, String> {
    Repository::of(call)?;
    let files = change(call.number("number"))?["files"].as_array().into_iter().flatten();
    let file = |file: &Value| {
        let count = |sign| {
            let patch = file["patch"].as_str().unwrap_or_default();
            patch.lines().filter(|line| line.starts_with(sign)).count()
        };
        let (additions, deletions) = (count('+'), count('-'));
        json!({
            "filename": file["path"],
            "status": if file["is_new"] == true { "added" } else { "modified" },
            "additions": additions,
            "deletions": deletions,
            "changes": additions + deletions,
            "patch": file["patch"],
        })
    };
    Ok(files.map(file).collect())
}

fn create_pull_request(call: &Call<'_>) -> Result<Value, String> {
    let repository = Repository::of(call)?;
    let (title, head, base) = (call.words("title")?, call.words("head")?, call.words("base")?);
    if head == base {
        return Err(format!("head and base are both {head}: there is nothing to merge."));
    }
    let number = repository.next_number("numbers", 100);
    let new = json!({
        "title": title,
        "body": call.text("body"),
        "draft": call.value("draft"),
        "user": caller(),
        "head": repository.tip(head),
        "base": repository.tip(base),
        "labels": each_as("name", call.value("labels")),
        "changed_files": 1,
        "additions": 4,
        "deletions": 1,
    });
    Ok(with(pull_request(&repository, number), new))
}

fn pull_request(repository: &Repository<'_>, number: u64) -> Value {
    json!({
        "number": number,
        "state": "open",
        "draft": false,
        "merged": false,
        "html_url": repository.url(&format!("pull/{number}")),
        "user": author(number),
        "base": repository.tip("main"),
        "labels": [],
        "created_at": repository.moment("pull", number),
    })
}

fn get_pull_request(call: &Call<'_>) -> Result<Value, String> {
    let number = call.number("number");
    let (change, repository, files) = (change(number)?, Repository::of(call)?, files(call)?);
    let sum = |key: &str| files.iter().filter_map(|file| file[key].as_u64()).sum::<u64>();
    let told = json!({
        "title": change["title"],
        "body": change["body"],
        "head": repository.tip(change["branch"].as_str().unwrap_or_default()),
        "changed_files": files.len(),
        "additions": sum("additions"),
        "deletions": sum("deletions"),
    });
    Ok(with(pull_request(&repository, number), told))
}

fn get_files(call: &Call<'_>) -> Result<Value, String> {
    Ok(json!(files(call)?))
}

fn get_diff(call: &Call<'_>) -> Result<Value, String> {
    let diff = files(call)?.into_iter().map(|file| {
        let text = |key: &str| file[key].as_str().unwrap_or_default();
        let (path, patch) = (text("filename"), text("patch"));
        let before = match text("status") {
            "added" => "new file mode 100644\n--- /dev/null".to_owned(),
            _ => format!("--- a/{path}"),
        };
        format!("diff --git a/{path} b/{path}\n{before}\n+++ b/{path}\n{patch}\n")
    });
    Ok(json!(diff.collect::<String>()))
}

fn create_review(call: &Call<'_>) -> Result<Value, String> {
    let (repository, number) = (Repository::of(call)?, call.number("number"));
    change(number)?;
    let (body, id) = (call.words("body")?, repository.next_number("reviews", 3_000));
    Ok(json!({
        "id": id,
        "pull_request": number,
        "body": body,
        "event": call.value("event"),
        "html_url": repository.url(&format!("pull/{number}#pullrequestreview-{id}")),
        "user": caller(),
        "submitted_at": repository.moment("review", id),
    }))
}

fn run_url(repository: &Repository<'_>, id: u64) -> String {
    repository.url(&format!("actions/runs/{id}"))
}

/// A run that was started by a push and has failed.
fn run(repository: &Repository<'_>, id: u64) -> Value {
    json!({
        "id": id,
        "name": "CI",
        "head_branch": "main",
        "head_sha": repository.commit(&format!("run {id}")),
        "event": "push",
        "inputs": {},
        "status": "completed",
        "conclusion": "failure",
        "run_number": repository.seed("run", id) % 2_000 + 1,
        "html_url": run_url(repository, id),
        "created_at": repository.moment("run", id),
    })
}

fn get_run(call: &Call<'_>) -> Result<Value, String> {
    Ok(run(&Repository::of(call)?, call.number("runId")))
}

fn start_run(call: &Call<'_>) -> Result<Value, String> {
    let repository = Repository::of(call)?;
    let (workflow, branch) = (call.words("workflow")?, call.words("ref")?);
    let id = repository.next_number("runs", 20_000);
    let new = json!({
        "name": workflow.trim_end_matches(".yml").trim_end_matches(".yaml"),
        "head_branch": branch,
        "head_sha": repository.commit(branch),
        "event": "workflow_dispatch",
        "inputs": call.value("inputs"),
        "status": "queued",
    });
    let mut run = with(run(&repository, id), new);
    run["conclusion"] = Value::Null;
    Ok(run)
}

/// Why a run has failed.
fn failure(run: u64) -> &'static Value {
    nth(&stories()["failures"], run)
}

/// How a job of a run ends: those behind the one that fails do not begin.
fn conclusion(failure: &Value, job: usize) -> &'static str {
    let failed = JOBS.iter().position(|name| failure["job"] == *name);
    match job.cmp(&failed.unwrap_or_default()) {
        Ordering::Less => "success",
        Ordering::Equal => "failure",
        Ordering::Greater => "skipped",
    }
}

fn get_jobs(call: &Call<'_>) -> Result<Value, String> {
    let (repository, run) = (Repository::of(call)?, call.number("runId"));
    let failure = failure(run);
    let jobs = JOBS.iter().enumerate().zip(1..).map(|((place, name), number)| {
        let id = run.saturating_mul(JOBS_OF_A_RUN).saturating_add(number);
        let conclusion = conclusion(failure, place);
        let step = if conclusion == "failure" { &failure["step"] } else { &json!(name) };
        json!({
            "id": id,
            "run_id": run,
            "name": name,
            "status": "completed",
            "conclusion": conclusion,
            "html_url": format!("{}/job/{id}", run_url(&repository, run)),
            "steps": [
                { "name": "Check out", "conclusion": "success" },
                { "name": step, "conclusion": conclusion },
            ],
        })
    });
    let all = call.text("filter") != "failed";
    Ok(jobs.filter(|job| all || job["conclusion"] == "failure").collect())
}

fn get_logs(call: &Call<'_>) -> Result<Value, String> {
    Repository::of(call)?;
    let job = call.number("jobId");
    let failure = failure(job / JOBS_OF_A_RUN);
    let place = usize::try_from(job % JOBS_OF_A_RUN).unwrap_or_default().checked_sub(1);
    let named = place.and_then(|place| Some((conclusion(failure, place), JOBS.get(place)?)));
    Ok(match named {
        Some((conclusion, name)) if conclusion != "failure" => {
            json!(format!("The job {name} has no log: {conclusion}.\n"))
        }
        // A number that no list has given is taken for the job that has failed.
        Some(_) | None => failure["log"].clone(),
    })
}
