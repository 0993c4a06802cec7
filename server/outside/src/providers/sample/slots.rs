//! Puts the facts of a brief into sentences, and passes over sentences it has no facts for.

use super::brief::Brief;

/// The sentence with its slots filled, none when a fact it needs is missing.
pub(super) fn fill(template: &str, brief: &Brief) -> Option<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, slot)) = rest.split_once('{') {
        let (slot, after) = slot.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&fact(slot, brief)?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// A fact of the brief; a slot written with a capital starts with one.
pub(super) fn fact(slot: &str, brief: &Brief) -> Option<String> {
    if slot.starts_with(char::is_uppercase) {
        return fact(&slot.to_lowercase(), brief).map(|fact| capital(&fact));
    }
    match slot {
        "subject" => Some(spoken(&brief.subject)),
        "audience" => brief.audience.clone(),
        "benefit" => brief.benefits.first().map(|text| lower(text)),
        "short" => brief.benefits.first().map(|text| lower(short(text))),
        "second" => brief.benefits.get(1).map(|text| lower(text)),
        "third" => brief.benefits.get(2).map(|text| lower(text)),
        "what" => brief.description.clone().filter(|text| is_apposition(text)),
        "about" => brief.description.clone().filter(|text| !is_apposition(text)),
        "offer" => brief.offer.clone(),
        "call" => brief.call.clone(),
        "keyword" => brief.keywords.first().cloned(),
        "sender" => brief.sender.clone(),
        "title" => brief.title.clone(),
        "headline" => brief.earlier_lines.first().cloned(),
        _ => None,
    }
}

fn is_apposition(text: &str) -> bool {
    let text = text.to_lowercase();
    let short = text.split_whitespace().count() <= 18 && !text.contains(". ");
    short && ["a ", "an ", "the "].iter().any(|article| text.starts_with(article))
}

/// A title that is a question or instruction reads on within a sentence once it is in lower case.
fn spoken(subject: &str) -> String {
    let is_title = ["How ", "Why ", "What ", "When "].iter().any(|word| subject.starts_with(word));
    if is_title { subject.to_lowercase() } else { subject.to_owned() }
}

/// The slots of a sentence that tell more than its subject.
pub(super) fn facts_in(template: &str) -> impl Iterator<Item = String> + '_ {
    let slots = template.split('{').skip(1).filter_map(|part| part.split_once('}'));
    slots.map(|(slot, _)| slot.to_lowercase()).filter(|slot| slot != "subject")
}

/// The text with a capital at its start.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The part of a phrase before its first comma or condition.
fn short(text: &str) -> &str {
    let end = [",", ";", " without ", " even if ", " (", " so that "]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    &text[..end.unwrap_or(text.len())]
}

/// The text without a capital at its start, unless it starts with an abbreviation.
pub(super) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

pub(super) fn hashtag(words: &str) -> String {
    let words = words.split(|letter: char| !letter.is_alphanumeric()).take(4);
    format!("#{}", words.map(capital).collect::<String>())
}
