//! What pages load: one model a page, made by the services in one go.

mod builder;
mod context;
mod control;
mod found;
mod gave;
mod overview;
mod trial;

use schemars::JsonSchema;

pub use builder::{
    BuilderPage, BuilderStock, DraftNews, DraftRow, DraftSaved, DraftToSave, GalleryPage,
    ImportedWorkflow, ModelOffer, NewerDraft, OtherEditor, Placed, TemplateOffer, TidyRequest,
};
pub use context::{ContextChoice, ContextMode};
pub use control::{Control, given};
pub use found::{FoundItem, FoundRow};
pub use gave::Gave;
pub use overview::{
    Attention, DashboardPage, EndedRow, ExecutionRow, HistoryChoices, PersonName, Spending,
    TemplateName, TemplateUse, UnderWayPage, WaitingRow, WorkspaceNews,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
pub use trial::{Recorded, TestPage, TestRequest};

pub use crate::kin::{ExecutionLink, Kin, RerunRequest};
use crate::{
    api::{
        executions::{BroughtAlong, BroughtDocument, KeptVersion},
        presets::{EarlierLaunch, LaunchPreset},
    },
    estimate::{Estimate, Tariff},
    execution::{
        offer::Hand,
        question::QuestionCard,
        queue::Queued,
        view::{Bill, ExecutionView},
    },
    id::{
        DocumentId, ExecutionId, JobId, NodeId, ProjectId, ReviewId, TemplateId, UploadId, UserId,
        WorkspaceId,
    },
    library::{DocumentRow, ImageRow, ProjectRow},
    nodes::review::Reviewers,
    problem::FieldProblem,
    review::{Approved, Verdict, shorten},
    time::Timestamp,
    workflow::Workflow,
};

/// A template in the gallery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateCard {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where it belongs, e.g. `paid_ads`.
    pub category: String,
    /// True when it came with the product.
    pub is_system: bool,
    /// Its published definition, for the small diagram.
    pub workflow: Workflow,
    /// How it did so far.
    pub stats: TemplateStats,
}

/// How a template's executions went; those the sample provider answered are counted apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateStats {
    /// Executions, sample ones included.
    pub uses: i64,
    /// Executions answered by the sample provider.
    pub sample_uses: i64,
    /// Real ones that completed.
    pub completed: i64,
    /// Real ones that ended.
    pub ended: i64,
    /// Median time of completed real ones, in milliseconds.
    pub median_ms: Option<i64>,
    /// Median cost of completed real ones, in millionths of a dollar.
    pub median_cost_micros: Option<i64>,
}

/// A template's own page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplatePage {
    /// What the card shows.
    pub card: TemplateCard,
    /// The published version; 0 while nothing was published.
    pub version: i32,
    /// What a run gives, for reading before the first one.
    pub example_output: String,
}

/// What the launch form needs besides the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LaunchPage {
    /// The template.
    pub template: TemplatePage,
    /// Who will answer, e.g. "Sample provider" or "OpenAI · gpt-4o-mini".
    pub text_provider: String,
    /// Who will make pictures.
    pub image_provider: String,
    /// True when the sample provider answers for text or pictures.
    pub sample: bool,
    /// What the models cost that it asks for.
    pub tariffs: Vec<Tariff>,
    /// Documents that may go along as context, latest first.
    pub documents: Vec<DocumentRow>,
    /// Pictures of the library that parameters may ask for, latest first.
    pub images: Vec<ImageRow>,
    /// Projects that a launch can go to, the one it goes to unless told otherwise first.
    pub projects: Vec<ProjectRow>,
    /// The draft that is launched, for this once; none for the published version.
    #[serde(default)]
    pub draft_revision: Option<i64>,
    /// Presets that people keep of it, by name.
    #[serde(default)]
    pub presets: Vec<LaunchPreset>,
    /// What it was launched with the last time, best by the person themselves.
    #[serde(default)]
    pub last: Option<EarlierLaunch>,
}

/// What a person sends to launch a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchRequest {
    /// Which template.
    pub template_id: TemplateId,
    /// Values by parameter name; `config_json` and `input` are what other products call them.
    #[serde(default, alias = "config_json", alias = "input")]
    pub parameters: Map<String, Value>,
    /// Documents that every text node reads first, unless it refuses context.
    #[serde(default)]
    pub document_ids: Vec<DocumentId>,
    /// Files uploaded for this launch.
    #[serde(default)]
    pub upload_ids: Vec<UploadId>,
    /// Where it and what it makes are kept; the workspace's first project when absent.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// What it may cost, in millionths of a dollar; the template's own cap holds as well.
    #[serde(default)]
    pub budget: Option<u64>,
    /// Makes a repeated launch the same launch.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// Steps go on by themselves; if not, each waits for a person's word.
    #[serde(default = "by_themselves")]
    pub auto_run: bool,
    /// Nodes before which it pauses.
    #[serde(default)]
    pub breakpoints: Vec<NodeId>,
    /// Launches the draft of this revision, for this once, instead of the published version.
    #[serde(default)]
    pub draft_revision: Option<i64>,
    /// In which workspace: the caller's, for those who say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
    /// The same as `document_ids`, or all documents of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_documents: Option<ContextChoice>,
    /// Not taken unless empty: files are uploaded first and named in `upload_ids`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_files: Vec<Value>,
}

const fn by_themselves() -> bool {
    true
}

