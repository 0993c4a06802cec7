//! Phrases of an instruction written as prose.

use super::text::tidy;
use crate::providers::sample::phrasebook::words;

/// What prose tells without labels.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) subject: Option<String>,
    pub(super) description: Option<String>,
    pub(super) audience: Option<String>,
}

const LONGEST_PHRASE: usize = 80;

impl Prose {
    pub(super) fn read(prompt: &str) -> Self {
        let opening = prompt.split("\n\n").next().unwrap_or(prompt);
        let line = opening.lines().find(|line| is_instruction(line)).unwrap_or(opening);
        let text = format!("{line} ");
        let quoted = quoted_phrase(&text);
        let named = words("subject_marks").iter().filter_map(|mark| phrase_after(&text, mark));
        let Some((subject, rest)) = quoted.into_iter().chain(named).next() else {
            return Self { audience: audience(&text, None), ..Self::default() };
        };
        let description =
            rest.strip_prefix(", ").map(|rest| text_until(rest, &[", ", ". ", "; ", "\n"]));
        let is_apposition = |text: &str| {
            ["a ", "an ", "the ", "our "].iter().any(|article| text.starts_with(article))
        };
        Self {
            audience: audience(&text, Some(&subject)),
            description: description.filter(|text| is_apposition(text)).map(tidy),
            subject: Some(subject),
        }
    }
}

fn is_instruction(line: &str) -> bool {
    let line = format!("{line} ");
    words("subject_marks").iter().any(|mark| phrase_after(&line, mark).is_some())
        || quoted_phrase(&line).is_some()
}

fn audience(text: &str, subject: Option<&str>) -> Option<String> {
    let is_other = |phrase: &String| subject.is_none_or(|subject| !phrase.contains(subject));
    words("audience_marks")
        .iter()
        .flat_map(|mark| {
            text.match_indices(mark.as_str()).map(|(at, mark)| &text[at + mark.len()..])
        })
        .filter_map(|rest| phrase(rest).map(|(phrase, _)| phrase))
        .find(is_other)
}

/// The first usable phrase after an occurrence of `mark`, and the text behind it.
fn phrase_after<'a>(text: &'a str, mark: &str) -> Option<(String, &'a str)> {
    let mut starts = text.match_indices(mark).map(|(at, mark)| at + mark.len());
    starts.find_map(|start| phrase(&text[start..]))
}

fn phrase(text: &str) -> Option<(String, &str)> {
    let raw = text_until(text, words("ends"));
    let phrase = tidy(raw);
    let lower = format!("{} ", phrase.to_lowercase());
    let points = words("pointers").iter().any(|pointer| lower.starts_with(&format!("{pointer} ")));
    let letters = phrase.chars().filter(|letter| letter.is_alphabetic()).count();
    let fits = letters >= 2 && phrase.len() <= LONGEST_PHRASE && !points;
    fits.then(|| (phrase, &text[raw.len()..]))
}

fn text_until<'a>(text: &'a str, ends: &[impl AsRef<str>]) -> &'a str {
    let end = ends.iter().filter_map(|end| text.find(end.as_ref())).min();
    &text[..end.unwrap_or(text.len())]
}

fn quoted_phrase(text: &str) -> Option<(String, &str)> {
    let (open, close) =
        [('"', '"'), ('“', '”')].into_iter().find(|(open, _)| text.contains(*open))?;
    let start = text.find(open)? + open.len_utf8();
    let length = text[start..].find(close)?;
    let inside = tidy(&text[start..start + length]);
    let fits = !inside.is_empty() && inside.len() <= LONGEST_PHRASE;
    fits.then(|| (inside, &text[start + length + close.len_utf8()..]))
}

/// Headings of an outline or a document in the prompt, its title left out.
pub(super) fn headings(prompt: &str) -> Vec<String> {
    let marked =
        |mark: &'static str| prompt.lines().filter_map(move |line| line.strip_prefix(mark));
    let second: Vec<String> = marked("## ").map(tidy).collect();
    let second: Vec<String> =
        second.into_iter().filter(|heading| !heading.starts_with("In the end")).collect();
    if !second.is_empty() || !prompt.to_lowercase().contains("outline") {
        return second.into_iter().take(8).collect();
    }
    let numbered = prompt.lines().filter_map(|line| {
        let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
        rest.strip_prefix(". ").filter(|_| rest.len() < line.len()).map(tidy)
    });
    numbered.take(8).collect()
}

/// What a prompt without any mark is about: its document's title, or its own first words.
pub(super) fn gist(prompt: &str) -> String {
    let prompt = prompt.trim();
    let pointed = prompt.split_once(':').filter(|(head, _)| points_below(head));
    let text = pointed.map_or(prompt, |(_, text)| text.trim());
    let first = text_until(text, &[". ", "\n", ": ", "; "]);
    let telling =
        first.split_whitespace().skip_while(|word| words("idle").contains(&word.to_lowercase()));
    let gist = tidy(&telling.take(8).collect::<Vec<_>>().join(" "));
    if gist.is_empty() { "this idea".to_owned() } else { gist }
}

/// True for an instruction that says only that its object follows.
fn points_below(head: &str) -> bool {
    let mut parts = head.split_whitespace();
    parts.clone().count() <= 8 && parts.any(|word| words("below").contains(&word.to_lowercase()))
}

pub(super) fn document_title(prompt: &str) -> Option<String> {
    prompt.lines().find_map(|line| line.strip_prefix("# ")).map(tidy)
}

/// A group of people without the clauses that tell who exactly they are.
pub(super) fn audience_group(text: &str) -> String {
    let text = super::name::lower_first(text);
    tidy(text_until(&text, words("clauses")))
}

/// Headlines or subject lines that an earlier step wrote: at most 20 short lines below a line that
/// ends with a colon and names them.
pub(super) fn earlier_lines(prompt: &str) -> Vec<String> {
    let mut lines = prompt.lines().map(str::trim);
    let names_lines = |line: &str| {
        let line = line.to_lowercase();
        line.ends_with(':') && (line.contains("headline") || line.contains("subject line"))
    };
    if !lines.by_ref().any(names_lines) {
        return Vec::new();
    }
    let short = lines.filter(|line| !line.is_empty()).take_while(|line| {
        let is_label =
            line.split_once(": ").is_some_and(|(label, _)| super::labels::is_known(label));
        line.len() <= 120 && !is_label && !line.ends_with(':')
    });
    short.map(|line| tidy(line.trim_start_matches(['-', '*', ' ']))).take(20).collect()
}
