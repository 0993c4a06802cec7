//! The dialog in which a server is connected or changed.

use std::collections::BTreeMap;

use api::tools::{change_tool_server, register_tool_server};
use frame::{
    dialog_form::{DialogForm, Editing, FormDialog},
    form::Form,
};
use leptos::prelude::*;
use model::mcp::{
    form::ServerChange,
    page::SecretChoice,
    server::{ServerForm, ServerKind, ServerView},
};
use ui::{
    dialog::DialogSize,
    field::{SelectField, SwitchField, TextField, TextKind, choices},
    toast::{ToastKind, use_toasts},
};

use super::rows::{AliasRows, Aliases, HeaderRows, Headers};

/// Connects a server or changes one.
#[component]
pub(super) fn ServerDialog(
    editing: Editing<ServerView>,
    /// What can be sent along.
    secrets: Vec<SecretChoice>,
    /// Called when there is something new to show.
    on_saved: Callback<()>,
) -> impl IntoView {
    let title = editing.title("Connect tool server", |known| &known.name);
    let secrets = StoredValue::new(secrets);
    view! {
        <FormDialog id="tool-server" title=title open=editing.open size=DialogSize::Wide>
            <ServerFields editing=editing secrets=secrets on_saved=on_saved />
        </FormDialog>
    }
}

/// What is filled in at first; headers and other names are rows of their own.
fn begin(known: Option<&ServerView>) -> ServerForm {
    ServerForm {
        name: known.map(|known| known.name.clone()).unwrap_or_default(),
        kind: known.map_or(ServerKind::Http, |known| known.kind),
        url: known.and_then(|known| known.url.clone()).unwrap_or_default(),
        headers: vec![],
        aliases: BTreeMap::new(),
        enabled: known.is_none_or(|known| known.enabled),
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
fn ServerFields(
    editing: Editing<ServerView>,
    secrets: StoredValue<Vec<SecretChoice>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let known = editing.known.get_untracked();
    let form = Form::new(begin(known.as_ref()));
    let headers = Headers::new(known.as_ref().map_or(&[][..], |known| &known.headers));
    let aliases = Aliases::new(known.as_ref().map(|known| &known.aliases));
    let id = known.and_then(|known| known.id);
    let (sending, toasts) = (form.sending, use_toasts());
    let save = move |()| {
        let (headers, aliases) = (headers.filled(), aliases.filled());
        let filled = ServerForm { headers, aliases, ..form.filled() };
        let sent = async move {
            match id {
                Some(id) => change_tool_server(id, change_to(filled)).await,
                None => register_tool_server(filled).await,
            }
        };
        sending.send(sent, move |saved| {
            editing.open.try_set(false);
            if saved.health.is_some_and(|health| health.error.is_some()) {
                let words = "Saved, but the server didn't answer. Check the URL and headers.";
                toasts.show(ToastKind::Failed, words);
            } else {
                toasts.show(ToastKind::Done, "Saved.");
            }
            on_saved.try_run(());
        });
    };
    let kinds = [ServerKind::Http, ServerKind::JsonRpc];
    view! {
        <DialogForm open=editing.open sending=sending on_submit=save verb="Save" test_id="tool-server-form">
            <TextField name="server_name" label="Name" required=true placeholder="github"
                value=form.text("name", |form| &mut form.name)
                help="Comes before each tool name, as in github.getIssue. Lowercase letters, digits and _." />
            <SelectField name="server_kind" label="Type"
                value=form.text("kind", |form| &mut form.kind)
                options=choices(kinds, ServerKind::as_str, ServerKind::label)
                help="Use JSON-RPC for servers that answer tools/list and tools/call without a handshake." />
            <TextField name="server_url" label="URL" kind=TextKind::Url required=true
                value=form.text("url", |form| &mut form.url)
                placeholder="https://mcp.example.com/mcp" />
            <HeaderRows headers=headers secrets=secrets sending=sending />
            <AliasRows aliases=aliases sending=sending />
            <SwitchField name="server_enabled" label="Steps can call its tools"
                value=form.part("enabled", |form| &mut form.enabled) />
        </DialogForm>
    }
}
