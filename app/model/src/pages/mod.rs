//! What pages load: one model for each page, built by the services in one go.

mod budgets;
mod builder;
mod context;
mod control;
mod found;
mod gave;
pub mod launch_request;
mod overview;
mod reviews;
mod storage;
mod trial;

use schemars::JsonSchema;

pub use budgets::{BudgetList, TemplateBudget};
pub use builder::{
    ArchivedRow, BuilderPage, BuilderStock, DraftNews, DraftRow, DraftSaved, DraftToSave,
    GalleryPage, ImportedWorkflow, ModelOffer, NewerDraft, OtherEditor, Placed, TemplateOffer,
    TidyRequest,
};
pub use context::{ContextChoice, ContextMode};
pub use control::{Control, read_nullable};
pub use found::{FoundItem, FoundRow};
pub use gave::Gave;
pub use overview::{
    ActivityPage, Attention, DashboardPage, EndedRow, ExecutionChoices, ExecutionRow, Spending,
    TemplateName, TemplateUse, WaitingRow, WorkspaceNews,
};
pub use reviews::{DecisionRow, NamedReviewer, ReviewCard, ReviewEnd, ReviewList};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
pub use storage::{LargeFile, StorageKind, StoragePlace, StorageShare, StorageUse};
pub use trial::{Recorded, TestPage, TestRequest};

use crate::{
    api::{
        executions::{BroughtAlong, BroughtDocument, KeptVersion},
        presets::{EarlierLaunch, LaunchPreset},
        templates::Disabled,
    },
    estimate::{Estimate, Tariff},
    execution::{
        action_policy::ActorScope,
        question::QuestionCard,
        queue::Queued,
        view::{Bill, ExecutionView},
    },
    external_ref::ExternalRef,
    id::{
        DocumentId, ExecutionId, JobId, NodeId, ProjectId, TemplateId, UploadId, UserId,
        WorkspaceId,
    },
    launch_context::LaunchContext,
    library::{DocumentRow, ImageRow, ProjectRow},
    problem::FieldProblem,
    time::Timestamp,
    transfer::steps::Order,
    workflow::Workflow,
};
pub use crate::{
    person::PersonName,
    relations::{ExecutionLink, ExecutionRelations, RerunRequest},
};

/// A template in the gallery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateCard {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The key of its category, e.g. `paid_ads`.
    pub category: String,
    /// The tags that people gave it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// True when it came with the product.
    pub is_system: bool,
    /// Its published definition, for the small diagram.
    pub workflow: Workflow,
    /// How its executions went so far.
    pub stats: TemplateStats,
    /// Why it is switched off; none where it may be launched.
    #[serde(default)]
    pub disabled: Option<Disabled>,
}

/// How a template's executions went: launches of its published versions. Those that the sample
/// provider answered are counted apart, and replays not at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateStats {
    /// How many executions there are, sample ones included.
    pub uses: i64,
    /// Executions answered by the sample provider.
    pub sample_uses: i64,
    /// Real ones that completed.
    pub completed: i64,
    /// Real ones that completed or failed; one that a person stopped did neither.
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
    /// The template to be launched.
    pub template: TemplatePage,
    /// The provider of texts, e.g. "Sample provider" or "OpenAI · gpt-4o-mini".
    pub text_provider: String,
    /// The provider of images.
    pub image_provider: String,
    /// True when the sample provider answers for text or images.
    pub sample: bool,
    /// The prices of the models that it calls.
    pub tariffs: Vec<Tariff>,
    /// Documents that may go along as context, latest first.
    pub documents: Vec<DocumentRow>,
    /// Images of the library that parameters may ask for, latest first.
    pub images: Vec<ImageRow>,
    /// Projects that the launch can go to, the default one first.
    pub projects: Vec<ProjectRow>,
    /// The draft that is launched this once; none for the published version.
    #[serde(default)]
    pub draft_revision: Option<i64>,
    /// Presets that people keep of it, by name.
    #[serde(default)]
    pub presets: Vec<LaunchPreset>,
    /// What it was launched with the last time, best by the person themselves.
    #[serde(default)]
    pub last: Option<EarlierLaunch>,
}

/// What a person sends to launch a template, or a definition that comes along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchRequest {
    /// The template to launch; none with a definition.
    #[serde(default)]
    pub template_id: Option<TemplateId>,
    /// The workflow to launch, in the canonical format, a React Flow dialect or as steps; nothing of
    /// it is kept as a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Value>,
    /// In which order the steps of a definition that is a list of steps run.
    #[serde(default, skip_serializing_if = "Order::is_written")]
    pub order: Order,
    /// Values by parameter name; `config_json` and `input` are what other products call them.
    #[serde(default, alias = "config_json", alias = "input")]
    pub parameters: Map<String, Value>,
    /// Documents that every text node reads first, unless it refuses context.
    #[serde(default)]
    pub document_ids: Vec<DocumentId>,
    /// Files uploaded for this launch.
    #[serde(default)]
    pub upload_ids: Vec<UploadId>,
    /// The project in which it and its results are kept; the workspace's first when absent.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// Its budget in millionths of a dollar; the template's own budget holds as well.
    #[serde(default)]
    pub budget: Option<u64>,
    /// A key of the caller: a repeated launch with the same key is not launched again.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// Whether steps start automatically; if not, each waits for a person.
    #[serde(default = "by_themselves")]
    pub auto_run: bool,
    /// Nodes to pause before.
    #[serde(default)]
    pub breakpoints: Vec<NodeId>,
    /// Launches the draft of this revision, for this once, instead of the published version.
    #[serde(default)]
    pub draft_revision: Option<i64>,
    /// The workspace; it has to be the caller's and may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
    /// The same as `document_ids`, or all documents of the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_documents: Option<ContextChoice>,
    /// Not taken unless empty: files are uploaded first and named in `upload_ids`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_files: Vec<Value>,
    /// Values by name that expressions read as `${name}`: `repo` with the texts `owner`, `name` and
    /// `default_branch`, and any others. What is left out comes from the project's defaults.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub context: Map<String, Value>,
    /// More such values.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// Texts by name that expressions read as `${env.NAME}`; an admin allows the names.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub env: Map<String, Value>,
    /// Issues, pull requests, runs and commits of other systems that it is about; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_refs: Vec<ExternalRef>,
}

