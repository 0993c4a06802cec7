//! Other names for tools of a server: what a workflow calls a tool and its arguments.

use std::collections::BTreeMap;

use frame::sending::Sending;
use leptos::prelude::*;
use model::mcp::server::ToolAlias;
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{LongTextField, TextField},
    icon::Icon,
};

/// Another name while it is filled in.
#[derive(Clone, Copy)]
struct AliasRow {
    /// The same for as long as the row is there, whatever stands before it.
    key: usize,
    name: RwSignal<String>,
    tool: RwSignal<String>,
    /// One `workflow's name = server's name` a line.
    arguments: RwSignal<String>,
}

/// The other names while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct Aliases {
    rows: RwSignal<Vec<AliasRow>>,
    next: StoredValue<usize>,
}

impl Aliases {
    pub(super) fn new(known: &BTreeMap<String, ToolAlias>) -> Self {
        let aliases = Self { rows: RwSignal::new(vec![]), next: StoredValue::new(0) };
        for (name, alias) in known {
            aliases.add(name, alias);
        }
        aliases
    }

    fn add(self, name: &str, alias: &ToolAlias) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let row = AliasRow {
            key,
            name: RwSignal::new(name.to_owned()),
            tool: RwSignal::new(alias.tool.clone()),
            arguments: RwSignal::new(write_arguments(&alias.arguments)),
        };
        self.rows.update(|rows| rows.push(row));
    }

    fn remove(self, key: usize) {
        self.rows.update(|rows| rows.retain(|row| row.key != key));
    }

    /// What is filled in; of two rows of one name the latter counts.
    pub(super) fn filled(self) -> BTreeMap<String, ToolAlias> {
        let alias = |row: &AliasRow| {
            let arguments = read_arguments(&row.arguments.get_untracked());
            let name = row.name.get_untracked().trim().to_owned();
            (name, ToolAlias { tool: row.tool.get_untracked(), arguments })
        };
        self.rows.with_untracked(|rows| rows.iter().map(alias).collect())
    }
}

fn write_arguments(arguments: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> =
        arguments.iter().map(|(here, there)| format!("{here} = {there}")).collect();
    lines.join("\n")
}

/// The names on each line; a line without `=` is an argument without a name at the server, which is
/// refused where it is saved.
fn read_arguments(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (here, there) = line.split_once('=').unwrap_or((line, ""));
        (here.trim().to_owned(), there.trim().to_owned())
    };
    lines.map(pair).collect()
}

/// The rows, and a button for one more.
#[component]
pub(super) fn AliasRows(aliases: Aliases, sending: Sending) -> impl IntoView {
    let nothing = ToolAlias { tool: String::new(), arguments: BTreeMap::new() };
    let add = move |()| aliases.add("", &nothing);
    view! {
        <fieldset class="tools__rows">
            <legend>"Other names for tools"</legend>
            <p class="muted small">
                "Where workflows call a tool or its arguments otherwise than the server does. getIssue and get_issue are the same anyway."
            </p>
            <For each=move || aliases.rows.get() key=|row| row.key let:row>
                <Row row=row aliases=aliases sending=sending />
            </For>
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                "Add a name"
            </Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Row(row: AliasRow, aliases: Aliases, sending: Sending) -> impl IntoView {
    let AliasRow { key, name, tool, arguments } = row;
    let wrong = move |field: &'static str| {
        Signal::derive(move || {
            let name = name.get();
            sending.problem.get()?.field_message(&format!("aliases.{}{field}", name.trim()))
        })
    };
    view! {
        <div class="tools__row">
            <TextField
                name=format!("alias_name_{key}")
                label="Workflows say"
                value=name
                error=wrong("")
                placeholder="getIssue"
            />
            <TextField
                name=format!("alias_tool_{key}")
                label="The server says"
                value=tool
                error=wrong(".tool")
                placeholder="issue_read"
            />
            <IconButton
                icon=Icon::Trash
                label="Remove the name"
                on_press=move |()| aliases.remove(key)
            />
            <div class="tools__row-all">
                <LongTextField
                    name=format!("alias_arguments_{key}")
                    label="Arguments"
                    value=arguments
                    error=wrong(".arguments")
                    help="One in a line, as the workflow calls it = as the server does."
                    placeholder="number = issue_number"
                    rows=2
                />
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_one_in_a_line() {
        let read = read_arguments(" number = issue_number\n\n body=text \nlost");

        let pairs = [("body", "text"), ("lost", ""), ("number", "issue_number")];
        let expected: BTreeMap<String, String> =
            pairs.map(|(here, there)| (here.to_owned(), there.to_owned())).into();
        assert_eq!(read, expected);
        assert_eq!(read_arguments(&write_arguments(&read)), read);
    }
}
