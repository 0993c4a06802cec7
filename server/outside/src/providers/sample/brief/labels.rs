//! The `label: value` pairs of a prompt.

use super::text::tidy;

/// Labels for each fact; the first that a prompt uses wins.
pub(super) const SUBJECT: &[&str] = &[
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
pub(super) const DESCRIPTION: &[&str] =
    &["product description", "description", "details", "what it is", "summary", "context"];
pub(super) const AUDIENCE: &[&str] = &[
    "audience",
    "target audience",
    "target",
    "readers",
    "visitors",
    "viewer",
    "customers",
    "for",
    "persona",
    "users",
];
pub(super) const BENEFIT: &[&str] = &[
    "benefit",
    "key benefit",
    "main benefit",
    "benefit to get across",
    "value",
    "value proposition",
    "usp",
];
pub(super) const BENEFITS: &[&str] =
    &["benefits", "key benefits", "features", "key features", "selling points", "highlights"];
pub(super) const POINTS: &[&str] =
    &["key points", "points", "what must be in it", "must include", "sections", "outline"];
pub(super) const OFFER: &[&str] =
    &["offer", "promotion", "discount", "deal", "special offer", "incentive"];
pub(super) const CALL: &[&str] =
    &["cta", "call to action", "call-to-action", "goal", "action", "what visitors should do"];
pub(super) const TONE: &[&str] =
    &["tone", "voice", "brand voice", "mood", "style", "tone of voice"];
pub(super) const KEYWORDS: &[&str] = &["keywords", "keyword", "seo keywords", "tags", "hashtags"];
pub(super) const SENDER: &[&str] = &["signed by", "sender", "from", "signature"];
pub(super) const FEEDBACK: &[&str] = &[
    "feedback",
    "reviewer feedback",
    "changes requested",
    "requested changes",
    "reason",
    "revision",
    "a reviewer asked for changes",
];
/// Labels that steer the answer and are no facts to tell.
const SILENT: &[&str] = &[
    "format",
    "length",
    "length of the article",
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
    "picture",
    "answer in markdown",
    "the picture shows",
    "visual style",
    "headlines to choose from",
    "style of all slides",
];

/// True for a label this module knows.
pub(super) fn is_known(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    let known = [
        SUBJECT,
        DESCRIPTION,
        AUDIENCE,
        BENEFIT,
        BENEFITS,
        POINTS,
        OFFER,
        CALL,
        TONE,
        KEYWORDS,
        SENDER,
        SILENT,
    ];
    known.iter().any(|labels| labels.contains(&label.as_str()))
}

/// What a prompt says under labels.
pub(super) struct Labels(Vec<(String, String)>);

impl Labels {
    /// Longer prompts carry whole documents, whose labels are not the brief's.
    const LONGEST: usize = 6_000;
    const LONGEST_ITEM: usize = 80;

    /// Reads a line at a time. A label without a value takes the short lines that follow it.
    pub(super) fn read(prompt: &str) -> Self {
        let prompt = &prompt[..prompt.floor_char_boundary(Self::LONGEST)];
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut open = false;
        for line in prompt.lines().map(str::trim) {
            let bullet = line.strip_prefix(['-', '*', '•']);
            match (&mut pairs.last_mut(), pairs_of(line)) {
                (Some((_, value)), found)
                    if open && (bullet.is_some() || found.is_empty()) && !line.is_empty() =>
                {
                    open = bullet.is_some() || line.len() <= Self::LONGEST_ITEM;
                    if open {
                        value.push_str(&format!("{};", tidy(bullet.unwrap_or(line))));
                    }
                }
                (_, found) if !found.is_empty() => {
                    open = found.last().is_some_and(|(_, value)| value.is_empty());
                    pairs.extend(found);
                }
                _ => {}
            }
        }
        pairs.retain(|(_, value)| !tidy(value).is_empty());
        Self(pairs)
    }

    /// The value of the first of these labels that the prompt uses; it is told once.
    pub(super) fn take(&mut self, labels: &[&str]) -> Option<String> {
        let wanted = labels.iter();
        let at =
            wanted.filter_map(|label| self.0.iter().position(|(key, _)| key == label)).next()?;
        let value = tidy(self.0.remove(at).1.trim_end_matches(';'));
        (!value.is_empty() && value != "none").then_some(value)
    }

    /// Short facts under other labels, e.g. a price, except those that repeat earlier lines.
    pub(super) fn rest(self, earlier_lines: &[String]) -> Vec<(String, String)> {
        let is_given = |value: &str| {
            let value = value.to_lowercase();
            earlier_lines.iter().any(|line| line.to_lowercase().ends_with(&value))
        };
        let told = self.0.into_iter().filter(|(key, value)| {
            let short = value.len() <= 60 && !value.contains([';', '\n']);
            short && !SILENT.contains(&key.as_str()) && !is_given(value)
        });
        told.map(|(key, value)| (key, tidy(&value))).take(4).collect()
    }
}

/// The pairs of one line: sentences without a label belong to the value before them.
fn pairs_of(line: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for sentence in line.split(". ").flat_map(|sentence| sentence.split(" | ")) {
        match (pair(sentence), pairs.last_mut()) {
            (Some(pair), _) => pairs.push(pair),
            (None, Some((_, value))) => value.push_str(&format!(". {sentence}")),
            (None, None) => {}
        }
    }
    pairs
}

/// A short label, a colon and a value.
fn pair(sentence: &str) -> Option<(String, String)> {
    let (label, value) = sentence.split_once(':')?;
    let label = label.split(',').next().unwrap_or(label);
    let label = label.trim().trim_start_matches(['-', '*', '#', ' ']).trim_end_matches('*');
    let is_label = label.len() <= 32
        && label.split_whitespace().count() <= 5
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(|letter| letter.is_alphabetic() || " -_/".contains(letter));
    let is_value = value.is_empty() || value.starts_with([' ', '*', '\t']);
    let label = label.to_lowercase().replace('_', " ");
    (is_label && is_value).then(|| (label, value.trim().to_owned()))
}
