//! What was made with a document as context.

use leptos::prelude::*;
use model::{
    api::lineage::{DocumentUse, DocumentUses, Subject},
    id::WorkspaceId,
};
use ui::format::pluralize;
use web::routes;

/// `Write headlines · Spring #12`, with the number of outputs where there are several.
pub fn use_title(document_use: &DocumentUse) -> String {
    let DocumentUse { execution, label, versions, .. } = document_use;
    let one = format!("{label} · {} #{}", execution.name, execution.number);
    if *versions > 1 { format!("{one} ({versions} outputs)") } else { one }
}

/// The steps that read a document, each a link to the lineage of what it made.
#[component]
pub fn UsesList(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The uses to list; there must be at least one.
    uses: DocumentUses,
) -> impl IntoView {
    let shown = i64::try_from(uses.newest.len()).unwrap_or(i64::MAX);
    let row = |of: DocumentUse| {
        let href = routes::lineage(workspace, Subject::Artifact(of.artifact));
        let name = use_title(&of);
        view! {
            <li dir="auto" translate="no">
                <a class="link" href=href>
                    {name}
                </a>
            </li>
        }
    };
    let more = u64::try_from(uses.all - shown).unwrap_or_default();
    let more = (more > 0).then(|| view! { <li class="subtle">{format!("and {more} more")}</li> });
    view! { <ul class="document-uses small">{uses.newest.into_iter().map(row).collect_view()} {more}</ul> }
}

/// The section with the uses on the document's page; not shown where there is none.
#[component]
pub(super) fn Uses(workspace: WorkspaceId, uses: DocumentUses) -> impl IntoView {
    (uses.all > 0).then(|| {
        view! {
            <section class="files" aria-labelledby="uses-title">
                <h2 class="attachments__title" id="uses-title">
                    "Used in"
                </h2>
                <UsesList workspace=workspace uses=uses />
            </section>
        }
    })
}

/// The note, in the dialog that deletes a document, on what was made with it.
#[component]
pub(super) fn LeftBehind(workspace: WorkspaceId, uses: DocumentUses) -> impl IntoView {
    (uses.all > 0).then(|| {
        let steps = pluralize(uses.all.unsigned_abs(), "step", "steps");
        let words = format!(
            "{steps} used this document. Their outputs and its title stay, but those runs can't be run again with the same values."
        );
        view! {
            <div class="removal-uses">
                <p>{words}</p>
                <UsesList workspace=workspace uses=uses />
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_that_made_several_versions_says_how_many() {
        let of = |versions: i64| -> DocumentUse {
            let id = "0193cccc-0000-7000-8000-000000000001";
            serde_json::from_value(json!({
                "execution": { "id": id, "number": 12, "name": "Spring", "status": "completed",
                               "node_id": "write" },
                "label": "Write headlines", "artifact": id, "versions": versions,
            }))
            .unwrap()
        };

        assert_eq!(use_title(&of(1)), "Write headlines · Spring #12");
        assert_eq!(use_title(&of(3)), "Write headlines · Spring #12 (3 outputs)");
    }
}
