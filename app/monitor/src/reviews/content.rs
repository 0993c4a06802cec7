//! What is decided about: texts to edit, pictures, documents, data; calls that an agent wants to make, or
//! a limit that it has reached.

use api::reviews::load_review_item;
use frame::{action::SentAction, layout::session::use_session};
use leptos::prelude::*;
use model::{
    agent::approval::{CallToApprove, LimitToRaise, ReviewKind},
    nodes::ai_review::{Judgement, Verdict},
    text::markdown::is_markdown,
    value::{DocumentRef, ImageRef, texts_in},
};
use serde_json::Value;
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    field::LongTextField,
    icon::{Glyph, Icon},
    json::{render_json, render_json_or},
    markdown::{MarkdownText, ReadableText, Setting, SourceSwitch},
};
use web::routes::{self, ThumbnailSide};

use super::{data_edit::DataEditor, draft::Draft, verdict::VerdictCard};

/// The level of the heading that what is decided about stands below.
const HEADING: u8 = 2;

/// Something to decide about.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Text(String),
    Texts(Vec<String>),
    Picture(ImageRef),
    Document(DocumentRef),
    Verdict(Verdict),
    Data(String),
}

impl Item {
    fn from_value(value: &Value) -> Self {
        if let Value::String(text) = value {
            return Self::Text(text.clone());
        }
        if let Some(image) = ImageRef::from_value(value) {
            return Self::Picture(image);
        }
        if let Some(document) = DocumentRef::from_value(value) {
            return Self::Document(document);
        }
        if let Some(verdict) = Verdict::from_value(value) {
            return Self::Verdict(verdict);
        }
        if let Some(texts) = texts_in(value) {
            return Self::Texts(texts);
        }
        Self::Data(serde_json::to_string_pretty(value).unwrap_or_default())
    }
}

/// Every item, with a mark for keeping it where there are several and the person may decide.
#[component]
pub(super) fn Content(
    items: Vec<Value>,
    draft: Draft,
    /// Whether the person may decide.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let several = items.len() > 1;
    let pictures = several && items.iter().all(|item| ImageRef::from_value(item).is_some());
    let row = move |(place, value): (usize, Value)| {
        let item = Item::from_value(&value);
        let shown = move || match (draft.is_cut(place), open.get()) {
            (true, open) => {
                view! { <Beginning item=item.clone() place=place draft=draft open=open /> }
                    .into_any()
            }
            (false, true) => render_editable(item.clone(), place, draft),
            (false, false) => render_readable(Item::from_value(&draft.item(place))),
        };
        let keep =
            move || (several && open.get()).then(|| view! { <Keep place=place draft=draft /> });
        view! {
            <li class="decision__item">
                {keep}
                {shown}
            </li>
        }
    };
    let rows = items.into_iter().enumerate().map(row).collect_view();
    view! { <ul class="decision__items" data-pictures=pictures.then_some("")>{rows}</ul> }
}

#[component]
pub fn Approved(
    /// What was kept, as it was changed.
    items: Vec<Value>,
) -> impl IntoView {
    let pictures = items.len() > 1 && items.iter().all(|item| ImageRef::from_value(item).is_some());
    let row = |value: Value| {
        view! { <li class="decision__item">{render_readable(Item::from_value(&value))}</li> }
    };
    let rows = items.into_iter().map(row).collect_view();
    view! {
        <section class="stack" aria-label="Approved" data-testid="approved-items">
            <ul class="decision__items" data-pictures=pictures.then_some("")>
                {rows}
            </ul>
        </section>
    }
}

