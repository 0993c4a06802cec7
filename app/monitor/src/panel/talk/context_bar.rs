//! What fills the window of an agent's model.

use leptos::prelude::*;
use model::agent::page::{TalkRole, TalkShare};
use ui::format::grouped;

use super::known::{Loaded, Talk, with_talk};

/// A part of what the model reads with each call.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    /// Says what it is.
    label: &'static str,
    /// Tells its colour.
    key: &'static str,
    /// About so many tokens: its share of the characters.
    tokens: u64,
}

/// What the model was given with its last call, by who says it. Providers count tokens of all of it
/// together, so that each part is its share of the bytes.
fn parts(talk: &Talk) -> Vec<Part> {
    let all: u64 = talk.shares.iter().map(|share| share.bytes).sum();
    let part = |role: TalkRole| {
        let (label, key) = match role {
            TalkRole::System => ("Instructions", "instructions"),
            TalkRole::User => ("Task", "task"),
            TalkRole::Tool => ("Results", "results"),
            TalkRole::Assistant => ("Answers", "answers"),
        };
        let of_role = |share: &&TalkShare| share.role == role;
        let bytes: u64 = talk.shares.iter().filter(of_role).map(|share| share.bytes).sum();
        let tokens = u128::from(talk.context_tokens) * u128::from(bytes) / u128::from(all.max(1));
        let tokens = u64::try_from(tokens).unwrap_or(u64::MAX);
        (tokens > 0).then_some(Part { label, key, tokens })
    };
    let order = [TalkRole::System, TalkRole::User, TalkRole::Tool, TalkRole::Assistant];
    order.into_iter().filter_map(part).collect()
}

/// How much of the window is used: `12,000 of 128,000 tokens (9%)`.
fn words(talk: &Talk) -> String {
    let (used, window) = (talk.context_tokens, talk.window);
    if window == 0 {
        return format!("{} tokens", grouped(used));
    }
    let percent = used.saturating_mul(100) / window;
    format!("{} of {} tokens ({percent}%)", grouped(used), grouped(window))
}

/// How much of the model's window is used, and by what; nothing before its first answer.
#[component]
pub(super) fn ContextBar(loaded: Loaded) -> impl IntoView {
    let bar = move |talk: &Talk| {
        let parts = parts(talk);
        let width = |tokens: u64| {
            let tenths = tokens.saturating_mul(1_000) / talk.window.max(talk.context_tokens).max(1);
            format!("{}.{}%", tenths / 10, tenths % 10)
        };
        let segment = |part: &Part| {
            view! {
                <span class="context-bar__part" data-part=part.key style:width=width(part.tokens)>
                </span>
            }
        };
        let entry = |part: &Part| {
            view! {
                <li class="context-bar__entry" data-part=part.key>
                    {part.label}
                    " "
                    <span class="num muted">"about " {grouped(part.tokens)}</span>
                </li>
            }
        };
        view! {
            <section class="context-bar" aria-label="Context of the model" data-testid="context-bar">
                <p class="small num">"Context: " {words(talk)}</p>
                <div class="context-bar__track" aria-hidden="true">
                    {parts.iter().map(segment).collect_view()}
                </div>
                <ul class="context-bar__entries small">
                    {parts.iter().map(entry).collect_view()}
                </ul>
            </section>
        }
    };
    move || with_talk(loaded, |talk| (talk.context_tokens > 0).then(|| bar(talk))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::talk::sample::page;

    #[test]
    fn the_parts_of_the_context_are_their_shares_of_what_was_counted() {
        let mut talk = Talk::from_page(page(0..4, "a"));
        let share = |role, bytes| TalkShare { role, bytes };
        talk.shares = vec![
            share(TalkRole::Tool, 600),
            share(TalkRole::System, 300),
            share(TalkRole::User, 100),
        ];

        let found: Vec<_> = parts(&talk).iter().map(|part| (part.label, part.tokens)).collect();

        assert_eq!(found, [("Instructions", 300), ("Task", 100), ("Results", 600)]);
        assert_eq!(words(&talk), "1,000 of 100,000 tokens (1%)");
        assert!(parts(&Talk { shares: vec![], ..talk }).is_empty());
    }
}
