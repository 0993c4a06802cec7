//! Notifications: whether mails are sent, the webhooks by which other systems are told, and how the
//! latest deliveries went.

mod deliveries;
mod webhook_form;

use api::notices::{delete_webhook, load_notices, test_webhook};
use frame::{action::ActionButton, dialog_form::Editing, layout::page_resource::load_once};
use leptos::prelude::*;
use model::{
    id::WebhookId,
    notice::{delivery::NoticesPage as Loaded, webhook::WebhookView},
};
use ui::{
    badge::Tag,
    button::{ButtonLook, RowButton},
    card::{Card, Fact},
    dialog::RemovalDialog,
    empty::EmptyState,
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use self::{deliveries::Deliveries, webhook_form::WebhookDialog};
use super::sheet::{AddButton, SettingsSheet};

/// What is told outside of Atelier, and how that goes.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_notices());
    let editing = Editing::default();
    let doomed = RwSignal::new(None::<WebhookId>);
    let changed = Callback::new(move |()| page.refetch());
    let add = move || {
        view! { <AddButton verb="Add webhook" on_press=move |()| editing.begin(None) /> }
    };
    let show = move |loaded: Loaded| {
        view! { <Content loaded=loaded editing=editing doomed=doomed changed=changed /> }.into_any()
    };
    view! {
        <SettingsSheet
            page=SettingsPage::Notices
            lead="Emails to members, and webhooks to other systems."
            actions=add
            loads=page
            failure="Couldn't load notifications"
            count=3
            show=show
        />
        <WebhookDialog editing=editing on_saved=changed />
        <RemovalDialog
            id="delete-webhook"
            title="Delete this webhook?"
            text="It gets no more notifications. Undelivered ones are discarded."
            verb="Delete webhook"
            doomed=doomed
            delete=delete_webhook
            said="Webhook deleted."
            on_done=move |_| page.refetch()
        />
    }
}

#[component]
fn Content(
    loaded: Loaded,
    editing: Editing<WebhookView>,
    doomed: RwSignal<Option<WebhookId>>,
    changed: Callback<()>,
) -> impl IntoView {
    let webhooks = if loaded.webhooks.is_empty() {
        view! {
            <EmptyState
                icon=Icon::Plug
                title="No webhooks yet"
                text="Add one to notify a Slack channel or your own program."
            />
        }
        .into_any()
    } else {
        let cards = loaded.webhooks.into_iter().map(|webhook| {
            view! { <WebhookCard webhook=webhook editing=editing doomed=doomed /> }
        });
        cards.collect_view().into_any()
    };
    view! {
        <MailCard from=loaded.mail_from />
        {webhooks}
        <Deliveries deliveries=loaded.deliveries changed=changed />
    }
}

/// Whether mails are sent, and who changes that.
#[component]
fn MailCard(from: Option<String>) -> impl IntoView {
    let words = match from {
        Some(from) => format!(
            "Emails are sent from {from}. Each member chooses which ones to get under Your account."
        ),
        None => "This server doesn't send email. Ask its operator to set ATELIER_SMTP_URL and \
                 ATELIER_MAIL_FROM."
            .to_owned(),
    };
    view! {
        <Card title="Email">
            <p data-testid="mail-state" dir="auto">{words}</p>
        </Card>
    }
}

/// A webhook: where it leads, and what it is told of.
#[component]
fn WebhookCard(
    webhook: WebhookView,
    editing: Editing<WebhookView>,
    doomed: RwSignal<Option<WebhookId>>,
) -> impl IntoView {
    let WebhookView { id, name, kind, host, events } = webhook.clone();
    let of = format!(" {name}");
    let events = events.into_iter().map(|kind| view! { <Tag>{kind.label()}</Tag> " " });
    let toasts = use_toasts();
    let change = move |()| editing.begin(Some(webhook.clone()));
    view! {
        <Card title=name>
            <dl class="facts">
                <Fact name="Format">{kind.label()}</Fact>
                <Fact name="Host" written=true>{host}</Fact>
                <Fact name="Events">{events.collect_view()}</Fact>
            </dl>
            <footer class="settings__actions settings__foot">
                <ActionButton
                    verb="Send test"
                    of=format!(" to{of}")
                    send=move || test_webhook(id)
                    done=move |()| toasts.show(ToastKind::Done, "Test delivered.")
                />
                <RowButton verb="Edit" of=of.clone() on_press=change />
                <RowButton
                    verb="Delete"
                    of=of
                    look=ButtonLook::Ghost
                    on_press=move |()| doomed.set(Some(id))
                />
            </footer>
        </Card>
    }
}
