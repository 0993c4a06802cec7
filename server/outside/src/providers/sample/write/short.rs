//! Forms of a line or two.

use super::{
    long::{STEPS, THOUGHTS},
    prose::{paragraphs, sentences, without_emoji},
    writer::Writer,
};
use crate::providers::sample::{
    brief::{self, Tone},
    slots::{capital, hashtag, lower},
};

pub(super) const HEADLINES: &[&str] = &[
    "Meet {subject}",
    "{Subject}: {benefit}",
    "{Audience}, meet {subject}",
    "{Short}",
    "{Short}, every day",
    "{Subject}: {short}",
    "{Benefit}. Simple as that",
    "Say hello to {subject}",
    "{Subject}, made for {audience}",
    "Small change, big difference: {subject}",
    "Why {audience} choose {subject}",
    "Finally: {short}",
    "{Subject}, done properly",
    "{Benefit}. {Second}. {Subject}.",
    "Make room for {subject}",
    "What if it just worked? {Subject}",
    "{Subject} is here, with {offer}",
    "Everything you hoped {subject} would be",
    "The day gets better with {subject}",
    "{Subject}: worth a closer look",
    "Less effort, more {keyword}",
];

pub(super) const SUBJECT_LINES: &[&str] = &[
    "Meet {subject}",
    "{Offer}: this week only",
    "{Benefit}? Here is how",
    "For {audience}: something new",
    "Your first look at {subject}",
    "{Subject}, in two minutes",
    "A small upgrade for {audience}",
    "The story behind {subject}",
    "We made this for {audience}",
    "You asked for it: {subject}",
    "Ready when you are: {subject}",
    "{Benefit}, starting today",
    "Three reasons to try {subject}",
    "Don't miss {subject}",
];

pub(super) const CALLS: &[&str] = &[
    "{Call}",
    "Try {subject} today",
    "Get {offer}",
    "See how it works",
    "Start with {subject}",
    "Find yours",
    "Take a closer look",
    "Join {audience} who already have",
    "Get started for free",
    "Show me {subject}",
    "Save my place",
];

/// Descriptions of images.
pub(super) const SCENES: &[&str] = &[
    "{Subject} on a wooden table by a window, soft morning light from the left, shallow depth of \
     field, muted natural colors, room for text at the top.",
    "A wide, bright scene with {subject} at its center, seen slightly from above; long shadows, \
     two accent colors, nothing else in the frame.",
    "{Audience} enjoying {subject} outdoors in golden-hour light, candid and warm, background \
     gently out of focus.",
    "A clean studio shot of {subject} against a gradient of its two brand colors, one soft shadow, \
     plenty of empty space.",
    "Hands holding {subject}, close up, natural textures, daylight, honest and unposed.",
];

/// Scenes for the slides of one series.
const SLIDES: [&str; 8] = [
    "one close detail on a plain background, soft daylight from the left.",
    "two things side by side, before and after, the same framing.",
    "hands at work, seen from above, nothing else in the frame.",
    "a quiet corner of a room in the morning, calm space in the upper third.",
    "a calendar page with one day marked, simple shapes, two colors.",
    "a single object in the middle, long shadow, lots of room around it.",
    "a row of five small things, the third one standing out.",
    "a window with light falling in, the subject small in the lower half.",
];

const PROMISES: &[&str] = &[
    "Swipe for the short version. Each slide is one thing you can do today.",
    "A few minutes from now you will know where to begin.",
    "No theory. Only what works for {audience}.",
];

const INVITATIONS: &[&str] = &[
    "Save this post for the day you need it, and send it to someone who does.",
    "Pick one of these and start this week. Save the rest for later.",
];

const HOOKS: &[&str] = &[
    "Say hello to {subject} ✨",
    "{Benefit}. Yes, really.",
    "This one is for {audience} 💛",
    "Some days need {subject}.",
    "New in: {subject}.",
    "Tell us you love {subject} without telling us.",
    "{Subject}, but make it effortless.",
    "POV: you finally found {subject}.",
];

const LINES: &[&str] = &[
    "{Subject} is {what}, and it does what it says.",
    "{About}.",
    "{Benefit} and {second}: that is the whole idea.",
    "Made with {audience} in mind, down to the last detail.",
    "No tricks, no small print, just a better day.",
    "Once you have tried it, the old way feels slow.",
];

const QUESTIONS: &[&str] = &[
    "What would you use it for? Tell us below 👇",
    "Tag someone who needs this.",
    "Save this for later 📌",
    "{Offer}. Link in bio.",
    "Who is in?",
    "{Call} → link in bio.",
];

