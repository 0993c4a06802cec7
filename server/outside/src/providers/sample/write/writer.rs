//! Says sentences of banks with the facts of a brief, no sentence twice.

use std::collections::BTreeSet;

use super::prose::sentences;
use crate::providers::{
    request::ItemOf,
    sample::{
        brief::Brief,
        dice::{Dice, hash},
        phrasebook::texts,
        slots::{facts_in, fill},
    },
};

/// Writes one item.
pub(in crate::providers::sample) struct Writer<'a> {
    pub(in crate::providers::sample) brief: &'a Brief,
    pub(in crate::providers::sample) dice: Dice,
    pub(super) item: ItemOf,
    said: BTreeSet<&'static str>,
    told: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    /// A writer with nothing said yet.
    pub(in crate::providers::sample) fn new(brief: &'a Brief, dice: Dice, item: ItemOf) -> Self {
        Self { brief, dice, item, said: BTreeSet::new(), told: BTreeSet::new() }
    }

    /// The sentences of a bank; openers are those of the brief's tone.
    fn bank(&self, name: &str) -> &'static [String] {
        match name {
            "openers" => texts().bank(&format!("opener.{}", self.brief.tone)),
            name => texts().bank(name),
        }
    }

    /// A score of 100. It moves with the text and stays in the upper range, as drafts that reach a
    /// review do.
    pub(in crate::providers::sample) fn score(&mut self) -> usize {
        78 + self.dice.roll(18)
    }

    /// A sentence of a bank that has not been said yet, nothing when all have been. Those that tell
    /// a fact of the brief for the first time come first.
    pub(super) fn say(&mut self, bank: &str) -> String {
        let usable = |line: &&'static str| fill(line, self.brief).is_some();
        let lines = self.bank(bank).iter().map(String::as_str);
        let fresh: Vec<&'static str> =
            lines.filter(usable).filter(|line| !self.said.contains(line)).collect();
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
    pub(super) fn lead(&mut self, bank: &str) -> String {
        let (bank, lines) = (self.bank(bank), self.usable(bank));
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
    pub(super) fn nth(&self, bank: &str, at: usize) -> String {
        let lines = self.usable(bank);
        lines.get(at % lines.len().max(1)).cloned().unwrap_or_default()
    }

    /// The sentences the brief has facts for and, where there are any, room for.
    fn usable(&self, bank: &str) -> Vec<String> {
        let mut usable: Vec<String> = Vec::new();
        for line in self.bank(bank).iter().filter_map(|line| fill(line, self.brief)) {
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
        !brief.form.is_one_line
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
}
