//! What the editor of a template loads, sends and gets back.

use serde::{Deserialize, Serialize};

use super::{PersonName, TemplateCard};

use crate::{
    api::templates::Disabled,
    id::{ExecutionId, NodeId, TemplateId},
    library::DocumentRow,
    picture::PersonPicture,
    template::TemplateCategory,
    time::Timestamp,
    validate::{Faults, Issue},
    workflow::{Position, Size, Workflow},
};

/// What the gallery of templates shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GalleryPage {
    /// Every published template.
    pub cards: Vec<TemplateCard>,
    /// Workflows that were begun and never published, latest first; empty for those who may not
    /// edit.
    pub drafts: Vec<DraftRow>,
    /// Workflows that were archived, by name; empty for those who may not edit.
    pub archived: Vec<ArchivedRow>,
}

/// A workflow that is out of sight until somebody restores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedRow {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// Since when it is archived.
    pub archived_at: Timestamp,
}

/// A workflow that was begun and never published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// How many nodes it has.
    pub nodes: i32,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The editor of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuilderPage {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// The template's category.
    pub category: TemplateCategory,
    /// The draft's revision; the next save names it.
    pub draft_revision: i64,
    /// The published version; none while nothing was published.
    pub version: Option<i32>,
    /// The draft, in the canonical format.
    pub workflow: Workflow,
    /// How many issues it has; the editor itself finds out which.
    pub faults: Faults,
    /// Whether it may be changed.
    pub editable: bool,
    /// True when it came with the product: then only copies of it are changed.
    pub is_system: bool,
    /// Why it is switched off; none where it may be launched.
    #[serde(default)]
    pub disabled: Option<Disabled>,
    /// What the workspace has that its nodes may name.
    pub stock: BuilderStock,
    /// The latest test run of it that this person has begun and that is not over.
    pub test_run: Option<ExecutionId>,
}

/// What a workspace has that the nodes of a workflow may name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BuilderStock {
    /// Models that write, the one used when a node names none first.
    pub text_models: Vec<ModelOffer>,
    /// Models that make images, the one used when a node names none first.
    pub image_models: Vec<ModelOffer>,
    /// Documents that may go along as context, latest first.
    pub documents: Vec<DocumentRow>,
    /// The names of the secrets.
    pub secrets: Vec<String>,
    /// Other published templates, by name.
    pub templates: Vec<TemplateOffer>,
    /// Members who may decide reviews, from A to Z.
    #[serde(default)]
    pub people: Vec<PersonName>,
}

/// A template that a node may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateOffer {
    /// The template's id, by which a node may name it too.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// The newest of its versions, which count from 1.
    pub version: i32,
}

/// A model that a node may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelOffer {
    /// How a node names it.
    pub value: String,
    /// Words for a person, e.g. "OpenAI · gpt-4o-mini".
    pub label: String,
    /// Whether its answers are made up by the program and marked so.
    pub is_sample: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftToSave {
    /// The template that the draft belongs to.
    pub template_id: TemplateId,
    pub draft_revision: i64,
    /// The whole draft; it need not be able to run.
    pub workflow: Workflow,
}

/// The result of saving a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum DraftSaved {
    Saved {
        draft_revision: i64,
    },
    /// It was saved under another name, the first free one: another template has its name.
    Renamed {
        draft_revision: i64,
        /// The name it has now.
        name: String,
    },
    /// It was not saved: somebody else has changed the draft since.
    Behind(Box<NewerDraft>),
}

/// The present draft, as somebody else saved it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewerDraft {
    pub draft_revision: i64,
    /// The whole draft.
    pub workflow: Workflow,
}

/// The present state of a draft for somebody who has it open, and who else has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftNews {
    /// The template that the draft belongs to.
    pub template_id: TemplateId,
    /// The draft's revision.
    pub draft_revision: i64,
    /// Who else has it open, each person once, by name.
    pub others: Vec<OtherEditor>,
}

/// Somebody else who has a draft open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherEditor {
    /// The person's name.
    pub name: String,
    /// Whether it is the same person, in another tab.
    pub own: bool,
    /// The person's picture, where they have put one up.
    #[serde(default)]
    pub picture: Option<PersonPicture>,
}

/// A request to arrange a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TidyRequest {
    /// The workflow as it is drawn.
    pub workflow: Workflow,
    /// The sizes of its cards; a node without one here has its own or a usual one.
    pub sizes: Vec<(NodeId, Size)>,
    /// The nodes to arrange; empty means all.
    #[serde(default)]
    pub only: Vec<NodeId>,
}

/// Where the arrangement puts a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    pub id: NodeId,
    /// Its upper left corner, on the canvas or relative to its parent.
    pub position: Position,
    /// The size it needs for what lies in it; none for a node that holds nothing.
    pub size: Option<Size>,
}

/// A workflow that was read from a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedWorkflow {
    /// The workflow in the canonical format.
    pub workflow: Workflow,
    /// What was left out or read in another way, each with its path.
    pub notes: Vec<String>,
    /// What is wrong with it or may go wrong.
    pub issues: Vec<Issue>,
}
