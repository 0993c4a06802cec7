//! Forms of daily work: reviews, plans, changes, replies.

use super::{
    ads,
    prose::{paragraphs, sentences},
    short::HEADLINES,
    writer::Writer,
};

const PRAISE: &[&str] = &[
    "The text says what it is about in its first line.",
    "The tone is consistent from start to end.",
    "The structure is easy to follow.",
    "It speaks to {audience} directly.",
];
const ADVICE: &[&str] = &[
    "Name one concrete number or fact.",
    "Shorten the longest sentence.",
    "Move the strongest point to the beginning.",
    "End with a clearer next step.",
    "Replace one general word with a specific one.",
    "Mention {audience} earlier.",
    "Show {benefit} with an example.",
];
const PLAN_STEPS: &[&str] = &[
    "Reproduce what is described and write it down as a failing test.",
    "Find the smallest place that decides the behavior.",
    "Make the change there and nowhere else.",
    "Run all tests, and read the diff once more.",
    "Describe the change for those who review it.",
];
const CAUSES: &[&str] = &[
    "The value is read before it is checked, so an empty one goes unnoticed.",
    "Two places decide the same thing and now disagree.",
    "The error of an earlier step is dropped, and a later step reports something else.",
];
const ANSWERS: &[&str] = &[
    "Thank you for writing about {subject}. That helps.",
    "Good point about {subject}, thank you.",
    "Thanks for the clear description of {subject}.",
];
const NEXT: &[&str] = &[
    "We have looked at it and will come back with a proposal.",
    "The next step is to try it with a small example; you will hear from us here.",
    "Could you tell us which version you are using? Then we can narrow it down.",
];

/// A score of 100 and what to do better. The score moves with the text and stays in the upper
/// range, as drafts that reach a review do.
pub(in crate::providers::sample) fn score(writer: &mut Writer<'_>) -> usize {
    78 + writer.dice.roll(18)
}

/// A review in words.
pub(super) fn verdict(writer: &mut Writer<'_>) -> String {
    let score = score(writer);
    let head = format!("**Score: {score}/100**");
    let feedback = feedback(writer);
    let advice =
        [writer.say(ADVICE), writer.say(ADVICE)].map(|line| format!("- {line}")).join("\n");
    paragraphs(&[head, feedback, format!("Suggestions:\n\n{advice}")])
}

/// What is good and what could be better, in two sentences.
pub(in crate::providers::sample) fn feedback(writer: &mut Writer<'_>) -> String {
    sentences(&[writer.say(PRAISE), writer.say(PRAISE)])
}

/// One suggestion, another one each time as long as there are any.
pub(in crate::providers::sample) fn suggestion(writer: &mut Writer<'_>) -> String {
    let said = writer.say(ADVICE);
    if said.is_empty() { writer.nth(ADVICE, 0) } else { said }
}

/// Steps in order.
pub(super) fn plan(writer: &mut Writer<'_>) -> String {
    let title = format!("## Plan: {}", writer.brief.subject);
    let steps = PLAN_STEPS.iter().enumerate();
    let steps = steps.map(|(at, step)| format!("{}. {step}", at + 1)).collect::<Vec<_>>();
    paragraphs(&[title, steps.join("\n"), writer.facts()])
}

/// What was changed and why.
pub(super) fn change(writer: &mut Writer<'_>) -> String {
    let title = format!("## {}", writer.brief.subject);
    let cause = format!("**Cause.** {}", writer.say(CAUSES));
    let fix = "**Change.** The check moves to where the value enters, with a message that names \
               what is missing."
        .to_owned();
    let test = "**Test.** One case that failed before, and the two next to it.".to_owned();
    paragraphs(&[title, cause, fix, test])
}

/// Title and description of a change.
pub(super) fn pull_request(writer: &mut Writer<'_>) -> String {
    let title = format!("# Fix: {}", writer.brief.subject);
    let steps = ["Adds a test that fails without the change", "Checks the value where it enters"];
    let what = steps.map(|step| format!("- {step}")).join("\n");
    paragraphs(&[title, writer.say(CAUSES), format!("## What changes\n\n{what}"), writer.facts()])
}

/// Kind, priority and reason.
pub(super) fn triage(writer: &mut Writer<'_>) -> String {
    let text = writer.brief.prompt.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let kind = if has(&["crash", "error", "bug", "fail", "broken"]) {
        "bug"
    } else if has(&["how do", "question", "docs", "documentation"]) {
        "question"
    } else {
        "feature"
    };
    let urgent = has(&["crash", "data loss", "security", "production", "urgent"]);
    let priority = if urgent { "high" } else { "medium" };
    format!(
        "**Type:** {kind}\n**Priority:** {priority}\n**Reason:** the report about “{}” names its \
         effect clearly enough to act on it.",
        writer.brief.subject
    )
}

/// A short, friendly answer.
pub(super) fn reply(writer: &mut Writer<'_>) -> String {
    sentences(&[writer.lead(ANSWERS), writer.say(NEXT)])
}

/// A title for anything.
pub(in crate::providers::sample) fn title(writer: &mut Writer<'_>) -> String {
    writer.lead(HEADLINES)
}

/// A sentence or two about the subject.
pub(in crate::providers::sample) fn sentence(writer: &mut Writer<'_>) -> String {
    ads::body(writer).lines().next().unwrap_or_default().to_owned()
}