impl LaunchRequest {
    /// The template with its own values, steps going on by themselves.
    pub fn of(template_id: TemplateId) -> Self {
        Self {
            template_id,
            parameters: Map::new(),
            document_ids: vec![],
            upload_ids: vec![],
            project_id: None,
            budget: None,
            idempotency_key: None,
            auto_run: by_themselves(),
            breakpoints: vec![],
            draft_revision: None,
            workspace_id: None,
            context_documents: None,
            reference_files: vec![],
        }
    }
}

/// A launched execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Launched {
    /// Its id.
    pub execution_id: ExecutionId,
    /// When it is expected to end; none without history.
    pub estimated_completion: Option<Timestamp>,
    /// Where it waits for one of the workspace's places; none when it has begun.
    #[serde(default)]
    pub queued: Option<Queued>,
    /// What it will ask of models and cost, as far as that is known before; none for what was
    /// launched before or calls no model.
    #[serde(default)]
    pub estimate: Option<Estimate>,
    /// What a person should know of it: an estimate above the budget.
    #[serde(default)]
    pub warnings: Vec<String>,
}

impl Launched {
    /// What a repeated launch answers: the execution is there already.
    pub fn before(execution_id: ExecutionId) -> Self {
        Self {
            execution_id,
            estimated_completion: None,
            queued: None,
            estimate: None,
            warnings: vec![],
        }
    }
}

/// The live monitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MonitorPage {
    /// Its id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// The template it came from.
    pub template_id: Option<TemplateId>,
    /// The version of it; none for a draft, or without a template.
    #[serde(default)]
    pub template_version: Option<i32>,
    /// Who launched it.
    #[serde(default)]
    pub launched_by: Option<String>,
    /// The definition it was frozen with, its nodes as people changed them since.
    pub workflow: Workflow,
    /// The values it was launched with.
    pub parameters: Map<String, Value>,
    /// What it was launched with beside them.
    #[serde(default)]
    pub brought: BroughtAlong,
    /// Documents that its steps choose to read with their prompts; what is gone since is not
    /// among them.
    #[serde(default)]
    pub context: Vec<BroughtDocument>,
    /// Everything up to event `view.seq`.
    pub view: ExecutionView,
    /// What the executions it launched, and those they launched, cost so far; `view` knows of each
    /// of them once it has ended.
    #[serde(default)]
    pub children_bill: Bill,
    /// Its reviews, decided ones too, the oldest first.
    pub reviews: Vec<ReviewCard>,
    /// Its calls that nobody knows the end of, with what was sent.
    pub questions: Vec<QuestionCard>,
    /// Versions of its outputs that somebody keeps.
    #[serde(default)]
    pub kept: Vec<KeptVersion>,
    /// Text streamed so far by running jobs.
    pub partial: Vec<PartialText>,
    /// How long jobs of each node usually take: node, milliseconds. Empty without history.
    pub usual_ms: Vec<(NodeId, i64)>,
    /// The database's clock when this was read.
    pub now: Timestamp,
    /// True when the person may pause, resume, stop and retry.
    pub may_control: bool,
    /// Which reviews the person may not get past by changing what steps do.
    pub hand: Hand,
    /// Which executions it belongs together with.
    pub kin: Kin,
    /// Whether it only tries a draft out.
    #[serde(default)]
    pub is_test: bool,
}

/// Text that a running job has streamed so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartialText {
    /// The job.
    pub job: JobId,
    /// The claim it is worked on under.
    pub fence: i64,
    /// The text.
    pub text: String,
}

/// A review as the inbox and the monitor show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewCard {
    /// Which.
    pub id: ReviewId,
    /// Of which execution.
    pub execution_id: ExecutionId,
    /// What that is called.
    pub execution_name: String,
    /// Its number in the workspace.
    pub execution_number: i64,
    /// Of which node.
    pub node_id: NodeId,
    /// What that is called.
    pub step: String,
    /// Who may decide.
    pub reviewers: Reviewers,
    /// What the reviewers are asked.
    pub instructions: String,
    /// What is decided about.
    pub items: Vec<Value>,
    /// The places of items of which only the beginning is among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<usize>,
    /// How many people must approve.
    pub needed: u32,
    /// Who has approved so far.
    pub approvals: Vec<Approved>,
    /// When it is approved by itself.
    pub until: Option<Timestamp>,
    /// Since when it waits.
    pub opened_at: Timestamp,
    /// How many versions of the same its step has asked about before.
    #[serde(default)]
    pub earlier: u32,
    /// What was asked to be different of the version before it; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ReviewEnd>,
    /// How it ended; none while it is open.
    pub end: Option<ReviewEnd>,
    /// Whether the person who looks may decide it.
    pub may_decide: bool,
    /// Why nobody can ask for changes; none where they can, or where nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_changes: Option<String>,
}

impl ReviewCard {
    /// The same with only the beginning of very long texts, for a page that loads the rest when it
    /// is asked for.
    #[must_use]
    pub fn begun(mut self) -> Self {
        let items = self.items.iter_mut().enumerate();
        self.cut = items.filter_map(|(place, item)| shorten(item).then_some(place)).collect();
        self
    }

    /// The approval of this person, if they have given one.
    pub fn approval_of(&self, user: UserId) -> Option<&Approved> {
        self.approvals.iter().find(|approval| approval.by.user == Some(user))
    }
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewEnd {
    /// How.
    pub verdict: Verdict,
    /// Whose decision it was.
    pub by: String,
    /// Why, or words for colleagues.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One problem of a launch form's field, by parameter name.
pub fn problem_of<'a>(errors: &'a [FieldProblem], parameter: &str) -> Option<&'a FieldProblem> {
    let path = format!("parameters.{parameter}");
    errors.iter().find(|error| error.path.as_deref() == Some(path.as_str()))
}