/// An item that is too long to come along with the page: its beginning, and all of it when somebody
/// wants to read or to edit it.
#[component]
fn Beginning(item: Item, place: usize, draft: Draft, open: bool) -> impl IntoView {
    let whole = RwSignal::new(None::<Value>);
    let action = SentAction::default();
    let busy = action.busy;
    let load = move |edit: bool| {
        let loading = async move {
            match whole.try_get_untracked().flatten() {
                Some(known) => Ok(known),
                None => load_review_item(draft.review, place).await,
            }
        };
        action.send(loading, move |loaded| {
            if edit { draft.complete(place, loaded) } else { drop(whole.try_set(Some(loaded))) }
        });
    };
    let editable = open && matches!(item, Item::Text(_));
    let shown = move || match whole.get() {
        Some(whole) => render_readable(Item::from_value(&whole)),
        None => render_readable(item.clone()),
    };
    view! {
        <div class="decision__beginning" data-testid="beginning">
            {render_long(shown)}
            <div class="row">
                <Show when=move || whole.read().is_none()>
                    <Button size=ButtonSize::Small busy=busy on_press=move |()| load(false)>
                        "Show all"
                    </Button>
                </Show>
                <Show when=move || editable>
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::Pencil
                        busy=busy
                        on_press=move |()| load(true)
                    >
                        "Edit"
                    </Button>
                </Show>
            </div>
        </div>
    }
}

/// The same for an item that is read in another way as soon as all of it is here.
pub(super) fn render_beginning(item: &Value, place: usize, draft: Draft, open: bool) -> AnyView {
    let item = Item::from_value(item);
    view! { <Beginning item=item place=place draft=draft open=open /> }.into_any()
}

/// What is too long for the page has a box of its own: what is decided by stays near.
pub(super) fn render_long(shown: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    view! {
        <div class="decision__long" role="region" aria-label="Content to review" tabindex="0">
            {shown}
        </div>
    }
}

#[component]
pub(super) fn Keep(
    place: usize,
    draft: Draft,
    /// What is done with it; its number follows.
    #[prop(default = "Keep")]
    word: &'static str,
) -> impl IntoView {
    let kept = move || draft.kept.with(|kept| kept.get(place) == Some(&true));
    let mark = move |event| {
        draft.kept.update(|kept| {
            if let Some(kept) = kept.get_mut(place) {
                *kept = event_target_checked(&event);
            }
        });
    };
    view! {
        <label class="decision__keep">
            <input
                type="checkbox"
                name=format!("keep-{}-{place}", draft.review)
                checked=kept
                prop:checked=kept
                on:change=mark
            />
            {format!("{word} {}", place + 1)}
        </label>
    }
}

fn render_editable(item: Item, place: usize, draft: Draft) -> AnyView {
    match draft.text(place) {
        Some(text) if text.with_untracked(|text| is_markdown(text)) => {
            let source = RwSignal::new(false);
            let shown = move || {
                if source.get() {
                    field(text, place, draft)
                } else {
                    view! {
                        <div class="decision__text">
                            <MarkdownText text=text setting=Setting::Below(HEADING) />
                        </div>
                    }
                    .into_any()
                }
            };
            view! {
                <div class="content">
                    <SourceSwitch source=source word="Edit" />
                    {shown}
                </div>
            }
            .into_any()
        }
        Some(text) => field(text, place, draft),
        None => match draft.data(place) {
            Some(data) => {
                let name = format!("data-{}-{place}", draft.review);
                view! { <DataEditor name=name label="Result" data=data /> }.into_any()
            }
            None => render_readable(item),
        },
    }
}

/// A text to be changed, as it is written.
fn field(text: RwSignal<String>, place: usize, draft: Draft) -> AnyView {
    let label = format!("Text {}", place + 1);
    let name = format!("text-{}-{place}", draft.review);
    view! { <LongTextField name=name label=label value=text rows=3 /> }.into_any()
}

/// Texts below each other, each with its number where there are several.
pub fn show_texts(texts: Vec<String>) -> AnyView {
    let single = texts.len() == 1;
    let row = |text: String| {
        view! {
            <li class="decision__text">
                <ReadableText text=text class="decision__words" below=HEADING />
            </li>
        }
    };
    let rows = texts.into_iter().map(row).collect_view();
    view! { <ol class="decision__texts" data-single=single.then_some("")>{rows}</ol> }.into_any()
}

