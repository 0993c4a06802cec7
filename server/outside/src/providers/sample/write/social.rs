//! Posts of a line or two, and what things are filed under.

use super::{prose::sentences, writer::Writer};
use crate::providers::sample::{
    phrasebook::{texts, words},
    slots::{hashtag, lower},
};

/// A social post of two sentences and hashtags.
pub(super) fn snippet(writer: &mut Writer<'_>) -> String {
    let many = texts().bank("snippets").len();
    let start = if writer.item.count > 1 { 0 } else { writer.dice.roll(many) };
    let at = start + writer.item.index as usize;
    let (first, second) = (hook(writer, at), thought(writer, at));
    sentences(&[first, second, writer.say("invites"), hashtags(writer, 2)])
}

/// One of several social posts.
pub(super) fn snippet_at(writer: &mut Writer<'_>, at: usize) -> String {
    let (first, second) = (hook(writer, at), thought(writer, at));
    sentences(&[first, second, hashtags(writer, 2)])
}

/// How a post begins: with a section of the text it leads to, where there is one.
fn hook(writer: &Writer<'_>, at: usize) -> String {
    let sections = &writer.brief.outline;
    match (&writer.brief.title, sections.len()) {
        (Some(title), many @ 1..) => format!("{title}: {}.", lower(&sections[at % many])),
        _ => writer.nth("snippets", at),
    }
}

fn thought(writer: &mut Writer<'_>, at: usize) -> String {
    match writer.brief.title {
        Some(_) => writer.nth("thoughts", at * 5 + 2),
        None => writer.say("lines"),
    }
}

/// At most this many hashtags, none where the brief forbids them.
pub(super) fn hashtags(writer: &Writer<'_>, most: usize) -> String {
    let brief = writer.brief;
    if brief.forbids("hashtag") {
        return String::new();
    }
    let about = brief.title.as_ref().unwrap_or(&brief.subject);
    let common = |word: &str| words("common").iter().any(|common| common == word);
    let telling = about
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() >= 5 && !common(word));
    let whole = Some(brief.subject.as_str()).filter(|name| name.split(' ').count() <= 2);
    let named = brief.keywords.iter().map(String::as_str);
    let usual = words("usual tags").iter().map(String::as_str);
    let mut tags: Vec<String> = Vec::new();
    for words in whole.into_iter().chain(named).chain(telling).chain(usual) {
        let tag = hashtag(words);
        if words != "this" && !tags.iter().any(|known| known.contains(&tag[1..])) {
            tags.push(tag);
        }
    }
    tags.truncate(most);
    tags.join(" ")
}

/// A word or two to file things under.
pub(super) fn any_keyword(writer: &mut Writer<'_>) -> String {
    let brief = writer.brief;
    let long = brief.subject.split_whitespace().filter(|word| word.len() > 3);
    let usual = ["ideas", "guide", "daily"].map(str::to_owned);
    let words: Vec<String> = match brief.keywords.len() {
        0 => long.map(str::to_lowercase).chain(usual).collect(),
        _ => brief.keywords.clone(),
    };
    words[writer.dice.roll(words.len())].clone()
}
