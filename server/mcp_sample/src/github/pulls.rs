//! Branches, pull requests and their reviews.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    changes::{CHANGES, Change},
    repository::{Label, Person, Repository, author, caller, labels, require},
};
use crate::{
    invent::nth,
    tool::{About, Call, Effect, SampleTool},
};

/// The tools of branches and pull requests.
pub fn tools() -> Vec<SampleTool> {
    let about =
        |name, title, description, effect| About { name, title, description, effect, stages: &[] };
    vec![
        SampleTool::new(
            about(
                "createBranch",
                "Create a branch",
                "Makes a branch at the end of another; one that is there stays as it is.",
                Effect::AddsOnce,
            ),
            create_branch,
        ),
        SampleTool::new(
            about(
                "createPullRequest",
                "Create a pull request",
                "Asks to merge a branch into another.",
                Effect::Adds,
            ),
            create_pull_request,
        ),
        SampleTool::new(
            about(
                "getPullRequest",
                "Get a pull request",
                "Reads a pull request without its changes.",
                Effect::Reads,
            ),
            get_pull_request,
        ),
        SampleTool::with_text(
            about(
                "getPRDiff",
                "Get the diff of a pull request",
                "Reads all changes of a pull request as one unified diff.",
                Effect::Reads,
            ),
            get_diff,
        ),
        SampleTool::new(
            about(
                "getPRFiles",
                "Get the files of a pull request",
                "Lists the files that a pull request changes, each with its diff.",
                Effect::Reads,
            ),
            get_files,
        ),
        SampleTool::new(
            about(
                "createReviewComment",
                "Review a pull request",
                "Posts a review of a pull request: a comment, an approval or a request for changes.",
                Effect::Adds,
            ),
            create_review,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PullQuery {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the pull request.
    number: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewBranch {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The name of the new branch.
    branch: String,
    /// The branch at whose end it begins.
    from: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPullRequest {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// Its title.
    title: String,
    /// Its text, in Markdown.
    body: Option<String>,
    /// The branch with the changes.
    head: String,
    /// The branch to merge them into.
    base: String,
    /// Its labels.
    #[serde(default)]
    labels: Vec<String>,
    /// It is not to be merged yet.
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewReview {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the pull request.
    number: u64,
    /// The review, in Markdown.
    body: String,
    /// What it means for the merge.
    #[serde(default)]
    event: Verdict,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Verdict {
    #[default]
    Comment,
    Approve,
    RequestChanges,
}

/// A branch.
#[derive(Serialize, JsonSchema)]
struct Branch {
    name: String,
    #[serde(rename = "ref")]
    full_name: String,
    from: String,
    sha: String,
    html_url: String,
}

/// The end of a branch.
#[derive(Serialize, JsonSchema)]
struct Tip {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
}

/// A pull request.
#[derive(Serialize, JsonSchema)]
struct PullRequest {
    number: u64,
    title: String,
    body: String,
    state: String,
    draft: bool,
    merged: bool,
    html_url: String,
    user: Person,
    head: Tip,
    base: Tip,
    labels: Vec<Label>,
    changed_files: u64,
    additions: u64,
    deletions: u64,
    created_at: String,
}

/// A file that a pull request changes.
#[derive(Serialize, JsonSchema)]
struct ChangedFile {
    filename: String,
    /// `added` or `modified`.
    status: String,
    additions: u64,
    deletions: u64,
    changes: u64,
    patch: String,
}

/// A review of a pull request.
#[derive(Serialize, JsonSchema)]
struct Review {
    id: u64,
    pull_request: u64,
    body: String,
    event: Verdict,
    html_url: String,
    user: Person,
    submitted_at: String,
}

fn tip(repository: &Repository<'_>, branch: String) -> Tip {
    Tip { sha: repository.commit(&branch), branch }
}

fn change(number: u64) -> Result<&'static Change, String> {
    if number == 0 {
        return Err("Pull requests are numbered from 1.".to_owned());
    }
    Ok(nth(&CHANGES, number))
}

fn create_branch(new: NewBranch, _call: &Call<'_>) -> Result<Branch, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let name = require("branch", &new.branch)?.to_owned();
    let from = require("from", &new.from)?.to_owned();
    Ok(Branch {
        full_name: format!("refs/heads/{name}"),
        sha: repository.commit(&from),
        html_url: repository.url(&format!("tree/{name}")),
        name,
        from,
    })
}

fn create_pull_request(new: NewPullRequest, call: &Call<'_>) -> Result<PullRequest, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let title = require("title", &new.title)?.to_owned();
    let head = require("head", &new.head)?.to_owned();
    let base = require("base", &new.base)?.to_owned();
    if head == base {
        return Err(format!("head and base are both {head}: there is nothing to merge."));
    }
    let number = repository.next_number(call, "numbers", 100);
    Ok(PullRequest {
        number,
        title,
        body: new.body.unwrap_or_default(),
        state: "open".to_owned(),
        draft: new.draft,
        merged: false,
        html_url: repository.url(&format!("pull/{number}")),
        user: caller(),
        head: tip(&repository, head),
        base: tip(&repository, base),
        labels: labels(new.labels),
        changed_files: 1,
        additions: 4,
        deletions: 1,
        created_at: repository.moment("pull", number),
    })
}

fn get_pull_request(query: PullQuery, _call: &Call<'_>) -> Result<PullRequest, String> {
    let (number, change) = (query.number, change(query.number)?);
    let repository = Repository::new(&query.owner, &query.repo)?;
    Ok(PullRequest {
        number,
        title: change.title.to_owned(),
        body: change.body.to_owned(),
        state: "open".to_owned(),
        draft: false,
        merged: false,
        html_url: repository.url(&format!("pull/{number}")),
        user: author(number),
        head: tip(&repository, change.branch.to_owned()),
        base: tip(&repository, "main".to_owned()),
        labels: vec![],
        changed_files: u64::try_from(change.files.len()).unwrap_or(u64::MAX),
        additions: change.files.iter().map(|file| file.additions()).sum(),
        deletions: change.files.iter().map(|file| file.deletions()).sum(),
        created_at: repository.moment("pull", number),
    })
}

fn get_diff(query: PullQuery, _call: &Call<'_>) -> Result<String, String> {
    Repository::new(&query.owner, &query.repo)?;
    Ok(change(query.number)?.files.iter().map(|file| file.diff()).collect())
}

fn get_files(query: PullQuery, _call: &Call<'_>) -> Result<Vec<ChangedFile>, String> {
    Repository::new(&query.owner, &query.repo)?;
    let files = change(query.number)?.files.iter().map(|file| ChangedFile {
        filename: file.path.to_owned(),
        status: if file.is_new { "added" } else { "modified" }.to_owned(),
        additions: file.additions(),
        deletions: file.deletions(),
        changes: file.additions() + file.deletions(),
        patch: file.patch.to_owned(),
    });
    Ok(files.collect())
}

fn create_review(new: NewReview, call: &Call<'_>) -> Result<Review, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    change(new.number)?;
    let body = require("body", &new.body)?.to_owned();
    let id = repository.next_number(call, "reviews", 3_000);
    let path = format!("pull/{}#pullrequestreview-{id}", new.number);
    Ok(Review {
        id,
        pull_request: new.number,
        body,
        event: new.event,
        html_url: repository.url(&path),
        user: caller(),
        submitted_at: repository.moment("review", id),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::numbers::Numbers;

    #[test]
    fn a_diff_has_the_files_and_lines_that_are_counted() {
        let call = Call { idempotency_key: None, numbers: &Numbers::default() };
        for number in 1..=3 {
            let query = || PullQuery { owner: "acme".to_owned(), repo: "shop".to_owned(), number };

            let pull = get_pull_request(query(), &call).unwrap();
            let files = get_files(query(), &call).unwrap();
            let diff = get_diff(query(), &call).unwrap();

            let added = diff.lines().filter(|line| line.starts_with('+')).count();
            assert_eq!(u64::try_from(files.len()).unwrap(), pull.changed_files);
            // Each file has one line more that begins so: its name.
            assert_eq!(u64::try_from(added).unwrap(), pull.additions + pull.changed_files);
            assert!(files.iter().all(|file| diff.contains(&file.patch)));
        }
    }

    #[test]
    fn a_branch_is_not_merged_into_itself() {
        let call = Call { idempotency_key: None, numbers: &Numbers::default() };
        let new = serde_json::from_value(serde_json::json!({
            "owner": "acme", "repo": "shop", "title": "Fix", "head": "main", "base": "main",
        }));

        assert!(create_pull_request(new.unwrap(), &call).is_err_and(|told| told.contains("main")));
    }
}
