//! What a fleet works on while its processes are killed: steps side by side and a way that is not
//! taken, calls of tools by a step and by an agent, iterations of loops, and executions that run others.

use model::{
    id::{ExecutionId, TemplateId},
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{copies, graph, inside},
    world::World,
};
use uuid::Uuid;

use crate::fleet::processes::Fleet;

/// Documents that one execution makes, with all that it runs.
pub const DOCUMENTS: usize = 5;
/// Nodes of a branching execution that its condition passes by.
const PASSED_BY: i64 = 2;
/// Executions that a nested one runs.
const CHILDREN: i64 = 3;

/// Who works in an iteration of a loop. What was lost before is left in peace: a job that loses
/// four workers is a person's.
pub const IN_ITERATIONS: &str = "SELECT DISTINCT worker_id FROM agent_jobs
                              WHERE status = 'running' AND lost = 0 AND node_id LIKE '%@%'";
/// Who works for an execution that another one runs.
pub const IN_CHILDREN: &str = "SELECT DISTINCT j.worker_id FROM agent_jobs j
                                 JOIN workflow_executions e ON e.id = j.execution_id
                                WHERE j.status = 'running' AND j.lost = 0
                                  AND e.parent_job_id IS NOT NULL";

/// Templates whose executions make as many documents each.
pub struct Mix {
    branching: TemplateId,
    nested: TemplateId,
}

impl Mix {
    pub async fn of(world: &World) -> Self {
        let child = world.publish(&copies(1)).await;
        let nested = world.publish(&nested(child)).await;
        Self { branching: world.publish(&branching()).await, nested }
    }

    /// Launches so many, two of five with loops in them and others that they run.
    pub async fn launch(&self, fleet: &Fleet, count: usize) -> Vec<ExecutionId> {
        let nested = count * 2 / 5;
        let mut executions = fleet.launch(self.branching, count - nested).await;
        executions.extend(fleet.launch(self.nested, nested).await);
        executions
    }

    /// Those that are launched; they run others.
    pub fn templates(&self) -> Vec<Uuid> {
        vec![self.branching.0, self.nested.0]
    }

    /// Each of them completes with what it makes, passes by and runs, once.
    pub async fn assert_complete(&self, fleet: &Fleet, executions: &[ExecutionId]) {
        fleet.assert_complete(executions, DOCUMENTS).await;
        let world = &fleet.world;
        let replaced = fleet.replaced().await;
        let each = "SELECT DISTINCT count(*) FROM documents d
                      JOIN workflow_executions e ON e.id = d.execution_id
                     WHERE e.id <> ALL($1)
                     GROUP BY coalesce(e.parent_execution_id, e.id)";
        let each = sqlx::query_scalar(each).bind(&replaced).fetch_all(&world.db.pool);
        let each: Vec<i64> = each.await.unwrap();
        assert_eq!(each, [DOCUMENTS as i64]);
        let passed_by = "SELECT count(*) FROM execution_nodes WHERE status = 'skipped'";
        let branching = launched(world, self.branching).await;
        let of_clerks = "SELECT count(*) FROM (SELECT FROM mcp_tool_calls
                          WHERE call_id IS NOT NULL AND state = 'answered'
                          GROUP BY job_id, generation, call_id) once";
        assert!(world.count(of_clerks).await >= branching, "each agent has its answer");
        let doubled = "SELECT count(*) FROM (SELECT FROM mcp_tool_calls WHERE state = 'answered'
                        GROUP BY job_id, generation, call_id HAVING count(*) > 1) twice";
        assert_eq!(world.count(doubled).await, 0);
        let open = "SELECT count(*) FROM mcp_tool_calls WHERE state = 'sent'";
        assert_eq!(world.count(open).await, 0);
        assert_eq!(world.count(passed_by).await, PASSED_BY * branching);
        let children = "SELECT count(*) FROM workflow_executions WHERE parent_job_id IS NOT NULL";
        let children = world.count(children).await - i64::try_from(replaced.len()).unwrap();
        let nested = launched(world, self.nested).await;
        assert_eq!(children, CHILDREN * nested);
        let completed = "SELECT count(*) FROM workflow_executions
                          WHERE parent_job_id IS NOT NULL AND status = 'completed' AND id <> ALL($1)";
        let completed = sqlx::query_scalar(completed).bind(&replaced).fetch_one(&world.db.pool);
        assert_eq!(completed.await.ok(), Some(CHILDREN * nested));
    }
}

