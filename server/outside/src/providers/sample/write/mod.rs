//! Writes each form of text from a brief. Sentences come from banks; those whose facts the brief
//! does not have are passed over, and items of one node start at different places.

mod ads;
mod long;
mod prose;
pub(super) mod short;
pub(super) mod work;
pub(super) mod writer;

use self::{
    prose::{first_sentences, paragraphs, sentences, trim_to, without_emoji},
    writer::Writer,
};
use super::{brief::Brief, form::Form, slots::capital};
use crate::providers::request::Passage;

const USUAL_LIST: usize = 5;
/// Passages of the context that are quoted.
const MOST_QUOTED: usize = 3;
/// The longest quotation, in characters.
const LONGEST_QUOTATION: usize = 160;

/// The text the brief asks for.
pub(super) fn text(writer: &mut Writer<'_>) -> String {
    if let (Some(count @ 2..), true) = (writer.brief.count, writer.brief.form.is_listed()) {
        return numbered_lines(writer, count);
    }
    let text = form_text(writer);
    fit(writer.brief, &revise(writer.brief, text))
}

/// The text the brief asks for, with what the context says where there is room for it.
pub(super) fn text_from(writer: &mut Writer<'_>, context: &[Passage]) -> String {
    let text = text(writer);
    if context.is_empty() || writer.brief.form.is_one_line() {
        return text;
    }
    let quotations = context.iter().take(MOST_QUOTED).filter_map(quotation);
    let whole = paragraphs(&[text.clone(), sentences(&quotations.collect::<Vec<_>>())]);
    let room = writer.brief.most_chars.unwrap_or(usize::MAX);
    if whole.chars().count() <= room { whole } else { text }
}

/// A numbered list of what the brief asks for.
pub(super) fn list(writer: &mut Writer<'_>) -> String {
    let count = writer.brief.count.unwrap_or(USUAL_LIST);
    numbered_lines(writer, count)
}

fn numbered_lines(writer: &mut Writer<'_>, count: usize) -> String {
    // Lists of one node go on where the item before them ended.
    let first = writer.item.index as usize * count;
    let lines = (1..=count).map(|number| format!("{number}. {}", line(writer, first + number)));
    lines.collect::<Vec<_>>().join("\n")
}

/// One line of a list.
fn line(writer: &mut Writer<'_>, at: usize) -> String {
    let line = match writer.brief.form {
        Form::SubjectLine => writer.nth(short::SUBJECT_LINES, at),
        Form::Call => writer.nth(short::CALLS, at),
        Form::Caption | Form::Snippet => short::snippet_at(writer, at),
        Form::Outline | Form::Article | Form::Plan => writer.nth(long::HEADINGS, at),
        _ => writer.nth(short::HEADLINES, at),
    };
    fit(writer.brief, &line.replace('\n', " "))
}

/// The text in the form that the brief asks for.
fn form_text(writer: &mut Writer<'_>) -> String {
    match writer.brief.form {
        Form::Headline => writer.lead(short::HEADLINES),
        Form::SubjectLine => writer.lead(short::SUBJECT_LINES),
        Form::Call => writer.lead(short::CALLS),
        Form::Caption => short::caption(writer),
        Form::Carousel => short::carousel(writer),
        Form::Snippet => short::snippet(writer),
        Form::Ad => ads::ad(writer),
        Form::Hero => ads::hero(writer),
        Form::Email => ads::email(writer),
        Form::Body => ads::body(writer),
        Form::Outline => long::outline(writer),
        Form::Article => long::article(writer),
        Form::Summary => long::summary(writer),
        Form::Scene => writer.lead(short::SCENES),
        Form::Verdict => work::verdict(writer),
        Form::Plan => work::plan(writer),
        Form::Change => work::change(writer),
        Form::PullRequest => work::pull_request(writer),
        Form::Triage => work::triage(writer),
        Form::Reply => work::reply(writer),
        Form::Explanation => long::explanation(writer),
    }
}

/// The text with what a reviewer asked for.
fn revise(brief: &Brief, text: String) -> String {
    let Some(feedback) = &brief.feedback else {
        return text;
    };
    let lower = feedback.to_lowercase();
    if lower.contains("short") || lower.contains("concise") {
        return first_sentences(&text);
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
fn fit(brief: &Brief, text: &str) -> String {
    let mut text = text.to_owned();
    if brief.forbids("emoji") {
        text = without_emoji(&text);
    }
    if brief.forbids("exclamation mark") {
        text = text.replace('!', ".");
    }
    let least = if brief.form.is_one_line() { 1 } else { 250 };
    match brief.most_chars.filter(|most| *most >= least) {
        Some(most) if text.chars().count() > most => trim_to(&text, most),
        _ => text,
    }
}

/// What a passage begins with, as a sentence that says where it is from.
fn quotation(passage: &Passage) -> Option<String> {
    let plain = |line: &&str| !line.is_empty() && !line.starts_with(['#', '-', '*', '|', '>', '`']);
    let line = passage.text.lines().map(str::trim).find(plain)?;
    let first = line.split_inclusive(['.', '!', '?']).next().unwrap_or(line);
    let words = trim_to(first, LONGEST_QUOTATION);
    let words = words.trim_end_matches(['.', ' ']);
    (!words.is_empty()).then(|| format!("As “{}” puts it: “{words}.”", passage.title))
}
