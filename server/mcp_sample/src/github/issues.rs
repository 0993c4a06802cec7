//! Issues and their comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    repository::{Label, Person, Repository, author, caller, labels, require},
    subjects::SUBJECTS,
};
use crate::{
    invent::nth,
    tool::{About, Call, Effect, SampleTool},
};

/// The tools of issues.
pub fn tools() -> Vec<SampleTool> {
    let about =
        |name, title, description, effect| About { name, title, description, effect, stages: &[] };
    vec![
        SampleTool::new(
            about("getIssue", "Get an issue", "Reads an issue of a repository.", Effect::Reads),
            get_issue,
        ),
        SampleTool::new(
            about("createIssue", "Create an issue", "Opens a new issue.", Effect::Adds),
            create_issue,
        ),
        SampleTool::new(
            about(
                "updateIssue",
                "Update an issue",
                "Changes title, text, state, labels, people or milestone of an issue.",
                Effect::Overwrites,
            ),
            update_issue,
        ),
        SampleTool::new(
            about(
                "addLabels",
                "Add labels",
                "Adds labels to an issue or a pull request, and gives all that it has then.",
                Effect::AddsOnce,
            ),
            add_labels,
        ),
        SampleTool::new(
            about(
                "createIssueComment",
                "Comment on an issue",
                "Writes a comment on an issue or a pull request.",
                Effect::Adds,
            ),
            create_comment,
        ),
        SampleTool::new(
            about(
                "addIssueComment",
                "Comment on an issue",
                "The same as createIssueComment.",
                Effect::Adds,
            ),
            create_comment,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IssueQuery {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the issue.
    number: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewIssue {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// Its title.
    title: String,
    /// Its text, in Markdown.
    body: Option<String>,
    /// Its labels.
    #[serde(default)]
    labels: Vec<String>,
    /// Who is to work on it.
    #[serde(default)]
    assignees: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct IssueChange {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the issue.
    issue_number: u64,
    /// A new title.
    title: Option<String>,
    /// A new text, in Markdown.
    body: Option<String>,
    /// Whether there is still something to do.
    state: Option<State>,
    /// All its labels from now on.
    labels: Option<Vec<String>>,
    /// All who are to work on it from now on.
    assignees: Option<Vec<String>>,
    /// The milestone that it belongs to, by title or number; none takes it out of its own.
    milestone: Option<Milestone>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewLabels {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the issue or pull request.
    issue_number: u64,
    /// The labels to add.
    labels: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewComment {
    /// The owner of the repository.
    owner: String,
    /// The repository.
    repo: String,
    /// The number of the issue or pull request.
    issue_number: u64,
    /// The comment, in Markdown.
    body: String,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum State {
    Open,
    Closed,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Milestone {
    Number(u64),
    Title(String),
}

/// An issue.
#[derive(Serialize, JsonSchema)]
struct Issue {
    number: u64,
    title: String,
    body: String,
    state: State,
    html_url: String,
    user: Person,
    labels: Vec<Label>,
    assignees: Vec<Person>,
    milestone: Option<Milestone>,
    comments: u64,
    created_at: String,
}

/// A comment on an issue or a pull request.
#[derive(Serialize, JsonSchema)]
struct Comment {
    id: u64,
    issue_number: u64,
    body: String,
    html_url: String,
    user: Person,
    created_at: String,
}

/// The issue with this number, as nobody has changed it.
fn issue(repository: &Repository<'_>, number: u64) -> Result<Issue, String> {
    if number == 0 {
        return Err("Issues are numbered from 1.".to_owned());
    }
    let subject = nth(&SUBJECTS, number);
    Ok(Issue {
        number,
        title: subject.title.to_owned(),
        body: subject.body.to_owned(),
        state: State::Open,
        html_url: repository.url(&format!("issues/{number}")),
        user: author(number),
        labels: labels(subject.labels.iter().copied()),
        assignees: vec![],
        milestone: None,
        comments: repository.seed("comments", number) % 8,
        created_at: repository.moment("issue", number),
    })
}

fn people(logins: Vec<String>) -> Vec<Person> {
    logins.into_iter().map(|login| Person { login }).collect()
}

fn get_issue(query: IssueQuery, _call: &Call<'_>) -> Result<Issue, String> {
    issue(&Repository::new(&query.owner, &query.repo)?, query.number)
}

fn create_issue(new: NewIssue, call: &Call<'_>) -> Result<Issue, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let title = require("title", &new.title)?.to_owned();
    let number = repository.next_number(call, "numbers", 100);
    Ok(Issue {
        title,
        body: new.body.unwrap_or_default(),
        user: caller(),
        labels: labels(new.labels),
        assignees: people(new.assignees),
        comments: 0,
        ..issue(&repository, number)?
    })
}

fn update_issue(change: IssueChange, _call: &Call<'_>) -> Result<Issue, String> {
    let repository = Repository::new(&change.owner, &change.repo)?;
    let before = issue(&repository, change.issue_number)?;
    Ok(Issue {
        title: change.title.unwrap_or(before.title),
        body: change.body.unwrap_or(before.body),
        state: change.state.unwrap_or(before.state),
        labels: change.labels.map_or(before.labels, labels),
        assignees: change.assignees.map_or(before.assignees, people),
        milestone: change.milestone,
        ..before
    })
}

fn add_labels(new: NewLabels, _call: &Call<'_>) -> Result<Vec<Label>, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let mut all = issue(&repository, new.issue_number)?.labels;
    for name in new.labels {
        require("A label", &name)?;
        if !all.iter().any(|label| label.name == name) {
            all.push(Label { name });
        }
    }
    Ok(all)
}

fn create_comment(new: NewComment, call: &Call<'_>) -> Result<Comment, String> {
    let repository = Repository::new(&new.owner, &new.repo)?;
    let body = require("body", &new.body)?.to_owned();
    let id = repository.next_number(call, "comments", 5_000);
    let path = format!("issues/{}#issuecomment-{id}", new.issue_number);
    Ok(Comment {
        id,
        issue_number: new.issue_number,
        body,
        html_url: repository.url(&path),
        user: caller(),
        created_at: repository.moment("comment", id),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::numbers::Numbers;

    fn query(number: u64) -> IssueQuery {
        IssueQuery { owner: "acme".to_owned(), repo: "shop".to_owned(), number }
    }

    fn new_issue() -> NewIssue {
        let (owner, repo, title) = ("acme".to_owned(), "shop".to_owned(), "It breaks".to_owned());
        NewIssue { owner, repo, title, body: None, labels: vec![], assignees: vec![] }
    }

    #[test]
    fn any_number_is_an_issue_and_always_the_same() {
        let call = Call { idempotency_key: None, numbers: &Numbers::default() };
        let text = |number| serde_json::to_string(&get_issue(query(number), &call).unwrap());

        assert!(text(42).unwrap().contains("Checkout shows the price without tax"));
        assert_eq!(text(42).unwrap(), text(42).unwrap());
        assert_ne!(text(42).unwrap(), text(47).unwrap());
        assert!(get_issue(query(u64::MAX), &call).is_ok());
        assert!(get_issue(query(0), &call).is_err());
    }

    #[test]
    fn new_issues_count_up_and_a_repeated_call_gets_the_same_one() {
        let numbers = Numbers::default();
        let create = |key| {
            let call = Call { idempotency_key: key, numbers: &numbers };
            create_issue(new_issue(), &call).unwrap().number
        };

        let (first, second, again) = (create(Some("a")), create(None), create(Some("a")));

        assert_eq!((second, again), (first + 1, first));
    }

    #[test]
    fn a_label_that_is_there_is_not_added_twice() {
        let call = Call { idempotency_key: None, numbers: &Numbers::default() };
        let new = NewLabels {
            owner: "acme".to_owned(),
            repo: "shop".to_owned(),
            issue_number: 42,
            labels: vec!["bug".to_owned(), "checkout".to_owned()],
        };

        let all = add_labels(new, &call).unwrap();

        assert_eq!(all.iter().map(|label| &label.name).collect::<Vec<_>>(), ["bug", "checkout"]);
    }
}
