//! Versions of a document: compared with each other, kept, restored.

use api::documents::{
    compare_document_versions, keep_document_version, load_document_versions,
    restore_document_version,
};
use frame::{action::SentAction, layout::session::use_session};
use leptos::{prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::{
        compare::{Comparison, Side},
        documents::{DocumentVersionRow, VersionOrigin},
    },
    id::DocumentId,
    problem::Problem,
};
use ui::{
    button::{Button, ButtonSize},
    dialog::{Dialog, DialogSize},
    failure::sign_in_after,
    icon::Icon,
    toast::{ToastKind, use_toasts},
    versions::{Difference, VersionEntry, VersionList},
};

/// The state of the dialog.
#[derive(Debug, Clone, Copy)]
struct Shelf {
    document: DocumentId,
    rows: RwSignal<Option<Result<Vec<DocumentVersionRow>, Problem>>>,
    chosen: RwSignal<Option<i32>>,
    /// The comparison that shows the chosen version; none while it is loaded.
    found: RwSignal<Option<Result<Comparison, Problem>>>,
}

impl Shelf {
    fn new(document: DocumentId) -> Self {
        let (rows, chosen, found) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
        Self { document, rows, chosen, found }
    }

    fn load(self) {
        self.chosen.set(None);
        spawn_local(async move {
            let rows = load_document_versions(self.document).await.map_err(|error| error.0);
            self.rows.try_set(Some(rows));
        });
    }

    fn keep(self) {
        spawn_local(async move {
            let rows = keep_document_version(self.document).await.map_err(|error| error.0);
            self.rows.try_set(Some(rows));
        });
    }

    fn row(self, number: i32) -> Option<DocumentVersionRow> {
        self.rows.with(|rows| {
            rows.as_ref()?.as_ref().ok()?.iter().find(|row| row.number == number).cloned()
        })
    }

    fn latest(self) -> Option<i32> {
        self.rows.with(|rows| rows.as_ref()?.as_ref().ok()?.first().map(|row| row.number))
    }

    /// The titles of the document in the two versions that are compared to show version `number`;
    /// none where they are the same.
    fn changed_titles(self, number: i32) -> Option<(String, String)> {
        let (before, after) = version_pair(number, self.latest()?);
        let titles = (self.row(before)?.title, self.row(after)?.title);
        Some(titles).filter(|(before, after)| before != after)
    }

    /// Chooses a version, and loads its comparison.
    fn choose(self, number: i32) {
        let Some(latest) = untrack(|| self.latest()) else { return };
        let (before, after) = version_pair(number, latest);
        self.chosen.set(Some(number));
        self.found.set(None);
        spawn_local(async move {
            let answer = compare_document_versions(self.document, before, after).await;
            if self.chosen.try_get_untracked().flatten() == Some(number) {
                self.found.try_set(Some(answer.map_err(|error| error.0)));
            }
        });
    }

    /// The rows of the list; none while they are loaded.
    fn entries(self) -> Option<Result<Vec<VersionEntry>, Problem>> {
        let entry = |row: DocumentVersionRow| VersionEntry {
            number: row.number,
            note: note(&row),
            at: row.at,
            by: row.by,
        };
        Some(self.rows.get()?.map(|rows| rows.into_iter().map(entry).collect()))
    }
}

/// The numbers of the versions that are compared to show version `number`, the earlier first: that
/// version with the latest, or the latest with the one before it.
fn version_pair(number: i32, latest: i32) -> (i32, i32) {
    if number == latest { ((number - 1).max(1), number) } else { (number, latest) }
}

/// Which change is shown for version `number`; none where it is the only one.
fn change_title(number: i32, latest: i32) -> Option<String> {
    let (before, after) = version_pair(number, latest);
    (before != after).then(|| format!("Changes from v{before} to v{after} (latest)"))
}

fn is_same(found: &Comparison) -> bool {
    let Comparison::Text { pieces } = found else { return false };
    pieces.iter().all(|piece| piece.side == Side::Both)
}

