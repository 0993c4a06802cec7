//! The dialog in which a webhook is set up or changed; the key of its signatures is shown there once.

use api::notices::{add_webhook, change_webhook};
use frame::{
    dialog_form::{DialogForm, Editing, KeyDialog, KeyWords},
    form::Form,
};
use leptos::prelude::*;
use model::{
    notice::webhook::{WebhookForm, WebhookKind, WebhookView},
    preferences::NoticeKind,
};
use ui::{
    field::{MultiChoiceField, SelectField, TextField, TextKind, choices},
    toast::{ToastKind, use_toasts},
};

const KEY: KeyWords = KeyWords {
    title: "Webhook signing key",
    text: "The receiver uses this key to check that calls come from Atelier. Copy it now. You can't see it again.",
    label: "Signing key",
    what: "key",
    test_id: "webhook-key",
};

/// Sets a webhook up or changes one.
#[component]
pub(super) fn WebhookDialog(
    editing: Editing<WebhookView>,
    /// Called when there is something new to show.
    on_saved: Callback<()>,
) -> impl IntoView {
    let key = RwSignal::new(None);
    let title = editing.title("Add webhook", |known| &known.name);
    view! {
        <KeyDialog id="webhook" title=title open=editing.open key=key words=KEY>
            <WebhookFields editing=editing key=key on_saved=on_saved />
        </KeyDialog>
    }
}

/// What is filled in at first: a known webhook, or a new one, which is told of what teams ask for
/// first.
fn begin(known: Option<&WebhookView>) -> WebhookForm {
    let offered = [NoticeKind::ReviewWaits, NoticeKind::ExecutionFailed, NoticeKind::Budget];
    match known.cloned() {
        Some(WebhookView { name, kind, events, .. }) => {
            WebhookForm { name, kind, url: None, events }
        }
        None => WebhookForm {
            name: String::new(),
            kind: WebhookKind::default(),
            url: None,
            events: offered.into(),
        },
    }
}

#[component]
fn WebhookFields(
    editing: Editing<WebhookView>,
    key: RwSignal<Option<String>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let known = editing.known.get_untracked();
    let form = Form::new(begin(known.as_ref()));
    let id = known.as_ref().map(|known| known.id);
    let (sending, toasts) = (form.sending, use_toasts());
    let save = move |()| {
        let filled = form.filled();
        let sent = async move {
            match id {
                Some(id) => change_webhook(id, filled).await,
                None => add_webhook(filled).await,
            }
        };
        sending.send(sent, move |saved| {
            on_saved.try_run(());
            if saved.secret.is_some() {
                // It is shown only now, so also where the dialog was closed meanwhile.
                key.try_set(saved.secret);
                editing.open.try_set(true);
            } else {
                // Closed meanwhile, the dialog may be about another webhook by now.
                if sending.busy.try_get_untracked().is_some() {
                    editing.open.try_set(false);
                }
                toasts.show(ToastKind::Done, "Saved.");
            }
        });
    };
    let help = match &known {
        Some(known) => format!("Leave empty to keep the URL at {}.", known.host),
        None => "Stored encrypted, because anyone with this URL could post to it.".to_owned(),
    };
    let formats = WebhookKind::ALL.iter().copied();
    let events = form.field(
        "events",
        |form| form.events.iter().map(|kind| kind.key().to_owned()).collect(),
        |form, keys: Vec<String>| {
            let is_chosen = |kind: &NoticeKind| keys.iter().any(|key| key == kind.key());
            form.events = NoticeKind::ALL.into_iter().filter(is_chosen).collect();
        },
    );
    view! {
        <DialogForm open=editing.open sending=sending on_submit=save verb="Save" test_id="webhook-form">
            <TextField name="webhook_name" label="Name" required=true placeholder="#launches"
                value=form.text("name", |form| &mut form.name) />
            <SelectField name="webhook_kind" label="Format"
                value=form.text("kind", |form| &mut form.kind)
                options=choices(formats, WebhookKind::as_str, WebhookKind::label)
                help="JSON is signed as Standard Webhooks defines. You see the signing key once." />
            <TextField name="webhook_url" label="URL" kind=TextKind::Url help=help required=id.is_none()
                value=form.optional("url", |form| &mut form.url)
                placeholder="https://hooks.slack.com/services/…" />
            <MultiChoiceField name="webhook_events" label="Events" value=events
                options=choices(NoticeKind::ALL, NoticeKind::key, NoticeKind::label) />
        </DialogForm>
    }
}
