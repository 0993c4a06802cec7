//! What a person is asked in the monitor: decisions, and calls that nobody knows the end of. The bars that
//! ask for them, and the panels of the step that waits.

use api::reviews::answer_call;
use frame::layout::session::use_session;
use leptos::{prelude::*, task::spawn_local};
use model::{
    execution::{
        question::{CallAnswer, QuestionCard, Way},
        state::Action,
        view::{ExecutionView, NodeView},
    },
    id::{JobId, NodeId, ReviewId, UserId},
    number::read_json,
    pages::ReviewCard,
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    field::LongTextField,
    format::{money, pluralize},
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    toast::{ToastKind, use_toasts},
};
use web::client::focus::focus;

use crate::{
    reviews::{
        decision::{DecisionPanel, heading_of},
        words,
    },
    store::ExecutionStore,
    values::render_words,
};

/// The id of the heading of a question, for moving the focus there.
fn question_heading(job: JobId) -> String {
    format!("question-{job}")
}

/// The first open question, and how many there are.
fn first_question(view: &ExecutionView) -> Option<(NodeId, JobId, usize)> {
    let asked = |node: &NodeView| {
        let jobs = node.jobs.iter().filter(|job| job.question.is_some());
        jobs.map(|job| (node.id.clone(), job.id)).collect::<Vec<_>>()
    };
    let all: Vec<_> = view.nodes.iter().flat_map(asked).collect();
    let (node, job) = all.first()?.clone();
    Some((node, job, all.len()))
}

