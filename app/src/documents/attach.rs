//! The dialog that attaches images to a document: from the library, or uploaded now.

use api::{
    ApiError,
    images::{arrange, load_images},
};
use frame::pictures::{
    MOST_AT_ONCE as MOST, Picture, PicturesField, image_option, picture_uploads,
};
use leptos::prelude::*;
use model::{
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId, ProjectId},
    library::{Arrangement, ImageRow},
    problem::{Problem, ProblemKind},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::{Dialog, DialogSize},
    failure::{ErrorCard, sign_in_after},
    field::{PickerField, Picks, SwitchField},
    format,
    tabs::{Tab, TabPanel, Tabs},
    uploads::Uploads,
};

use super::arranging::Arranging;

/// How many images of the library are loaded at once, the latest first.
const OFFERED: i64 = 200;
const TABS: [Tab; 2] =
    [Tab { key: "project", label: "Library" }, Tab { key: "upload", label: "Upload" }];

type Found = Result<Page<ImageRow>, ApiError>;

/// A search of the library, and what it has found so far.
#[derive(Debug, Clone, Default)]
struct Look {
    everywhere: bool,
    found: Vec<ImageRow>,
    after: Option<String>,
    /// How many images to load at least, as far as there are so many.
    wanted: usize,
}

/// Loads images of the project, or of the whole workspace. Picked images that are not among them
/// are no longer picked.
fn search_action(project: Signal<ProjectId>, picked: RwSignal<Vec<String>>) -> Action<Look, Found> {
    Action::new(move |look: &Look| {
        let look = look.clone();
        let project = Some(project.get_untracked()).filter(|_| !look.everywhere);
        let filter = ImageFilter { project, ..ImageFilter::default() };
        async move {
            let page = look_on(filter, look).await?;
            let here = |id: &String| page.items.iter().any(|row| row.id.to_string() == *id);
            picked.try_update(|picked| picked.retain(here));
            Ok(page)
        }
    })
}

async fn look_on(filter: ImageFilter, look: Look) -> Found {
    let Look { found: mut items, mut after, wanted, .. } = look;
    loop {
        let asked = PageRequest { limit: Some(OFFERED), cursor: after };
        let older = load_images(filter.clone(), asked).await?;
        items.extend(older.items);
        after = older.next_cursor;
        if after.is_none() || items.len() >= wanted {
            return Ok(Page { items, next_cursor: after });
        }
    }
}

/// Why images were not attached.
#[derive(Debug, Clone)]
struct Refusal {
    problem: Problem,
    /// The images that were to be attached and may have been deleted, with their names.
    doubtful: Vec<(ImageId, String)>,
}

impl Refusal {
    /// The refusal as shown to the person. Images that are missing in `known` are named.
    fn words(&self, known: Option<&[ImageRow]>) -> String {
        let is_gone = |id: ImageId| known.is_some_and(|rows| rows.iter().all(|row| row.id != id));
        let gone = self.doubtful.iter().filter(|(id, _)| is_gone(*id));
        let gone: Vec<_> = gone.map(|(_, name)| format!("“{name}”")).collect();
        match gone.as_slice() {
            [] => {
                let first = self.problem.errors.first().map(|error| error.message.clone());
                first.unwrap_or_else(|| self.problem.detail.clone())
            }
            [one] => format!("{one} was deleted from the library. No images were attached."),
            all => {
                let all = all.join(", ");
                format!("{all} were deleted from the library. No images were attached.")
            }
        }
    }
}

