//! Templates as editors make and change them over REST.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{check::definition_of, shape};
use crate::{
    account::{plain_line, plain_name, refuse},
    id::{TemplateId, WorkspaceId},
    problem::{FieldProblem, Problem},
    template::TemplateCategory,
    time::Timestamp,
    validate::Issue,
    workflow::Workflow,
};

const MAX_NAME_CHARS: usize = 200;
/// The longest reason for which a template is switched off.
const MAX_REASON_CHARS: usize = 500;
/// The most tags of a template.
pub const MOST_TAGS: usize = 10;
/// The most characters of a tag.
const MAX_TAG_CHARS: usize = 40;

/// What an editor sends to make a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    /// The workflow, in the canonical format, a React Flow dialect or as steps.
    pub definition: Value,
    /// Its name; the definition's own when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for; the definition's own when absent.
    #[serde(default)]
    pub description: Option<String>,
    /// Where it belongs.
    #[serde(default)]
    pub category: TemplateCategory,
    /// What a run gives, as Markdown.
    #[serde(default)]
    pub example_output: String,
    /// Keep it as a draft although it cannot run yet; otherwise problems refuse it.
    #[serde(default)]
    pub unfinished: bool,
    /// Where another template has the name, take the first free one of “Name (2)”, “Name (3)” …;
    /// otherwise the request is refused.
    #[serde(default)]
    pub rename: bool,
}

/// What an editor sends to change a template's draft; what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChange {
    /// The revision that this change was made on; a draft that has moved on since refuses it. When
    /// it is left out, the last write wins.
    #[serde(default, alias = "base_version")]
    pub draft_revision: Option<i64>,
    /// The workflow, in the canonical format, a React Flow dialect or as steps.
    #[serde(default)]
    pub definition: Option<Value>,
    /// The new name.
    #[serde(default)]
    pub name: Option<String>,
    /// The new description of what it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The new category.
    #[serde(default)]
    pub category: Option<TemplateCategory>,
    /// What a run gives, as Markdown.
    #[serde(default)]
    pub example_output: Option<String>,
    /// The new tags; they take the place of all present ones.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Keep the draft although it cannot run yet; otherwise problems refuse it.
    #[serde(default)]
    pub unfinished: bool,
}

/// What an editor sends to copy a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneRequest {
    /// The copy's name; made from the original's when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What the copy is for; as the original when absent.
    #[serde(default)]
    pub description: Option<String>,
    /// The workspace it is made in: the caller's, for those who say it.
    #[serde(default)]
    pub workspace_id: Option<WorkspaceId>,
}

/// What an editor sends to publish a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// What changed, for those who choose a version later.
    #[serde(default)]
    pub note: String,
    /// The draft that was looked at; one that has moved on since is not published.
    #[serde(default)]
    pub draft_revision: Option<i64>,
}

/// What an author sends to switch a template off or on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnabledChange {
    /// Whether it may be launched.
    pub enabled: bool,
    /// Why it is switched off, in words for those who cannot launch it; needed for that only.
    #[serde(default)]
    pub reason: String,
}

/// That a template is switched off: nothing of it is launched, what runs goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disabled {
    /// Why, in words of who did it.
    pub reason: String,
    /// Who did it, while they have an account.
    pub by: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Whether a template may be launched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnabledState {
    /// Whether it may be launched.
    pub enabled: bool,
    /// Why not; none where it may.
    pub disabled: Option<Disabled>,
}

/// A template that was made or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedTemplate {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name; it may differ from the one sent, see `rename`.
    pub name: String,
    /// The draft's revision; the next change names it.
    pub draft_revision: i64,
    /// The published version; none while nothing was published.
    pub version: Option<i32>,
    /// What the import left out or read in another way, each with its path.
    pub notes: Vec<String>,
    /// What is wrong with it or may go wrong.
    pub issues: Vec<Issue>,
}

