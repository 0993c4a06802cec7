//! What narrows the list of members, as it stands in the address of the page.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use model::{access::Role, api::members::MemberFilter, id::WorkspaceId};
use ui::field::{Choice, SearchField};
use web::{routes, settings_page::SettingsPage};

use crate::narrow::{Narrow, search_typed, use_in_place};

/// Letters that follow each other within this time are searched together.
const TYPING_MS: u32 = 250;

/// The filter of the address, followed as it changes.
pub(super) fn follow_address() -> Memo<MemberFilter> {
    let query = use_query_map();
    Memo::new(move |_| query.with(read))
}

/// The filter in the query of an address; what cannot be read narrows nothing.
fn read(query: &ParamsMap) -> MemberFilter {
    MemberFilter {
        q: query.get("q").unwrap_or_default(),
        role: query.get("role").and_then(|word| word.parse().ok()),
    }
}

/// The address of the page with this filter.
fn address(workspace: WorkspaceId, filter: &MemberFilter) -> String {
    let mut query = ParamsMap::new();
    if !filter.q.is_empty() {
        query.insert("q", filter.q.clone());
    }
    if let Some(role) = filter.role {
        query.insert("role", role.as_str().to_owned());
    }
    let page = routes::settings(workspace, SettingsPage::Members);
    format!("{page}{}", query.to_query_string())
}

/// The line above the list.
#[component]
pub(super) fn FilterBar(workspace: WorkspaceId, filter: Memo<MemberFilter>) -> impl IntoView {
    let in_place = use_in_place();
    let go = Callback::new(move |next: MemberFilter| in_place.run(address(workspace, &next)));
    let search =
        search_typed(TYPING_MS, move |q| go.run(MemberFilter { q, ..filter.get_untracked() }));
    let roles = Role::ALL.into_iter().rev();
    let choose = move |word: String| {
        go.run(MemberFilter { role: word.parse().ok(), ..filter.get_untracked() });
    };
    view! {
        <div class="members__bar" role="search">
            <SearchField
                name="q"
                label="Search by name or email"
                value=Signal::derive(move || filter.read().q.clone())
                on_input=search
            />
            <Narrow
                name="role"
                label="Role"
                all="All roles"
                value=Signal::derive(move || {
                    filter.read().role.map(|role| role.as_str().to_owned()).unwrap_or_default()
                })
                options=roles.map(|role| Choice::new(role.as_str(), role.label())).collect()
                on_choice=Callback::new(choose)
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_filter_is_what_its_address_says() {
        let filter = MemberFilter { q: "ada lo".to_owned(), role: Some(Role::Editor) };

        let address = address(WorkspaceId(Uuid::nil()), &filter);
        let (page, query) = address.split_once('?').unwrap_or_default();
        let mut params = ParamsMap::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            params.insert(name.to_owned(), value.to_owned());
        }

        assert!(page.ends_with("/settings/members"), "{address}");
        assert_eq!(read(&params), filter);
        assert_eq!(read(&ParamsMap::new()), MemberFilter::default());
    }
}