/// The state of the dialog: what is chosen so far, and what it is chosen from.
#[derive(Clone, Copy)]
struct Choosing {
    arranging: Arranging,
    picked: RwSignal<Vec<String>>,
    sent: Uploads<ImageRow>,
    everywhere: RwSignal<bool>,
    loading: Action<Look, Found>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Choosing {
    fn new(project: Signal<ProjectId>, arranging: Arranging) -> Self {
        let picked = RwSignal::new(Vec::<String>::new());
        let place = Signal::derive(move || Some(project.get()));
        let taken = move || arranging.images.read().len() + picked.read().len();
        Self {
            arranging,
            picked,
            sent: picture_uploads(place).with_taken(Signal::derive(taken)),
            everywhere: RwSignal::new(false),
            loading: search_action(project, picked),
            refusal: RwSignal::new(None),
        }
    }

    /// Clears the choice whenever the dialog is opened, and loads the images it is chosen from.
    fn follow(self, open: RwSignal<bool>) {
        Effect::new(move || {
            if open.get() {
                self.picked.set(vec![]);
                self.sent.clear();
                self.everywhere.set(false);
            }
        });
        Effect::new(move || {
            if open.get() {
                self.refusal.set(None);
                self.look(self.everywhere.get());
            }
        });
    }

    /// Loads the latest images of the library.
    fn look(self, everywhere: bool) {
        self.loading.dispatch(Look { everywhere, ..Look::default() });
    }

    /// The images that are to be attached: picked ones, then uploaded ones.
    fn ids(self) -> Vec<ImageId> {
        let picked = self.picked.read();
        let picked = picked.iter().filter_map(|id| id.parse().ok());
        picked.chain(self.sent.stored_files().iter().map(|image| image.id)).collect()
    }

    /// The names of these images, as far as they are known.
    fn image_names(self, ids: &[ImageId]) -> Vec<(ImageId, String)> {
        let found = self.loading.value().get_untracked().and_then(Result::ok);
        let mut rows = found.map(|page| page.items).unwrap_or_default();
        rows.extend(untrack(|| self.sent.stored_files()));
        let name_of = |id: &ImageId| {
            let row = rows.iter().find(|row| row.id == *id)?.clone();
            Some((row.id, Picture::from(row).name()))
        };
        ids.iter().filter_map(name_of).collect()
    }

    /// Attaches the images, and closes the dialog when that worked.
    fn attach_action(self, document: DocumentId, open: RwSignal<bool>) -> Action<Vec<ImageId>, ()> {
        Action::new(move |ids: &Vec<ImageId>| {
            let (ids, names) = (ids.clone(), self.image_names(ids));
            async move {
                match arrange(document, Arrangement::Attach(ids)).await {
                    Ok(now) => {
                        self.arranging.show(now);
                        open.try_set(false);
                    }
                    Err(ApiError(problem)) => self.report_refused(problem, names),
                }
            }
        })
    }

    /// Shows why nothing was attached. Where an image is gone the library is loaded again, to find
    /// out which one it was.
    fn report_refused(self, problem: Problem, names: Vec<(ImageId, String)>) {
        let gone = problem.kind == ProblemKind::NotFound;
        let doubtful = if gone { names } else { vec![] };
        self.refusal.try_set(Some(Refusal { problem, doubtful }));
        if let (true, Some(everywhere)) = (gone, self.everywhere.try_get_untracked()) {
            let found = self.loading.value().get_untracked().and_then(Result::ok);
            let wanted = found.map_or(0, |page| page.items.len());
            self.loading.dispatch(Look { everywhere, wanted, ..Look::default() });
        }
    }

    /// Why nothing was attached, as shown to the person, and the refusal itself; none before
    /// anything was refused.
    fn why(self) -> Option<(String, Problem)> {
        let refusal = self.refusal.get()?;
        let found = self.loading.value().get().and_then(Result::ok);
        Some((refusal.words(found.as_ref().map(|page| page.items.as_slice())), refusal.problem))
    }
}

/// Asks which images to attach, and attaches them.
#[component]
pub(super) fn AttachDialog(
    document: DocumentId,
    project: Signal<ProjectId>,
    arranging: Arranging,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (choosing, tab) = (Choosing::new(project, arranging), RwSignal::new("project"));
    choosing.follow(open);
    let attaching = choosing.attach_action(document, open);
    let sent = choosing.sent;
    let verb = move || match choosing.ids().len() {
        0 => "Attach".to_owned(),
        count => format!("Attach {}", format::pluralize(count as u64, "image", "images")),
    };
    let count = move || format!("{} of {MOST} images attached", arranging.images.read().len());
    let why = move || {
        choosing.why().map(|(why, problem)| {
            let door = sign_in_after(&problem);
            view! { {why} {door} }
        })
    };
    // Changes that are still being sent were made on the images attached so far.
    let busy = Signal::derive(move || attaching.pending().get() || arranging.is_busy());
    view! {
        <Dialog id="attach-dialog" title="Attach images" open=open size=DialogSize::Wide>
            <Tabs id="attach" label="Source" tabs=TABS.to_vec() selected=tab />
            <TabPanel id="attach" key="project" selected=tab>
                <FromLibrary choosing=choosing />
            </TabPanel>
            <TabPanel id="attach" key="upload" selected=tab>
                <PicturesField id="attach-files" uploads=sent />
            </TabPanel>
            <p class="field__error" role="alert">
                {why}
            </p>
            <footer class="dialog__footer">
                <p class="subtle small num spring">{count}</p>
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    disabled=Signal::derive(move || choosing.ids().is_empty() || sent.is_busy())
                    busy=busy
                    on_press=move |()| drop(attaching.dispatch(untrack(|| choosing.ids())))
                >
                    {verb}
                </Button>
            </footer>
        </Dialog>
    }
}

#[component]
fn FromLibrary(choosing: Choosing) -> impl IntoView {
    let Choosing { arranging, picked, everywhere, loading, .. } = choosing;
    let offered = move |page: Page<ImageRow>| {
        let images = arranging.images.read_untracked();
        let attached: Vec<ImageId> = images.iter().map(|image| image.id).collect();
        let rows = page.items.iter().filter(|row| !attached.contains(&row.id));
        let options = rows.map(image_option).collect();
        let count = page.items.len();
        let more = page.next_cursor.map(|after| {
            let look = Look {
                everywhere: everywhere.get_untracked(),
                found: page.items,
                after: Some(after),
                ..Look::default()
            };
            let on_press = move |()| drop(loading.dispatch(look.clone()));
            let busy = Signal::derive(move || loading.pending().get());
            view! {
                <p class="picker__older">
                    <span class="subtle small num">{format!("Latest {count} images")}</span>
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
                nothing="No other images in this project. Search the whole workspace or upload one."
            />
            {more}
        }
    };
    let shown = move || match loading.value().get() {
        None => view! { <p class="muted">"Loading images…"</p> }.into_any(),
        Some(Err(ApiError(problem))) => {
            let again = Callback::new(move |()| choosing.look(everywhere.get_untracked()));
            let title = "Couldn't load images";
            view! { <ErrorCard title=title problem=problem on_retry=again /> }.into_any()
        }
        Some(Ok(page)) => offered(page).into_any(),
    };
    view! {
        <SwitchField
            name="attach-everywhere"
            label="Search the whole workspace"
            value=everywhere
        />
        {shown}
    }
}

#[cfg(test)]
mod tests {
    use model::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_image_that_is_gone_is_named_once_the_library_was_looked_through_again() {
        let id = |number| ImageId(Uuid::from_u128(number));
        let row = |number| ImageRow {
            id: id(number),
            alt: String::new(),
            media_type: "image/png".to_owned(),
            width: 1,
            height: 1,
            bytes: 1,
            sample: false,
            execution: None,
            created_at: Timestamp(0),
        };
        let doubtful = vec![(id(1), "Kettle".to_owned()), (id(2), "Teapot".to_owned())];
        let refusal = Refusal { problem: Problem::not_found("image"), doubtful };

        assert_eq!(refusal.words(None), "This image doesn't exist.");
        assert_eq!(refusal.words(Some(&[row(1), row(2)])), "This image doesn't exist.");
        assert!(refusal.words(Some(&[row(2)])).starts_with("“Kettle” was deleted"));
        assert!(refusal.words(Some(&[])).starts_with("“Kettle”, “Teapot” were deleted"));
    }
}
