//! Forms that sell: advertisements, landing pages, product copy and mails.

use super::{
    prose::{paragraphs, sentences},
    short::{self, HEADLINES, SUBJECT_LINES},
    writer::Writer,
};
use crate::providers::sample::{brief::Tone, slots::capital};

const PLAIN: &[&str] = &[
    "Some things should simply work.",
    "{Audience} have enough to think about.",
    "You know the feeling: one more thing that should be easier than it is.",
    "There is an easier way.",
    "Good things do not need many words.",
    "It started with a simple question: why is this still so hard?",
];
const PLAYFUL: &[&str] = &[
    "Plot twist: it can be this easy!",
    "Warning: may cause sudden smiles.",
    "Your future self says thanks!",
    "{Audience}, drop everything (gently).",
    "Life is short. Have the good version!",
    "We tried to be modest about this one. It didn't last.",
];
const BOLD: &[&str] = &[
    "Stop settling.",
    "Done waiting? So are we.",
    "{Audience}: this changes the day.",
    "No excuses left.",
    "Here is the shortcut you were promised.",
    "Raise the bar. Then clear it.",
];
const WARM: &[&str] = &[
    "We made this with {audience} in mind.",
    "You deserve a little ease in your day.",
    "Small comforts matter.",
    "Take a breath. We thought of this for you.",
    "Some things just feel right from the first moment.",
    "Because the everyday is worth caring about.",
];
const FORMAL: &[&str] = &[
    "{Audience} expect results they can rely on.",
    "Quality shows in the details.",
    "A considered answer to a familiar problem.",
    "Built on one principle: do the essential thing well.",
    "When it matters, details decide.",
    "Reliable from the first day on.",
];
const LUXURY: &[&str] = &[
    "Quietly exceptional.",
    "For those who notice the difference.",
    "Nothing more than needed. Nothing less than perfect.",
    "An object of calm in a loud world.",
    "Made slowly, meant to last.",
    "The finest things rarely raise their voice.",
];

const DEFINITIONS: &[&str] =
    &["{Subject} is {what}.", "Meet {subject}: {what}.", "Meet {subject}. {About}."];
const INTRODUCTIONS: &[&str] = &[
    "{Subject} brings you what counts: {benefit}.",
    "With {subject}, you get {benefit}, and nothing in the way.",
    "That is where {subject} comes in.",
    "Which brings us to {subject}.",
    "Made for {audience}: {subject}.",
];
const PROOFS: &[&str] = &[
    "What you notice first: {benefit}.",
    "What makes you stay: {second}.",
    "And yes: {third}.",
    "{Benefit} and {second}, every single time.",
    "It fits into the day you already have.",
    "No learning curve, no clutter, no regrets.",
    "Made for {audience} who value their time.",
    "Everything about it is made to be used, not admired from afar.",
    "You will wonder how you managed without it.",
];
const CLOSES: &[&str] = &[
    "{Offer}.",
    "Now with {offer}.",
    "See for yourself.",
    "Today is a good day to start.",
    "Ready when you are.",
];
const SUBHEADS: &[&str] = &[
    "{Benefit}. {Second}. All in one place, ready when you are.",
    "{Subject} gives {audience} what they were missing: {benefit}.",
    "{Subject} is {what}, made so that you can get on with your day.",
    "The calm, simple way to get more out of {subject}.",
    "Everything you need, nothing you don't. Set up in minutes.",
];
const BUTTONS: &[&str] = &[
    "Shop now, while the idea is fresh",
    "Learn more, and see how it fits your day",
    "Sign up, it takes a minute",
    "Try it, and decide for yourself",
];
const DOUBTS: &[&str] = &[
    "Takes a minute to set up, nothing to install.",
    "No commitment: look around first.",
    "Made for {audience}, so you start where you are.",
];
/// When a headline that was not chosen is the better one.
const REASONS: [&str; 5] = [
    "when visitors compare by time",
    "for small screens and ads",
    "when the campaign speaks to one group only",
    "when the image already shows the product",
    "when the page follows a longer story",
];
const GREETINGS: &[&str] = &["Hi there,", "Hello,", "Good morning,", "Hello and welcome,"];
const SIGNATURES: &[&str] = &[
    "Warmly,\nthe {subject} team",
    "See you soon,\nyour {subject} team",
    "All the best,\nthe team behind {subject}",
];

fn openers(tone: Tone) -> &'static [&'static str] {
    match tone {
        Tone::Plain => PLAIN,
        Tone::Playful => PLAYFUL,
        Tone::Bold => BOLD,
        Tone::Warm => WARM,
        Tone::Professional => FORMAL,
        Tone::Luxury => LUXURY,
    }
}