/// A template's draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateDraft {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where it belongs, e.g. `paid_ads`.
    pub category: String,
    /// What a run gives, as Markdown.
    pub example_output: String,
    /// The tags that people gave it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// True when it came with the product and cannot be changed.
    pub is_system: bool,
    /// The draft's revision; the next change names it.
    pub draft_revision: i64,
    /// The published version; none while nothing was published.
    pub version: Option<i32>,
    /// The draft, in the canonical format.
    pub workflow: Workflow,
    /// What is wrong with it or may go wrong.
    pub issues: Vec<Issue>,
    /// Why it is switched off; none where it may be launched.
    #[serde(default)]
    pub disabled: Option<Disabled>,
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateSummary {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where it belongs, e.g. `paid_ads`.
    pub category: String,
    /// The tags that people gave it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// True when it came with the product and cannot be changed.
    pub is_system: bool,
    /// The published version; none while it is a draft only.
    pub version: Option<i32>,
    /// The draft's revision.
    pub draft_revision: i64,
    /// Nodes of the published version, or of the draft where there is none.
    pub node_count: i32,
    /// Its executions so far.
    pub usage_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Why it is switched off; none where it may be launched.
    #[serde(default)]
    pub disabled: Option<Disabled>,
}

/// A published version, without its definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionRow {
    /// The version's number, from 1.
    pub version: i32,
    /// The author's note on what changed.
    pub note: String,
    /// Who published it, while they have an account.
    pub created_by: Option<String>,
    /// When it was published.
    pub created_at: Timestamp,
}

/// A published version; it never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateVersion {
    /// What the list of versions says of it.
    #[serde(flatten)]
    pub row: VersionRow,
    /// Its definition, in the canonical format.
    pub workflow: Workflow,
}

/// A category with how many templates it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CategoryCount {
    /// The category's name in templates, e.g. `paid_ads`.
    pub key: TemplateCategory,
    /// The category's name for people.
    pub label: String,
    /// How many templates the category has.
    pub templates: i64,
}

/// What became of a template that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It is gone.
    Deleted,
    /// It has executions: it is kept for them, out of sight.
    Archived,
}

/// What a deletion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// What became of it.
    pub outcome: Removal,
}

impl EnabledChange {
    /// The code of the refusal of a launch of something that is switched off.
    pub const REFUSAL: &'static str = "workflow_off";

    /// The reason with blanks trimmed; none where the template is switched on.
    ///
    /// # Errors
    /// A template that is to be switched off without a reason, or with one that is too long or
    /// invisible.
    pub fn checked_reason(&self) -> Result<Option<String>, Problem> {
        if self.enabled {
            return Ok(None);
        }
        let mut errors = vec![];
        let empty = "Enter a reason. People who try to launch it see it.";
        let reason = plain_line("reason", &self.reason, MAX_REASON_CHARS, empty, &mut errors);
        refuse("The workflow was not switched off.", errors).map(|()| Some(reason))
    }
}

impl Disabled {
    /// Why something called `name` is not launched, in words.
    pub fn words(&self, name: &str) -> String {
        let reason = self.reason.trim_end_matches('.');
        format!(
            "“{name}” is switched off: {reason}. Ask someone who can publish workflows to switch it \
             on."
        )
    }
}

impl NewTemplate {
    /// Reads what was sent: this shape, or a definition by itself.
    ///
    /// # Errors
    /// What does not have the shape, with its path.
    pub fn read(body: Value) -> Result<Self, Problem> {
        shape::read(enveloped(body))
    }
}

impl DraftChange {
    /// Reads what was sent: this shape, or a definition by itself. `revision` is what the request
    /// says elsewhere of the draft it was made on.
    ///
    /// # Errors
    /// What does not have the shape, with its path.
    pub fn read(body: Value, revision: Option<i64>) -> Result<Self, Problem> {
        let mut body = enveloped(body);
        if let (Value::Object(fields), Some(revision)) = (&mut body, revision) {
            fields.entry("draft_revision").or_insert_with(|| revision.into());
        }
        shape::read(body)
    }
}

/// A name as typed, trimmed, or why it cannot be one.
///
/// # Errors
/// When it is empty, too long or invisible.
pub fn template_name(name: &str) -> Result<String, Problem> {
    let mut errors = vec![];
    let name = plain_name("name", name, MAX_NAME_CHARS, &mut errors);
    if errors.is_empty() {
        Ok(name)
    } else {
        Err(Problem::invalid("The workflow was not saved.", errors))
    }
}