async fn launched(world: &World, template: TemplateId) -> i64 {
    let sql = "SELECT count(*) FROM workflow_executions WHERE template_id = $1";
    sqlx::query_scalar(sql).bind(template.0).fetch_one(&world.db.pool).await.unwrap()
}

/// Attempts that were lost in iterations of loops, and in executions that others ran.
pub async fn losses(world: &World) -> (i64, i64) {
    let in_iterations = "SELECT count(*) FROM job_attempts a
                       JOIN agent_jobs j ON j.execution_id = a.execution_id AND j.id = a.job_id
                      WHERE a.status = 'lost' AND j.node_id LIKE '%@%'";
    let in_children = "SELECT count(*) FROM job_attempts a
                         JOIN workflow_executions e ON e.id = a.execution_id
                        WHERE a.status = 'lost' AND e.parent_job_id IS NOT NULL";
    (world.count(in_iterations).await, world.count(in_children).await)
}

fn text(id: &str, quantity: u32) -> Value {
    let prompt = format!("Write one sentence about {id}.");
    json!({"prompt": prompt, "quantity": quantity, "save_as_document": true})
}

/// Two steps side by side that meet, a condition, the way it takes and the longer one that it does
/// not, where both would meet again, and then a tool and an agent that calls one.
fn branching() -> Workflow {
    let branches = json!({"branches": [{"id": "none", "when": "size(nodes.a.texts) == 0"},
                                       {"id": "two", "when": "size(nodes.a.texts) == 2"}]});
    let issue = json!({"owner": "acme", "repo": "shop", "number": 7});
    let clerk = json!({"purpose": "Reads issues.", "instructions": "Read the issue and sum it up.",
                       "output": {"format": "text"}, "tools": [{"tool": "github.getIssue"}]});
    let nodes = [
        ("a", "generate_copy", text("a", 2)),
        ("b", "generate_copy", text("b", 1)),
        ("meet", "merge", json!({})),
        ("choose", "conditional", branches),
        ("c", "generate_copy", text("c", 2)),
        ("d", "generate_copy", text("d", 1)),
        ("e", "generate_copy", text("e", 1)),
        ("join", "merge", json!({})),
        ("look", "tool", json!({"tool": "github.getIssue", "params": issue})),
        ("clerk", "agent", json!({"prompt": "Look at acme/shop#7 and sum it up.", "own": clerk})),
    ];
    let edges = [
        ("start", "a"),
        ("start", "b"),
        ("a.texts", "meet"),
        ("b.texts", "meet"),
        ("meet", "choose"),
        ("choose.two", "c"),
        ("choose.none", "d"),
        ("d", "e"),
        ("c.texts", "join"),
        ("e.texts", "join"),
        ("join", "look"),
        ("look", "clerk"),
        ("clerk.done", "end"),
    ];
    graph(&nodes, &edges)
}

/// Side by side: two iterations at once that write, two one after the other that run the child, and
/// once more the child.
fn nested(child: TemplateId) -> Workflow {
    let nodes = [
        ("each", "for_each", json!({"items": "${[\"tea\", \"milk\"]}"})),
        ("write", "generate_copy", text("tea", 1)),
        ("again", "for_each", json!({"stop_when": "index >= 1", "max": 9})),
        ("run", "sub_workflow", json!({"template": child})),
        ("apart", "sub_workflow", json!({"template": child})),
    ];
    let edges = [
        ("start", "each"),
        ("each.item", "write"),
        ("write.texts", "each"),
        ("each.output", "end"),
        ("start", "again"),
        ("again.item", "run"),
        ("run.output", "again"),
        ("again.output", "end"),
        ("start", "apart"),
        ("apart.output", "end"),
    ];
    inside(inside(graph(&nodes, &edges), "each", &["write"]), "again", &["run"])
}
