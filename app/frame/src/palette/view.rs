//! The dialog of the palette, and the button that opens it.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use model::id::{UserId, WorkspaceId};
use ui::{
    combobox::{Choice, ChoiceGroup, Combobox},
    icon::{Glyph, Icon},
    toast::DialogToasts,
};
use web::client::{
    hydration_flag::use_hydrated,
    keys::{keys_here, shortcut_key},
    on_window,
};

use super::{
    NODES,
    arranged::arrange_groups,
    asked::Asked,
    found::{Answer, GO, use_answer},
    offers::{Palette, use_palette},
    recent,
};

const TITLE: &str = "Find anything";
/// Open dialogs other than the palette. The palette does not open over them.
const OTHERS: &str = "dialog[open]:not(.finder)";

/// Opens the palette; for the bar at the top.
#[component]
pub fn PaletteButton() -> impl IntoView {
    let (palette, hydrated) = (use_palette(), use_hydrated());
    let press = move |_| {
        if let Some(palette) = palette {
            palette.open.set(true);
        }
    };
    // The names of keys depend on the operating system, which only the browser knows.
    let keys = move || hydrated.get().then(|| keys_here("Ctrl K"));
    view! {
        <button
            type="button"
            class="find-button"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=press
        >
            <Glyph icon=Icon::Search />
            <span class="find-button__label">{TITLE}</span>
            <kbd class="find-button__keys" aria-hidden="true">
                {keys}
            </kbd>
        </button>
    }
    .into_any()
}

/// Whether a key event is the shortcut that opens and closes the palette.
fn is_its_key(event: &ev::KeyboardEvent) -> bool {
    let command = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
    let others = || document().query_selector(OTHERS).is_ok_and(|open| open.is_some());
    command && shortcut_key(event) == "k" && !event.default_prevented() && !others()
}

/// The palette; Ctrl or Command with K opens it, and closes it again. A native dialog: the focus
/// stays in it, and goes back to where it was.
#[component]
pub fn PaletteDialog(
    /// The palette that the dialog shows.
    palette: Palette,
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The signed-in person, whose recent choices are listed.
    person: UserId,
) -> impl IntoView {
    let (node, open) = (NodeRef::<html::Dialog>::new(), palette.open);
    let close = Callback::new(move |()| {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
        open.set(false);
    });
    // The event comes some time after the dialog was closed; the dialog may be open again by then.
    let closed = move |_| {
        if node.get_untracked().is_some_and(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    Effect::new(move || {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else { return };
        if wanted && !dialog.open() {
            // Refused only when it is already shown or gone from the page.
            let _ = dialog.show_modal();
        }
    });
    Effect::new(move || {
        on_window(ev::keydown, move |event| {
            if is_its_key(&event) {
                event.prevent_default();
                if open.get_untracked() { close.run(()) } else { open.set(true) }
            }
        });
    });
    let on_click = move |event: ev::MouseEvent| {
        if event.target().zip(event.current_target()).is_some_and(|(at, own)| at == own) {
            close.run(());
        }
    };
    view! {
        <dialog
            node_ref=node
            class="finder"
            aria-label=TITLE
            on:close=closed
            on:click=on_click
        >
            <Show when=move || open.get()>
                <Search palette=palette workspace=workspace person=person close=close />
            </Show>
            <DialogToasts open=open />
        </dialog>
    }
    .into_any()
}

/// The search field and the list below it.
#[component]
fn Search(
    palette: Palette,
    workspace: WorkspaceId,
    person: UserId,
    close: Callback<()>,
) -> impl IntoView {
    let place = recent::storage_key(workspace, person);
    let kept = place.clone();
    let stock = Memo::new(move |_| {
        let stock = palette.all_groups();
        let lately = recent::list_recent(&recent::recall(&kept), &stock);
        (stock, lately)
    });
    let has_nodes = stock.with_untracked(|(all, _)| all.iter().any(|group| group.title == NODES));
    let query = RwSignal::new(String::new());
    let asked = Memo::new(move |_| stock.with(|(stock, _)| Asked::read(&query.read(), stock)));
    let answer = use_answer(asked, workspace);
    let groups = Memo::new(move |_| {
        stock.with(|(stock, lately)| arrange_groups(&asked.read(), stock, lately, &answer.read()))
    });
    let none = move || match Standing::new(&asked.read(), &answer.read()) {
        Standing::Awaited => "Searching…".to_owned(),
        Standing::Known | Standing::Failed => "No results".to_owned(),
    };
    let navigate = use_navigate();
    let choose = move |key: String| {
        if let Some(choice) = groups.with_untracked(|groups| choice_to_remember(groups, &key)) {
            recent::remember(&place, &choice);
        }
        // Closed first, so that the focus is back where it was when the command runs.
        close.run(());
        match key.strip_prefix(GO) {
            Some(path) => navigate(path, Default::default()),
            None => palette.choose(&key),
        }
    };
    view! {
        <Combobox
            id="find"
            label=TITLE
            list="Found"
            none=Signal::derive(none)
            query=query
            groups=groups
            on_choose=choose
            on_close=close
        />
        <Foot asked=asked answer=answer has_nodes=has_nodes />
    }
}

/// The choice to keep as a recent one; none for a node, whose key means another one in another
/// workflow.
fn choice_to_remember(groups: &[ChoiceGroup], key: &str) -> Option<Choice> {
    let lasting = groups.iter().filter(|group| group.title != NODES);
    lasting.flat_map(|group| &group.choices).find(|choice| choice.key == key).cloned()
}

/// Whether the server has answered the present query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Known,
    Awaited,
    Failed,
}

impl Standing {
    fn new(asked: &Asked, answer: &Answer) -> Self {
        match asked.server_words() {
            Some(words) if words != answer.words => Self::Awaited,
            Some(_) if answer.failed => Self::Failed,
            _ => Self::Known,
        }
    }
}

/// The help on keys, and the message that the server could not be asked.
#[component]
fn Foot(asked: Memo<Asked>, answer: RwSignal<Answer>, has_nodes: bool) -> impl IntoView {
    let failed =
        Memo::new(move |_| Standing::new(&asked.read(), &answer.read()) == Standing::Failed);
    let nodes = has_nodes.then(|| {
        view! {
            <span>
                <kbd>"#"</kbd>
                " steps"
            </span>
        }
    });
    view! {
        <p class="finder__failed small" role="alert">
            {move || {
                failed.get().then_some("The server didn't answer, so its results are missing.")
            }}
        </p>
        <p class="finder__keys subtle small">
            <span>
                <kbd>"↑"</kbd>
                <kbd>"↓"</kbd>
                " Move"
            </span>
            <span>
                <kbd>"⏎"</kbd>
                " Choose"
            </span>
            <span>
                <kbd>">"</kbd>
                " Commands"
            </span>
            {nodes}
        </p>
    }
    .into_any()
}
