//! The articles of the conversation with an agent, what its calls gave, and the answer that it is giving
//! now. A result comes from outside: nothing of it is formatted or loaded, only pictures and documents of
//! the library are shown as such, and addresses are links.

use std::collections::BTreeMap;

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    agent::{
        streamed::{Streamed, parse},
        turn::AnsweredCall,
    },
    id::{ExecutionId, JobId},
    mcp::call::ToolCallState,
    value::{DocumentRef, ImageRef},
};
use serde_json::Value;
use ui::{
    badge::{StatusChip, Tag, Tone},
    format::{duration, grouped, money},
    markdown::ReadableText,
    relative_time::RelativeTime,
    status::Status,
};
use web::routes;

use super::conversation::{Answer, Article, Body, Call, Outcome};
use crate::{
    panel::calls::render_state,
    reviews::{data, document, picture},
    store::ExecutionStore,
};

/// The level of the heading of an article.
const HEADING: u8 = 3;

/// What articles need besides what they say.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// The tools as people know them, by what the model calls them.
    pub(super) names: Memo<BTreeMap<String, String>>,
    /// How a call stands of which nothing has come yet.
    pub(super) open: Signal<Status>,
}

impl Around {
    /// A tool as people know it.
    pub(super) fn tool(self, name: &str) -> String {
        let known = self.names.with_untracked(|names| names.get(name).cloned());
        known.unwrap_or_else(|| name.to_owned())
    }
}

/// What a model call took and cost: `1,200 tokens in (800 cached), 90 out · $0.031 · 3.4 s`.
fn facts(call: &AnsweredCall) -> String {
    let cached = match call.cached_tokens {
        0 => String::new(),
        cached => format!(" ({} cached)", grouped(cached)),
    };
    let (read, said) = (grouped(call.input_tokens), grouped(call.output_tokens));
    let cost = call.cost_micros.map_or("price unknown".to_owned(), money);
    let took = duration(call.took_ms);
    format!("{read} tokens in{cached}, {said} out · {cost} · {took} · {}", call.model)
}

/// Who says an article, and what it is called.
fn heading(body: &Body) -> (&'static str, String) {
    match body {
        Body::Instructions(_) => ("system", "Instructions".to_owned()),
        Body::Task(..) => ("user", "Task".to_owned()),
        Body::Note(..) => ("user", "Note to the agent".to_owned()),
        Body::Answer(answer) => ("assistant", format!("Turn {}", answer.turn)),
        Body::Outcome(_) => ("tool", "Result".to_owned()),
    }
}

/// An article of the conversation, with its heading as its label.
#[component]
pub(super) fn TalkArticle(article: Article, around: Around) -> impl IntoView {
    let id = format!("talk-{}", article.position);
    let labelled_by = id.clone();
    let (role, title) = heading(&article.body);
    let body = match article.body {
        Body::Instructions(text) => render_instructions(text),
        Body::Task(text, images) | Body::Note(text, images) => render_words(text, images),
        Body::Answer(answer) => view! { <AnswerView answer=*answer around=around /> }.into_any(),
        Body::Outcome(outcome) => render_outcome(&around.tool(&outcome.name), &outcome),
    };
    view! {
        <li class="talk__item" data-role=role>
            <article class="talk__article" aria-labelledby=labelled_by data-testid="talk-article">
                <header class="talk__head">
                    <h3 class="talk__title" id=id>
                        {title}
                    </h3>
                    <span class="small muted">
                        <RelativeTime at=article.at />
                    </span>
                </header>
                {body}
            </article>
        </li>
    }
}

/// A text as it was given to the model.
fn render_plain(text: String) -> AnyView {
    view! {
        <p class="talk__text" dir="auto">
            {text}
        </p>
    }
    .into_any()
}

fn render_instructions(text: String) -> AnyView {
    view! {
        <details>
            <summary class="talk__fold">"Show the instructions"</summary>
            {render_plain(text)}
        </details>
    }
    .into_any()
}

fn render_words(text: String, images: Vec<ImageRef>) -> AnyView {
    let images = render_refs(images.into_iter().map(picture).collect());
    view! {
        {render_plain(text)}
        {images}
    }
    .into_any()
}

#[component]
fn AnswerView(answer: Answer, around: Around) -> impl IntoView {
    let Answer { turn: _, text, reasoning, calls, call } = answer;
    let facts = call.map(|call| {
        let repair = call.is_repair.then(|| view! { <Tag>"Repair"</Tag> });
        let sample = call.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> });
        view! {
            <p class="talk__facts small muted num">
                <span title=call.provider.clone()>{facts(&call)}</span>
                {repair}
                {sample}
            </p>
        }
    });
    let reasoning = Some(reasoning).filter(|text| !text.trim().is_empty()).map(|text| {
        view! {
            <details data-testid="thoughts">
                <summary class="talk__fold">"Thoughts"</summary>
                <p class="talk__text talk__thoughts" dir="auto">
                    {text}
                </p>
            </details>
        }
    });
    let text = Some(text).filter(|text| !text.trim().is_empty()).map(|text| {
        view! { <ReadableText text=text class="talk__text" below=HEADING /> }
    });
    let calls = calls.into_iter().map(|call| view! { <CallView call=call around=around /> });
    view! {
        {facts}
        {reasoning}
        {text}
        {calls.collect_view()}
    }
}

