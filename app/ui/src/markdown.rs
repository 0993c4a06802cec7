//! Markdown rendered as elements, never as HTML that somebody wrote, with a switch to its source.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

use leptos::{attr::custom::custom_attribute, prelude::*};
use model::text::markdown::{Alignment, Block, Span, is_markdown, linked, placed_blocks};

use super::{
    field::direction,
    json::{read_json, render_value},
};

/// Where a rendered text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// On a page, below a heading of this level: headings of the text begin one level lower.
    Below(u8),
    /// On a card that is pressed as a whole: the text has no links and no headings of the page.
    Card,
}

/// The lowest heading there is.
const LOWEST: u8 = 6;

/// A text to read. Markdown is rendered, with a switch to its source, and JSON is a tree; other text is
/// shown as it is.
#[component]
pub fn ReadableText(
    /// The text, as it was written.
    #[prop(into)]
    text: Signal<String>,
    /// The class of the box around it.
    class: &'static str,
    /// The level of the heading that the text stands below.
    below: u8,
) -> impl IntoView {
    let formatted = Memo::new(move |_| text.with(|text| is_markdown(text)));
    let json = Memo::new(move |_| text.with(|text| read_json(text)));
    let source = RwSignal::new(false);
    let plain = move || {
        let dir = move || text.with(|text| direction(text));
        let words = move || spans(text.with(|text| linked(text)), Setting::Below(below));
        view! { <p class=class dir=dir>{words}</p> }.into_any()
    };
    move || match (json.get(), formatted.get(), source.get()) {
        (Some(value), ..) => view! { <div class=class>{render_value(&value, "")}</div> }.into_any(),
        (None, false, _) => plain(),
        (None, true, is_source) => {
            let shown = if is_source {
                plain()
            } else {
                view! {
                    <div class=class>
                        <MarkdownText text=text setting=Setting::Below(below) />
                    </div>
                }
                .into_any()
            };
            view! {
                <div class="content">
                    <SourceSwitch source=source />
                    {shown}
                </div>
            }
            .into_any()
        }
    }
}

/// The switch between a rendered text and its source.
#[component]
pub fn SourceSwitch(
    /// Whether the source is shown, both ways.
    source: RwSignal<bool>,
    /// The text of the button for the source.
    #[prop(default = "Markdown")]
    word: &'static str,
) -> impl IntoView {
    let button = move |one: bool, word: &'static str| {
        let pressed = move || if source.get() == one { "true" } else { "false" };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=pressed
                on:click=move |_| source.set(one)
            >
                {word}
            </button>
        }
    };
    view! {
        <div class="segments content__switch" role="group" aria-label="View">
            {button(false, "Preview")} {button(true, word)}
        </div>
    }
    .into_any()
}

