//! Templates: reusable workflows, and those every workspace begins with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    id::NodeId,
    launch_context::REPO,
    nodes::{Level, NodeKind},
    validate::context_references,
    workflow::{Node, Position, Workflow},
};

/// What a template is for; the gallery filters by it.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TemplateCategory {
    /// Posts for social networks.
    SocialMedia,
    /// Advertisements that are paid for.
    PaidAds,
    /// Articles of a blog.
    #[serde(alias = "organic_content")]
    Blog,
    /// Newsletters and other mail to many.
    Email,
    /// Pages of a website.
    #[serde(alias = "seo")]
    Website,
    /// Code, deployments and issues.
    Engineering,
    /// What fits no other category.
    #[default]
    Other,
}

impl TemplateCategory {
    /// Every category, in the order of the filter.
    pub const ALL: &[Self] = &[
        Self::SocialMedia,
        Self::PaidAds,
        Self::Blog,
        Self::Email,
        Self::Website,
        Self::Engineering,
        Self::Other,
    ];

    /// The key in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SocialMedia => "social_media",
            Self::PaidAds => "paid_ads",
            Self::Blog => "blog",
            Self::Email => "email",
            Self::Website => "website",
            Self::Engineering => "engineering",
            Self::Other => "other",
        }
    }

    /// The name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::SocialMedia => "Social media",
            Self::PaidAds => "Paid ads",
            Self::Blog => "Blog content",
            Self::Email => "Email campaigns",
            Self::Website => "Website",
            Self::Engineering => "Engineering",
            Self::Other => "Other",
        }
    }

    /// The category with this key, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|category| category.as_str() == key)
    }
}

/// A new workflow: a start and an end, with room between them.
pub fn blank_workflow(name: &str) -> Workflow {
    let node = |id: &str, label: &str, kind: NodeKind, x: f64| Node {
        position: Position { x, y: 192.0 },
        ..Node::new(NodeId(id.to_owned()), label, kind.default_config())
    };
    Workflow {
        name: name.to_owned(),
        nodes: vec![
            node("start", "Start", NodeKind::Start, 96.0),
            node("end", "End", NodeKind::End, 768.0),
        ],
        ..Workflow::default()
    }
}

/// A template that every workspace begins with; its example input is the parameters' `example`s.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemTemplate {
    /// A key that stays the same over upgrades.
    pub key: &'static str,
    /// The category it belongs to.
    pub category: TemplateCategory,
    /// How experienced a person should be for it.
    pub level: Level,
    /// The result for the example input, as Markdown.
    pub example_output: &'static str,
    /// Its definition, in the canonical format.
    pub workflow: Workflow,
}

/// The launch context that goes with the examples of a workflow: a repository, which only the sample
/// server has, where the workflow reads one.
pub fn example_context(workflow: &Workflow) -> Map<String, Value> {
    let repo = json!({ "owner": "acme", "name": "shop", "default_branch": "main" });
    let references = context_references(workflow);
    let reads_repo = references.iter().any(|reference| reference.path.name() == REPO);
    reads_repo.then(|| (REPO.to_owned(), repo)).into_iter().collect()
}

/// A template's file as compiled in.
struct Source {
    key: &'static str,
    category: TemplateCategory,
    level: Level,
    definition: &'static str,
    example_output: &'static str,
}

macro_rules! sources {
    ($($key:literal $category:ident $level:ident),* $(,)?) => {
        &[$(Source {
            key: $key,
            category: TemplateCategory::$category,
            level: Level::$level,
            definition: include_str!(concat!("../templates/", $key, ".json")),
            example_output: include_str!(concat!("../templates/", $key, ".md")),
        }),*]
    };
}

const SOURCES: &[Source] = sources! {
    "facebook_ads_campaign" PaidAds Novice,
    "instagram_post" SocialMedia Novice,
    "instagram_carousel" SocialMedia Novice,
    "markets_campaign" SocialMedia Intermediate,
    "blog_article" Blog Novice,
    "blog_with_social" Blog Intermediate,
    "email_campaign" Email Novice,
    "newsletter_with_review" Email Novice,
    "landing_page_hero" Website Novice,
    "issue_to_pr" Engineering Intermediate,
    "fix_deploy_failure" Engineering Intermediate,
    "pr_review_workflow" Engineering Intermediate,
    "ci_failure_handler" Engineering Intermediate,
    "issue_triage" Engineering Intermediate,
    "issue_triage_agent" Engineering Intermediate,
    "dependency_update" Engineering Intermediate,
    "watch_page" Other Intermediate,
};

/// The templates every workspace begins with, in the order of the gallery.
pub fn system_templates() -> Vec<SystemTemplate> {
    SOURCES.iter().filter_map(Source::read).collect()
}

impl Source {
    /// None only for a broken file, which the crate's tests do not let pass.
    fn read(&self) -> Option<SystemTemplate> {
        Some(SystemTemplate {
            key: self.key,
            category: self.category,
            level: self.level,
            example_output: self.example_output,
            workflow: Workflow::parse(self.definition).ok()?,
        })
    }
}
