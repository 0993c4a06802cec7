//! What this month was like: how much ran, how it ended, what it cost.

use api::overview::set_month_budget;
use frame::{
    budget::{BudgetForm, CAPPED, spent_percent, spent_words},
    layout::session::use_session,
    sending::Sending,
};
use leptos::prelude::*;
use model::{access::Permission, pages::Spending};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::Dialog,
    format,
    progress::ProgressBar,
};

/// What was spent, and of which budget, in words; unknown prices are left out.
fn spent(month: &Spending) -> String {
    spent_words(month.cost_micros, month.budget_micros)
}

/// What the amount leaves out, in words.
fn left_out(month: &Spending) -> Option<String> {
    let calls = |count: i64| format::pluralize(u64::try_from(count).unwrap_or(0), "call", "calls");
    let unpriced = (month.unpriced_calls > 0)
        .then(|| format!("Plus {} at an unknown price.", calls(month.unpriced_calls)));
    let samples = (month.sample_calls > 0)
        .then(|| format!("{} to the sample provider, free.", calls(month.sample_calls)));
    let words: Vec<String> = unpriced.into_iter().chain(samples).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// How many of those that ended were good; nothing before one has ended.
fn success(month: &Spending) -> Option<String> {
    (month.ended > 0).then(|| format!("{}%", month.completed * 100 / month.ended))
}

/// The share of the budget that is spent, in percent.
fn share(month: &Spending) -> Option<f64> {
    month.budget_micros.map(|budget| spent_percent(month.cost_micros, budget))
}

#[component]
pub(super) fn MonthCard(
    /// What it was like so far.
    #[prop(into)]
    month: Signal<Spending>,
    /// Looks again after its budget was changed.
    refresh: Callback<()>,
) -> impl IntoView {
    let budgeted = Memo::new(move |_| month.read().budget_micros.is_some());
    let executions = move || format::grouped(u64::try_from(month.read().executions).unwrap_or(0));
    view! {
        <section class="card" aria-labelledby="month-title">
            <header class="card__header">
                <h2 class="card__title" id="month-title">
                    "This month"
                </h2>
                <span class="small subtle">"UTC"</span>
            </header>
            <div class="card__body month">
                <dl class="month__facts">
                    <div>
                        <dt>"Runs"</dt>
                        <dd class="num" translate="no">{executions}</dd>
                    </div>
                    <div>
                        <dt>"Completed"</dt>
                        <dd class="num" translate="no">
                            {move || success(&month.read()).unwrap_or_else(|| "–".to_owned())}
                        </dd>
                    </div>
                    <div>
                        <dt>"Spent"</dt>
                        <dd class="num" translate="no">{move || spent(&month.read())}</dd>
                    </div>
                </dl>
                <Show when=move || budgeted.get()>
                    <ProgressBar
                        percent=Signal::derive(move || share(&month.read()))
                        label="Budget spent"
                    />
                </Show>
                {move || {
                    left_out(&month.read()).map(|words| view! { <p class="small muted">{words}</p> })
                }}
                <MonthBudget month=month refresh=refresh />
            </div>
        </section>
    }
}

/// Changes what the workspace may spend in a month; nothing for a person who may not.
#[component]
fn MonthBudget(month: Signal<Spending>, refresh: Callback<()>) -> impl IntoView {
    if !use_session().is_some_and(|session| session.may(Permission::ManageBudgets)) {
        return ().into_any();
    }
    let (open, sending) = (RwSignal::new(false), Sending::default());
    let word = move || match month.read().budget_micros {
        Some(_) => "Change budget…",
        None => "Set budget…",
    };
    let save = Callback::new(move |micros: Option<u64>| {
        if micros == now(month).and_then(|now| u64::try_from(now).ok()) {
            return open.set(false);
        }
        sending.send(set_month_budget(micros), move |()| {
            open.try_set(false);
            refresh.try_run(());
        });
    });
    let form = move || {
        view! {
            <BudgetForm
                name="month-budget-sum"
                help=CAPPED
                now=now(month)
                cap=None
                refused=sending.problem
                busy=sending.busy
                on_save=save
                open=open
            />
        }
    };
    view! {
        <Button size=ButtonSize::Small look=ButtonLook::Ghost on_press=move |()| open.set(true)>
            {word}
        </Button>
        <Dialog id="month-budget" title="Monthly workspace budget" open=open>
            {move || open.get().then(form)}
        </Dialog>
    }
    .into_any()
}

fn now(month: Signal<Spending>) -> Option<i64> {
    month.read_untracked().budget_micros
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_price_is_said_and_what_is_a_sample_too() {
        let month = Spending {
            cost_micros: 3_120_000,
            unpriced_calls: 2,
            sample_calls: 1,
            budget_micros: Some(20_000_000),
            ..Spending::default()
        };

        assert_eq!(spent(&month), "$3.12 of $20.00");
        let words = left_out(&month).unwrap_or_default();
        assert!(words.starts_with("Plus 2 calls at an unknown price."), "{words}");
        assert!(words.ends_with("1 call to the sample provider, free."), "{words}");
        assert_eq!(left_out(&Spending::default()), None);
    }

    #[test]
    fn a_month_in_which_nothing_ended_has_no_rate() {
        assert_eq!(success(&Spending { executions: 3, ..Spending::default() }), None);
        let month = Spending { ended: 48, completed: 46, ..Spending::default() };
        assert_eq!(success(&month).as_deref(), Some("95%"));
    }
}
