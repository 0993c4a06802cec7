//! What it cost so far, as a number that counts up, and what it may cost.

use api::ApiError;
use frame::{
    budget::{BudgetForm, sum},
    layout::session::use_session,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use model::{
    access::Permission,
    budget::UNCAPPED,
    execution::{
        state::Action,
        view::{Bill, ExecutionView},
    },
    pages::Control,
    problem::Problem,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, ButtonSize},
    dialog::Dialog,
    format::money_of,
};
use web::client::media::use_media;

use super::{
    controls::Sender,
    price::{price, with_unknown},
    store::ExecutionStore,
};

/// Between two steps of the count.
const FRAME_MS: u32 = 33;
/// Each step goes this part of the way that is left.
const SHARE: i64 = 5;

/// What the executions it launched cost by the moment that is shown. Events tell it of each that has
/// ended, the page of all as they were when it was loaded.
pub fn children_bill(store: ExecutionStore) -> Bill {
    let told = store.view.with(ExecutionView::children_bill);
    if store.shown_at.read().is_some() { told } else { told.at_least(store.children.get()) }
}

/// What it cost, with all that it launched.
pub fn whole_bill(store: ExecutionStore) -> Memo<Bill> {
    Memo::new(move |_| store.view.with(ExecutionView::bill).plus(children_bill(store)))
}

/// The next number to show on the way from `shown` to `target`.
fn nearer(shown: i64, target: i64) -> i64 {
    let way = target - shown;
    match way / SHARE {
        0 => target,
        step => shown + step,
    }
}

/// `target`, reached in steps; at once for people who want no motion, and where it `leaps`.
pub fn count_up(target: Signal<i64>, leaps: Signal<bool>) -> RwSignal<i64> {
    let shown = RwSignal::new(target.get_untracked());
    let still = use_media("(prefers-reduced-motion: reduce)");
    // The pending step is the effect's value, so it ends with the page.
    Effect::new(move |_: Option<Option<Timeout>>| {
        let (target, now) = (target.get(), shown.get());
        let next = if still.get() || leaps.get() { target } else { nearer(now, target) };
        (now != target).then(|| {
            Timeout::new(FRAME_MS, move || {
                shown.try_set(next);
            })
        })
    });
    shown
}

/// The whole bill, counting up, with what a person must know about its prices.
#[component]
pub fn BillMeter(
    /// What was used and what it cost.
    #[prop(into)]
    bill: Signal<Bill>,
    /// What it may cost, in millionths of a dollar.
    #[prop(into)]
    budget: Signal<Option<i64>>,
    /// Whether it is what it is at once: a moment of the past is no news.
    #[prop(optional, into)]
    leaps: Signal<bool>,
) -> impl IntoView {
    let shown = count_up(Signal::derive(move || bill.get().cost_micros), leaps);
    let sample = Memo::new(move |_| bill.get().sample_calls > 0);
    // What the sample provider would have cost is no part of a budget.
    let cap = move || budget.get().filter(|_| !sample.get());
    let both = move || cap().map(|cap| money_of(shown.get(), cap));
    let words = move || {
        let bill = Bill { cost_micros: shown.get(), ..bill.get() };
        both().map_or_else(|| price(bill), |(known, _)| with_unknown(bill, known))
    };
    let cap_words = Memo::new(move |_| both().map(|(_, cap)| cap));
    let of = move || cap_words.get().map(|of| view! { <span class="muted">" of " {of}</span> });
    view! {
        <p class="monitor-bill num" translate="no">
            <span class="unseen">"Cost so far: "</span>
            <strong class="monitor-bill__sum">{words}</strong>
            {of}
            <Show when=move || sample.get()>
                <Tag tone=Tone::Neutral>
                    "Sample" <span class="monitor-bill__prices">"prices"</span>
                </Tag>
            </Show>
        </p>
    }
}

/// Changes what the execution may cost; nothing for a person who may only look, or when it is over.
#[component]
pub fn BudgetControl(store: ExecutionStore) -> impl IntoView {
    let open = RwSignal::new(false);
    let offered = Memo::new(move |_| store.may(Action::SetBudget));
    let word = move || match store.view.read().budget_micros {
        Some(_) => "Change budget…",
        None => "Set budget…",
    };
    view! {
        <Show when=move || offered.get()>
            <Button size=ButtonSize::Small look=ButtonLook::Ghost on_press=move |()| open.set(true)>
                {word}
            </Button>
        </Show>
        <Dialog id="execution-budget" title="Budget for this run" open=open>
            {move || open.get().then(|| view! { <ExecutionBudget store=store open=open /> })}
        </Dialog>
    }
}

/// What is sent of a budget where `now` was seen.
fn change(micros: Option<u64>, now: Option<i64>) -> Control {
    Control::Budget { micros, was: Some(now.map(i64::unsigned_abs)) }
}

#[component]
fn ExecutionBudget(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    let sender = Sender::new(store);
    let own = store.workflow.with_untracked(|workflow| workflow.settings.budget);
    let edits = use_session().is_some_and(|session| session.may(Permission::EditTemplate));
    let help = match own {
        Some(own) => format!("The workflow's budget is {}.", sum(own)),
        None => UNCAPPED.to_owned(),
    };
    let refused = RwSignal::new(None::<Problem>);
    let now = store.view.read_untracked().budget_micros;
    let seen = StoredValue::new(now);
    let answered = Callback::new(move |answer: Result<(), ApiError>| match answer {
        Ok(()) => open.set(false),
        Err(error) => {
            // The refusal told what others set; whoever saves again has read it.
            seen.set_value(store.view.read_untracked().budget_micros);
            refused.set(Some(error.0));
        }
    });
    let save = move |micros| {
        sender.send_from(Action::SetBudget, change(micros, seen.get_value()), answered);
    };
    view! {
        <BudgetForm
            name="execution-budget-sum"
            help=help
            now=now
            cap=own.filter(|_| !edits)
            refused=refused
            busy=sender.is_busy(Action::SetBudget)
            on_save=save
            open=open
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_that_was_seen_goes_along_also_where_there_was_none() {
        for (now, was) in [(None, None), (Some(5), Some(5))] {
            let sent = Control::Budget { micros: Some(9), was: Some(was) };
            assert_eq!(change(Some(9), now), sent);
        }
    }

    #[test]
    fn counting_arrives_from_either_side() {
        for (from, to) in [(0, 31_000), (500, 0), (7, 7), (0, 3)] {
            let mut shown = from;
            let steps = (0..100).take_while(|_| {
                shown = nearer(shown, to);
                shown != to
            });

            assert!(steps.count() < 80);
            assert_eq!(shown, to);
        }
    }
}
