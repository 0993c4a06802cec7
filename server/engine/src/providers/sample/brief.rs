//! Reads what a prompt is about: its labelled lines and the phrases of its instruction.

use super::form::{Form, form_of};

/// Everything concrete a prompt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brief {
    /// The whole prompt.
    pub(super) prompt: String,
    pub(super) form: Form,
    pub(super) tone: Tone,
    /// The product, brand or topic; never empty.
    pub(super) subject: String,
    pub(super) description: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) benefits: Vec<String>,
    pub(super) offer: Option<String>,
    pub(super) call: Option<String>,
    pub(super) keywords: Vec<String>,
    /// Headings an article is to have.
    pub(super) outline: Vec<String>,
    /// What a reviewer asked for.
    pub(super) feedback: Option<String>,
    /// Other labelled facts, e.g. a price.
    pub(super) facts: Vec<(String, String)>,
    /// How many things a list should have.
    pub(super) count: Option<usize>,
    pub(super) most_chars: Option<usize>,
    pub(super) words: Option<usize>,
}

/// How the text should sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Playful,
    Bold,
    Warm,
    Professional,
    Luxury,
}

const TONES: [(Tone, &[&str]); 5] = [
    (Tone::Playful, &["playful", "fun", "witty", "humorous", "quirky", "cheeky", "casual"]),
    (Tone::Bold, &["bold", "urgent", "energetic", "exciting", "edgy", "confident", "punchy"]),
    (Tone::Warm, &["warm", "friendly", "caring", "empathetic", "inspiring", "heartfelt", "cozy"]),
    (Tone::Luxury, &["luxury", "luxurious", "premium", "elegant", "exclusive", "sophisticated"]),
    (Tone::Professional, &["professional", "formal", "authoritative", "technical", "expert"]),
];

/// Labels for each fact; the first that a prompt uses wins.
const SUBJECT: &[&str] = &[
    "product",
    "product name",
    "brand",
    "company",
    "topic",
    "subject",
    "service",
    "app",
    "business",
    "campaign",
    "event",
    "name",
    "title",
    "issue",
    "issue title",
    "theme",
    "course",
    "book",
];
const DESCRIPTION: &[&str] =
    &["product description", "description", "about", "details", "what it is", "summary", "context"];
const AUDIENCE: &[&str] =
    &["audience", "target audience", "target", "readers", "customers", "for", "persona", "users"];
const BENEFITS: &[&str] = &[
    "benefit",
    "benefits",
    "key benefit",
    "key benefits",
    "main benefit",
    "features",
    "key features",
    "key points",
    "points",
    "value proposition",
    "usp",
    "selling points",
    "highlights",
];
const OFFER: &[&str] = &["offer", "promotion", "discount", "deal", "special offer", "incentive"];
const CALL: &[&str] = &["cta", "call to action", "call-to-action", "goal", "action"];
const TONE: &[&str] = &["tone", "voice", "brand voice", "mood", "style", "tone of voice"];
const KEYWORDS: &[&str] = &["keywords", "keyword", "seo keywords", "tags", "hashtags"];
const FEEDBACK: &[&str] = &[
    "feedback",
    "reviewer feedback",
    "changes requested",
    "requested changes",
    "reason",
    "revision",
];
/// Labels that steer the answer and are no facts to tell.
const SILENT: &[&str] = &[
    "format",
    "length",
    "words",
    "word count",
    "language",
    "variation",
    "output",
    "requirements",
    "rules",
    "instructions",
    "note",
    "notes",
    "example",
    "count",
    "quantity",
    "platform",
    "include",
    "avoid",
    "task",
    "role",
    "rubric",
    "criteria",
    "threshold",
];

