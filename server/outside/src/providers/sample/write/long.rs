//! Forms with headings: outlines, articles and summaries.

use super::{
    prose::{paragraphs, sentences},
    writer::Writer,
};
use crate::providers::sample::slots::capital;

const TITLES: &[&str] = &[
    "{Subject}: a practical guide",
    "{Subject}, explained for {audience}",
    "What {audience} should know about {subject}",
    "How to get more out of {subject}",
    "{Subject}: what works, and what to leave out",
    "Getting started with {subject}",
    "The quiet power of {subject}",
];

pub(super) const HEADINGS: &[&str] = &[
    "Why {subject} matters now",
    "What most people get wrong",
    "Start with the smallest step",
    "What it means for {audience}",
    "How to tell that it works",
    "A week with {subject}",
    "Common questions, short answers",
    "What to do next",
    "The part nobody talks about: {benefit}",
    "The role of {keyword}",
];

const OPENINGS: &[&str] = &[
    "Ask three people about {subject} and you will hear four opinions. This piece is about what is \
     left when you take the opinions away.",
    "From the outside, {subject} can look complicated. From the inside it comes down to \
     a few choices, made in the right order.",
    "If you are among {audience}, you have probably met {subject} already, on a good day or on a bad \
     one. Either way, the difference was in the preparation.",
    "There is no shortage of advice on {subject}. There is a shortage of advice you can use on a \
     Tuesday afternoon. Here is some.",
];

pub(super) const THOUGHTS: &[&str] = &[
    "The best place to begin is with what you already do. Write it down, look at it for a minute, \
     and change one thing only.",
    "It helps to be clear about the goal: {benefit}. Everything that does not serve it can wait.",
    "Most of the effort goes into things nobody asked for. Leave them out and the rest becomes \
     easier to see.",
    "A useful test: could you explain it to a friend in two sentences? If not, it is not finished.",
    "For {audience}, time is the scarce part. A solution that saves ten minutes every day beats one \
     that saves an hour once.",
    "{Second} sounds like a detail until you have to live without it.",
    "Numbers are good servants here. Pick one that you can check every week and ignore the others.",
    "Expect the first attempt to be rough. The second one is where it starts to feel natural.",
    "Talk to someone who did it before. Five minutes of their mistakes are worth a day of reading.",
    "Habits carry further than plans. Tie the new step to something that happens anyway.",
    "When in doubt, choose the option that is easy to undo.",
    "{Subject} is {what}; it earns its place by being there when it is needed.",
    "Notice how much of this is about attention, not about money or tools.",
    "A small circle is an advantage here: fewer people to convince, and less to undo.",
    "Look for the step everybody waits for. Making that one shorter helps more than making all \
     others perfect.",
    "It is tempting to begin with the tools. Begin with the reason instead; the tools follow.",
    "Good notes are underrated. What was decided, by whom and why fits on half a page.",
    "A simple routine does more than a clever system: the same time, the same place, the same three \
     questions.",
    "Leave room for exceptions. A rule that bends once a month is kept; a rule that never bends is \
     broken.",
    "What works for others is a hint, not a recipe. Try it for two weeks, then decide.",
    "Some of it will feel slow at first. That is what careful feels like.",
    "The cheapest improvement is often a conversation that should have happened earlier.",
    "Do the uncomfortable part before lunch. The rest of the day is easier for it.",
    "Ask what would happen if you did nothing. The honest answer sets the priorities.",
    "There is a point at which more effort stops paying. Learn to see it, and stop there.",
    "The details differ from case to case, but the order stays the same: look, choose, try, keep.",
];

pub(super) const STEPS: &[&str] = &[
    "Decide what good looks like before you start.",
    "Keep the first version small.",
    "Write down what you leave out, and why.",
    "Check the result with one real person.",
    "Plan the next step before you celebrate this one.",
    "Set a date to look at it again.",
    "Remove one thing for each thing you add.",
    "Do it at the same time each day.",
    "Tell someone what you are about to try.",
    "Look closely before you change anything.",
    "Stop while it still goes well.",
    "Let it rest for a day, then decide.",
];

