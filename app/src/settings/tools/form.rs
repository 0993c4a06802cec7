//! The dialog in which a server is connected or changed.

use api::tools::{change_tool_server, register_tool_server};
use frame::{
    dialog_form::{DialogForm, Editing},
    sending::Sending,
};
use leptos::prelude::*;
use model::mcp::{
    form::ServerChange,
    page::SecretChoice,
    server::{ServerForm, ServerKind, ServerView},
};
use ui::{
    dialog::{Dialog, DialogSize},
    field::{Choice, SelectField, SwitchField, TextField, TextKind},
    toast::{ToastKind, use_toasts},
};

use super::{
    alias_rows::{AliasRows, Aliases},
    header_rows::{HeaderRows, Headers},
};

/// Connects a server or changes one.
#[component]
pub(super) fn ServerDialog(
    editing: Editing<ServerView>,
    /// What can be sent along.
    secrets: Vec<SecretChoice>,
    /// Called when there is something new to show.
    on_saved: Callback<()>,
) -> impl IntoView {
    let title = Signal::derive(move || match editing.known.read().as_ref() {
        Some(known) => format!("Edit {}", known.name),
        None => "Connect tool server".to_owned(),
    });
    let secrets = StoredValue::new(secrets);
    let form = move || view! { <Form editing=editing secrets=secrets on_saved=on_saved /> };
    view! {
        <Dialog id="tool-server" title=title open=editing.open size=DialogSize::Wide>
            {move || editing.open.get().then(form)}
        </Dialog>
    }
}

/// What the person fills in.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    kind: RwSignal<String>,
    url: RwSignal<String>,
    enabled: RwSignal<bool>,
    headers: Headers,
    aliases: Aliases,
}

impl Fields {
    fn new(known: Option<&ServerView>) -> Self {
        let kind = known.map_or(ServerKind::Http, |known| known.kind);
        let url = known.and_then(|known| known.url.clone());
        let aliases = known.map(|known| known.aliases.clone()).unwrap_or_default();
        Self {
            name: RwSignal::new(known.map(|known| known.name.clone()).unwrap_or_default()),
            kind: RwSignal::new(kind.as_str().to_owned()),
            url: RwSignal::new(url.unwrap_or_default()),
            enabled: RwSignal::new(known.is_none_or(|known| known.enabled)),
            headers: Headers::new(known.map(|known| known.headers.as_slice()).unwrap_or_default()),
            aliases: Aliases::new(&aliases),
        }
    }

    fn form(self) -> ServerForm {
        ServerForm {
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked().parse().unwrap_or(ServerKind::Http),
            url: self.url.get_untracked(),
            headers: self.headers.filled(),
            aliases: self.aliases.filled(),
            enabled: self.enabled.get_untracked(),
        }
    }
}

/// A change to all that the form says.
fn change_to(form: ServerForm) -> ServerChange {
    let ServerForm { name, kind, url, headers, aliases, enabled } = form;
    ServerChange {
        name: Some(name),
        kind: Some(kind),
        url: Some(url),
        headers: Some(headers),
        aliases: Some(aliases),
        enabled: Some(enabled),
    }
}

#[component]
fn Form(
    editing: Editing<ServerView>,
    secrets: StoredValue<Vec<SecretChoice>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let known = editing.known.get_untracked();
    let fields = Fields::new(known.as_ref());
    let id = known.and_then(|known| known.id);
    let (sending, toasts) = (Sending::default(), use_toasts());
    let save = move |()| {
        let form = fields.form();
        let sent = async move {
            match id {
                Some(id) => change_tool_server(id, change_to(form)).await,
                None => register_tool_server(form).await,
            }
        };
        sending.send(sent, move |saved| {
            editing.open.try_set(false);
            let failed = saved.health.is_some_and(|health| health.error.is_some());
            if failed {
                toasts.show(
                    ToastKind::Failed,
                    "Saved, but the server didn't answer. Check the URL and headers.",
                );
            } else {
                toasts.show(ToastKind::Done, "Saved.");
            }
            on_saved.try_run(());
        });
    };
    view! {
        <DialogForm
            open=editing.open
            sending=sending
            on_submit=save
            verb="Save"
            test_id="tool-server-form"
        >
            <Inputs fields=fields sending=sending />
            <HeaderRows headers=fields.headers secrets=secrets sending=sending />
            <AliasRows aliases=fields.aliases sending=sending />
            <SwitchField
                name="server_enabled"
                label="Steps can call its tools"
                value=fields.enabled
            />
        </DialogForm>
    }
}

/// Where the server is, and what it is called here.
#[component]
fn Inputs(fields: Fields, sending: Sending) -> impl IntoView {
    let kinds = [ServerKind::Http, ServerKind::JsonRpc];
    let kinds = kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).to_vec();
    view! {
        <TextField
            name="server_name"
            label="Name"
            value=fields.name
            error=sending.wrong("name")
            help="Comes before each tool name, as in github.getIssue. Lowercase letters, digits and _."
            placeholder="github"
            required=true
        />
        <SelectField
            name="server_kind"
            label="Type"
            value=fields.kind
            options=Signal::stored(kinds)
            error=sending.wrong("kind")
            help="Use JSON-RPC for servers that answer tools/list and tools/call without a handshake."
        />
        <TextField
            name="server_url"
            label="URL"
            kind=TextKind::Url
            value=fields.url
            error=sending.wrong("url")
            placeholder="https://mcp.example.com/mcp"
            required=true
        />
    }
    .into_any()
}