impl Brief {
    /// Reads a prompt, and the tone also from the standing instructions.
    pub(super) fn read(prompt: &str, system: Option<&str>) -> Self {
        let mut labels = Labels::read(prompt);
        let prose = phrases::Prose::read(prompt);
        let tone_words = labels.take(TONE).or(system.map(str::to_owned));
        let subject = labels.take(SUBJECT).or(prose.subject);
        Self {
            form: form_of(prompt),
            tone: tone_of(tone_words.as_deref(), prompt),
            description: labels.take(DESCRIPTION).or(prose.description),
            audience: labels.take(AUDIENCE).or(prose.audience),
            benefits: labels.take(BENEFITS).map(|text| split(&text)).unwrap_or_default(),
            offer: labels.take(OFFER),
            call: labels.take(CALL).filter(|call| call.split_whitespace().count() <= 8),
            keywords: labels.take(KEYWORDS).map(|text| split(&text)).unwrap_or_default(),
            feedback: labels.take(FEEDBACK),
            subject: subject.unwrap_or_else(|| phrases::gist(prompt)),
            outline: phrases::headings(prompt),
            count: amounts::things(prompt),
            most_chars: amounts::before(prompt, &["character", "chars"]),
            words: amounts::before(prompt, &["word"]),
            facts: labels.rest(),
            prompt: prompt.to_owned(),
        }
    }
}

fn tone_of(stated: Option<&str>, prompt: &str) -> Tone {
    let named_in = |text: &str| {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|letter: char| !letter.is_alphabetic()).collect();
        let tone = TONES.iter().find(|(_, names)| names.iter().any(|name| words.contains(name)));
        tone.map(|(tone, _)| *tone)
    };
    stated.and_then(named_in).or_else(|| named_in(prompt)).unwrap_or(Tone::Plain)
}

fn split(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '\n', '•', '#']).map(tidy);
    parts.filter(|part| !part.is_empty()).take(8).collect()
}

/// Without quotes, brackets and end marks around it.
fn tidy(text: &str) -> String {
    let marks = |letter: char| letter.is_whitespace() || "\"'“”‘’`*_.[]".contains(letter);
    text.trim_matches(marks).to_owned()
}

/// The `label: value` pairs of a prompt.
struct Labels(Vec<(String, String)>);

impl Labels {
    /// Longer prompts carry whole documents, whose labels are not the brief's.
    const LONGEST: usize = 6_000;

    fn read(prompt: &str) -> Self {
        let prompt = &prompt[..prompt.floor_char_boundary(Self::LONGEST)];
        let mut pairs: Vec<(String, String)> = Vec::new();
        for line in prompt.lines() {
            let bullet = line.trim_start().strip_prefix(['-', '*', '•']);
            if let (Some(item), Some((_, value))) = (bullet, pairs.last_mut())
                && (value.is_empty() || value.ends_with(';'))
            {
                value.push_str(&format!(" {};", tidy(item)));
                continue;
            }
            let sentences = line.split(". ").flat_map(|sentence| sentence.split(" | "));
            pairs.extend(sentences.filter_map(pair));
        }
        pairs.retain(|(_, value)| !tidy(value).is_empty());
        Self(pairs)
    }

    fn take(&mut self, labels: &[&str]) -> Option<String> {
        let wanted = labels.iter();
        let at =
            wanted.filter_map(|label| self.0.iter().position(|(key, _)| key == label)).next()?;
        let value = tidy(self.0.remove(at).1.trim_end_matches(';'));
        (!value.is_empty()).then_some(value)
    }

    fn rest(self) -> Vec<(String, String)> {
        let told = self.0.into_iter().filter(|(key, value)| {
            !SILENT.contains(&key.as_str()) && value.len() <= 80 && !value.contains('\n')
        });
        told.map(|(key, value)| (key, tidy(&value))).take(4).collect()
    }
}

/// A short label, a colon and a value, which may follow on bulleted lines.
fn pair(sentence: &str) -> Option<(String, String)> {
    let (label, value) = sentence.split_once(':')?;
    let label = label.trim().trim_start_matches(['-', '*', '#', ' ']).trim_end_matches('*');
    let is_label = label.len() <= 28
        && label.split_whitespace().count() <= 3
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(|letter| letter.is_alphabetic() || " -_/".contains(letter));
    let is_value = value.is_empty() || value.starts_with([' ', '*', '\t']);
    let label = label.to_lowercase().replace('_', " ");
    (is_label && is_value).then(|| (label, value.trim().to_owned()))
}

mod amounts;
mod phrases;

#[cfg(test)]
mod tests;