fn render_readable(item: Item) -> AnyView {
    match item {
        Item::Text(text) => {
            view! { <ReadableText text=text class="decision__text" below=HEADING /> }.into_any()
        }
        Item::Texts(texts) => show_texts(texts),
        Item::Picture(image) => picture(image),
        Item::Document(made) => document(made),
        Item::Verdict(verdict) => render_verdict(verdict),
        Item::Data(json) => data(json),
    }
}

/// What an AI review found; what it was to reach is not told here.
pub(super) fn render_verdict(verdict: Verdict) -> AnyView {
    view! { <VerdictCard judgement=Judgement { verdict, threshold: None } /> }.into_any()
}

/// The word that what is decided about was made in an execution in which no real model answered, or
/// no real tool, where it was.
pub(super) fn render_sample(sample: bool) -> Option<impl IntoView> {
    sample.then(|| {
        view! {
            <Tag tone=Tone::Warning>
                <span title="The sample provider or sample tools, stand-ins for real ones, answered in this run">
                    "SAMPLE"
                </span>
            </Tag>
        }
    })
}

/// A picture, which opens in full.
pub fn picture(image: ImageRef) -> AnyView {
    view! {
        <a class="decision__picture" href=routes::image(image.image_id) target="_blank">
            <img
                src=routes::thumbnail(image.image_id, ThumbnailSide::Large)
                alt=image.alt
                width=image.width
                height=image.height
                loading="lazy"
            />
        </a>
    }
    .into_any()
}

/// The way to a document.
pub fn document(document: DocumentRef) -> AnyView {
    let workspace = use_session().map(|session| session.workspace());
    let href = workspace.map(|place| routes::document(place, document.document_id));
    view! {
        <a class="made-document" href=href target="_blank">
            <Glyph icon=Icon::FileText />
            <span class="clip" translate="no">{document.title}</span>
            <Glyph icon=Icon::ExternalLink size=14 />
        </a>
    }
    .into_any()
}

/// The class of data.
const DATA: &str = "decision__data";

/// Data: JSON as a tree, another text as it is.
pub fn data(json: String) -> AnyView {
    render_json(json, DATA)
}

/// A text that is JSON as data; another one as `other` shows it.
pub fn data_or(text: String, other: impl FnOnce(String) -> AnyView) -> AnyView {
    render_json_or(text, DATA, other)
}

/// The calls that an agent wants to make, each to be looked at, changed or left out.
#[component]
pub(super) fn CallCards(
    items: Vec<Value>,
    draft: Draft,
    /// Whether the person may decide.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let several = items.len() > 1;
    let row = move |(place, item): (usize, Value)| {
        let keep = move || {
            (several && open.get())
                .then(|| view! { <Keep place=place draft=draft word="Run call" /> })
        };
        let shown = move || {
            if draft.is_cut(place) {
                return render_beginning(&item, place, draft, open.get());
            }
            let item = draft.item(place);
            let edited = draft.data(place).filter(|_| open.get());
            match read_call(&item).zip(edited) {
                Some((call, edited)) => {
                    let name = format!("call-{}-{place}", draft.review);
                    let editor = view! { <DataEditor name=name label="Arguments" data=edited /> };
                    render_call(call, editor.into_any())
                }
                None => render_call_to_read(&item),
            }
        };
        view! {
            <li class="decision__item">
                {keep}
                {shown}
            </li>
        }
    };
    let rows = items.into_iter().enumerate().map(row).collect_view();
    view! { <ul class="decision__items">{rows}</ul> }
}

fn read_call(item: &Value) -> Option<CallToApprove> {
    serde_json::from_value(item.clone()).ok()
}

/// What is asked with an item, to be read; none for content.
pub(super) fn render_request(kind: ReviewKind, item: &Value) -> Option<AnyView> {
    match kind {
        ReviewKind::ToolCalls => Some(render_call_to_read(item)),
        ReviewKind::Limit => Some(render_limit(item)),
        ReviewKind::Content | ReviewKind::HandOver => None,
    }
}

