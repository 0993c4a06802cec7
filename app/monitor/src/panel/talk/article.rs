//! One article of the conversation with an agent.

use std::collections::BTreeMap;

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{
    agent::turn::AnsweredCall, id::ExecutionId, mcp::call::ToolCallState, value::ImageRef,
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

use super::{
    conversation::{Answer, Article, Body, Call, Outcome},
    result::{render_refs, render_result},
};
use crate::{
    panel::call_state::render_state,
    reviews::{data, picture},
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
    let child = outcome.made.and_then(|made| made.child).map(|id| view! { <ChildLink id=id /> });
    view! {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::talk::{conversation::articles, known::Talk, sample};

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
