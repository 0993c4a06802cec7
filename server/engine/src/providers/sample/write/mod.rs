//! Writes each form of text from a brief. Sentences come from banks; those whose facts the brief
//! does not have are passed over, and items of one node start at different places.

mod ads;
mod long;
mod short;
mod work;

use super::brief::Brief;
use super::dice::{Dice, hash};
use super::form::Form;
use super::slots::{capital, facts_in, fill};
use crate::providers::request::{ItemOf, Passage};
use std::collections::BTreeSet;

const USUAL_LIST: usize = 5;
/// Passages of the context that are quoted.
const MOST_QUOTED: usize = 3;
/// The longest quotation, in characters.
const LONGEST_QUOTATION: usize = 160;

/// Writes one item.
pub(super) struct Writer<'a> {
    pub(super) brief: &'a Brief,
    pub(super) dice: Dice,
    item: ItemOf,
    said: BTreeSet<&'static str>,
    told: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    /// A writer with nothing said yet.
    pub(super) fn new(brief: &'a Brief, dice: Dice, item: ItemOf) -> Self {
        Self { brief, dice, item, said: BTreeSet::new(), told: BTreeSet::new() }
    }

    /// The text the brief asks for.
    pub(super) fn text(&mut self) -> String {
        if let (Some(count @ 2..), true) = (self.brief.count, self.brief.form.is_listed()) {
            return self.lines(count);
        }
        let text = self.form(self.brief.form);
        self.fit(&self.revised(text))
    }

    /// The text the brief asks for, with what the context says where there is room for it.
    pub(super) fn text_from(&mut self, context: &[Passage]) -> String {
        let text = self.text();
        if context.is_empty() || self.brief.form.is_one_line() {
            return text;
        }
        let quoted = context.iter().take(MOST_QUOTED).filter_map(quoted);
        let whole = paragraphs(&[text.clone(), sentences(&quoted.collect::<Vec<_>>())]);
        let room = self.brief.most_chars.unwrap_or(usize::MAX);
        if whole.chars().count() <= room { whole } else { text }
    }

    /// A numbered list of what the brief asks for.
    pub(super) fn list(&mut self) -> String {
        self.lines(self.brief.count.unwrap_or(USUAL_LIST))
    }

    fn lines(&mut self, count: usize) -> String {
        // Lists of one node go on where the item before them ended.
        let first = self.item.index as usize * count;
        let lines = (1..=count).map(|number| format!("{number}. {}", self.line(first + number)));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// One line of a list.
    fn line(&mut self, at: usize) -> String {
        let line = match self.brief.form {
            Form::SubjectLine => self.nth(short::SUBJECT_LINES, at),
            Form::Call => self.nth(short::CALLS, at),
            Form::Caption | Form::Snippet => self.snippet_at(at),
            Form::Outline | Form::Article | Form::Plan => self.nth(long::HEADINGS, at),
            _ => self.nth(short::HEADLINES, at),
        };
        self.fit(&line.replace('\n', " "))
    }

    fn form(&mut self, form: Form) -> String {
        match form {
            Form::Headline => self.lead(short::HEADLINES),
            Form::SubjectLine => self.lead(short::SUBJECT_LINES),
            Form::Call => self.lead(short::CALLS),
            Form::Caption => self.caption(),
            Form::Carousel => self.carousel(),
            Form::Snippet => self.snippet(),
            Form::Ad => self.ad(),
            Form::Hero => self.hero(),
            Form::Email => self.email(),
            Form::Body => self.body(),
            Form::Outline => self.outline(),
            Form::Article => self.article(),
            Form::Summary => self.summary(),
            Form::Scene => self.lead(short::SCENES),
            Form::Verdict => self.verdict(),
            Form::Plan => self.plan(),
            Form::Change => self.change(),
            Form::PullRequest => self.pull_request(),
            Form::Triage => self.triage(),
            Form::Reply => self.reply(),
            Form::Explanation => self.explanation(),
        }
    }

    /// A sentence of a bank that has not been said yet, nothing when all have been. Those that tell
    /// a fact of the brief for the first time come first.
    pub(super) fn say(&mut self, bank: &[&'static str]) -> String {
        let usable = |line: &&'static str| fill(line, self.brief).is_some();
        let fresh: Vec<&'static str> =
            bank.iter().copied().filter(usable).filter(|line| !self.said.contains(line)).collect();
        let news = |line: &&'static str| facts_in(line).any(|fact| !self.told.contains(&fact));
        let telling: Vec<&'static str> = fresh.iter().copied().filter(news).collect();
        let from = if telling.is_empty() { fresh } else { telling };
        if from.is_empty() {
            return String::new();
        }
        let line = from[self.dice.roll(from.len())];
        self.said.insert(line);
        self.told.extend(facts_in(line));
        fill(line, self.brief).unwrap_or_default()
    }

    /// The first sentence of an item: another one for each item of a node, and after a reviewer asked
    /// for changes another one than before. What was written before is not known here, so a single
    /// text begins with an even line of the bank, and one that is made again with an odd one.
    pub(super) fn lead(&mut self, bank: &[&'static str]) -> String {
        let lines = self.usable(bank);
        let again = usize::from(self.brief.feedback.is_some());
        let count = self.item.count as usize;
        let at = if count > 1 {
            let start = hash(&self.brief.subject) % bank.len().max(1) as u64;
            let start = usize::try_from(start).unwrap_or_default();
            start + self.item.index as usize + again * count.min(lines.len().saturating_sub(1))
        } else {
            let of_a_kind = (lines.len() + 1 - again) / 2;
            2 * self.dice.roll(of_a_kind) + again
        };
        lines.get(at % lines.len().max(1)).cloned().unwrap_or_default()
    }

    /// The `at`-th of the sentences the brief has facts for and room for, round and round.
    fn nth(&self, bank: &[&'static str], at: usize) -> String {
        let lines = self.usable(bank);
        lines.get(at % lines.len().max(1)).cloned().unwrap_or_default()
    }

    /// The sentences the brief has facts for and, where there are any, room for.
    fn usable(&self, bank: &[&'static str]) -> Vec<String> {
        let mut usable: Vec<String> = Vec::new();
        for line in bank.iter().filter_map(|line| fill(line, self.brief)) {
            if !usable.contains(&line) {
                usable.push(line);
            }
        }
        if usable.iter().any(|line| self.fits(line)) {
            usable.retain(|line| self.fits(line));
        }
        usable
    }

    /// True for a line within the limits of a form of one line.
    fn fits(&self, line: &str) -> bool {
        let brief = self.brief;
        !brief.form.is_one_line()
            || (brief.most_chars.is_none_or(|most| line.chars().count() <= most)
                && brief.words.is_none_or(|most| line.split_whitespace().count() <= most))
    }

    /// The next sentences that were given about the subject, as they are.
    pub(super) fn details(&self, most: usize) -> String {
        let start = self.item.index as usize;
        let count = self.brief.details.len();
        let turned =
            (0..count.min(most)).map(|at| self.brief.details[(start + at) % count].clone());
        sentences(&turned.collect::<Vec<_>>())
    }

    /// Other facts of the brief as one sentence, or nothing.
    pub(super) fn facts(&self) -> String {
        if self.brief.facts.is_empty() {
            return String::new();
        }
        let facts = self.brief.facts.iter().map(|(label, value)| format!("{label} {value}"));
        format!("Good to know: {}.", facts.collect::<Vec<_>>().join(", "))
    }

    /// The text with what a reviewer asked for.
    fn revised(&self, text: String) -> String {
        let Some(feedback) = &self.brief.feedback else {
            return text;
        };
        let lower = feedback.to_lowercase();
        if lower.contains("short") || lower.contains("concise") {
            return shortened(&text);
        }
        let named = ["mention ", "add ", "include "].iter().find_map(|verb| {
            let at = lower.find(verb)? + verb.len();
            feedback.get(at..)
        });
        match named {
            Some(named) => format!("{text}\n\n{}.", capital(named.trim().trim_end_matches('.'))),
            None => text,
        }
    }

    /// The text within the length the brief allows and without what it forbids. In long texts a
    /// small number of characters is meant for a part of them.
    fn fit(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.brief.forbids("emoji") {
            text = without_emoji(&text);
        }
        if self.brief.forbids("exclamation mark") {
            text = text.replace('!', ".");
        }
        let least = if self.brief.form.is_one_line() { 1 } else { 250 };
        match self.brief.most_chars.filter(|most| *most >= least) {
            Some(most) if text.chars().count() > most => trimmed(&text, most),
            _ => text,
        }
    }
}

impl Form {
    /// True for forms of which several are written as one list.
    fn is_listed(self) -> bool {
        self.is_one_line() || self == Self::Caption
    }

    fn is_one_line(self) -> bool {
        use Form::{Call, Headline, Snippet, SubjectLine};
        matches!(self, Headline | SubjectLine | Call | Snippet)
    }
}

/// Paragraphs that are not empty, with a blank line between them.
pub(super) fn paragraphs(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// Sentences that are not empty, with a space between them.
pub(super) fn sentences(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// What a passage begins with, as a sentence that says where it is from.
fn quoted(passage: &Passage) -> Option<String> {
    let plain = |line: &&str| !line.is_empty() && !line.starts_with(['#', '-', '*', '|', '>', '`']);
    let line = passage.text.lines().map(str::trim).find(plain)?;
    let first = line.split_inclusive(['.', '!', '?']).next().unwrap_or(line);
    let words = trimmed(first, LONGEST_QUOTATION);
    let words = words.trim_end_matches(['.', ' ']);
    (!words.is_empty()).then(|| format!("As “{}” puts it: “{words}.”", passage.title))
}

/// The first sentence of each paragraph.
fn shortened(text: &str) -> String {
    let first = |line: &str| match line.find(". ") {
        Some(end) => line[..=end].to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(first).collect::<Vec<_>>().join("\n")
}

fn trimmed(text: &str, most: usize) -> String {
    let fits: String = text.chars().take(most).collect();
    let whole = fits.rfind(['.', '!', '?']).map(|end| &fits[..=end]);
    let words = || fits.rsplit_once(char::is_whitespace).map_or(fits.as_str(), |(words, _)| words);
    let kept = whole.filter(|kept| kept.len() * 2 > fits.len()).unwrap_or_else(words);
    kept.trim_end_matches([',', ';', ':', ' ', '\n']).to_owned()
}

pub(super) fn without_emoji(text: &str) -> String {
    let plain: String = text.chars().filter(|letter| (*letter as u32) < 0x2190).collect();
    plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
