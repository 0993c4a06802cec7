//! The form of an agent: what is wrong with it, and the keys that its name gives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{plain_name, refuse},
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, MOST_NAME_CHARACTERS},
    },
    id::ImageId,
    problem::{FieldProblem, Problem, join_path},
    text::name::snake,
};

/// Most characters of a key.
const MOST_KEY_CHARACTERS: usize = 63;
/// Most characters of a key that is made from a name: room for a number is left.
const MOST_MADE_KEY_CHARACTERS: usize = 50;
/// What the keys of agents that came with Atelier begin with where somebody else's agent has theirs.
const SYSTEM_PREFIX: &str = "atelier_";
/// The key where no letter of a name can be one of a key.
const UNNAMED: &str = "agent";

/// What an editor sends to put an agent or a workflow out of sight, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveChange {
    /// Whether it is put out of sight: workflows that have pinned it keep it, nothing new is made of
    /// it.
    pub archived: bool,
}

impl AgentForm {
    /// The form with blanks trimmed and its purpose in the definition, or everything that is wrong
    /// with it.
    ///
    /// # Errors
    /// Each field that is wrong, with its path.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let name = plain_name("name", &self.name, MOST_NAME_CHARACTERS, &mut errors);
        let key = self.key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        if let Some(words) = key.as_deref().and_then(key_fault) {
            errors.push(FieldProblem::field("invalid_name", "key", words));
        }
        let purpose = self.purpose.unwrap_or(self.definition.purpose);
        let definition = AgentDefinition { purpose: purpose.trim().to_owned(), ..self.definition };
        errors.extend(definition.check().into_iter().map(|error| {
            let path = error.path.map(|path| join_path("definition", &path));
            FieldProblem { path, ..error }
        }));
        refuse("The agent was not saved.", errors)?;
        Ok(Self { key, name, purpose: None, definition, ..self })
    }

    /// The form of a copy of an agent, with the same picture and definition.
    pub fn for_copy(name: &str, picture: Option<ImageId>, definition: AgentDefinition) -> Self {
        let ending = " (copy)";
        let room = MOST_NAME_CHARACTERS - ending.len();
        let kept: String = name.chars().take(room).collect();
        Self {
            key: None,
            draft_revision: None,
            name: format!("{}{ending}", kept.trim_end()),
            purpose: None,
            picture,
            definition,
        }
    }
}

/// The keys that an agent of this name can have, the best first.
pub fn keys_from_name(name: &str) -> impl Iterator<Item = String> + use<> {
    let has_letters = name.chars().any(|letter| letter.is_ascii_alphanumeric());
    let made = if has_letters { snake(name) } else { UNNAMED.to_owned() };
    let made = made.strip_prefix(SYSTEM_PREFIX).unwrap_or(&made);
    let made: String = made.chars().take(MOST_MADE_KEY_CHARACTERS).collect();
    let made = made.trim_matches('_').to_owned();
    let key = if key_fault(&made).is_none() { made } else { UNNAMED.to_owned() };
    (1..100).map(move |number| if number == 1 { key.clone() } else { format!("{key}_{number}") })
}

/// Why a text is no key of an agent that people make; none where it is one.
fn key_fault(key: &str) -> Option<&'static str> {
    let mut letters = key.bytes();
    let begins = letters.next().is_some_and(|first| first.is_ascii_lowercase());
    let goes_on = letters.all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-');
    if !begins || !goes_on || key.len() > MOST_KEY_CHARACTERS {
        return Some(
            "Start with a lowercase letter. Use only letters, digits, _ and -, at most 63 characters.",
        );
    }
    key.starts_with(SYSTEM_PREFIX).then_some(
        "Keys that start with atelier_ are reserved for built-in agents. Choose another one.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn form(change: impl FnOnce(&mut serde_json::Value)) -> AgentForm {
        let mut body = json!({
            "name": " Ad writer ",
            "purpose": " Writes ads. ",
            "definition": { "instructions": "Write." },
        });
        change(&mut body);
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_form_is_trimmed_and_its_purpose_goes_into_the_definition() {
        let checked = form(|body| body["key"] = json!(" ")).checked().unwrap();

        assert_eq!((checked.name.as_str(), checked.key), ("Ad writer", None));
        assert_eq!((checked.definition.purpose.as_str(), checked.purpose), ("Writes ads.", None));
    }

    #[test]
    fn every_fault_of_a_form_is_told_with_its_path() {
        let wrong = form(|body| {
            body["name"] = json!("a\u{202E}b");
            body["key"] = json!("Ads");
            body["definition"] = json!({ "instructions": "", "temperature": 3 });
        });

        let problem = wrong.checked().unwrap_err();

        let paths: Vec<_> = problem.errors.iter().filter_map(|one| one.path.as_deref()).collect();
        assert_eq!(paths, ["name", "key", "definition.instructions", "definition.temperature"]);
    }

    #[test]
    fn a_key_is_made_from_the_name() {
        let first = |name: &str| keys_from_name(name).next().unwrap();

        assert_eq!(first("Ad writer 2"), "ad_writer_2");
        assert_eq!(first("Atelier Bot"), "bot");
        assert_eq!(first("日本"), "agent");
        assert_eq!(first("7 dwarfs"), "p_7_dwarfs");
        assert_eq!(keys_from_name("Editor").nth(1).unwrap(), "editor_2");
        for (key, sound) in
            [("reviewCode", true), ("a-b", true), ("", false), ("1a", false), ("atelier_x", false)]
        {
            assert_eq!(key_fault(key).is_none(), sound, "{key}");
        }
    }
}