fn render_call_to_read(item: &Value) -> AnyView {
    match read_call(item) {
        Some(call) => {
            let arguments = data(format!("{:#}", Value::Object(call.arguments.clone())));
            render_call(call, arguments)
        }
        None => data(format!("{item:#}")),
    }
}

/// A call with its arguments as `arguments` shows them.
fn render_call(call: CallToApprove, arguments: AnyView) -> AnyView {
    let effect = if call.writes {
        view! {
            <Tag tone=Tone::Warning icon=Icon::Pencil>
                "Can make changes"
            </Tag>
        }
        .into_any()
    } else {
        view! { <Tag icon=Icon::Eye>"Only reads"</Tag> }.into_any()
    };
    let title = Some(call.title).filter(|title| !title.trim().is_empty() && *title != call.tool);
    let title = title.map(|title| view! { <span dir="auto">{title}</span> });
    let tool = call.tool.clone();
    view! {
        <article class="call-card" aria-label=tool data-testid="call-to-approve">
            <p class="call-card__head">
                <code class="call-card__tool">{call.tool}</code>
                {title}
                {effect}
            </p>
            {arguments}
        </article>
    }
    .into_any()
}

fn render_limit(item: &Value) -> AnyView {
    let limit = serde_json::from_value::<LimitToRaise>(item.clone());
    let words = limit.map(|limit| limit.words).unwrap_or_default();
    view! {
        <p class="call-card" data-testid="limit-to-raise">
            {words}
            " Allow the same amount again?"
        </p>
    }
    .into_any()
}

/// What is decided about: content, calls of an agent, or a limit that it has reached.
#[component]
pub(super) fn Reviewed(
    items: Vec<Value>,
    draft: Draft,
    /// Whether the person may decide.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    match draft.kind {
        ReviewKind::ToolCalls => {
            view! { <CallCards items=items draft=draft open=open /> }.into_any()
        }
        ReviewKind::Limit => {
            let row = |item: &Value| {
                view! { <li class="decision__item">{render_request(ReviewKind::Limit, item)}</li> }
            };
            view! { <ul class="decision__items">{items.iter().map(row).collect_view()}</ul> }
                .into_any()
        }
        ReviewKind::Content | ReviewKind::HandOver => {
            view! { <Content items=items draft=draft open=open /> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_samples_made_is_marked_so() {
        let html = |sample| Owner::new().with(|| render_sample(sample).map(|mark| mark.to_html()));

        assert!(html(true).is_some_and(|html| html.contains("SAMPLE")));
        assert_eq!(html(false), None);
    }

    #[test]
    fn data_is_indented_and_texts_stay_as_they_are() {
        assert_eq!(Item::from_value(&json!("a")), Item::Text("a".to_owned()));
        let texts = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(Item::from_value(&json!([["a"], "b"])), Item::Texts(texts));
        assert_eq!(Item::from_value(&json!({"a": 1})), Item::Data("{\n  \"a\": 1\n}".to_owned()));
    }
}

#[cfg(test)]
mod calls_tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_says_what_it_does_to_what_and_a_limit_what_is_asked() {
        let call = json!({
            "call_id": "c1", "tool": "github.createIssue", "title": "Create an issue",
            "arguments": {"title": "<b>Tea</b>"}, "writes": true, "binding": "ab",
        });
        let limit = json!({"limit": "turns", "words": "It has used its 20 turns."});
        let html = |kind, item: &Value| {
            Owner::new().with(|| render_request(kind, item).map(|view| view.to_html()))
        };

        let html_of_call = html(ReviewKind::ToolCalls, &call).unwrap_or_default();
        for words in ["github.createIssue", "Create an issue", "Can make changes"] {
            assert!(html_of_call.contains(words), "{words} is not in {html_of_call}");
        }
        assert!(!html_of_call.contains("<b>"), "{html_of_call}");
        let html_of_limit = html(ReviewKind::Limit, &limit).unwrap_or_default();
        assert!(html_of_limit.contains("It has used its 20 turns."), "{html_of_limit}");
        assert!(html(ReviewKind::Content, &call).is_none());
    }
}
