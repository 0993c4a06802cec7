//! Reads what a prompt is about: its labelled lines and the phrases of its instruction.

mod amounts;
mod labels;
mod name;
mod phrases;
mod text;

use self::{labels::Labels, text::tidy};
use super::{
    form::form_of,
    phrasebook::{Form, words},
};

pub(super) use self::amounts::count_slides;

/// Longer offers are whole descriptions and are told as such.
const LONGEST_OFFER: usize = 60;

/// Everything concrete a prompt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brief {
    /// The whole prompt.
    pub(super) prompt: String,
    pub(super) form: &'static Form,
    /// How the text should sound.
    pub(super) tone: &'static str,
    /// The product, brand or topic, short enough for a sentence; never empty.
    pub(super) subject: String,
    /// The topic's whole title, where it is one.
    pub(super) title: Option<String>,
    /// Whole sentences about the subject.
    pub(super) details: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) benefits: Vec<String>,
    pub(super) offer: Option<String>,
    pub(super) call: Option<String>,
    pub(super) keywords: Vec<String>,
    /// Who signs a letter.
    pub(super) sender: Option<String>,
    /// Headlines or subject lines that an earlier step wrote.
    pub(super) earlier_lines: Vec<String>,
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

/// How a text may sound; one that is not `plain` has words that name it.
const TONES: [&str; 5] = ["playful", "bold", "warm", "luxury", "professional"];

impl Brief {
    /// Reads a prompt, and the tone also from the standing instructions.
    pub(super) fn read(prompt: &str, system: Option<&str>) -> Self {
        let mut labels = Labels::read(prompt);
        let prose = phrases::Prose::read(prompt);
        let tone_words = labels.take("tone").or(system.map(str::to_owned));
        let keywords = labels.take("keywords").map(|text| split(&text)).unwrap_or_default();
        let offer = labels.take("offer");
        let labelled = labels.take("subject").or_else(|| labels.take("product description"));
        let offered = offer.as_deref().map(with_possessive);
        let subject =
            labelled.or_else(|| phrases::document_title(prompt)).or(offered).or(prose.subject);
        let subject = subject.unwrap_or_else(|| phrases::gist(prompt));
        let named = name::read(&subject, keywords.first().map(String::as_str));
        let benefit = labels.take("benefit").into_iter();
        let points = labels.take("points").map(|text| split(&text)).unwrap_or_default();
        let benefits = labels.take("benefits").map(|text| split(&text)).unwrap_or_default();
        let mut outline = phrases::headings(prompt);
        if outline.is_empty() {
            outline.clone_from(&points);
        }
        let earlier_lines = phrases::earlier_lines(prompt);
        Self {
            form: form_of(prompt),
            tone: tone_of(tone_words.as_deref(), prompt),
            description: labels.take("description").or(named.description).or(prose.description),
            audience: labels
                .take("audience")
                .or(prose.audience)
                .map(|text| phrases::audience_group(&text)),
            benefits: benefit.chain(benefits).collect(),
            offer: offer
                .filter(|offer| offer.len() <= LONGEST_OFFER && with_possessive(offer) != subject),
            call: labels.take("call").filter(|call| call.split_whitespace().count() <= 8),
            sender: labels.take("sender"),
            feedback: labels.take("feedback"),
            count: amounts::count_things(prompt),
            most_chars: amounts::number_before(prompt, &["character", "chars"]),
            words: amounts::number_before(prompt, &["word"]),
            subject: named.subject,
            title: named.title,
            details: named.details,
            facts: labels.rest(&earlier_lines),
            earlier_lines,
            prompt: prompt.to_owned(),
            keywords,
            outline,
        }
    }

    /// True when the prompt forbids something, e.g. `hashtags`.
    pub(super) fn forbids(&self, what: &str) -> bool {
        let prompt = self.prompt.to_lowercase();
        ["no ", "without ", "never use "]
            .iter()
            .any(|word| prompt.contains(&format!("{word}{what}")))
    }
}

/// The offer with "our " before it, unless it begins with a determiner or no letter.
fn with_possessive(offer: &str) -> String {
    let offer = name::lower_first(offer);
    let named = ["our ", "the ", "a ", "an "].iter().any(|word| offer.starts_with(word));
    let starts_with_letter = offer.starts_with(char::is_alphabetic);
    if named || !starts_with_letter { offer } else { format!("our {offer}") }
}

fn tone_of(stated: Option<&str>, prompt: &str) -> &'static str {
    let named_in = |text: &str| {
        let text = text.to_lowercase();
        let said: Vec<&str> = text.split(|letter: char| !letter.is_alphabetic()).collect();
        let is_named = |tone: &&str| {
            words(&format!("tone.{tone}")).iter().any(|name| said.contains(&name.as_str()))
        };
        TONES.into_iter().find(is_named)
    };
    stated.and_then(named_in).or_else(|| named_in(prompt)).unwrap_or("plain")
}

fn split(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '\n', '•', '#']).map(tidy);
    parts.filter(|part| !part.is_empty()).take(8).collect()
}

#[cfg(test)]
mod tests;