/// The fields of the request that was sent, each with its name on the screen; empty ones are left
/// out.
fn sent_fields(card: &QuestionCard) -> Vec<(&'static str, String)> {
    let text = |name: &str| card.sent.get(name).and_then(Value::as_str).unwrap_or_default();
    let names = card.sent.get("headers").and_then(Value::as_array);
    let names: Vec<&str> = names.into_iter().flatten().filter_map(Value::as_str).collect();
    // Of a tool, or of a web address.
    let address = format!("{}{} {}", text("tool"), text("method"), text("url"));
    let arguments = card.sent.get("arguments").map(|arguments| format!("{arguments:#}"));
    let all = [
        ("Call", address.trim().to_owned()),
        ("Arguments", arguments.unwrap_or_default()),
        ("Headers", names.join(", ")),
        ("Body", text("body").to_owned()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What the call may have cost, in words.
fn cost_words(micros: Option<i64>) -> String {
    match micros {
        Some(micros) => format!("It may have cost {}.", money(micros)),
        None => "Its cost isn't known.".to_owned(),
    }
}

/// Parses what a person says that a call gave: JSON where it is JSON, else text; none when empty.
fn parse_output(text: &str) -> Option<Value> {
    let text = text.trim();
    (!text.is_empty()).then(|| read_json(text).unwrap_or_else(|_| Value::from(text)))
}

/// Says that a person is waited for, and leads to the step and to the heading there.
#[component]
fn AskBar(
    store: ExecutionStore,
    words: String,
    verb: &'static str,
    node: NodeId,
    heading: String,
    #[prop(optional)] test_id: Option<&'static str>,
) -> impl IntoView {
    let go = move |()| {
        let heading = heading.clone();
        store.chosen.set(Some(node.clone()));
        request_animation_frame(move || focus(&heading));
    };
    view! {
        <div class="monitor__trouble" data-state="awaiting_review" data-testid=test_id>
            <Glyph icon=Icon::UserCheck size=18 />
            <p translate="no">{words}</p>
            <Button
                size=ButtonSize::Small
                look=ButtonLook::Primary
                icon=Icon::ArrowRight
                on_press=go
            >
                {verb}
            </Button>
        </div>
    }
}

/// Says that a word about a call is waited for, and leads there.
#[component]
pub fn QuestionBar(store: ExecutionStore) -> impl IntoView {
    let asked = Memo::new(move |_| match store.shown_at.get() {
        None => store.view.with(first_question),
        Some(_) => None,
    });
    let bar = move || {
        asked.get().map(|(node, job, count)| {
            let calls = pluralize(count as u64, "call", "calls");
            let words = format!("{calls} may have gone through. Choose how to continue.");
            let heading = question_heading(job);
            view! {
                <AskBar
                    store=store
                    words=words
                    verb="View"
                    node=node
                    heading=heading
                    test_id="question-bar"
                />
            }
        })
    };
    view! { <div role="status">{bar}</div> }
}

/// What is asked about calls of the step.
#[component]
pub fn NodeQuestions(
    store: ExecutionStore,
    /// The step in the panel; a question is shown for each of its calls.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let open = Memo::new(move |_| {
        let of_node = |node: &NodeView| {
            let asked = |card: &QuestionCard| {
                let job = node.jobs.iter().find(|job| job.id == card.job_id)?;
                let question = job.question.as_ref().filter(|q| q.number == card.question)?;
                Some((card.clone(), question.possible_cost_micros))
            };
            store.questions.with(|cards| cards.iter().filter_map(asked).collect::<Vec<_>>())
        };
        let present = store.shown_at.read().is_none();
        node.with(|node| node.as_ref().filter(|_| present).map(of_node).unwrap_or_default())
    });
    let panel = move |(card, cost): (QuestionCard, Option<i64>)| {
        view! {
            // Who has begun to answer stays with this step, whatever happens elsewhere.
            <div on:focusin=move |_| store.stay_at(node)>
                <QuestionPanel store=store card=card cost=cost />
            </div>
        }
    };
    view! {
        <For
            each=move || open.get()
            key=|(card, _)| (card.job_id, card.question)
            children=panel
        />
    }
}

#[component]
fn QuestionPanel(store: ExecutionStore, card: QuestionCard, cost: Option<i64>) -> impl IntoView {
    let (busy, toasts) = (RwSignal::new(None::<Way>), use_toasts());
    let may = store.page.with_value(|page| page.may_control);
    let (job_id, question) = (card.job_id, card.question);
    let output = store.answers.get_or_insert(job_id, question);
    let say = move |way: Way| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(way));
        let output = (way == Way::Done).then(|| parse_output(&output.get_untracked())).flatten();
        spawn_local(async move {
            let answer = CallAnswer { job_id, question, answer: way, output };
            let answer = answer_call(store.id(), answer).await;
            busy.try_set(None);
            match answer {
                Ok(()) => toasts.show(ToastKind::Done, way.words().to_owned()),
                Err(error) if error.0.code == "question_over" => {
                    toasts.show(ToastKind::Info, error.0);
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            store.fetch();
        });
    };
    let button = move |way: Way, icon: Icon, words: &'static str| {
        let is_busy = Signal::derive(move || busy.get() == Some(way));
        view! {
            <Button size=ButtonSize::Small icon=icon busy=is_busy on_press=move |()| say(way)>
                {words}
            </Button>
        }
    };
    let row = |(name, value): (&'static str, String)| {
        view! { <dt>{name}</dt><dd>{render_words(value)}</dd> }
    };
    let rows: Vec<_> = sent_fields(&card).into_iter().map(row).collect();
    let left = card.sent_at.map(|at| view! { <span>"Sent " <RelativeTime at=at /></span> });
    let choices = may.then(|| {
        view! {
            <LongTextField
                name=format!("gave-{job_id}")
                label="Response, if the call went through"
                help="JSON or text, as in the response body. Leave empty for none."
                value=output
                rows=2
            />
            <div class="row" role="group" aria-label="How to continue">
                {button(Way::Again, Icon::RotateCcw, "Call again")}
                {button(Way::Done, Icon::Check, "Mark as done")}
                {button(Way::Skip, Icon::SkipForward, "Skip")}
            </div>
        }
    });
    let refused = (!may).then(|| {
        view! { <p class="decision__why" role="note">"Anyone who can launch runs can answer this."</p> }
    });
    view! {
        <section class="decision" aria-labelledby=question_heading(job_id) data-testid="question">
            <h3 class="decision__title" id=question_heading(job_id) tabindex="-1">
                "Did this call go through?"
            </h3>
            <p>{card.message}</p>
            <dl class="panel-values">{rows}</dl>
            <p class="decision__facts num">{left}<span>{cost_words(cost)}</span></p>
            {refused}
            <div class="decision__verdicts">{choices}</div>
        </section>
    }
}