/// Rendered Markdown. While the text grows, blocks that have not changed keep their elements.
#[component]
pub fn MarkdownText(
    /// The Markdown; it may still be growing.
    #[prop(into)]
    text: Signal<String>,
    /// Where the text is shown.
    setting: Setting,
    /// Tells whether the block at a range of bytes of the text is marked as changed.
    #[prop(optional_no_strip)]
    changed: Option<Callback<Range<usize>, bool>>,
) -> impl IntoView {
    let dir = move || text.with(|text| direction(text));
    let parts = move || {
        text.with(|text| {
            let part = |(place, (range, block)): (usize, (Range<usize>, Block))| {
                let mut hasher = DefaultHasher::new();
                text.get(range.clone()).hash(&mut hasher);
                (place, hasher.finish(), range, block)
            };
            placed_blocks(text).into_iter().enumerate().map(part).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="markdown" dir=dir>
            <For
                each=parts
                key=|(place, hash, ..)| (*place, *hash)
                children=move |(_, _, range, part)| {
                    let shown = block(part, setting);
                    if changed.is_some_and(|changed| changed.run(range)) {
                        view! {
                            <div class="markdown__changed">
                                <span class="unseen">"Changed: "</span>
                                {shown}
                            </div>
                        }
                        .into_any()
                    } else {
                        shown
                    }
                }
            />
        </div>
    }
    .into_any()
}

fn block(block: Block, setting: Setting) -> AnyView {
    match block {
        Block::Heading(level, words) => heading(level, words, setting),
        Block::Paragraph(words) => view! { <p>{spans(words, setting)}</p> }.into_any(),
        Block::Words(words) => spans(words, setting),
        Block::List(first, items) => {
            // The marks stand where the first letters of the list begin.
            let item = |item| view! { <li>{blocks(item, setting)}</li> }.into_any();
            let items = items.into_iter().map(item).collect::<Vec<_>>();
            match first {
                Some(first) => {
                    let start = (first != 1).then(|| first.to_string());
                    view! { <ol dir="auto" start=start>{items}</ol> }.into_any()
                }
                None => view! { <ul dir="auto">{items}</ul> }.into_any(),
            }
        }
        Block::Quote(inner) => {
            view! { <blockquote>{blocks(inner, setting)}</blockquote> }.into_any()
        }
        Block::Code(code) => match setting {
            // Code may be wider than its place: the focus lets keys scroll it.
            Setting::Below(_) => view! {
                <pre tabindex="0" role="group" aria-label="Code">
                    <code>{code}</code>
                </pre>
            }
            .into_any(),
            Setting::Card => view! { <pre><code>{code}</code></pre> }.into_any(),
        },
        Block::Table { columns, head, rows } => table(&columns, head, rows, setting),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

fn blocks(all: Vec<Block>, setting: Setting) -> Vec<AnyView> {
    all.into_iter().map(|one| block(one, setting)).collect()
}

fn heading(level: u8, words: Vec<Span>, setting: Setting) -> AnyView {
    let words = spans(words, setting);
    let Setting::Below(below) = setting else {
        return view! { <p class="markdown__heading">{words}</p> }.into_any();
    };
    match level.saturating_add(below).min(LOWEST) {
        ..=2 => view! { <h2>{words}</h2> }.into_any(),
        3 => view! { <h3>{words}</h3> }.into_any(),
        4 => view! { <h4>{words}</h4> }.into_any(),
        5 => view! { <h5>{words}</h5> }.into_any(),
        _ => view! { <h6>{words}</h6> }.into_any(),
    }
}

fn table(
    columns: &[Alignment],
    head: Vec<Vec<Span>>,
    rows: Vec<Vec<Vec<Span>>>,
    setting: Setting,
) -> AnyView {
    let align = |column: usize| {
        let side = match columns.get(column) {
            None | Some(Alignment::None) => None,
            Some(Alignment::Left) => Some("left"),
            Some(Alignment::Center) => Some("center"),
            Some(Alignment::Right) => Some("right"),
        };
        custom_attribute("align", side)
    };
    let name = |(column, cell)| {
        view! { <th scope="col" {..align(column)}>{spans(cell, setting)}</th> }.into_any()
    };
    let cell =
        |(column, cell)| view! { <td {..align(column)}>{spans(cell, setting)}</td> }.into_any();
    let row = |cells: Vec<Vec<Span>>| {
        let cells = cells.into_iter().enumerate().map(cell).collect::<Vec<_>>();
        view! { <tr>{cells}</tr> }.into_any()
    };
    let head = head.into_iter().enumerate().map(name).collect::<Vec<_>>();
    let rows = rows.into_iter().map(row).collect::<Vec<_>>();
    let focusable = matches!(setting, Setting::Below(_)).then_some("0");
    view! {
        <table tabindex=focusable>
            <thead>
                <tr>{head}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn spans(all: Vec<Span>, setting: Setting) -> AnyView {
    all.into_iter().map(|one| span(one, setting)).collect::<Vec<_>>().into_any()
}

fn span(span: Span, setting: Setting) -> AnyView {
    match span {
        Span::Plain(text) => text.into_any(),
        Span::Strong(inner) => view! { <strong>{spans(inner, setting)}</strong> }.into_any(),
        Span::Emphasis(inner) => view! { <em>{spans(inner, setting)}</em> }.into_any(),
        Span::Deleted(inner) => view! { <del>{spans(inner, setting)}</del> }.into_any(),
        Span::Superscript(inner) => view! { <sup>{spans(inner, setting)}</sup> }.into_any(),
        Span::Subscript(inner) => view! { <sub>{spans(inner, setting)}</sub> }.into_any(),
        Span::Code(code) => view! { <code>{code}</code> }.into_any(),
        Span::Link(address, inner) => link(address, spans(inner, setting), setting),
        Span::Image(address, alt) => match setting {
            Setting::Below(_) => view! { <img src=address alt=alt loading="lazy" /> }.into_any(),
            Setting::Card => alt.into_any(),
        },
        Span::Break => view! { <br /> }.into_any(),
    }
}

/// A link; a card only shows that there is one.
fn link(address: String, words: AnyView, setting: Setting) -> AnyView {
    match setting {
        Setting::Below(_) => view! {
            <a href=address target="_blank" rel="external noopener noreferrer nofollow">
                {words}
            </a>
        }
        .into_any(),
        Setting::Card => {
            view! { <span class="markdown__link" title=address>{words}</span> }.into_any()
        }
    }
}
