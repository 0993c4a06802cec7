//! Attaching images: from the project, or sent now.

use leptos::prelude::*;
use model::{
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage, ImageRow},
};

use super::attachments::MOST;
use crate::{
    api::{
        ApiError,
        documents::{arrange, load_images},
    },
    routes::{self, ThumbnailSide},
    ui::{
        button::{Button, ButtonLook},
        dialog::{Dialog, DialogSize},
        field::{PickOption, PickerField, Picks},
        format,
        outbox::{Allowed, Outbox, OutboxField},
        tabs::{Tab, TabPanel, Tabs},
    },
};

const PICTURES: Allowed = Allowed {
    accept: "image/png,image/jpeg,image/webp,image/gif",
    only_images: true,
    image_bytes: 10 << 20,
    file_bytes: 10 << 20,
    files: MOST,
};
/// Images to choose from, the latest.
const OFFERED: i64 = 200;
const TABS: [Tab; 2] = [
    Tab { key: "project", label: "Select from Project" },
    Tab { key: "upload", label: "Upload New" },
];

/// Asks which images to attach, and attaches them.
#[component]
pub(super) fn AttachDialog(
    document: DocumentId,
    images: RwSignal<Vec<AttachedImage>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (picked, tab) = (RwSignal::new(Vec::<String>::new()), RwSignal::new("project"));
    let sent = Outbox::<ImageRow>::new(routes::IMAGES, PICTURES);
    let loading = Action::new(|(): &()| {
        let most = PageRequest { limit: Some(OFFERED), cursor: None };
        load_images(ImageFilter::default(), most)
    });
    let refusal = RwSignal::new(None::<String>);
    Effect::new(move || {
        if open.get() {
            picked.set(vec![]);
            sent.clear();
            refusal.set(None);
            loading.dispatch(());
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
                <FromProject loading=loading images=images picked=picked />
            </TabPanel>
            <TabPanel id="attach" key="upload" selected=tab>
                <OutboxField
                    id="attach-files"
                    label="Images"
                    help="PNG, JPEG, WebP or GIF, up to 10 MiB each. They also go into the library."
                    outbox=sent
                />
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

type Loading = Action<(), Result<Page<ImageRow>, ApiError>>;

#[component]
fn FromProject(
    loading: Loading,
    images: RwSignal<Vec<AttachedImage>>,
    picked: RwSignal<Vec<String>>,
) -> impl IntoView {
    let shown = move || match loading.value().get() {
        None => view! { <p class="muted">"Looking through the library …"</p> }.into_any(),
        Some(Err(ApiError(problem))) => {
            view! { <p class="field__error">{problem.detail}</p> }.into_any()
        }
        Some(Ok(page)) => {
            let attached: Vec<ImageId> =
                images.read_untracked().iter().map(|image| image.id).collect();
            let rows = page.items.iter().filter(|row| !attached.contains(&row.id));
            let options = rows.map(image_option).collect();
            view! {
                <PickerField
                    name="attach-images-picked"
                    label="Images of the library"
                    value=picked
                    options=options
                    picks=Picks::Many
                    nothing="There is no other image in the library. Upload one."
                />
            }
            .into_any()
        }
    };
    view! { {shown} }
}

/// A picture to pick, with its thumbnail.
pub(crate) fn image_option(row: &ImageRow) -> PickOption {
    let size = u64::try_from(row.bytes).unwrap_or_default();
    let title = match row.alt.trim() {
        "" => "Picture".to_owned(),
        alt => alt.to_owned(),
    };
    PickOption {
        value: row.id.to_string(),
        title,
        words: String::new(),
        facts: format!("{} × {} · {}", row.width, row.height, format::bytes(size)),
        picture: Some(routes::thumbnail(row.id, ThumbnailSide::Large)),
    }
}
