//! Attaching images: from the project, or sent now.

use leptos::prelude::*;
use model::{
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId, ProjectId},
    library::{Arrangement, AttachedImage, ImageRow},
};

use crate::{
    api::{
        ApiError,
        images::{arrange, load_images},
    },
    pictures::{MOST_AT_ONCE as MOST, PicturesField, image_option, pictures_outbox},
    ui::{
        button::{Button, ButtonLook, ButtonSize},
        dialog::{Dialog, DialogSize},
        field::{PickerField, Picks, SwitchField},
        format,
        tabs::{Tab, TabPanel, Tabs},
    },
};

/// Images to choose from that are looked for at once, the latest first.
const OFFERED: i64 = 200;
const TABS: [Tab; 2] = [
    Tab { key: "project", label: "Select from Project" },
    Tab { key: "upload", label: "Upload New" },
];

type Found = Result<Page<ImageRow>, ApiError>;

/// Where to look, and what was found there already.
#[derive(Debug, Clone, Default)]
struct Look {
    everywhere: bool,
    found: Vec<ImageRow>,
    after: Option<String>,
}

/// Looks for images of the project, or of the whole workspace. What was picked elsewhere is let go.
fn looking(project: Signal<ProjectId>, picked: RwSignal<Vec<String>>) -> Action<Look, Found> {
    Action::new(move |look: &Look| {
        let Look { everywhere, found, after } = look.clone();
        let project = Some(project.get_untracked()).filter(|_| !everywhere);
        let filter = ImageFilter { project, ..ImageFilter::default() };
        let asked = PageRequest { limit: Some(OFFERED), cursor: after };
        async move {
            let older = load_images(filter, asked).await?;
            let items = found.into_iter().chain(older.items).collect::<Vec<_>>();
            let here = |id: &String| items.iter().any(|row| row.id.to_string() == *id);
            picked.try_update(|picked| picked.retain(here));
            Ok(Page { items, next_cursor: older.next_cursor })
        }
    })
}

/// Asks which images to attach, and attaches them.
#[component]
pub(super) fn AttachDialog(
    document: DocumentId,
    project: Signal<ProjectId>,
    images: RwSignal<Vec<AttachedImage>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (picked, tab) = (RwSignal::new(Vec::<String>::new()), RwSignal::new("project"));
    let sent = pictures_outbox(Some(project.get_untracked()));
    let everywhere = RwSignal::new(false);
    let loading = looking(project, picked);
    let refusal = RwSignal::new(None::<String>);
    Effect::new(move || {
        if open.get() {
            picked.set(vec![]);
            sent.clear();
            refusal.set(None);
            everywhere.set(false);
        }
    });
    Effect::new(move || {
        if open.get() {
            loading.dispatch(Look { everywhere: everywhere.get(), ..Look::default() });
        }
    });
    let chosen = move || -> Vec<ImageId> {
        let picked = picked.read().iter().filter_map(|id| id.parse().ok()).collect::<Vec<_>>();
        picked.into_iter().chain(sent.kept().iter().map(|image| image.id)).collect()
    };
    let attaching = Action::new(move |ids: &Vec<ImageId>| {
        let ids = ids.clone();
        async move {
            match arrange(document, Arrangement::Attach(ids)).await {
                Ok(now) => {
                    images.set(now);
                    open.set(false);
                }
                Err(ApiError(problem)) => {
                    let first = problem.errors.first().map(|error| error.message.clone());
                    refusal.set(Some(first.unwrap_or(problem.detail)));
                }
            }
        }
    });
    let verb = move || match chosen().len() {
        0 => "Attach".to_owned(),
        count => format!("Attach {}", format::counted(count as u64, "image", "images")),
    };
    let count = move || format!("{} of {MOST} images are attached.", images.read().len());
    view! {
        <Dialog id="attach-dialog" title="Attach images" open=open size=DialogSize::Wide>
            <Tabs id="attach" label="Where from" tabs=TABS.to_vec() selected=tab />
            <TabPanel id="attach" key="project" selected=tab>
                <FromLibrary loading=loading everywhere=everywhere images=images picked=picked />
            </TabPanel>
            <TabPanel id="attach" key="upload" selected=tab>
                <PicturesField id="attach-files" outbox=sent />
            </TabPanel>
            <p class="field__error" role="alert">
                {move || refusal.get()}
            </p>
            <footer class="dialog__footer">
                <p class="subtle small num spring">{count}</p>
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    disabled=Signal::derive(move || chosen().is_empty() || sent.is_busy())
                    busy=Signal::derive(move || attaching.pending().get())
                    on_press=move |()| drop(attaching.dispatch(untrack(chosen)))
                >
                    {verb}
                </Button>
            </footer>
        </Dialog>
    }
}

#[component]
fn FromLibrary(
    loading: Action<Look, Found>,
    everywhere: RwSignal<bool>,
    images: RwSignal<Vec<AttachedImage>>,
    picked: RwSignal<Vec<String>>,
) -> impl IntoView {
    let offered = move |page: Page<ImageRow>| {
        let attached: Vec<ImageId> = images.read_untracked().iter().map(|image| image.id).collect();
        let rows = page.items.iter().filter(|row| !attached.contains(&row.id));
        let options = rows.map(image_option).collect();
        let count = page.items.len();
        let more = page.next_cursor.map(|after| {
            let look = Look {
                everywhere: everywhere.get_untracked(),
                found: page.items,
                after: Some(after),
            };
            let on_press = move |()| drop(loading.dispatch(look.clone()));
            let busy = Signal::derive(move || loading.pending().get());
            view! {
                <p class="picker__older">
                    <span class="subtle small num">{format!("The latest {count}.")}</span>
                    <Button size=ButtonSize::Small busy=busy on_press=on_press>
                        "Show older images"
                    </Button>
                </p>
            }
        });
        view! {
            <PickerField
                name="attach-images-picked"
                label="Images"
                value=picked
                options=options
                picks=Picks::Many
                nothing="There is no other image here. Look in the whole workspace, or upload one."
            />
            {more}
        }
    };
    let shown = move || match loading.value().get() {
        None => view! { <p class="muted">"Looking through the library …"</p> }.into_any(),
        Some(Err(ApiError(problem))) => {
            view! { <p class="field__error">{problem.detail}</p> }.into_any()
        }
        Some(Ok(page)) => offered(page).into_any(),
    };
    view! {
        <SwitchField
            name="attach-everywhere"
            label="Look in the whole workspace"
            value=everywhere
        />
        {shown}
    }
}
