//! Money: one way to say a bill everywhere, and a number that counts up.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use model::execution::view::Bill;

use crate::{
    client::media::use_media,
    ui::{
        badge::{Tag, Tone},
        format::money,
    },
};

/// Between two steps of the count.
const FRAME_MS: u32 = 33;
/// Each step goes this part of the way that is left.
const SHARE: i64 = 5;

/// A bill in words; a call without a known price is never called free.
pub fn price(bill: Bill) -> String {
    match (bill.unpriced_calls, bill.cost_micros) {
        (0, micros) => money(micros),
        (_, 0) => "price unknown".to_owned(),
        (_, micros) => format!("{} + unknown", money(micros)),
    }
}

/// The next number to show on the way from `shown` to `target`.
fn nearer(shown: i64, target: i64) -> i64 {
    let way = target - shown;
    match way / SHARE {
        0 => target,
        step => shown + step,
    }
}

/// `target`, reached in steps; at once for people who want no motion.
fn counting(target: Signal<i64>) -> RwSignal<i64> {
    let shown = RwSignal::new(target.get_untracked());
    let still = use_media("(prefers-reduced-motion: reduce)");
    // The pending step is the effect's value, so it ends with the page.
    Effect::new(move |_: Option<Option<Timeout>>| {
        let (target, now) = (target.get(), shown.get());
        let next = if still.get() { target } else { nearer(now, target) };
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
    budget: Option<i64>,
) -> impl IntoView {
    let shown = counting(Signal::derive(move || bill.get().cost_micros));
    let words = move || price(Bill { cost_micros: shown.get(), ..bill.get() });
    let of = budget.map(money);
    let sample = move || bill.get().sample_calls > 0;
    view! {
        <p class="monitor-bill num">
            <span class="unseen">"Cost so far: "</span>
            <strong class="monitor-bill__sum">{words}</strong>
            {of.map(|of| view! { <span class="muted">" of " {of}</span> })}
            <Show when=sample>
                <Tag tone=Tone::Neutral>
                    "Sample" <span class="monitor-bill__prices">"prices"</span>
                </Tag>
            </Show>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_with_unknown_prices_is_not_free() {
        let bill = |cost_micros, unpriced_calls| {
            price(Bill { cost_micros, unpriced_calls, ..Bill::default() })
        };

        assert_eq!(bill(0, 0), "$0.00");
        assert_eq!(bill(31_000, 0), "$0.031");
        assert_eq!(bill(0, 2), "price unknown");
        assert_eq!(bill(31_000, 1), "$0.031 + unknown");
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
