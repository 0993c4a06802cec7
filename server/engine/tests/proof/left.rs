//! Executions in every state, as a release leaves them that is replaced while it works.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use engine::{
    exec::Worker,
    executors::{Attempt, Executor, Executors},
    job::JobContext,
    limits::Limits,
};
use model::{
    execution::{
        failure::{Failure, FailureClass, HoldReason},
        state::{ExecutionStatus as Status, Hold, JobStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, TemplateId},
    nodes::{NodeConfig, NodeKind},
    pages::{Control, LaunchRequest},
    review::Decision,
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{failed, frozen, graph, with_artifact, wrote},
    world::{ROOMY, World, none},
};

use crate::proof::{
    calls,
    doubles::Doubles,
    drawn::{ORDERS, drawn},
    people,
};

const HOUR: Duration = Duration::from_secs(3600);
const TEN_MINUTES_MS: u64 = 600_000;

/// What stands while some of its jobs are under way: how many are done, and how many are not.
const UNDER_WAY: [(&str, (usize, usize)); 4] =
    [("Branch", (0, 1)), ("Half", (2, 2)), ("Join", (1, 1)), ("Loop", (3, 1))];

/// Leaves so many rounds of executions behind, one of each kind that has come since, and the worker
/// that holds jobs of them.
pub async fn leave(mut world: World, rounds: usize) -> (World, Worker) {
    let sent = world.publish(&calls::sent()).await;
    Doubles::leaving(sent).install(&mut world);
    people::set_up(&mut world).await;
    let executors = Executors::standard(&world.services.context().deps)
        .with_executor(NodeKind::AiReview, Unanswered)
        .with_executor(NodeKind::GenerateCopy, AsAsked)
        .with_executor(NodeKind::HttpRequest, Unheard);
    let worker = world.worker_with(executors, frozen());
    let mut studio = Studio::open(&world).await;
    for _ in 0..rounds {
        studio.round().await;
    }
    let unsent = "SELECT -count(*) FROM agent_jobs WHERE status = 'running' AND effect <> 'sent'";
    world.until(unsent, 0).await;
    studio.calls(sent).await;
    studio.people().await;

    // The places are taken now; nothing ends that would make room.
    let Studio { templates, .. } = studio;
    let world = world.limited(Limits { running_per_workspace: 1, ..ROOMY });
    for _ in 0..rounds {
        let id = world.launch(templates["Done"], none()).await;
        assert_eq!(world.view(id).await.status, Status::Pending);
    }
    (world, worker)
}

/// An attempt that makes a document and an output of this text.
pub fn written(text: &str) -> Attempt {
    with_artifact(wrote(text), text)
}

/// Ends each attempt as the prompt of its node says. What is to be held has left, and is under way for
/// ever; so is what a reviewer wants to be different.
struct AsAsked;

#[async_trait]
impl Executor for AsAsked {
    fn time_limit(&self) -> Duration {
        HOUR
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let NodeConfig::GenerateCopy(config) = &context.node().unwrap().data.config else {
            return failed("It is no text node.");
        };
        let prompt = config.prompt.render(&context.scope).unwrap();
        let second_half = prompt == "half" && context.item > 1;
        if prompt.contains("hold") || second_half || context.feedback.is_some() {
            context.note_call(&json!({ "prompt": prompt })).await.unwrap();
            return std::future::pending().await;
        }
        let cure = |reason| Failure::hold(reason, "needs_attention", "Somebody has to see to it.");
        Attempt::from_failure(match prompt.as_str() {
            "fail" => Failure::permanent("refused", "The model refused."),
            "later" => Failure {
                class: FailureClass::Transient { retry_after_ms: Some(TEN_MINUTES_MS) },
                ..Failure::transient("rate_limited", "The provider asks to wait.")
            },
            "limited" => Failure::for_limit(TEN_MINUTES_MS, "busy", "The provider is busy."),
            "key" => cure(HoldReason::Provider),
            "money" => cure(HoldReason::Budget),
            "room" => cure(HoldReason::Storage),
            _ => return written(&prompt),
        })
    }
}

/// Calls, and never hears how that ended.
struct Unheard;

#[async_trait]
impl Executor for Unheard {
    fn time_limit(&self) -> Duration {
        HOUR
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        context.note_call(&json!({ "method": "POST", "url": ORDERS })).await.unwrap();
        let failure = Failure::transient("outcome_unknown", "The answer never came.");
        Attempt::from_failure(failure.without_answer())
    }
}

/// Asks, and never gets an answer.
struct Unanswered;

#[async_trait]
impl Executor for Unanswered {
    fn time_limit(&self) -> Duration {
        HOUR
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        context.note_call(&json!({})).await.unwrap();
        std::future::pending().await
    }
}

/// Jobs that are done, and that are under way.
pub fn jobs(view: &ExecutionView) -> (usize, usize) {
    let jobs = || view.nodes.iter().flat_map(|node| &node.jobs);
    let of = |status| jobs().filter(|job| job.status == status).count();
    (of(JobStatus::Completed), of(JobStatus::Running))
}

pub fn waits(view: &ExecutionView) -> bool {
    view.nodes.iter().any(|node| node.status == NodeStatus::Waiting)
}

pub fn is_paused(view: &ExecutionView) -> bool {
    view.status == Status::Paused
}

/// Whether a step waits for a person's word.
fn is_held_back(view: &ExecutionView, node: &str) -> bool {
    view.node(&node.into()).is_some_and(|node| node.hold == Some(Hold::Step))
}

/// A world with a template of each workflow.
pub struct Studio<'a> {
    pub world: &'a World,
    pub templates: BTreeMap<&'static str, TemplateId>,
}

