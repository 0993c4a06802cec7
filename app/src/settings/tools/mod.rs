//! Tools: the servers whose tools steps call, what has changed in tools since workflows pinned them,
//! and how well-known servers are connected.

mod api_fields;
mod connect;
mod controls;
mod drifts;
mod form;
mod rows;
mod server_card;
mod tool_list;
mod trial;

use api::tools::{delete_tool_server, load_tools_page};
use frame::{
    dialog_form::Editing,
    layout::{page_resource::load_once, session::use_session},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{access::Permission, mcp::page::ToolsPage as Loaded};
use ui::{
    dialog::RemovalDialog,
    empty::EmptyState,
    field::SearchField,
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use self::{
    connect::Connect, controls::Controls, drifts::Drifts, form::ServerDialog,
    server_card::ServerCard, trial::TrialDialog,
};
use super::sheet::{AddButton, SettingsSheet};

/// The servers whose tools steps call.
#[component]
pub fn ToolsPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_tools_page());
    let may_manage = use_session().is_some_and(|session| session.may(Permission::ManageTools));
    let (query, toasts) = (use_query_map(), use_toasts());
    Effect::new(move || {
        if query.with(|query| query.get_str("sign_in").is_some()) {
            let words = "This sign-in is over, or was started in another browser or workspace. \
                         Choose Connect again.";
            toasts.show(ToastKind::Failed, words);
        }
    });
    let controls = Controls {
        may_manage,
        editing: Editing::default(),
        doomed: RwSignal::new(None),
        trying: Editing::default(),
        may_try: use_session().is_some_and(|session| session.may(Permission::LaunchInline)),
        words: RwSignal::new(String::new()),
        reload: Callback::new(move |()| page.refetch()),
    };
    let add = move || {
        let begin = move |()| controls.editing.begin(None);
        may_manage.then(|| view! { <AddButton verb="Connect server" on_press=begin /> })
    };
    let show =
        move |loaded: Loaded| view! { <Content loaded=loaded controls=controls /> }.into_any();
    view! {
        <SettingsSheet
            page=SettingsPage::Tools
            lead="Servers whose tools your steps can call over the Model Context Protocol (MCP), and HTTP APIs."
            actions=add
            loads=page
            failure="Couldn't load tool servers"
            count=4
            show=show
        />
        <RemovalDialog
            id="delete-tool-server"
            title="Delete this tool server?"
            text="Steps that call its tools will fail. If a sample server has the same name, the sample answers again."
            verb="Delete tool server"
            doomed=controls.doomed
            delete=delete_tool_server
            said="Tool server deleted."
            on_done=move |_| page.refetch()
        />
    }
}

#[component]
fn Content(loaded: Loaded, controls: Controls) -> impl IntoView {
    let Loaded { servers, drifts, secrets } = loaded;
    let words = controls.words;
    let servers = StoredValue::new(servers);
    let cards = move || {
        let typed = words.get();
        let found = servers.get_value().into_iter();
        let found: Vec<_> = found.filter_map(|server| server.with_matching_tools(&typed)).collect();
        if found.is_empty() {
            return view! {
                <EmptyState
                    icon=Icon::Search
                    title="No tools match"
                    text="Change your search, or check the servers again for new tools."
                />
            }
            .into_any();
        }
        let is_search = !typed.trim().is_empty();
        let cards = found.into_iter().map(|server| {
            view! { <ServerCard server=server controls=controls is_search=is_search /> }
        });
        cards.collect_view().into_any()
    };
    view! {
        <Drifts drifts=drifts controls=controls />
        <div class="tools__search">
            <SearchField
                name="tool_search"
                label="Search tools"
                value=words
                on_input=move |typed: String| words.set(typed)
            />
        </div>
        {cards}
        <Connect />
        <TrialDialog trying=controls.trying />
        {controls.may_manage.then(|| view! {
            <ServerDialog editing=controls.editing secrets=secrets on_saved=controls.reload />
        })}
    }
}
