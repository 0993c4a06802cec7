//! Writes each form of text from a brief. Sentences come from banks; those whose facts the brief
//! does not have are passed over, and items of one node start at different places.

mod part;
mod prose;
mod social;
pub(super) mod writer;

use self::{
    part::fill_part,
    prose::{first_sentences, paragraphs, sentences, trim_to, without_emoji},
    writer::Writer,
};
use super::{
    brief::{Brief, count_slides},
    phrasebook::{Part, texts},
    slots::capital,
};
use crate::providers::request::Passage;

const USUAL_LIST: usize = 5;
/// Passages of the context that are quoted.
const MOST_QUOTED: usize = 3;
/// The longest quotation, in characters.
const LONGEST_QUOTATION: usize = 160;

/// The text the brief asks for.
pub(super) fn text(writer: &mut Writer<'_>) -> String {
    let form = writer.brief.form;
    let is_listed = form.is_one_line || form.name == "caption";
    if let (Some(count @ 2..), true) = (writer.brief.count, is_listed) {
        return numbered_lines(writer, count);
    }
    let text = form_text(writer);
    fit(writer.brief, &revise(writer.brief, text))
}

/// The text the brief asks for, with what the context says where there is room for it.
pub(super) fn text_from(writer: &mut Writer<'_>, context: &[Passage]) -> String {
    let text = text(writer);
    if context.is_empty() || writer.brief.form.is_one_line {
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
    let form = writer.brief.form;
    let line = match form.name.as_str() {
        "caption" | "snippet" => social::snippet_at(writer, at),
        _ => writer.nth(form.lines.as_deref().unwrap_or("headlines"), at),
    };
    fit(writer.brief, &line.replace('\n', " "))
}

/// The text in the form that the brief asks for.
fn form_text(writer: &mut Writer<'_>) -> String {
    let text = parts_of(writer, &writer.brief.form.text);
    let is_formal = matches!(writer.brief.tone, "professional" | "luxury");
    let is_caption = matches!(writer.brief.form.name.as_str(), "caption" | "carousel");
    if is_formal && is_caption { without_emoji(&text) } else { text }
}

fn parts_of(writer: &mut Writer<'_>, parts: &[Part]) -> String {
    let mut told: Vec<String> = Vec::new();
    for part in parts {
        match part {
            Part::Paragraphs(template) => told.push(fill_part(writer, template)),
            Part::Sections { sections } => {
                for (at, heading) in section_headings(writer).into_iter().enumerate() {
                    let template = sections.get(at).or(sections.last());
                    let text = fill_part(writer, template.map_or("", String::as_str));
                    told.extend([format!("## {heading}"), text]);
                }
            }
            Part::More { more } => {
                let asked = writer.brief.words.unwrap_or_default();
                while word_count(&told) + 30 < asked && told.len() < 5 {
                    told.push(fill_part(writer, more));
                }
            }
            Part::Slides { slides } => told.extend(slides_of(writer, slides)),
        }
    }
    paragraphs(&told)
}

/// A heading, a thought and a scene for each slide.
fn slides_of(writer: &mut Writer<'_>, [first, middle, last]: &[String; 3]) -> Vec<String> {
    let (many, scenes) = (count_slides(&writer.brief.prompt).unwrap_or(6), texts().bank("slides"));
    let many = many.clamp(2, 12);
    let slide = |number: usize| {
        let template = match number {
            1 => first,
            number if number == many => last,
            _ => middle,
        };
        let text = fill_part(writer, template).replace(".**", "**");
        let scene = scenes.get(number % scenes.len().max(1)).map_or("", String::as_str);
        format!("## Slide {number}\n\n{text}\n\nPicture: {scene}")
    };
    (1..=many).map(slide).collect()
}

fn section_headings(writer: &mut Writer<'_>) -> Vec<String> {
    if !writer.brief.outline.is_empty() {
        return writer.brief.outline.clone();
    }
    let count = match writer.brief.words {
        Some(words) if words < 250 => 2,
        Some(words) if words > 700 => 5,
        Some(words) if words < 450 => 3,
        _ => 4,
    };
    (0..count).map(|_| writer.say("headings")).collect()
}

fn word_count(parts: &[String]) -> usize {
    parts.iter().map(|part| part.split_whitespace().count()).sum()
}

/// Words that suit a field of this lower-case name.
pub(super) fn field(writer: &mut Writer<'_>, name: &str) -> String {
    let field = texts().fields.iter().find(|f| f.words.iter().any(|word| name.contains(word)));
    match field.map(|field| field.text.as_str()) {
        Some("{text}") => text(writer),
        Some(template) => fill_part(writer, template),
        // A sentence or two about the subject.
        None => {
            let body = parts_of(writer, &texts().form("body").text);
            body.lines().next().unwrap_or_default().to_owned()
        }
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
    let least = if brief.form.is_one_line { 1 } else { 250 };
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
