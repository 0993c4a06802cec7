//! The headers that are sent to a server, each with a secret of the workspace.

use frame::{
    rows::{Row, Rows},
    sending::Sending,
};
use leptos::prelude::*;
use model::mcp::{page::SecretChoice, server::SecretHeader};
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{Choice, SelectField, TextField},
    icon::Icon,
};

/// A header while it is filled in.
#[derive(Clone, Copy)]
struct HeaderFields {
    name: RwSignal<String>,
    secret: RwSignal<String>,
}

/// The headers while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct Headers {
    rows: Rows<HeaderFields>,
}

impl Headers {
    pub(super) fn new(known: &[SecretHeader]) -> Self {
        let headers = Self { rows: Rows::default() };
        for header in known {
            headers.add(header.name.clone(), header.secret.clone());
        }
        headers
    }

    fn add(self, name: String, secret: String) {
        self.rows
            .push(|| HeaderFields { name: RwSignal::new(name), secret: RwSignal::new(secret) });
    }

    /// What is filled in.
    pub(super) fn filled(self) -> Vec<SecretHeader> {
        let header = |row: Row<HeaderFields>| SecretHeader {
            name: row.fields.name.get_untracked(),
            secret: row.fields.secret.get_untracked(),
        };
        untrack(|| self.rows.get()).into_iter().map(header).collect()
    }

    /// What the refusal says about a field of a row.
    fn wrong(self, sending: Sending, key: usize, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let place = self.rows.place(key)?;
            sending.problem.get()?.field_message(&format!("headers[{place}].{field}"))
        })
    }
}

/// The rows, and a button for one more.
#[component]
pub(super) fn HeaderRows(
    headers: Headers,
    secrets: StoredValue<Vec<SecretChoice>>,
    sending: Sending,
) -> impl IntoView {
    let has_secrets = secrets.with_value(|secrets| !secrets.is_empty());
    let help = if has_secrets {
        "An Authorization header adds “Bearer” before the secret. Secrets are sent only to their allowed hosts."
    } else {
        "Headers use secrets of the workspace. Add one for the server's host under Secrets first."
    };
    let add = has_secrets.then(|| {
        let first = secrets.with_value(|secrets| secrets.first().map(|one| one.name.clone()));
        let first = first.unwrap_or_default();
        let add = move |()| headers.add("Authorization".to_owned(), first.clone());
        view! {
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                "Add header"
            </Button>
        }
    });
    view! {
        <fieldset class="tools__rows">
            <legend>"Headers with secrets"</legend>
            <p class="muted small">{help}</p>
            <For each=move || headers.rows.get() key=|row| row.key let:row>
                <HeaderRow row=row headers=headers secrets=secrets sending=sending />
            </For>
            {add}
        </fieldset>
    }
    .into_any()
}

#[component]
fn HeaderRow(
    row: Row<HeaderFields>,
    headers: Headers,
    secrets: StoredValue<Vec<SecretChoice>>,
    sending: Sending,
) -> impl IntoView {
    let Row { key, fields: HeaderFields { name, secret } } = row;
    let choice = |one: &SecretChoice| {
        Choice::new(one.name.clone(), format!("{} (for {})", one.name, one.hosts.join(", ")))
    };
    let mut choices: Vec<Choice> =
        secrets.with_value(|secrets| secrets.iter().map(choice).collect());
    // One that is gone by now stays to be seen until another is chosen.
    let chosen = secret.get_untracked();
    if choices.iter().all(|one| one.value != chosen) {
        choices.push(Choice::new(chosen.clone(), format!("{chosen} (deleted)")));
    }
    view! {
        <div class="tools__row">
            <TextField
                name=format!("header_name_{key}")
                label="Header"
                value=name
                error=headers.wrong(sending, key, "name")
            />
            <SelectField
                name=format!("header_secret_{key}")
                label="Secret"
                value=secret
                options=Signal::stored(choices)
                error=headers.wrong(sending, key, "secret")
            />
            <IconButton
                icon=Icon::Trash
                label="Remove header"
                on_press=move |()| headers.rows.remove(key)
            />
        </div>
    }
    .into_any()
}
