//! Notifications: whether mails are sent, the webhooks by which other systems are told, and how the
//! latest deliveries went.

mod deliveries;
mod webhook_form;

use api::notices::{delete_webhook, load_notices, test_webhook};
use frame::{
    dialog_form::Editing,
    layout::page_resource::{ResourceView, load_once},
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::WebhookId,
    notice::{delivery::NoticesPage as Loaded, webhook::WebhookView},
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonSize},
    card::{Card, PageHeader},
    dialog::RemovalDialog,
    empty::EmptyState,
    icon::Icon,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use self::{deliveries::Deliveries, webhook_form::WebhookDialog};

/// What is told outside of Atelier, and how that goes.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_notices());
    let editing = Editing::default();
    let doomed = RwSignal::new(None::<WebhookId>);
    let changed = Callback::new(move |()| page.refetch());
    let add = move || {
        view! {
            <Button
                look=ButtonLook::Primary
                icon=Icon::Plus
                on_press=move |()| editing.begin(None)
            >
                "Add webhook"
            </Button>
        }
    };
    let show = move |loaded: Loaded| {
        view! { <Content loaded=loaded editing=editing doomed=doomed changed=changed /> }.into_any()
    };
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Notices.title()
                lead="Emails to members, and webhooks to other systems."
                actions=add
            />
            <ResourceView
                page=page
                failure="Couldn't load notifications"
                shape=SkeletonShape::Cards
                count=3
                show=show
            />
        </div>
        <WebhookDialog editing=editing on_saved=changed />
        <Removal doomed=doomed on_done=changed />
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
    let (id, of) = (webhook.id, format!(" {}", webhook.name));
    let (tested, deleted) = (of.clone(), of.clone());
    let events =
        webhook.events.clone().into_iter().map(|kind| view! { <Tag>{kind.label()}</Tag> " " });
    let events = events.collect_view();
    let (name, kind, host) = (webhook.name.clone(), webhook.kind.label(), webhook.host.clone());
    let change = move |()| editing.begin(Some(webhook.clone()));
    view! {
        <Card title=name>
            <dl class="facts">
                <div class="facts__row">
                    <dt>"Format"</dt>
                    <dd>{kind}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Host"</dt>
                    <dd dir="auto">{host}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Events"</dt>
                    <dd>{events}</dd>
                </div>
            </dl>
            <footer class="settings__actions settings__foot">
                <TestButton id=id of=tested />
                <Button size=ButtonSize::Small on_press=change>
                    "Edit" <span class="unseen">{of}</span>
                </Button>
                <Button
                    size=ButtonSize::Small
                    look=ButtonLook::Ghost
                    on_press=move |()| doomed.set(Some(id))
                >
                    "Delete" <span class="unseen">{deleted}</span>
                </Button>
            </footer>
        </Card>
    }
}

/// Calls the webhook with a test, and says whether it has arrived.
#[component]
fn TestButton(id: WebhookId, of: String) -> impl IntoView {
    let (busy, toasts) = (RwSignal::new(false), use_toasts());
    let test = move |()| {
        busy.set(true);
        spawn_local(async move {
            match test_webhook(id).await {
                Ok(()) => toasts.show(ToastKind::Done, "Test delivered."),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Button size=ButtonSize::Small busy=busy on_press=test>
            "Send test" <span class="unseen">{format!(" to{of}")}</span>
        </Button>
    }
}

/// Asks before a webhook is deleted.
#[component]
fn Removal(doomed: RwSignal<Option<WebhookId>>, on_done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let delete = |id| async move { delete_webhook(id).await.map_err(|error| error.0) };
    let done = move |_: WebhookId| {
        toasts.show(ToastKind::Done, "Webhook deleted.");
        on_done.run(());
    };
    view! {
        <RemovalDialog
            id="delete-webhook"
            title="Delete this webhook?"
            text="It gets no more notifications. Undelivered ones are discarded."
            verb="Delete webhook"
            doomed=doomed
            delete=delete
            on_done=done
        />
    }
}
