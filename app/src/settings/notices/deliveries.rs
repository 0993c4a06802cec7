//! The latest deliveries: what was told to whom, and whether it has arrived.

use api::notices::retry_delivery;
use frame::action::ActionButton;
use leptos::prelude::*;
use model::notice::delivery::{DeliveryState, DeliveryView};
use ui::{
    badge::{Tag, Tone},
    card::Card,
    format::pluralize,
    relative_time::{LocalTime, RelativeTime},
    table::Table,
    toast::{ToastKind, use_toasts},
};

/// The latest deliveries, the newest first.
#[component]
pub(super) fn Deliveries(
    deliveries: Vec<DeliveryView>,
    /// Called when one is tried again.
    changed: Callback<()>,
) -> impl IntoView {
    if deliveries.is_empty() {
        return view! {
            <Card title="Latest deliveries">
                <p class="muted">"No deliveries yet."</p>
            </Card>
        }
        .into_any();
    }
    let rows = deliveries.into_iter();
    let rows = rows.map(|delivery| view! { <Row delivery=delivery changed=changed /> });
    let rows = rows.collect_view();
    view! {
        <Card title="Latest deliveries">
            <div class="history__table">
                <Table
                    caption="Latest deliveries"
                    columns=vec!["Notification", "To", "When", "Status", ""]
                >
                    {rows}
                </Table>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Row(delivery: DeliveryView, changed: Callback<()>) -> impl IntoView {
    let (id, state, attempts) = (delivery.id, delivery.state, delivery.attempts);
    let next = delivery.next_at.filter(|_| attempts > 0);
    let next = next.map(|at| {
        view! {
            <p class="muted small">
                "Next attempt: " <LocalTime at=at />
            </p>
        }
    });
    let error = delivery.last_error.map(|error| view! { <p class="small" dir="auto">{error}</p> });
    let is_open = match state {
        DeliveryState::Delivered => false,
        DeliveryState::Failed => true,
        DeliveryState::Waiting => attempts > 0,
    };
    let toasts = use_toasts();
    let done = move |()| {
        toasts.show(ToastKind::Done, "Trying again now.");
        changed.try_run(());
    };
    let of = format!(": {}", delivery.title);
    let again = is_open.then(|| {
        view! { <ActionButton verb="Try again" of=of send=move || retry_delivery(id) done=done /> }
    });
    view! {
        <tr role="row">
            <td role="cell" class="history__what storage__name" dir="auto">{delivery.title}</td>
            <td role="cell" class="deliveries__to" dir="auto" data-label="To">{delivery.receiver}</td>
            <td role="cell" data-label="When"><RelativeTime at=delivery.at /></td>
            <td role="cell" class="history__state storage__name" data-label="Status">
                <StateTag state=state attempts=attempts />
                {error}
                {next}
            </td>
            <td role="cell">{again}</td>
        </tr>
    }
}

#[component]
fn StateTag(state: DeliveryState, attempts: i32) -> impl IntoView {
    let attempts = u64::try_from(attempts).unwrap_or(0);
    match state {
        DeliveryState::Delivered => view! { <Tag tone=Tone::Good>"Delivered"</Tag> }.into_any(),
        DeliveryState::Failed => view! { <Tag tone=Tone::Bad>"Failed"</Tag> }.into_any(),
        DeliveryState::Waiting if attempts == 0 => view! { <Tag>"Waiting"</Tag> }.into_any(),
        DeliveryState::Waiting => {
            let words = pluralize(attempts, "failed attempt", "failed attempts");
            view! { <Tag tone=Tone::Warning>{words}</Tag> }.into_any()
        }
    }
}
