//! What opens over the page.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    api::templates::NewTemplate,
    edit::Command,
    template::TemplateCategory,
    workflow::{Parameter, Workflow},
};

use super::{kept::Kept, room::Room};
use crate::{
    api::builder::create_template,
    editor::{
        canvas::Deed,
        saving::ConflictSheet,
        store::Editor,
        testing::TestDialog,
        transfer::{DropDialog, ExtractDialog, ImportDialog, PasteDialog, SaveAsDialog},
        versions::VersionsDialog,
    },
    routes,
    ui::toast::ToastKind,
};

/// Conflicts, versions, import, save as.
#[component]
pub(super) fn Dialogs(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let workflow = Signal::from(editor.workflow);
    let category = room.page.with_value(|page| page.category);
    let published = move |version: i32| {
        room.version.set(Some(version));
        editor.toasts.show(ToastKind::Done, format!("Version {version} is published."));
    };
    let navigate = use_navigate();
    let open = Callback::new(move |address: String| navigate(&address, Default::default()));
    let kept = Kept::new(room, "tried out");
    let copy = move |mine: Workflow| save_copy(room, mine, category, open);
    let add_input = move |parameter: Parameter| {
        let label = format!("add the input {}", parameter.title());
        let known = editor.workflow.with_untracked(|workflow| workflow.parameters.clone());
        let all = known.into_iter().chain([parameter]).collect();
        editor.run(Command::Parameters(all), label);
    };
    view! {
        <TestDialog editor=editor keep=Callback::new(move |then| kept.then(then)) />
        <ConflictSheet saving=room.saving on_copy=copy />
        <VersionsDialog
            template=editor.template
            open=room.versions
            workflow=workflow
            saving=room.saving
            on_publish=published
            on_restore=room.taker("restore a version")
        />
        <ImportDialog
            template=editor.template
            open=room.importing
            text=room.import
            on_import=move |taken| {
                editor.replace(taken, "import")?;
                room.desk.perform(Deed::Fit);
                Ok(())
            }
        />
        <ExtractDialog
            editor=editor
            category=category
            on_made=move |offer| room.page.update_value(|page| page.stock.templates.push(offer))
        />
        <DropDialog given=room.dropped on_take=add_input />
        <PasteDialog
            workspace=room.workspace
            editor=editor
            on_workflow=move |text| {
                room.import.set(text);
                room.importing.set(true);
            }
            on_input=add_input
        />
        <SaveAsDialog
            workspace=room.workspace
            open=room.copying
            workflow=workflow
            category=category
        />
    }
    .into_any()
}

/// My side of a conflict as a template of its own.
fn save_copy(room: Room, mine: Workflow, category: TemplateCategory, open: Callback<String>) {
    let editor: Editor = room.desk.editor;
    let name = format!("{} (mine, r{})", mine.name, room.saving.revision());
    let form = NewTemplate {
        definition: serde_json::to_value(&mine).unwrap_or_default(),
        name: Some(name),
        description: None,
        category,
        example_output: String::new(),
        unfinished: true,
        rename: true,
    };
    spawn_local(async move {
        match create_template(form).await {
            Ok(saved) => {
                let address = routes::builder(room.workspace, saved.id);
                let words = format!("Yours was saved as “{}”.", saved.name);
                editor.toasts.offer(ToastKind::Done, words, "Open it", move |()| {
                    open.try_run(address.clone());
                });
            }
            Err(error) => editor.toasts.show(ToastKind::Failed, error.0.detail),
        }
    });
}