/// Headline, text and call to action, under the headline that was written before if there is one.
pub(super) fn ad(writer: &mut Writer<'_>) -> String {
    let headline = format!("# {}", first_headline(writer));
    let opener = writer.lead(openers(writer.brief.tone));
    let told = writer.details(2);
    let body =
        sentences(&[opener, introduce(writer), told, writer.say(PROOFS), writer.say(PROOFS)]);
    let close = sentences(&[writer.facts(), writer.say(CLOSES)]);
    let call = match &writer.brief.call {
        Some(call) => capital(call),
        None => writer.say(BUTTONS),
    };
    paragraphs(&[headline, body, close, format!("Call to action: {call}")])
}

/// Headline, a line below it, a button and the headlines that were not chosen.
pub(super) fn hero(writer: &mut Writer<'_>) -> String {
    let headline = format!("# {}", first_headline(writer));
    let told = writer.details(1);
    let line = if told.is_empty() { writer.say(SUBHEADS) } else { told };
    let points = writer.brief.benefits.iter().skip(1).take(3).map(|point| format!("- {point}"));
    let points = points.collect::<Vec<_>>().join("\n");
    let call = short::call_to_action(writer);
    let button = format!("Button: {call}\n\nBelow the button: {}", writer.say(DOUBTS));
    let others = writer.brief.earlier_lines.iter().skip(1).zip(REASONS.iter().cycle());
    let others: Vec<String> = others.map(|(line, why)| format!("- **{line}**: {why}")).collect();
    let others = match others.len() {
        0 => String::new(),
        _ => format!("## Other headlines\n\n{}", others.join("\n")),
    };
    paragraphs(&[headline, line, points, writer.facts(), button, others])
}

/// Subject lines, preview, and the letter with its button and signature.
pub(super) fn email(writer: &mut Writer<'_>) -> String {
    let subjects = match writer.brief.earlier_lines.len() {
        0 => vec![writer.lead(SUBJECT_LINES)],
        _ => writer.brief.earlier_lines.clone(),
    };
    let subjects: Vec<String> = subjects.iter().map(|line| format!("- {line}")).collect();
    let preview = writer.say(SUBHEADS);
    let hello = writer.say(GREETINGS);
    let opener = writer.say(openers(writer.brief.tone));
    let told = writer.details(3);
    let first = sentences(&[opener, introduce(writer), told]);
    let second = sentences(&[writer.say(PROOFS), writer.say(PROOFS), writer.facts()]);
    let (close, button) = (writer.say(CLOSES), format!("[{}]", short::call_to_action(writer)));
    let bye = match &writer.brief.sender {
        Some(sender) => format!("Warmly,\n{sender}"),
        None => writer.say(SIGNATURES),
    };
    let subjects = format!("## Subject lines\n\n{}", subjects.join("\n"));
    let preview = format!("## Preview text\n\n{preview}");
    let head = "## Email".to_owned();
    paragraphs(&[subjects, preview, head, hello, first, second, close, button, bye])
}

/// The first headline written before, else a new one.
fn first_headline(writer: &mut Writer<'_>) -> String {
    let earlier = writer.brief.earlier_lines.first().cloned();
    earlier.unwrap_or_else(|| writer.lead(HEADLINES))
}

/// Product copy of two paragraphs, more when more words are asked for.
pub(super) fn body(writer: &mut Writer<'_>) -> String {
    let opener = writer.lead(openers(writer.brief.tone));
    let told = writer.details(2);
    let mut parts = vec![
        sentences(&[opener, introduce(writer), told, writer.say(PROOFS)]),
        sentences(&[writer.say(PROOFS), writer.say(PROOFS), writer.facts()]),
    ];
    while word_count(&parts) + 30 < writer.brief.words.unwrap_or_default() && parts.len() < 5 {
        parts.push(sentences(&[
            writer.say(openers(writer.brief.tone)),
            writer.say(PROOFS),
            writer.say(SUBHEADS),
            writer.say(PROOFS),
        ]));
    }
    parts.push(writer.say(CLOSES));
    paragraphs(&parts)
}

fn introduce(writer: &mut Writer<'_>) -> String {
    match writer.say(DEFINITIONS) {
        nothing if nothing.is_empty() => writer.say(INTRODUCTIONS),
        defined => defined,
    }
}

fn word_count(parts: &[String]) -> usize {
    parts.iter().map(|part| part.split_whitespace().count()).sum()
}