/// A button, and the dialog it opens: every version, how it differs, and a button to restore it.
#[component]
pub(super) fn Versions(
    document: DocumentId,
    /// Called after an earlier version was restored.
    on_restored: Option<Callback<()>>,
) -> impl IntoView {
    let (open, shelf) = (RwSignal::new(false), Shelf::new(document));
    let may_edit = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    Effect::new(move || {
        if open.get() {
            shelf.load();
        }
    });
    let unkept = move || {
        shelf.rows.with(|rows| {
            let Some(Ok(rows)) = rows else { return false };
            let is_open =
                |row: &DocumentVersionRow| !row.kept && row.origin == VersionOrigin::Person;
            rows.first().is_some_and(is_open)
        })
    };
    let toasts = use_toasts();
    let restored = move |number: i32| {
        // The focus goes back to the button that opened it.
        open.set(false);
        toasts.show(ToastKind::Done, format!("Restored v{number}."));
        if let Some(on_restored) = on_restored {
            on_restored.run(());
        }
    };
    view! {
        <Button icon=Icon::Layers on_press=move |()| open.set(true)>
            "Versions"
        </Button>
        <Dialog id="document-versions" title="Versions" open=open size=DialogSize::Wide>
            <Show when=move || may_edit && unkept()>
                <p class="versions__keep">
                    <span class="muted">"The latest edits aren't saved as a version yet."</span>
                    <Button size=ButtonSize::Small on_press=move |()| shelf.keep()>
                        "Save as version"
                    </Button>
                </p>
            </Show>
            <div class="versions">
                <VersionList
                    label="Versions of the document"
                    rows=Signal::derive(move || shelf.entries())
                    chosen=shelf.chosen
                    on_choose=move |number| shelf.choose(number)
                    on_retry=move |()| shelf.load()
                />
                <Chosen shelf=shelf may_edit=may_edit on_restored=restored />
            </div>
        </Dialog>
    }
}

/// How a version came to be, as shown in the list.
fn note(row: &DocumentVersionRow) -> String {
    let how = match (row.origin, row.restored) {
        (VersionOrigin::Restored, Some(number)) => format!("Restored from v{number}"),
        (VersionOrigin::Workflow, _) => "Written by a workflow".to_owned(),
        (VersionOrigin::Person | VersionOrigin::Restored, _) if row.number == 1 => {
            "Created".to_owned()
        }
        (VersionOrigin::Person | VersionOrigin::Restored, _) => "Edited".to_owned(),
    };
    if row.current { format!("{how} · latest") } else { how }
}

#[component]
fn Chosen(shelf: Shelf, may_edit: bool, #[prop(into)] on_restored: Callback<i32>) -> impl IntoView {
    let action = SentAction::default();
    let restore = move |number: i32| {
        action.send(restore_document_version(shelf.document, number), move |_| {
            on_restored.try_run(number);
        });
    };
    let renamed = move || shelf.chosen.get().and_then(|number| shelf.changed_titles(number));
    let difference = move || match shelf.found.get() {
        None => view! { <p class="muted">"Comparing…"</p> }.into_any(),
        Some(Err(problem)) => {
            let door = sign_in_after(&problem);
            view! { <p class="field__error">{problem.detail} {door}</p> }.into_any()
        }
        Some(Ok(found)) if is_same(&found) && renamed().is_some() => {
            view! { <p class="muted">"Only the title changed."</p> }.into_any()
        }
        Some(Ok(found)) => view! { <Difference comparison=found leads=true /> }.into_any(),
    };
    let body = move || {
        let Some(row) = shelf.chosen.get().and_then(|number| shelf.row(number)) else {
            return view! { <p class="muted">"Choose a version to see what changed."</p> }
                .into_any();
        };
        let number = row.number;
        let Some(title) = shelf.latest().and_then(|latest| change_title(number, latest)) else {
            return view! { <p class="muted">"This is the only version so far."</p> }.into_any();
        };
        let name = match renamed() {
            Some((before, after)) => {
                view! { <del>{before}</del> " " <ins>{after}</ins> }.into_any()
            }
            None => row.title.into_any(),
        };
        let back = (may_edit && !row.current).then(|| {
            view! {
                <Button size=ButtonSize::Small busy=action.busy on_press=move |()| restore(number)>
                    {format!("Restore v{number}")}
                </Button>
            }
        });
        view! {
            <div class="versions__chosen">
                <h3 class="config__heading">{title}</h3>
                <p class="versions__title" dir="auto" translate="no">
                    {name}
                </p>
                <div class="versions__diff" tabindex="0" role="group" aria-label="Difference">
                    {difference}
                </div>
                {back}
            </div>
        }
        .into_any()
    };
    view! { {body} }
}

#[cfg(test)]
mod tests {
    use model::api::compare::Piece;

    use super::*;

    #[test]
    fn a_version_is_compared_with_the_latest_and_the_latest_with_the_one_before() {
        assert_eq!(version_pair(1, 3), (1, 3));
        assert_eq!(version_pair(3, 3), (2, 3));
        assert_eq!(version_pair(1, 1), (1, 1));
        let titles = [change_title(3, 3), change_title(1, 1)];
        assert_eq!(titles, [Some("Changes from v2 to v3 (latest)".to_owned()), None]);
    }

    #[test]
    fn texts_are_the_same_when_every_piece_is_in_both() {
        let text = |sides: &[Side]| {
            let piece = |side: &Side| Piece { side: *side, text: "word".to_owned() };
            Comparison::Text { pieces: sides.iter().map(piece).collect() }
        };

        assert!(is_same(&text(&[Side::Both])));
        assert!(!is_same(&text(&[Side::Both, Side::After])));
    }
}