/// Tags as typed: trimmed, each once whatever its case, without a leading #.
///
/// # Errors
/// Too many tags; one that is too long or invisible.
pub fn template_tags(written: &[String]) -> Result<Vec<String>, Problem> {
    let (mut known, mut errors) = (BTreeSet::new(), vec![]);
    let tags = written.iter().map(|tag| tag.trim_start_matches(['#', ' ']).trim());
    let tags: Vec<&str> =
        tags.filter(|tag| !tag.is_empty() && known.insert(tag.to_lowercase())).collect();
    if tags.len() > MOST_TAGS {
        let words = format!("Use at most {MOST_TAGS} tags. You have {}.", tags.len());
        errors.push(FieldProblem::field("too_many_tags", "tags", words));
    }
    let few = tags.into_iter().take(MOST_TAGS);
    let tags = few.map(|tag| plain_name("tags", tag, MAX_TAG_CHARS, &mut errors)).collect();
    refuse("The tags were not saved.", errors).map(|()| tags)
}

/// The fields that may stand beside a definition that was sent by itself.
const AROUND: [&str; 5] = ["category", "draft_revision", "base_version", "unfinished", "rename"];

/// Wraps a definition that was sent by itself into the envelope with its fields.
fn enveloped(body: Value) -> Value {
    let Some(mut definition) = definition_of(&body).cloned() else { return body };
    let mut envelope = Map::new();
    if let Value::Object(file) = &mut definition {
        for key in AROUND {
            if let Some(value) = file.remove(key) {
                envelope.insert(key.to_owned(), value);
            }
        }
    }
    envelope.insert("definition".to_owned(), definition);
    Value::Object(envelope)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn tens_of_thousands_of_tags_are_one_problem() {
        let tags: Vec<String> = (0..60_000).map(|place| format!("t{place}")).collect();

        let problem = template_tags(&tags).unwrap_err();

        assert_eq!(problem.errors.len(), 1);
        assert!(problem.errors[0].message.contains("60000"), "{problem:?}");
    }

    #[test]
    fn a_definition_by_itself_is_read_like_one_in_an_envelope() {
        let bare = NewTemplate::read(json!({"name": "A", "category": "blog", "nodes": []}));
        let around = NewTemplate::read(
            json!({"definition": {"name": "A", "nodes": []}, "category": "blog"}),
        );

        assert_eq!(bare, around);
        assert_eq!(bare.unwrap().category, TemplateCategory::Blog);
    }

    #[test]
    fn rel_s3_an_envelope_refuses_fields_it_does_not_know() {
        for field in ["is_system", "workspace_id", "id", "created_by", "version"] {
            let mut body = json!({"definition": {"nodes": []}});
            body[field] = json!(true);
            assert!(NewTemplate::read(body).is_err(), "{field}");
        }
    }

    #[test]
    fn a_change_may_say_what_it_was_made_on() {
        let change = json!({"name": "B"});

        assert_eq!(DraftChange::read(change.clone(), None).unwrap().draft_revision, None);
        assert_eq!(DraftChange::read(change, Some(4)).unwrap().draft_revision, Some(4));
    }

    #[test]
    fn who_switches_off_says_why() {
        let change = |enabled, reason: &str| EnabledChange { enabled, reason: reason.to_owned() };

        assert_eq!(change(false, " Posts twice ").checked_reason(), Ok(Some("Posts twice".into())));
        assert_eq!(change(true, "").checked_reason(), Ok(None));
        for reason in ["  ", "a\u{202E}b", &"x".repeat(501)] {
            let refused = change(false, reason).checked_reason().unwrap_err();
            assert!(refused.field_message("reason").is_some(), "{reason:?}");
        }
    }

    #[test]
    fn tags_are_put_in_order_and_what_cannot_be_one_is_refused() {
        let tags = |all: &[&str]| {
            let all: Vec<String> = all.iter().map(|tag| (*tag).to_owned()).collect();
            template_tags(&all)
        };

        assert_eq!(
            tags(&["#Spring", " spring ", "", "web"]),
            Ok(vec!["Spring".into(), "web".into()])
        );
        for wrong in ["a\u{202E}b", "a\nb", &"x".repeat(41)] {
            assert!(tags(&[wrong]).unwrap_err().field_message("tags").is_some(), "{wrong:?}");
        }
        let many: Vec<String> = (0..11).map(|number| format!("tag {number}")).collect();
        assert!(template_tags(&many).unwrap_err().field_message("tags").is_some());
    }

    #[test]
    fn categories_of_the_founding_contract_are_read_as_the_nearest_here() {
        for (written, read) in [
            ("organic_content", TemplateCategory::Blog),
            ("seo", TemplateCategory::Website),
            ("email", TemplateCategory::Email),
        ] {
            let body = json!({"nodes": [], "category": written});
            assert_eq!(NewTemplate::read(body).unwrap().category, read);
        }
    }
}
