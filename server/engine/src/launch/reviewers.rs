//! The people whom reviews and agents of a workflow name: known where it is published, enough of them
//! where it is launched. What comes from another workspace may name people of that one.

use std::collections::BTreeMap;

use model::{
    access::{Permission, Role, can},
    graph::is_enabled,
    id::{UserId, WorkspaceId},
    nodes::NodeConfig,
    problem::{FieldProblem, Problem},
    review::assignment::{Assignment, ReviewActor, Reviewers},
    workflow::{Node, Workflow},
};
use sqlx::PgConnection;
use store::{error::Result, reviews};

/// A review or an agent that names people, with its place among the nodes.
struct Naming<'a> {
    place: usize,
    node: &'a Node,
    assignment: Assignment,
    /// How many of them must approve.
    needed: usize,
}

type Roles = BTreeMap<UserId, Role>;

/// Refuses to publish a workflow of which a review names somebody who cannot decide here.
///
/// # Errors
/// Each such person, at their place in the definition.
pub async fn check_people(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
) -> Result<()> {
    let naming = reviews_that_name(workflow);
    let roles = roles_of(conn, workspace, &naming).await?;
    let unknown = |naming: &Naming<'_>| {
        let people = naming.assignment.people.iter().enumerate();
        let problem = |(nth, person): (usize, &UserId)| {
            let (code, words) = match roles.get(person) {
                Some(role) if can(*role, Permission::DecideOwnReview) => return None,
                Some(_) => ("may_not_decide", "a chosen reviewer is only a viewer here"),
                None => ("unknown_person", "a chosen reviewer is not a member of this workspace"),
            };
            let words = format!("{words}. Choose the reviewers of this step.");
            Some(naming.problem(code, &format!("people[{nth}]"), &words))
        };
        people.filter_map(problem).collect::<Vec<_>>()
    };
    refuse(naming.iter().flat_map(unknown).collect())
}

/// Refuses a launch of which a review could never be approved: too few of the people whom it names are
/// left. `author` launches it. Checked are the enabled nodes for which `runs` is true.
///
/// # Errors
/// Each such review, at its place in the definition.
pub async fn check_enough(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
    author: UserId,
    runs: impl Fn(&Node) -> bool,
) -> Result<()> {
    let mut naming = reviews_that_name(workflow);
    naming.retain(|naming| runs(naming.node));
    let roles = roles_of(conn, workspace, &naming).await?;
    let too_few = |naming: &Naming<'_>| {
        let (assignment, needed) = (&naming.assignment, naming.needed);
        let decides = |person: &&UserId| {
            let is_author = **person == author;
            roles.get(*person).is_some_and(|role| {
                let actor = ReviewActor { user: Some(**person), role: *role, is_author };
                assignment.may_decide(&actor).is_ok()
            })
        };
        let left = assignment.people.iter().filter(decides).count();
        let words = format!(
            "only {left} of the chosen reviewers can decide here, but {needed} must approve. \
             Choose others in this step of the workflow."
        );
        (left < needed).then(|| naming.problem("too_few_people", "people", &words))
    };
    refuse(naming.iter().filter_map(too_few).collect())
}

impl Naming<'_> {
    fn problem(&self, code: &str, field: &str, words: &str) -> FieldProblem {
        let path = format!("nodes[{}].data.config.{field}", self.place);
        let message = format!("{}: {words}", self.node.title());
        FieldProblem {
            node_id: Some(self.node.id.to_string()),
            field: Some(field.to_owned()),
            ..FieldProblem::field(code, path, message)
        }
    }
}

fn refuse(errors: Vec<FieldProblem>) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid("A review of this workflow has reviewers who can't decide it.", errors)
        .into())
}

/// The enabled reviews and agents that name people.
fn reviews_that_name(workflow: &Workflow) -> Vec<Naming<'_>> {
    let nodes = workflow.nodes.iter().enumerate();
    let naming = nodes.filter_map(|(place, node)| {
        let (assignment, needed) = if let NodeConfig::Review(config) = &node.data.config {
            (config.assignment(), config.least_approvals())
        } else if let NodeConfig::Agent(config) = &node.data.config {
            (config.assignment(), 1)
        } else {
            return None;
        };
        let names_people = assignment.reviewers == Reviewers::People && is_enabled(workflow, node);
        names_people.then_some(Naming { place, node, assignment, needed })
    });
    naming.collect()
}

/// The roles of those of the named people who are members.
async fn roles_of(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    naming: &[Naming<'_>],
) -> Result<Roles> {
    let people: Vec<UserId> =
        naming.iter().flat_map(|naming| naming.assignment.people.iter().copied()).collect();
    if people.is_empty() {
        return Ok(Roles::new());
    }
    let found = reviews::find_members(conn, workspace, &people).await?;
    Ok(found.into_iter().map(|(member, role)| (member.id, role)).collect())
}
