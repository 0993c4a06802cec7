//! What the sample knows and says, as data: words of briefs, forms of text and sentences with slots.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

static WORDS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("words.json")).unwrap_or_default());
static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| serde_json::from_str(include_str!("texts.json")).unwrap_or_default());

/// What the sample can write.
#[derive(Default, Deserialize)]
pub(super) struct Texts {
    pub(super) forms: Vec<Form>,
    pub(super) fields: Vec<Field>,
    /// Sentences with slots, by what they are for.
    banks: BTreeMap<String, Vec<String>>,
    #[serde(skip)]
    nothing: Form,
}

/// A kind of text.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    pub(super) name: String,
    /// Words that name it in a prompt.
    pub(super) names: Vec<String>,
    pub(super) is_one_line: bool,
    /// The bank of its lines, where several are asked for as a list; else those of headlines.
    pub(super) lines: Option<String>,
    pub(super) text: Vec<Part>,
}

/// A part of a form: templates of paragraphs.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Part {
    Paragraphs(String),
    /// One for each heading, the last also for those behind it.
    Sections {
        sections: Vec<String>,
    },
    /// Added until there are as many words as are asked for.
    More {
        more: String,
    },
    /// The first slide, those behind it and the last.
    Slides {
        slides: [String; 3],
    },
}

/// What a text of a JSON answer says whose name has one of these words in it.
#[derive(Deserialize)]
pub(super) struct Field {
    pub(super) words: Vec<String>,
    pub(super) text: String,
}

pub(super) fn words(kind: &str) -> &'static [String] {
    WORDS.get(kind).map_or(&[], Vec::as_slice)
}

/// True for a text that has one of these words in it.
pub(super) fn has_any(text: &str, kind: &str) -> bool {
    words(kind).iter().any(|word| text.contains(word))
}

/// The kinds that begin with this prefix.
pub(super) fn kinds(prefix: &str) -> impl Iterator<Item = &'static str> {
    WORDS.keys().map(String::as_str).filter(move |kind| kind.starts_with(prefix))
}

/// What the sample can write.
pub(super) fn texts() -> &'static Texts {
    &TEXTS
}

impl Texts {
    pub(super) fn form(&self, name: &str) -> &Form {
        self.forms.iter().find(|form| form.name == name).unwrap_or(&self.nothing)
    }

    /// The sentences of a bank.
    pub(super) fn bank(&self, name: &str) -> &[String] {
        self.banks.get(name).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_read_and_every_form_has_a_name_and_a_text() {
        assert!(!words("verbs").is_empty() && kinds("label.").count() > 10);
        assert!(texts().forms.len() > 20 && !texts().fields.is_empty());
        for form in &texts().forms {
            assert!(!form.names.is_empty() && !form.text.is_empty(), "{}", form.name);
        }
    }
}