#[component]
fn CallView(call: Call, around: Around) -> impl IntoView {
    let Call { used, outcome } = call;
    let tool = around.tool(&used.name);
    let arguments =
        used.malformed.unwrap_or_else(|| format!("{:#}", Value::Object(used.arguments)));
    let state = outcome.as_ref().map(|outcome| outcome.state);
    let chip = match state {
        Some(state) => render_state(state),
        None => view! { <StatusChip status=around.open /> }.into_any(),
    };
    // What went another way than the model wanted is seen at once.
    let open = matches!(state, Some(ToolCallState::Refused | ToolCallState::Failed));
    let took = outcome.as_ref().and_then(|outcome| outcome.made?.took_ms).map(duration);
    let given = outcome.map(|outcome| {
        view! {
            <h4 class="panel-prompt__field">{result_title(outcome.state)}</h4>
            {render_given(&outcome)}
        }
    });
    view! {
        <details
            class="panel-sent__call talk__call"
            open=open
            data-testid="talk-call"
            data-call=state.map(ToolCallState::as_str)
        >
            <summary class="panel-sent__name panel-call__name">
                <code>{tool}</code>
                {chip}
                {took.map(|took| view! { <span class="muted num">{took}</span> })}
            </summary>
            <h4 class="panel-prompt__field">"Arguments"</h4>
            {data(arguments)}
            {given}
        </details>
    }
}

fn result_title(state: ToolCallState) -> &'static str {
    match state {
        ToolCallState::Sent | ToolCallState::Answered => "Result",
        ToolCallState::Failed => "Why it failed",
        ToolCallState::Refused => "Why it wasn't called",
    }
}

fn render_given(outcome: &Outcome) -> AnyView {
    let edited = outcome.edited.clone().map(|arguments| {
        view! {
            <h4 class="panel-prompt__field">"Arguments as a person changed them"</h4>
            {data(format!("{:#}", Value::Object(arguments)))}
        }
    });
    let child = outcome.made.and_then(|made| made.child).map(|id| view! { <ChildLink id=id /> });
    view! {
        {edited}
        {render_result(&outcome.content)}
        {child}
    }
    .into_any()
}

/// What a call gave, without the answer that asks for it.
fn render_outcome(tool: &str, outcome: &Outcome) -> AnyView {
    view! {
        <p class="talk__facts">
            <code>{tool.to_owned()}</code>
            {render_state(outcome.state)}
        </p>
        {render_given(outcome)}
    }
    .into_any()
}

/// The way to the execution that a call has launched.
#[component]
fn ChildLink(id: ExecutionId) -> impl IntoView {
    use_session().map(|session| {
        let href = routes::execution(session.workspace(), id);
        view! {
            <a class="link" href=href>
                "Open the run"
            </a>
        }
    })
}

/// What a part of the answer is; its words may still grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Text,
    Thoughts,
    Call,
}

fn kind_of(part: &Streamed) -> Kind {
    match part {
        Streamed::Text(_) => Kind::Text,
        Streamed::Thoughts(_) => Kind::Thoughts,
        Streamed::Call(_) => Kind::Call,
    }
}

fn words_of(part: &Streamed) -> &str {
    match part {
        Streamed::Text(words) | Streamed::Thoughts(words) | Streamed::Call(words) => words,
    }
}

/// What the model has said of its present answer; nothing between two answers, and of the past.
#[component]
pub(super) fn LiveAnswer(
    store: ExecutionStore,
    job: Memo<Option<JobId>>,
    around: Around,
) -> impl IntoView {
    let parts = Memo::new(move |_| match (job.get(), store.shown_at.get()) {
        (Some(job), None) => store.texts.with(|texts| parse(texts.of_job(job))),
        (Some(_) | None, _) => vec![],
    });
    let kinds =
        move || parts.with(|parts| parts.iter().map(kind_of).enumerate().collect::<Vec<_>>());
    let part = move |(place, kind): (usize, Kind)| {
        let words = Signal::derive(move || {
            parts.with(|parts| parts.get(place).map(words_of).unwrap_or_default().to_owned())
        });
        match kind {
            Kind::Text => {
                view! { <ReadableText text=words class="talk__text" below=3 /> }.into_any()
            }
            Kind::Thoughts => view! {
                <details>
                    <summary class="talk__fold">"Thoughts"</summary>
                    <p class="talk__text talk__thoughts" dir="auto">
                        {move || words.get()}
                    </p>
                </details>
            }
            .into_any(),
            Kind::Call => view! {
                <p class="talk__facts">
                    <code>{move || words.with(|name| around.tool(name))}</code>
                    <StatusChip status=Status::Queued />
                </p>
            }
            .into_any(),
        }
    };
    view! {
        <Show when=move || !parts.read().is_empty()>
            <li class="talk__item" data-role="assistant" data-state="writing">
                <article
                    class="talk__article"
                    aria-labelledby="talk-live"
                    aria-busy="true"
                    data-testid="talk-live"
                >
                    <header class="talk__head">
                        <h3 class="talk__title" id="talk-live">
                            "Answering"
                        </h3>
                    </header>
                    <For each=kinds key=|key| *key children=part />
                </article>
            </li>
        </Show>
    }
}

