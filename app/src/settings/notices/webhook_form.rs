//! The dialog in which a webhook is set up or changed; the key of its signatures is shown there once.

use api::notices::{add_webhook, change_webhook};
use frame::{
    dialog_form::{DialogForm, Editing},
    sending::Sending,
};
use leptos::prelude::*;
use model::{
    notice::webhook::{WebhookForm, WebhookKind, WebhookView},
    preferences::NoticeKind,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    copy::CopyButton,
    dialog::Dialog,
    field::{Choice, MultiChoiceField, SelectField, TextField, TextKind},
    toast::{ToastKind, use_toasts},
};
use web::client::focus::focus_first;

/// Sets a webhook up or changes one. What is typed, and the key, are gone once it is closed.
#[component]
pub(super) fn WebhookDialog(
    editing: Editing<WebhookView>,
    /// Called when there is something new to show.
    on_saved: Callback<()>,
) -> impl IntoView {
    // The key that was made just now.
    let key = RwSignal::new(None::<String>);
    Effect::new(move || {
        if !editing.open.get() {
            key.set(None);
        }
    });
    let title =
        Signal::derive(move || match (key.read().is_some(), editing.known.read().as_ref()) {
            (true, _) => "Webhook signing key".to_owned(),
            (false, Some(known)) => format!("Edit {}", known.name),
            (false, None) => "Add webhook".to_owned(),
        });
    let content = move || match key.get() {
        Some(key) => view! { <NewKey key=key open=editing.open /> }.into_any(),
        None => view! { <Form editing=editing key=key on_saved=on_saved /> }.into_any(),
    };
    view! {
        <Dialog id="webhook" title=title open=editing.open>
            {move || editing.open.get().then(content)}
        </Dialog>
    }
}

/// What the person fills in.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    kind: RwSignal<String>,
    url: RwSignal<String>,
    /// The keys of the kinds of news.
    events: RwSignal<Vec<String>>,
}

impl Fields {
    /// The fields of a known webhook, or those of a new one, which is told of what teams ask for
    /// first.
    fn new(known: Option<&WebhookView>) -> Self {
        let offered = [NoticeKind::ReviewWaits, NoticeKind::ExecutionFailed, NoticeKind::Budget];
        let events: Vec<NoticeKind> =
            known.map_or_else(|| offered.to_vec(), |known| known.events.iter().copied().collect());
        let kind = known.map_or(WebhookKind::default(), |known| known.kind);
        Self {
            name: RwSignal::new(known.map(|known| known.name.clone()).unwrap_or_default()),
            kind: RwSignal::new(kind.as_str().to_owned()),
            url: RwSignal::new(String::new()),
            events: RwSignal::new(events.iter().map(|kind| kind.key().to_owned()).collect()),
        }
    }

    fn form(self) -> WebhookForm {
        let chosen = self.events.get_untracked();
        let is_chosen = |kind: &NoticeKind| chosen.iter().any(|key| key == kind.key());
        let url = self.url.get_untracked();
        WebhookForm {
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked().parse().unwrap_or_default(),
            url: (!url.trim().is_empty()).then_some(url),
            events: NoticeKind::ALL.into_iter().filter(is_chosen).collect(),
        }
    }
}

#[component]
fn Form(
    editing: Editing<WebhookView>,
    key: RwSignal<Option<String>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let known = editing.known.get_untracked();
    let fields = Fields::new(known.as_ref());
    let id = known.as_ref().map(|known| known.id);
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
        let form = fields.form();
        let sent = async move {
            match id {
                Some(id) => change_webhook(id, form).await,
                None => add_webhook(form).await,
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
    view! {
        <DialogForm
            open=editing.open
            sending=sending
            on_submit=save
            verb="Save"
            test_id="webhook-form"
        >
            <Inputs fields=fields host=known.map(|known| known.host) sending=sending />
        </DialogForm>
    }
}

/// The inputs of the form, with the problems of each.
#[component]
fn Inputs(
    fields: Fields,
    /// The host of the address that is kept; none for a new webhook.
    host: Option<String>,
    sending: Sending,
) -> impl IntoView {
    let forms = WebhookKind::ALL.iter();
    let forms: Vec<Choice> = forms.map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    let kinds = NoticeKind::ALL.map(|kind| Choice::new(kind.key(), kind.label())).to_vec();
    let is_new = host.is_none();
    let help = match host {
        Some(host) => format!("Leave empty to keep the URL at {host}."),
        None => "Stored encrypted, because anyone with this URL could post to it.".to_owned(),
    };
    view! {
        <TextField
            name="webhook_name"
            label="Name"
            value=fields.name
            error=sending.wrong("name")
            placeholder="#launches"
            required=true
        />
        <SelectField
            name="webhook_kind"
            label="Format"
            value=fields.kind
            options=Signal::stored(forms)
            error=sending.wrong("kind")
            help="JSON is signed as Standard Webhooks defines. You see the signing key once."
        />
        <TextField
            name="webhook_url"
            label="URL"
            kind=TextKind::Url
            value=fields.url
            error=sending.wrong("url")
            help=help
            placeholder="https://hooks.slack.com/services/…"
            required=is_new
        />
        <MultiChoiceField
            name="webhook_events"
            label="Events"
            value=fields.events
            options=kinds
            error=sending.wrong("events")
        />
    }
}

/// The key of the signatures, which is shown only now.
#[component]
fn NewKey(key: String, open: RwSignal<bool>) -> impl IntoView {
    // The form that had the focus is gone.
    Effect::new(|| focus_first(".tokens__key"));
    let shown = key.clone();
    view! {
        <div class="stack" data-testid="webhook-key">
            <p>
                "The receiver uses this key to check that calls come from Atelier. Copy it now. You can't see it again."
            </p>
            <div class="tokens__key">
                <input class="input" readonly=true aria-label="Signing key" value=shown />
                <CopyButton text=key verb="Copy" what="key" size=ButtonSize::Regular />
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary on_press=move |()| open.set(false)>"Done"</Button>
            </footer>
        </div>
    }
}