const SNIPPETS: &[&str] = &[
    "{Benefit}: that is what {subject} is about.",
    "If you are one of {audience}, {subject} deserves five minutes of your day.",
    "The short version of {subject}: start small, keep what works, drop the rest.",
    "Most people overthink {subject}. It gets easier once you look at what matters.",
    "What nobody tells you about {subject}: the first step is the smallest.",
    "{Subject}, in one sentence: less noise, more of what counts.",
    "We looked closely at {subject}. One thing surprised us.",
    "A good day to think about {subject}.",
];

/// Long words that say nothing about a subject.
const COMMON: [&str; 8] =
    ["about", "their", "there", "these", "which", "without", "through", "learned"];

const INVITES: &[&str] = &[
    "{Call}.",
    "The full story is one click away.",
    "Read on, and tell us what you think.",
    "{Offer}.",
    "Worth a read over coffee ☕",
];

/// A caption: a hook, a thought, a question and hashtags.
pub(in crate::providers::sample) fn caption(writer: &mut Writer<'_>) -> String {
    let hook = writer.lead(HOOKS);
    let told = writer.details(2);
    let middle = sentences(&[writer.say(LINES), told]);
    let second = sentences(&[writer.say(LINES), writer.say(LINES), writer.facts()]);
    let question = writer.say(QUESTIONS);
    let text = paragraphs(&[hook, middle, second, question, hashtags(writer, 6)]);
    if matches!(writer.brief.tone, Tone::Professional | Tone::Luxury) {
        return without_emoji(&text);
    }
    text
}

/// A social post of two sentences and hashtags.
pub(in crate::providers::sample) fn snippet(writer: &mut Writer<'_>) -> String {
    let start = if writer.item.count > 1 { 0 } else { writer.dice.roll(SNIPPETS.len()) };
    let at = start + writer.item.index as usize;
    let (first, second) = (hook(writer, at), thought(writer, at));
    sentences(&[first, second, writer.say(INVITES), hashtags(writer, 2)])
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
        _ => writer.nth(SNIPPETS, at),
    }
}

fn thought(writer: &mut Writer<'_>, at: usize) -> String {
    match writer.brief.title {
        Some(_) => writer.nth(THOUGHTS, at * 5 + 2),
        None => writer.say(LINES),
    }
}

/// A caption, then a heading, a thought and a scene for each slide.
pub(super) fn carousel(writer: &mut Writer<'_>) -> String {
    let asked = brief::count_slides(&writer.brief.prompt);
    let slides = asked.unwrap_or(6).clamp(2, 12);
    let mut parts = vec![caption(writer)];
    for slide in 1..=slides {
        let (title, text) = match slide {
            1 => (
                writer.brief.title.clone().unwrap_or_else(|| writer.lead(HEADLINES)),
                writer.say(PROMISES),
            ),
            last if last == slides => ("Keep this".to_owned(), writer.say(INVITATIONS)),
            _ => (writer.say(STEPS), writer.say(THOUGHTS)),
        };
        let title = title.trim_end_matches('.');
        let scene = SLIDES[slide % SLIDES.len()];
        parts.push(format!("## Slide {slide}\n\n**{title}**\n\n{text}\n\nPicture: {scene}"));
    }
    paragraphs(&parts)
}

fn hashtags(writer: &Writer<'_>, most: usize) -> String {
    if writer.brief.forbids("hashtag") {
        return String::new();
    }
    let about = writer.brief.title.as_ref().unwrap_or(&writer.brief.subject);
    let words = about.split(|letter: char| !letter.is_alphanumeric());
    let telling = words.filter(|word| word.chars().count() >= 5 && !COMMON.contains(word));
    let whole = Some(writer.brief.subject.as_str()).filter(|name| name.split(' ').count() <= 2);
    let named = writer.brief.keywords.iter().map(String::as_str);
    let usual = ["worth knowing", "everyday ideas", "small steps", "made simple"];
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
pub(in crate::providers::sample) fn keyword(writer: &mut Writer<'_>) -> String {
    let named = &writer.brief.keywords;
    let words: Vec<String> = if named.is_empty() {
        let long = writer.brief.subject.split_whitespace().filter(|word| word.len() > 3);
        long.map(str::to_lowercase).chain(["ideas", "guide", "daily"].map(str::to_owned)).collect()
    } else {
        named.clone()
    };
    words[writer.dice.roll(words.len())].clone()
}

/// A call to action.
pub(in crate::providers::sample) fn call_to_action(writer: &mut Writer<'_>) -> String {
    match &writer.brief.call {
        Some(call) => capital(call),
        None => writer.lead(CALLS),
    }
}