impl<'a> Studio<'a> {
    async fn open(world: &'a World) -> Self {
        let mut studio = Self { world, templates: BTreeMap::new() };
        for (name, workflow) in drawn() {
            studio.publish(name, workflow).await;
        }
        let held = json!({ "template": studio.templates["Held"] });
        let edges = [("start", "sub"), ("sub.output", "end")];
        studio.publish("Parent", graph(&[("sub", "sub_workflow", held)], &edges)).await;
        studio
    }

    pub async fn publish(&mut self, name: &'static str, workflow: Workflow) {
        let named = Workflow { name: name.to_owned(), ..workflow };
        self.templates.insert(name, self.world.publish(&named).await);
    }

    /// Launches one and waits until it stands so.
    pub async fn brought(
        &self,
        name: &str,
        stands: impl Fn(&ExecutionView) -> bool,
    ) -> ExecutionId {
        self.brought_by(LaunchRequest::for_template(self.templates[name]), stands).await
    }

    pub async fn brought_by(
        &self,
        request: LaunchRequest,
        stands: impl Fn(&ExecutionView) -> bool,
    ) -> ExecutionId {
        let World { services, owner, .. } = self.world;
        let id = services.executions.launch(owner, request).await.unwrap().execution_id;
        self.world.wait(id, stands).await;
        id
    }

    pub async fn control(&self, id: ExecutionId, control: Control) {
        let World { services, owner, .. } = self.world;
        services.executions.control(owner, id, control).await.unwrap();
    }

    /// An execution in each state but those that wait for a place, which come last.
    async fn round(&self) {
        for name in ["Done", "Fails"] {
            self.brought(name, |view| view.status.is_over()).await;
        }
        for name in ["Again", "Limited", "Wait"] {
            self.brought(name, waits).await;
        }
        for name in ["Asked", "Key", "Money", "Review", "Room"] {
            self.brought(name, is_paused).await;
        }
        for (name, there) in UNDER_WAY {
            self.brought(name, |view| jobs(view) == there).await;
        }
        for word in [Control::Pause, Control::STOP] {
            let id = self.brought("Half", |view| jobs(view) == (2, 2)).await;
            self.control(id, word).await;
        }
        self.changed().await;
        self.steered().await;
        self.family().await;
        let parent = self.family().await;
        self.control(parent, Control::Pause).await;
    }

    /// One whose text is made again, differently.
    async fn changed(&self) {
        let id = self.brought("Changed", is_paused).await;
        let World { services, owner, .. } = self.world;
        let review = services.reviews.list_of_execution(owner, id).await.unwrap().remove(0).id;
        let changes = Decision::Changes { reason: "shorter".to_owned() };
        services.reviews.decide(owner, review, changes).await.unwrap();
        let again = |view: &ExecutionView| {
            let write = view.node(&"write".into()).unwrap();
            (write.generation, write.status) == (2, NodeStatus::Running)
        };
        self.world.wait(id, again).await;
    }

    /// One that stands at a breakpoint, and one that has gone one step by hand.
    async fn steered(&self) {
        let two = LaunchRequest::for_template(self.templates["Two"]);
        let breakpoint = LaunchRequest { breakpoints: vec!["tail".into()], ..two.clone() };
        let stands = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Breakpoint);
        self.brought_by(breakpoint, stands).await;
        let by_hand = LaunchRequest { auto_run: false, ..two };
        let id = self.brought_by(by_hand, |view| is_held_back(view, "write")).await;
        let start = Control::TriggerNode {
            node_id: "write".into(),
            config: None,
            generation: None,
            dependents: None,
        };
        self.control(id, start).await;
        self.world.wait(id, |view| is_held_back(view, "tail")).await;
    }

    /// One that runs another, whose job is under way.
    async fn family(&self) -> ExecutionId {
        let child = |view: &ExecutionView| view.node(&"sub".into())?.jobs.first()?.child;
        let parent = self.brought("Parent", |view| child(view).is_some()).await;
        let child = child(&self.world.view(parent).await).unwrap();
        self.world.wait(child, |view| jobs(view) == (0, 1)).await;
        parent
    }
}