const fn by_themselves() -> bool {
    true
}

impl LaunchRequest {
    /// A launch with the template's default values and automatic steps.
    pub fn for_template(template_id: TemplateId) -> Self {
        Self { template_id: Some(template_id), ..Self::empty() }
    }

    /// A launch of a definition that comes along, with automatic steps.
    pub fn for_definition(definition: Value, parameters: Map<String, Value>) -> Self {
        Self { definition: Some(definition), parameters, ..Self::empty() }
    }

    /// A launch that does not say of what yet.
    fn empty() -> Self {
        Self {
            template_id: None,
            definition: None,
            order: Order::default(),
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
            context: Map::new(),
            variables: Map::new(),
            env: Map::new(),
            external_refs: vec![],
        }
    }
}

/// A launched execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Launched {
    /// The execution's id.
    pub execution_id: ExecutionId,
    /// The same.
    pub id: ExecutionId,
    /// When it is expected to end; none without history.
    pub estimated_completion: Option<Timestamp>,
    /// Its place in the queue of its workspace; none when it has begun.
    #[serde(default)]
    pub queued: Option<Queued>,
    /// What it will ask of models and cost, as far as that is known before; none for what was
    /// launched before or calls no model.
    #[serde(default)]
    pub estimate: Option<Estimate>,
    /// Warnings for the person, such as an estimate above the budget.
    #[serde(default)]
    pub warnings: Vec<String>,
}

impl Launched {
    /// The answer to a repeated launch: the execution exists already.
    pub fn for_existing(execution_id: ExecutionId) -> Self {
        Self {
            execution_id,
            id: execution_id,
            estimated_completion: None,
            queued: None,
            estimate: None,
            warnings: vec![],
        }
    }
}

/// What the live monitor of an execution shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MonitorPage {
    /// The execution's id.
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
    /// Their id; none where nobody did, or their account is gone.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The project in which it and its results are kept.
    pub project_id: ProjectId,
    /// What launched it: `manual`, `api`, `test`, `rerun`, `replay` or `sub_workflow`.
    pub trigger: String,
    /// The definition it was launched with, with the changes that people made to nodes since.
    pub workflow: Workflow,
    /// The parameters it was launched with.
    pub parameters: Map<String, Value>,
    /// The documents and files it was launched with.
    #[serde(default)]
    pub brought: BroughtAlong,
    /// The context, variables and environment it was launched with; the variables are among the
    /// context.
    #[serde(default)]
    pub launch_context: LaunchContext,
    /// Documents that its steps choose to read with their prompts; what is gone since is not
    /// among them.
    #[serde(default)]
    pub context: Vec<BroughtDocument>,
    /// What it is about, or has made, in other systems.
    #[serde(default)]
    pub external_refs: Vec<ExternalRef>,
    /// The state of the execution after event `view.seq`.
    pub view: ExecutionView,
    /// What the executions it launched, and those they launched, cost so far; `view` knows of each
    /// of them once it has ended.
    #[serde(default)]
    pub children_bill: Bill,
    /// Its reviews, decided ones too, the oldest first.
    pub reviews: Vec<ReviewCard>,
    /// Its calls whose outcome nobody knows, with what was sent.
    pub questions: Vec<QuestionCard>,
    /// Versions of its outputs that somebody keeps.
    #[serde(default)]
    pub kept: Vec<KeptVersion>,
    /// Text streamed so far by running jobs.
    pub partial: Vec<PartialText>,
    /// How long jobs usually take, by node, in milliseconds; empty without history.
    pub usual_ms: Vec<(NodeId, i64)>,
    /// The database's clock when this was read.
    pub now: Timestamp,
    /// True when the person may pause, resume, stop and retry.
    pub may_control: bool,
    /// Which reviews the person may not get past by changing what steps do.
    pub hand: ActorScope,
    /// The executions it was launched by, launched, or runs again.
    #[serde(rename = "kin")]
    pub relations: ExecutionRelations,
    /// Whether it only tries a draft out.
    #[serde(default)]
    pub is_test: bool,
}

/// Text that a running job has streamed so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartialText {
    /// The job that writes it.
    pub job: JobId,
    /// The fencing number of the claim under which the job runs.
    pub fence: i64,
    /// All of the text so far.
    pub text: String,
}

/// The problem of one field of a launch form, by parameter name.
pub fn problem_of<'a>(errors: &'a [FieldProblem], parameter: &str) -> Option<&'a FieldProblem> {
    let path = format!("parameters.{parameter}");
    errors.iter().find(|error| error.path.as_deref() == Some(path.as_str()))
}
