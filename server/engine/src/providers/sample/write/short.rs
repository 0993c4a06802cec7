//! Forms of a line or two.

use super::{Writer, paragraphs, sentences};
use crate::providers::sample::brief::Tone;
use crate::providers::sample::slots::hashtag;

pub(super) const HEADLINES: &[&str] = &[
    "Meet {subject}",
    "{Subject}: {benefit}",
    "{Audience}, meet {subject}",
    "{Benefit}, without the fuss",
    "Say hello to {subject}",
    "{Subject}, made for {audience}",
    "Small change, big difference: {subject}",
    "Why {audience} choose {subject}",
    "Finally: {benefit}",
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

/// Descriptions of pictures.
pub(super) const SCENES: &[&str] = &[
    "{Subject} on a wooden table by a window, soft morning light from the left, shallow depth of \
     field, muted natural colours, room for text at the top.",
    "A wide, bright scene with {subject} at its centre, seen slightly from above; long shadows, \
     two accent colours, nothing else in the frame.",
    "{Audience} enjoying {subject} outdoors in golden-hour light, candid and warm, background \
     gently out of focus.",
    "A clean studio shot of {subject} against a gradient of its two brand colours, one soft shadow, \
     plenty of empty space.",
    "Hands holding {subject}, close up, natural textures, daylight, honest and unposed.",
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

const INVITES: &[&str] = &[
    "{Call}.",
    "The full story is one click away.",
    "Read on, and tell us what you think.",
    "{Offer}.",
    "Worth a read over coffee ☕",
];

impl Writer<'_> {
    /// A caption: a hook, a thought, a question and hashtags.
    pub(in crate::providers::sample) fn caption(&mut self) -> String {
        let hook = self.lead(HOOKS);
        let middle = sentences(&[self.say(LINES), self.say(LINES)]);
        let question = self.say(QUESTIONS);
        let text = paragraphs(&[hook, middle, self.facts(), question, self.hashtags(5)]);
        if matches!(self.brief.tone, Tone::Professional | Tone::Luxury) {
            return without_emoji(&text);
        }
        text
    }

    /// A social post of two sentences and hashtags.
    pub(in crate::providers::sample) fn snippet(&mut self) -> String {
        let first = self.lead(SNIPPETS);
        sentences(&[first, self.say(LINES), self.say(INVITES), self.hashtags(2)])
    }

    /// One of several social posts.
    pub(super) fn snippet_at(&mut self, at: usize) -> String {
        let first = self.nth(SNIPPETS, at);
        sentences(&[first, self.say(LINES), self.hashtags(2)])
    }

    fn hashtags(&self, most: usize) -> String {
        let named = self.brief.keywords.iter().map(String::as_str);
        let subject = Some(self.brief.subject.as_str());
        let all = subject.into_iter().chain(named).chain(self.brief.audience.as_deref());
        let tags = all.filter(|words| words.split_whitespace().count() <= 4).map(hashtag);
        tags.filter(|tag| tag.len() > 2).take(most).collect::<Vec<_>>().join(" ")
    }
}

fn without_emoji(text: &str) -> String {
    let plain: String = text.chars().filter(|letter| (*letter as u32) < 0x2190).collect();
    plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

impl Writer<'_> {
    /// A word or two to file things under.
    pub(in crate::providers::sample) fn keyword(&mut self) -> String {
        let named = &self.brief.keywords;
        let words: Vec<String> = if named.is_empty() {
            let long = self.brief.subject.split_whitespace().filter(|word| word.len() > 3);
            long.map(str::to_lowercase)
                .chain(["ideas", "guide", "daily"].map(str::to_owned))
                .collect()
        } else {
            named.clone()
        };
        words[self.dice.roll(words.len())].clone()
    }

    /// A call to action.
    pub(in crate::providers::sample) fn call(&mut self) -> String {
        self.lead(CALLS)
    }
}
