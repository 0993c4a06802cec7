//! The words of a note, with their looks.

use leptos::prelude::*;
use model::markdown::{Block, Span, blocks};

/// What a note says. Links show where they lead and are opened from the panel: a card is one thing
/// to choose, with nothing to press in it.
#[component]
pub(super) fn NoteWords(text: String) -> impl IntoView {
    let block = |block: Block| match block {
        Block::Heading(words) => view! { <p class="note__heading">{spans(words)}</p> }.into_any(),
        Block::Paragraph(words) => view! { <p class="note__lines">{spans(words)}</p> }.into_any(),
        Block::Item(mark, words) => view! {
            <p class="note__item">
                <span class="note__mark">{mark}</span>
                <span>{spans(words)}</span>
            </p>
        }
        .into_any(),
    };
    view! { <div class="note">{blocks(&text).into_iter().map(block).collect_view()}</div> }
        .into_any()
}

fn spans(words: Vec<Span>) -> impl IntoView {
    let span = |span: Span| match span {
        Span::Plain(text) => text.into_any(),
        Span::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
        Span::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
        Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        Span::Link(text, address) => {
            view! { <span class="note__link" title=address>{text}</span> }.into_any()
        }
    };
    words.into_iter().map(span).collect_view()
}