/// What the bar says, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ask {
    words: String,
    verb: &'static str,
    node: NodeId,
    review: ReviewId,
}

/// The bar of an execution in which decisions are waited for; those of the person come first.
fn ask(view: &ExecutionView, cards: &[ReviewCard], person: Option<UserId>) -> Option<Ask> {
    let open: Vec<(&NodeView, ReviewId)> =
        view.nodes.iter().filter_map(|node| Some((node, node.review.as_ref()?.id))).collect();
    let own = |(_, id): &&(&NodeView, ReviewId)| {
        let card = cards.iter().find(|card| card.id == *id);
        card.zip(person).is_some_and(|(card, person)| words::why_not(card, person).is_none())
    };
    let mine: Vec<_> = open.iter().filter(own).collect();
    // Whose the others are is known once they are loaded.
    let is_known = |(_, id): &(&NodeView, ReviewId)| cards.iter().any(|card| card.id == *id);
    if mine.is_empty() && !open.iter().all(is_known) {
        return None;
    }
    let (node, review) = *mine.first().copied().or(open.first())?;
    let (words, verb) = match mine.len() {
        0 => {
            let waiting = pluralize(open.len() as u64, "review is", "reviews are");
            (format!("{waiting} waiting for others"), "View")
        }
        1 => ("Your review is needed".to_owned(), "Review"),
        several => (format!("{several} reviews are waiting for you"), "Review"),
    };
    Some(Ask { words, verb, node: node.id.clone(), review })
}

/// Says that a decision is waited for, and leads to it.
#[component]
pub fn DecisionBar(store: ExecutionStore) -> impl IntoView {
    let person = use_session().map(|session| session.read(|view| view.user_id));
    let asked = Memo::new(move |_| {
        // What waited then need not wait now.
        let present = store.shown_at.read().is_none();
        let ask = || store.view.with(|view| store.reviews.with(|cards| ask(view, cards, person)));
        present.then(ask).flatten()
    });
    let bar = move || {
        asked.get().map(|Ask { words, verb, node, review }| {
            let heading = heading_of(review);
            view! { <AskBar store=store words=words verb=verb node=node heading=heading /> }
        })
    };
    view! { <div role="status">{bar}</div> }
}

/// Which version of a step's outputs counts since, when a person chose another one.
fn used_since(node: &NodeView) -> Option<String> {
    let restored = node.artifacts.iter().find_map(|artifact| artifact.restored.as_ref())?;
    Some(format!("{} has restored version {} since.", restored.by.name, restored.version))
}

/// What those said who approved before the last one, in the decision that was taken last.
fn earlier_comments(store: ExecutionStore, node: Memo<Option<NodeView>>) -> Vec<String> {
    let id = node.with(|node| node.as_ref().map(|node| node.id.clone()));
    let is_last = |card: &&ReviewCard| card.end.is_some() && Some(&card.node_id) == id.as_ref();
    store.reviews.with(|cards| {
        let card = cards.iter().rfind(is_last);
        card.map(|card| words::approval_comments(&card.approvals)).unwrap_or_default()
    })
}

/// Why nobody can ask for changes in what the step shows.
fn no_changes(store: ExecutionStore, node: Memo<Option<NodeView>>) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let (view, workflow) = (store.view.read(), store.workflow.read());
        let why_not = |node: &NodeView| view.why_not_to(node, &workflow, Action::AskForChanges);
        node.with(|node| node.as_ref().and_then(why_not)).map(str::to_owned)
    })
}

