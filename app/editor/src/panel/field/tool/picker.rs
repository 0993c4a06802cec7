//! The choice of a tool: a name that is typed, or one of the tools of connected servers.

use leptos::prelude::*;
use model::mcp::{arguments::plain_text, tool::ToolDefinition};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    field::{SearchField, TextField},
    format::pluralize,
};
use web::client::focus::focus;

use crate::{
    catalogue::{OfferedServer, OfferedTool, ToolCatalogue, use_catalogue},
    panel::{
        field::labels::FieldLabels,
        field_binding::{FieldBinding, bind_text},
    },
};

/// The name of a tool, what its server says of it, and the list of all tools.
#[component]
pub(in crate::panel::field) fn ToolWidget(
    binding: FieldBinding,
    labels: FieldLabels,
) -> impl IntoView {
    let binding = binding.or_empty();
    let text = bind_text(binding);
    let catalogue = use_catalogue();
    let choose = Callback::new(move |key: String| {
        text.set(key);
        binding.subject.on_settle.run(());
        // The list is closed: the focus moves to the name that was chosen.
        focus(&binding.id());
    });
    let near = Memo::new(move |_| catalogue.nearest(text.read().trim()));
    let help = labels.help();
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            <TextField
                name=binding.id()
                label=labels.label
                value=text
                help=MaybeProp::derive(move || help.clone())
                error=binding.error
                required=labels.required
                placeholder="github.getIssue"
            />
        </div>
        {move || {
            near.get()
                .map(|near| {
                    let key = near.clone();
                    view! {
                        <div class="config__mend">
                            <Button
                                size=ButtonSize::Small
                                on_press=move |()| choose.run(key.clone())
                            >
                                {format!("Use {near}")}
                            </Button>
                        </div>
                    }
                })
        }}
        <Chosen catalogue=catalogue tool=text />
        <ToolList catalogue=catalogue on_choose=choose />
    }
}

/// What the server says of the tool that is chosen; nothing of one that no server has.
#[component]
fn Chosen(catalogue: ToolCatalogue, tool: RwSignal<String>) -> impl IntoView {
    let known = Memo::new(move |_| catalogue.definition(tool.read().trim()));
    move || {
        let definition = known.get()?;
        let sample = catalogue.is_sample(tool.read().trim());
        Some(view! {
            <div class="tool-about">
                <p class="row">
                    {sample.then(|| view! { <Tag tone=Tone::Accent>"Sample"</Tag> })}
                    {effect(&definition).map(|words| view! { <Tag>{words}</Tag> })}
                </p>
                <p class="small muted" dir="auto">
                    {plain_text(&definition.description)}
                </p>
            </div>
        })
    }
}

/// What a tool does to the world, as far as its server says.
fn effect(definition: &ToolDefinition) -> Option<&'static str> {
    let says = definition.annotations;
    if says.read_only == Some(true) {
        Some("Only reads")
    } else if says.destructive == Some(true) {
        Some("May delete")
    } else {
        None
    }
}

/// All tools by server, to be searched and chosen from.
#[component]
fn ToolList(catalogue: ToolCatalogue, on_choose: Callback<String>) -> impl IntoView {
    let (open, words) = (RwSignal::new(false), RwSignal::new(String::new()));
    let count = Memo::new(move |_| catalogue.count());
    let choose = Callback::new(move |key: String| {
        open.set(false);
        on_choose.run(key);
    });
    let servers = move || {
        let found = catalogue.search(&words.read());
        if found.is_empty() {
            return view! { <p class="muted small">"No tool matches."</p> }.into_any();
        }
        let server = |server: OfferedServer| view! { <Server server=server on_choose=choose /> };
        found.into_iter().map(server).collect_view().into_any()
    };
    let expanded = move || if open.get() { "true" } else { "false" };
    view! {
        <Show when=move || { count.get() > 0 }>
            <button
                type="button"
                class="link small"
                aria-expanded=expanded
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || format!("Choose from {}", pluralize(count.get() as u64, "tool", "tools"))}
            </button>
            <Show when=move || open.get()>
                <div class="tool-list">
                    <SearchField
                        name="tool-search"
                        label="Search tools"
                        value=words
                        on_input=move |typed| words.set(typed)
                    />
                    <div class="tool-list__rows">{servers}</div>
                </div>
            </Show>
        </Show>
    }
}

#[component]
fn Server(server: OfferedServer, on_choose: Callback<String>) -> impl IntoView {
    let OfferedServer { name, is_sample, tools } = server;
    let row = move |tool: OfferedTool| {
        let OfferedTool { key, about, .. } = tool;
        let chosen = key.clone();
        view! {
            <li>
                <button
                    type="button"
                    class="tool-list__tool"
                    on:click=move |_| on_choose.run(chosen.clone())
                >
                    <span class="tool-list__key">{key}</span>
                    <span class="small subtle" dir="auto">
                        {about}
                    </span>
                </button>
            </li>
        }
    };
    let label = name.clone();
    view! {
        <section aria-label=label>
            <h4 class="tool-list__name">
                {name} {is_sample.then(|| view! { " " <Tag tone=Tone::Accent>"Sample"</Tag> })}
            </h4>
            <ul>{tools.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