const PROMISES: &[&str] = &[
    "A clear order of steps for {audience}, without theory.",
    "What works, what does not, and where to begin.",
    "After reading, you know the next step and why it comes first.",
];

/// Points of an outline.
const POINTS: &[&str] = &[
    "What {subject} is, in one sentence",
    "A short story from practice",
    "What changes for {audience}",
    "One number worth remembering",
    "The most common mistake, and how to avoid it",
    "Two examples, one good and one bad",
    "A checklist to keep",
    "What to prepare beforehand",
    "Where {benefit} makes the difference",
    "Questions readers will ask",
    "How long it takes, honestly",
    "The first step, described in full",
    "What to do when it does not work",
    "A quote from someone who did it",
];

const ENDINGS: &[&str] = &[
    "Those who start small and stay with it get the most out of {subject}. Pick one idea from above, try it this \
     week, and keep what works.",
    "You do not need to do all of this. One step, taken today, is worth more than the whole list \
     taken some day.",
    "If one thought stays with you, let it be this: {benefit} is within reach, and it begins with an \
     ordinary first step.",
];

const ABSTRACTS: &[&str] = &[
    "In short: {subject} works best when the goal is clear and the first step is small.",
    "The main point is {benefit}; the rest supports it.",
    "Three things stand out about {subject}: where it starts, what it needs, and what it gives back.",
];

/// Title and headings with two points each.
pub(super) fn outline(writer: &mut Writer<'_>) -> String {
    let mut sections = vec![title_heading(writer), writer.say(PROMISES)];
    for heading in section_headings(writer) {
        let points = bullets([writer.say(POINTS), writer.say(POINTS)]);
        sections.push(paragraphs(&[format!("## {heading}"), points]));
    }
    paragraphs(&sections)
}

/// An article in Markdown under the headings of the outline it was given, or its own.
pub(super) fn article(writer: &mut Writer<'_>) -> String {
    let mut parts = vec![title_heading(writer), writer.lead(OPENINGS)];
    for (at, heading) in section_headings(writer).into_iter().enumerate() {
        parts.push(format!("## {heading}"));
        parts.push(sentences(&[writer.say(THOUGHTS), writer.say(THOUGHTS), writer.say(THOUGHTS)]));
        if at == 1 {
            parts.push(checklist(writer));
        } else {
            parts.push(sentences(&[writer.say(THOUGHTS), writer.say(THOUGHTS)]));
        }
    }
    parts.push(writer.facts());
    parts.push("## In the end".to_owned());
    parts.push(writer.say(ENDINGS));
    parts.push(
        writer
            .brief
            .call
            .as_deref()
            .map(|call| format!("**{}**", capital(call)))
            .unwrap_or_default(),
    );
    paragraphs(&parts)
}

/// A paragraph and what to remember.
pub(super) fn summary(writer: &mut Writer<'_>) -> String {
    let told: Vec<String> =
        writer.brief.outline.iter().take(4).map(|point| format!("- {point}")).collect();
    let points = if told.is_empty() { checklist(writer) } else { told.join("\n") };
    paragraphs(&[sentences(&[writer.lead(ABSTRACTS), writer.say(THOUGHTS)]), points])
}

/// Two paragraphs on the subject.
pub(super) fn explanation(writer: &mut Writer<'_>) -> String {
    let first = sentences(&[writer.lead(OPENINGS), writer.say(THOUGHTS)]);
    let second = sentences(&[writer.say(THOUGHTS), writer.say(THOUGHTS), writer.facts()]);
    paragraphs(&[first, second])
}

fn title_heading(writer: &mut Writer<'_>) -> String {
    let title = writer.brief.title.clone();
    format!("# {}", title.unwrap_or_else(|| writer.lead(TITLES)))
}

fn checklist(writer: &mut Writer<'_>) -> String {
    bullets([writer.say(STEPS), writer.say(STEPS), writer.say(STEPS)])
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
    (0..count).map(|_| writer.say(HEADINGS)).collect()
}

fn bullets<const N: usize>(points: [String; N]) -> String {
    let told = points.into_iter().filter(|point| !point.is_empty());
    told.map(|point| format!("- {point}")).collect::<Vec<_>>().join("\n")
}