/// Most pictures and documents that are shown below a result.
const MOST_REFS: usize = 24;

/// A result, as data, with the pictures and documents that it names.
pub(super) fn render_result(content: &str) -> AnyView {
    match serde_json::from_str::<Value>(content) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => {
            let (mut images, mut documents) = (vec![], vec![]);
            find_refs(&value, &mut images, &mut documents);
            images.truncate(MOST_REFS);
            documents.truncate(MOST_REFS);
            let shown = data(format!("{value:#}"));
            let refs = images.into_iter().map(picture).chain(documents.into_iter().map(document));
            let refs = render_refs(refs.collect());
            view! {
                {shown}
                {refs}
            }
            .into_any()
        }
        Ok(Value::String(text)) => data(text),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_)) | Err(_) => data(content.to_owned()),
    }
}

/// Pictures and documents beside each other; nothing where there are none.
pub(super) fn render_refs(refs: Vec<AnyView>) -> Option<AnyView> {
    (!refs.is_empty()).then(|| view! { <div class="talk__refs">{refs}</div> }.into_any())
}

/// Finds the pictures and documents that a value names, wherever they stand in it.
fn find_refs(value: &Value, images: &mut Vec<ImageRef>, documents: &mut Vec<DocumentRef>) {
    match value {
        Value::Array(items) => {
            for item in items {
                find_refs(item, images, documents);
            }
        }
        Value::Object(fields) => {
            if let Some(image) = ImageRef::from_value(value) {
                images.push(image);
            } else if let Some(document) = DocumentRef::from_value(value) {
                documents.push(document);
            } else {
                for part in fields.values() {
                    find_refs(part, images, documents);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::talk::{
        conversation::{Talk, articles},
        sample,
    };

    #[test]
    fn an_answer_says_what_it_took_and_cost() {
        let call = sample::call(3).call;

        let words = "1,200 tokens in (800 cached), 90 out · $0.031 · 3.4 s · sample-text";
        assert_eq!(facts(&call), words);
        let unknown = AnsweredCall { cost_micros: None, cached_tokens: 0, ..call };
        assert!(facts(&unknown).starts_with("1,200 tokens in, 90 out · price unknown"));
    }

    #[test]
    fn an_article_has_its_heading_as_label_and_its_calls_with_their_results() {
        let html = Owner::new().with(|| {
            let names = Memo::new(|_| {
                BTreeMap::from([("github__getIssue".to_owned(), "github.getIssue".to_owned())])
            });
            let around = Around { names, open: Signal::stored(Status::Running) };
            let all = articles(&Talk::from_page(sample::page(0..5, "a")), None);
            let one = |article| view! { <TalkArticle article=article around=around /> };
            all.into_iter().map(one).collect_view().to_html()
        });

        for part in [
            "aria-labelledby=\"talk-2\"",
            "Turn 1",
            "Thoughts",
            "github.getIssue",
            "data-call=\"answered\"",
            "Running",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }
}

#[cfg(test)]
mod result_tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_and_documents_are_found_wherever_a_result_names_them() {
        let id = "0193bbbb-0000-7000-8000-000000000060";
        let image = json!({"image_id": id, "width": 8, "height": 8, "media_type": "image/png"});
        let found =
            json!({"items": [{"document_id": id, "title": "Tea"}], "cover": {"file": image}});

        let (mut images, mut documents) = (vec![], vec![]);
        find_refs(&found, &mut images, &mut documents);

        assert_eq!((images.len(), documents.len()), (1, 1));
        assert_eq!(documents.first().map(|document| document.title.as_str()), Some("Tea"));
    }

    #[test]
    fn what_comes_from_outside_is_shown_as_it_is() {
        let html = |content: &str| Owner::new().with(|| render_result(content).to_html());

        let text = html("![x](https://evil.example/x.png) <img src=x>");

        assert!(text.contains("&lt;img") && !text.contains("<img"), "{text}");
        assert!(html("{\"a\":1}").contains("json__row"), "JSON is a tree");
    }
}