/// The decision that the step waits for, or the last one that was taken on it.
#[component]
pub fn NodeDecision(
    store: ExecutionStore,
    /// The step in the panel, with its decision or review.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let find = move |id: ReviewId| {
        store.reviews.with(|cards| cards.iter().find(|card| card.id == id).cloned())
    };
    let open = Memo::new(move |_| {
        let id = node.with(|node| node.as_ref()?.review.as_ref().map(|review| review.id))?;
        find(store.shown_at.read().is_none().then_some(id)?).map(|card| card.id)
    });
    let stale = store.stale();
    let outdated = Signal::derive(move || {
        let is_stale = |node: &NodeView| stale.with(|stale| stale.contains(&node.id));
        node.with(|node| node.as_ref().is_some_and(is_stale))
    });
    let no_changes = no_changes(store, node);
    let panel = move || {
        let id = open.get()?;
        let first = untrack(|| find(id))?;
        let card = Signal::derive(move || {
            let known = find(id).unwrap_or_else(|| first.clone());
            ReviewCard { no_changes: no_changes.get(), ..known }
        });
        Some(view! {
            // Who has begun to decide stays with this step, whatever happens elsewhere.
            <div on:focusin=move |_| store.stay_at(node)>
                <DecisionPanel
                    card=card
                    on_change=move |()| store.fetch()
                    drafts=store.drafts
                    outdated=outdated
                />
            </div>
        })
    };
    let decided = Memo::new(move |_| {
        let shown = |node: &NodeView| node.decided.clone().filter(|_| node.review.is_none());
        node.with(|node| node.as_ref().and_then(shown))
    });
    let replaced = Memo::new(move |_| node.with(|node| node.as_ref().and_then(used_since)));
    let past = move || {
        decided.get().map(|was| {
            let said = earlier_comments(store, node).into_iter().chain(was.reason.clone());
            let said = said.map(|words| view! { <p class="decided__said" dir="auto">{words}</p> });
            let said = said.collect_view();
            let since = replaced
                .get()
                .map(|words| view! { <p class="decided__said" data-since="">{words}</p> });
            view! {
                <div class="decided" data-verdict=was.verdict.as_str() data-testid="decided">
                    <Glyph icon=Icon::UserCheck size=18 />
                    <div>
                        <p>
                            <b>{words::decision(&was)}</b>
                            " "
                            <span class="small muted">
                                <RelativeTime at=was.at />
                            </span>
                        </p>
                        {said}
                        {since}
                    </div>
                </div>
            }
        })
    };
    view! {
        {panel}
        {past}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn what_was_sent_and_what_it_may_have_cost_is_said_in_words() {
        let card = sample::with_question().questions.remove(0);

        let words = sent_fields(&card);

        assert_eq!(words[0], ("Call", "POST https://api.example.com/orders".to_owned()));
        assert_eq!(words[1], ("Body", "one".to_owned()));
        assert_eq!(words.len(), 2);
        assert_eq!(cost_words(Some(20_000)), "It may have cost $0.020.");
        assert!(cost_words(None).contains("isn't known"));
    }

    #[test]
    fn what_it_gave_is_json_where_it_reads_so() {
        assert_eq!(parse_output(" {\"id\": 7} "), Some(serde_json::json!({"id": 7})));
        assert_eq!(parse_output("order 7"), Some(Value::from("order 7")));
        assert_eq!(parse_output("  "), None);
    }

    #[test]
    fn the_bar_leads_to_the_first_question() {
        let (node, job, count) = first_question(&sample::with_question().view).unwrap();

        assert_eq!((node, job, count), ("copy".into(), sample::job(11), 1));
        assert_eq!(first_question(&sample::running().view), None);
    }
}
