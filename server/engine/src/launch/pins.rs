//! Pins each `sub_workflow` node, and each workflow that a frozen agent may run as a tool, to a version of
//! a template, and checks that the nesting ends.

use std::collections::BTreeMap;

use model::{
    agent::tools::ToolTarget,
    api::templates::EnabledChange,
    id::{TemplateId, WorkspaceId},
    nodes::{
        NodeConfig,
        agent::PinnedWorkflow,
        sub_workflow::{Config, MAX_DEPTH, literal_value},
    },
    problem::{FieldProblem, Problem},
    validate,
    workflow::{Node, Workflow},
};
use serde::Deserialize;
use serde_json::Map;
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    templates::{self, PinnedRow},
};

/// A template with its name, for the message about a cycle.
pub type Named = (TemplateId, String);

/// The workflow with each of its `sub_workflow` nodes, and each workflow that its frozen agents may run,
/// pinned to a template's id and version.
///
/// `own` is the template the workflow belongs to.
///
/// # Errors
/// A template or version that the workspace has not published, or that is switched off; a parameter
/// that the template does not have, or whose written value it would not accept; templates that run
/// each other in a circle, by name; more than [`MAX_DEPTH`] levels.
pub async fn pin(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    own: Option<Named>,
    mut workflow: Workflow,
) -> Result<Workflow> {
    let mut walk = Walk { workspace, known: BTreeMap::new(), path: own.into_iter().collect() };
    let mut errors = vec![];
    for place in 0..workflow.nodes.len() {
        let Some(config) = workflow.nodes.get(place).and_then(sub_workflow).cloned() else {
            continue;
        };
        match walk.resolve(conn, &config).await? {
            Ok(found) => {
                let unfit = unfit_parameters(&config, &found);
                let walked = walk.below(conn, found.clone()).await?;
                errors.extend(
                    unfit
                        .into_iter()
                        .chain(walked.err())
                        .map(|found| field_problem(found, place, &workflow)),
                );
                if let Some(node) = workflow.nodes.get_mut(place) {
                    let (template, version) = (found.id.to_string(), Some(found.version));
                    node.data.config = Config { template, version, ..config }.into();
                }
            }
            Err(wrong) => errors.push(field_problem(wrong, place, &workflow)),
        }
    }
    errors.extend(pin_agents(conn, &mut walk, &mut workflow).await?);
    if errors.is_empty() {
        return Ok(workflow);
    }
    Err(Problem::invalid("The workflow runs another workflow that can't run.", errors).into())
}

/// Pins the workflows that frozen agents may run; gives what cannot be run.
async fn pin_agents(
    conn: &mut PgConnection,
    walk: &mut Walk,
    workflow: &mut Workflow,
) -> Result<Vec<FieldProblem>> {
    let mut errors = vec![];
    for place in 0..workflow.nodes.len() {
        let wanted = workflow.nodes.get(place).map(granted_workflows).unwrap_or_default();
        let mut pinned = BTreeMap::new();
        for (tool, wanted) in wanted {
            let found = match walk.resolve(conn, &wanted).await? {
                Ok(found) => found,
                Err(wrong) => {
                    errors.push(field_problem(wrong.of_agent(&tool), place, workflow));
                    continue;
                }
            };
            let (template, version) = (found.id.to_string(), found.version);
            if let Err(wrong) = walk.below(conn, found).await? {
                errors.push(field_problem(wrong.of_agent(&tool), place, workflow));
            }
            pinned.insert(tool, PinnedWorkflow { template, version });
        }
        let config = workflow.nodes.get_mut(place).map(|node| &mut node.data.config);
        if let Some(NodeConfig::Agent(config)) = config
            && let Some(frozen) = &mut config.frozen
        {
            frozen.workflows = pinned;
        }
    }
    Ok(errors)
}

/// Whether a workflow runs others: as steps, or as tools of its agents.
pub fn runs_others(workflow: &Workflow) -> bool {
    workflow
        .nodes
        .iter()
        .any(|node| sub_workflow(node).is_some() || !granted_workflows(node).is_empty())
}

/// The workflows that the agent of a node may run, by the tool as its definition names it.
fn granted_workflows(node: &Node) -> BTreeMap<String, Config> {
    let NodeConfig::Agent(config) = &node.data.config else { return BTreeMap::new() };
    let Some(definition) = config.definition() else { return BTreeMap::new() };
    let pinned = config.frozen.as_deref().map(|frozen| &frozen.workflows);
    let offered = definition.tools.iter().filter(|grant| grant.is_offered());
    let granted = offered.filter_map(|grant| {
        let Some(ToolTarget::Workflow(name)) = grant.target() else { return None };
        let (template, version) = match pinned.and_then(|pinned| pinned.get(&grant.tool)) {
            Some(pinned) => (pinned.template.clone(), Some(pinned.version)),
            None => (name.to_owned(), None),
        };
        Some((grant.tool.clone(), Config { template, version, parameters: vec![] }))
    });
    granted.collect()
}

/// The configuration of a node that runs another workflow; none for any other.
pub(super) fn sub_workflow(node: &Node) -> Option<&Config> {
    if let NodeConfig::SubWorkflow(config) = &node.data.config { Some(config) } else { None }
}

/// A problem of a field, before its node is known.
struct Wrong {
    code: &'static str,
    field: String,
    message: String,
}

impl Wrong {
    /// The same of a workflow that an agent may run.
    fn of_agent(self, tool: &str) -> Self {
        let message = format!("Its agent can call {tool}. {}", self.message);
        Self { field: "agent".to_owned(), message, ..self }
    }
}

fn field_problem(wrong: Wrong, place: usize, workflow: &Workflow) -> FieldProblem {
    let path = format!("nodes[{place}].data.config.{}", wrong.field);
    let node = workflow.nodes.get(place);
    let title = node.map(Node::title).unwrap_or_default();
    let message = format!("{title}: {}", wrong.message);
    let mut problem = FieldProblem::field(wrong.code, path, message);
    problem.node_id = node.map(|node| node.id.to_string());
    problem.field = Some(wrong.field);
    problem
}

/// Parameters of the node that the other workflow would refuse, as far as their values are written
/// out.
fn unfit_parameters(config: &Config, found: &PinnedRow) -> Vec<Wrong> {
    let Ok(workflow) = read(found) else { return vec![] };
    let unfit = config.parameters.iter().enumerate().filter_map(|(place, pair)| {
        if workflow.parameter(&pair.name).is_none() {
            return Some(Wrong {
                code: "unknown_parameter",
                field: format!("parameters[{place}].name"),
                message: format!("{} has no field “{}”.", found.name, pair.name),
            });
        }
        let value =
            Map::from_iter([(pair.name.clone(), literal_value(pair, &workflow.parameters)?)]);
        let problems = validate::validate_parameters(&workflow, &value).err()?;
        let mut problems = problems.into_iter();
        let problem = problems.find(|problem| problem.field.as_ref() == Some(&pair.name))?;
        Some(Wrong {
            code: "unfit_parameter",
            field: format!("parameters[{place}].value"),
            message: problem.message,
        })
    });
    unfit.collect()
}

/// The workflow of a version.
///
/// # Errors
/// It cannot be read.
pub fn read(found: &PinnedRow) -> Result<Workflow> {
    Workflow::deserialize(&found.definition)
        .map_err(|error| EngineError::internal("reading a template", error))
}

struct Walk {
    workspace: WorkspaceId,
    /// How many levels each checked version has, itself included.
    known: BTreeMap<(TemplateId, i32), usize>,
    path: Vec<Named>,
}

impl Walk {
    async fn resolve(
        &self,
        conn: &mut PgConnection,
        config: &Config,
    ) -> Result<Result<PinnedRow, Wrong>> {
        let (name, version) = (config.template.trim(), config.version);
        let found = templates::find_pinned(conn, self.workspace, name, version).await?;
        let wrong = |code, message| Wrong { code, field: "template".to_owned(), message };
        let found = found.ok_or_else(|| {
            let message = match version {
                Some(version) => format!("{name} has no version {version}."),
                None => format!("There is no published workflow {name}."),
            };
            wrong("unknown_template", message)
        });
        Ok(found.and_then(|found| match &found.disabled {
            Some(disabled) => Err(wrong(EnabledChange::REFUSAL, disabled.words(&found.name))),
            None => Ok(found),
        }))
    }

    /// Checks everything below a version; gives how many levels there are, itself included.
    async fn below(
        &mut self,
        conn: &mut PgConnection,
        found: PinnedRow,
    ) -> Result<Result<usize, Wrong>> {
        if let Some(wrong) = self.circle(&found) {
            return Ok(Err(wrong));
        }
        let key = (found.id, found.version);
        let levels = match self.known.get(&key) {
            Some(levels) => *levels,
            None => {
                self.path.push((found.id, found.name.clone()));
                let levels = Box::pin(self.levels(conn, &found)).await?;
                self.path.pop();
                match levels {
                    Ok(levels) => self.known.insert(key, levels).unwrap_or(levels),
                    Err(wrong) => return Ok(Err(wrong)),
                }
            }
        };
        if levels > MAX_DEPTH {
            let message = format!("Workflows can run each other at most {MAX_DEPTH} levels deep.");
            return Ok(Err(Wrong { code: "too_deep", field: "template".to_owned(), message }));
        }
        Ok(Ok(levels))
    }

    async fn levels(
        &mut self,
        conn: &mut PgConnection,
        found: &PinnedRow,
    ) -> Result<Result<usize, Wrong>> {
        let mut most = 0;
        let workflow = read(found)?;
        let granted = workflow.nodes.iter().flat_map(granted_workflows).map(|(_, config)| config);
        let runs: Vec<Config> =
            workflow.nodes.iter().filter_map(sub_workflow).cloned().chain(granted).collect();
        for config in &runs {
            let below = match self.resolve(conn, config).await? {
                Ok(next) => self.below(conn, next).await?,
                Err(wrong) => Err(wrong),
            };
            match below {
                Ok(levels) => most = most.max(levels),
                Err(wrong) => return Ok(Err(Wrong { field: "template".to_owned(), ..wrong })),
            }
        }
        Ok(Ok(most + 1))
    }

    fn circle(&self, found: &PinnedRow) -> Option<Wrong> {
        let begins = self.path.iter().position(|(id, _)| *id == found.id)?;
        let names = self.path.iter().skip(begins).map(|(_, name)| name.as_str());
        let names: Vec<&str> = names.chain([found.name.as_str()]).collect();
        let message = format!("These workflows run each other endlessly: {}.", names.join(" → "));
        Some(Wrong { code: "template_cycle", field: "template".to_owned(), message })
    }
}
