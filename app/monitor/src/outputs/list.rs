//! Outputs as a gallery: pictures, and texts below them; and keeping a version.

use std::collections::BTreeSet;

use api::{executions::load_artifact_text, versions::keep_version};
use diagram::card::StaleMark;
use frame::{
    action::SentAction,
    layout::session::use_session,
    pictures::{Lightbox, Picture},
};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{
    api::{executions::KeptVersion, lineage::Subject},
    execution::view::ExecutionView,
    id::{ArtifactId, ExecutionId, ImageId, NodeId},
    nodes::NodeKind,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
    markdown::ReadableText,
    toast::{ToastKind, use_toasts},
};
use web::routes::{self, ThumbnailSide};

use super::{OutputBody, OutputItem, TextState, output_body, title_of};
use crate::{
    ai_review::OutputVerdict, files::ToolFiles, store::ExecutionStore, values::readable_json,
};

/// So many pictures and so many texts are shown before a person asks for more.
pub const FIRST_SHOWN: usize = 24;

/// The level of the heading that texts stand below.
const HEADING: u8 = 3;

/// A gallery of outputs, texts below pictures.
#[component]
pub fn OutputList(
    /// The outputs; only the first of them are shown at once.
    #[prop(into)]
    all: Signal<Vec<OutputItem>>,
    /// The state of the execution that made them.
    store: ExecutionStore,
    /// As many of each kind are shown.
    most: RwSignal<usize>,
    /// Whether the pictures are called by their names, as texts are.
    #[prop(optional)]
    named: bool,
    /// So many of the texts are loaded as a whole without being asked for.
    #[prop(optional)]
    unfolded: usize,
) -> impl IntoView {
    let pictures = Memo::new(move |_| {
        let pictures = |all: &Vec<OutputItem>| {
            all.iter().filter(|made| !made.is_text()).take(most.get()).cloned().collect::<Vec<_>>()
        };
        all.with(pictures)
    });
    let texts = Memo::new(move |_| {
        let key = |made: &OutputItem| made.key.clone();
        let texts = |all: &Vec<OutputItem>| {
            all.iter().filter(|made| made.is_text()).take(most.get()).map(key).collect::<Vec<_>>()
        };
        all.with(texts)
    });
    let is_more = Memo::new(move |_| all.read().len() > pictures.read().len() + texts.read().len());
    let open = RwSignal::new(None);
    let stale = store.stale();
    let is_unfolded = move |key: &String| {
        texts.with_untracked(|texts| texts.iter().take(unfolded).any(|first| first == key))
    };
    let finished = Signal::derive(move || {
        pictures.read().iter().filter_map(finished_picture).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !pictures.read().is_empty()>
            <ul class="made-pictures">
                <For each=move || pictures.with(|all| keys(all)) key=|key| key.clone() let:key>
                    <OutputPicture
                        all=pictures
                        key=key
                        open=open
                        store=store
                        stale=stale
                        named=named
                    />
                </For>
            </ul>
            <Lightbox pictures=finished open=open />
        </Show>
        <Show when=move || !texts.read().is_empty()>
            <ul class="made-texts">
                <For each=move || texts.get() key=|key| key.clone() let:key>
                    <OutputText all=all unfolded=is_unfolded(&key) key=key store=store stale=stale />
                </For>
            </ul>
        </Show>
        <ShowMore when=is_more most=most />
    }
}

#[component]
pub fn ShowMore(
    when: Memo<bool>,
    /// How many are shown.
    most: RwSignal<usize>,
) -> impl IntoView {
    view! {
        <Show when=move || when.get()>
            <div class="made-more">
                <Button
                    size=ButtonSize::Small
                    on_press=move |()| most.update(|most| *most *= 2)
                >
                    "Show more"
                </Button>
            </div>
        </Show>
    }
}

/// The keys in order; the output under a key may be replaced by a new version.
fn keys(all: &[OutputItem]) -> Vec<String> {
    all.iter().map(|made| made.key.clone()).collect()
}

/// A finished picture, to be looked at in full.
fn finished_picture(made: &OutputItem) -> Option<Picture> {
    let OutputBody::Picture { image: id, width, height } = made.body else { return None };
    let (alt, sample) = (made.title.clone(), made.sample);
    Some(Picture { id, alt, caption: None, width, height, bytes: None, sample })
}

#[component]
fn OutputPicture(
    all: Memo<Vec<OutputItem>>,
    key: String,
    open: RwSignal<Option<ImageId>>,
    store: ExecutionStore,
    stale: Memo<BTreeSet<NodeId>>,
    named: bool,
) -> impl IntoView {
    let made = Memo::new(move |_| all.with(|all| all.iter().find(|made| made.key == key).cloned()));
    let title = Signal::derive(move || {
        made.with(|made| made.as_ref().map(|made| made.title.clone()).unwrap_or_default())
    });
    let sample = Memo::new(move |_| made.with(|made| made.as_ref().is_some_and(|m| m.sample)));
    let artifact = Memo::new(move |_| made.with(|made| made.as_ref().and_then(|m| m.artifact)));
    let picture = Memo::new(move |_| made.with(|made| made.as_ref().and_then(finished_picture)));
    let shown = move || match picture.get() {
        Some(picture) => view! { <Enlarge picture=picture open=open /> }.into_any(),
        None => view! { <span class="unseen">{title}</span> }.into_any(),
    };
    // The picture itself is called so where it is read out.
    let name =
        named.then(|| view! { <p class="made-picture__name" aria-hidden="true">{title}</p> });
    view! {
        <li
            class="made-picture"
            data-named=named.then_some("")
            data-state=move || picture.read().is_none().then_some("coming")
        >
            {shown}
            {move || sample.get().then(SampleMark)}
            {stale_mark(made, stale)}
            <Keep store=store artifact=artifact title=title />
            <HowMade artifact=artifact />
            {name}
        </li>
    }
}

/// A small copy of a picture that opens it in full.
#[component]
fn Enlarge(picture: Picture, open: RwSignal<Option<ImageId>>) -> impl IntoView {
    let Picture { id, alt, width, height, .. } = picture;
    let enlarge = move |event: ev::MouseEvent| {
        event.prevent_default();
        open.set(Some(id));
    };
    view! {
        <a class="made-picture__open" href=routes::image(id) on:click=enlarge>
            <img
                class="made-picture__image"
                src=routes::thumbnail(id, ThumbnailSide::Medium)
                alt=alt
                width=width
                height=height
                loading="lazy"
                style:--ratio=format!("{width} / {height}")
            />
        </a>
    }
}

/// The way to what an output came from and what was made from it.
#[component]
fn HowMade(#[prop(into)] artifact: Signal<Option<ArtifactId>>) -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    move || {
        let (workspace, artifact) = (workspace?, artifact.get()?);
        let href = routes::lineage(workspace, Subject::Artifact(artifact));
        Some(view! {
            <a class="how-made" href=href title="How was this made?">
                <Glyph icon=Icon::Info size=14 />
                <span>"How was this made?"</span>
            </a>
        })
    }
}

/// The word that something was made from what no longer counts, where it was.
fn stale_mark(
    made: Memo<Option<OutputItem>>,
    stale: Memo<BTreeSet<NodeId>>,
) -> impl Fn() -> Option<AnyView> {
    let is_stale = Memo::new(move |_| {
        let of = |made: &OutputItem| stale.with(|stale| stale.contains(&made.node));
        made.with(|made| made.as_ref().is_some_and(of))
    });
    move || is_stale.get().then(|| StaleMark().into_any())
}

/// The word that what is below it was not made by a real model.
#[component]
pub fn SampleMark() -> impl IntoView {
    view! {
        <Tag tone=Tone::Warning>
            <span title="Made by the sample provider, a stand-in for a real model">"SAMPLE"</span>
        </Tag>
    }
}

/// The word that a text ended at its token limit.
#[component]
fn CutMark() -> impl IntoView {
    view! {
        <Tag tone=Tone::Warning>
            <span title="It reached its token limit. Raise the limit, then retry.">"CUT OFF"</span>
        </Tag>
    }
}

#[component]
fn OutputText(
    all: Signal<Vec<OutputItem>>,
    key: String,
    store: ExecutionStore,
    stale: Memo<BTreeSet<NodeId>>,
    /// Whether all of it is loaded at once, where the page has its beginning.
    unfolded: bool,
) -> impl IntoView {
    let made = Memo::new(move |_| all.with(|all| all.iter().find(|made| made.key == key).cloned()));
    let title = Signal::derive(move || {
        made.with(|made| made.as_ref().map(|made| made.title.clone()).unwrap_or_default())
    });
    let sample = Memo::new(move |_| made.with(|made| made.as_ref().is_some_and(|m| m.sample)));
    let cut = Memo::new(move |_| made.with(|made| made.as_ref().is_some_and(|m| m.cut_off)));
    let artifact = Memo::new(move |_| made.with(|made| made.as_ref().and_then(|m| m.artifact)));
    let loaded = RwSignal::new(None::<(ArtifactId, String)>);
    let text = Memo::new(move |_| {
        let of = |(id, text): &(ArtifactId, String)| {
            (artifact.get() == Some(*id)).then(|| (text.clone(), TextState::Whole))
        };
        loaded.with(|loaded| loaded.as_ref().and_then(of)).unwrap_or_else(|| made.with(known_text))
    });
    let state = Memo::new(move |_| text.with(|(_, state)| *state));
    let more = Memo::new(move |_| (state.get() == TextState::Beginning).then(|| artifact.get())?);
    let body = Signal::derive(move || text.with(|(text, _)| text.clone()));
    let judge = Memo::new(move |_| made.with(|made| made.as_ref().and_then(|m| m.judge.clone())));
    let files = move || {
        let named =
            |text: &str| text.contains("\"file_id\"").then(|| serde_json::from_str(text).ok());
        let value = text.with(|(text, _)| named(text).flatten())?;
        Some(view! { <ToolFiles execution=store.id() value=value /> })
    };
    let words = move || {
        view! {
            <ReadableText text=body class="made-text__body" below=HEADING />
            {files}
            {move || {
                more.get().map(|id| {
                    // The beginning of JSON says little, and is no tree.
                    let unfolded = unfolded || body.read_untracked().starts_with(['{', '[']);
                    view! {
                        <ShowAll execution=store.id() id=id loaded=loaded unfolded=unfolded />
                    }
                })
            }}
        }
        .into_any()
    };
    view! {
        <li class="made-text" data-state=move || state.get().key()>
            <p class="made-text__title">
                <span class="clip">{title}</span>
                {stale_mark(made, stale)}
                {move || sample.get().then(SampleMark)}
                {move || cut.get().then(CutMark)}
            </p>
            {move || match judge.get() {
                Some(judge) => {
                    view! {
                        <OutputVerdict
                            store=store
                            judge=judge
                            artifact=artifact
                            until=words.into()
                        />
                    }
                    .into_any()
                }
                None => words(),
            }}
            <p class="made-text__foot">
                <HowMade artifact=artifact />
                <Keep store=store artifact=artifact title=title />
            </p>
        </li>
    }
}

fn known_text(made: &Option<OutputItem>) -> (String, TextState) {
    match made.as_ref().map(|made| &made.body) {
        Some(OutputBody::Text { text, state }) => (text.clone(), *state),
        _ => (String::new(), TextState::Whole),
    }
}

/// Loads all of a text whose beginning is shown.
#[component]
fn ShowAll(
    execution: ExecutionId,
    id: ArtifactId,
    loaded: RwSignal<Option<(ArtifactId, String)>>,
    /// Whether it does so without being asked.
    unfolded: bool,
) -> impl IntoView {
    let action = SentAction::default();
    let load = move |()| {
        action.send(load_artifact_text(execution, id), move |text| {
            loaded.try_set(Some((id, readable_json(&text))));
        });
    };
    Effect::new(move |_: Option<()>| {
        if unfolded {
            load(());
        }
    });
    view! {
        <Button size=ButtonSize::Small busy=action.busy on_press=load>
            "Show all"
        </Button>
    }
}

/// The outputs that somebody keeps; titles name the version where a newer one counts.
pub fn kept_outputs(view: &ExecutionView, kept: &[KeptVersion]) -> Vec<OutputItem> {
    let made = |KeptVersion { row, body, .. }: &KeptVersion| {
        let node = view.node(&row.node_id)?;
        let title = title_of(node, usize::try_from(row.item).unwrap_or(0));
        let older = (!row.is_latest).then(|| format!(" · v{}", row.version));
        Some(OutputItem {
            key: format!("kept-{}", row.id),
            title: title + &older.unwrap_or_default(),
            node: node.id.clone(),
            sample: row.sample,
            cut_off: row.cut_off,
            artifact: Some(row.id),
            judge: (node.kind == NodeKind::AiReview.key()).then(|| row.node_id.clone()),
            body: output_body(body, ""),
        })
    };
    kept.iter().filter_map(made).collect()
}

/// Keeps a version or lets it go; who may not sees whether it is kept.
#[component]
pub fn Keep(
    store: ExecutionStore,
    /// The version; none while it is being made.
    #[prop(into)]
    artifact: Signal<Option<ArtifactId>>,
    /// What it is called, for screen readers.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    let kept = Memo::new(move |_| {
        let of = |kept: &KeptVersion| Some(kept.row.id) == artifact.get();
        store.kept.with(|all| all.iter().find(|kept| of(kept)).map(kept_words))
    });
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let press = move |_| {
        let Some(id) = artifact.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        let keep = kept.with_untracked(Option::is_none);
        busy.set(true);
        spawn_local(async move {
            if let Err(error) = keep_version(store.id(), id, keep).await {
                toasts.show(ToastKind::Failed, error.0);
            }
            busy.try_set(false);
            store.fetch();
        });
    };
    let shown = move || {
        artifact.get()?;
        let words = move || kept.get().unwrap_or_else(|| TO_KEEP.to_owned());
        let shown = if store.controls() {
            view! {
                <button
                    type="button"
                    class="keep"
                    aria-label=move || format!("Keep {}", title.get())
                    aria-pressed=move || kept.with(Option::is_some).to_string()
                    title=words
                    on:click=press
                >
                    <Glyph icon=Icon::Star size=14 />
                    <span>"Keep"</span>
                </button>
            }
            .into_any()
        } else {
            let mark = move || {
                kept.get().map(|said| {
                    view! {
                        <span class="keep" title=said data-kept="">
                            <Glyph icon=Icon::Star size=14 />
                            <span>"Kept"</span>
                        </span>
                    }
                })
            };
            view! { {mark} }.into_any()
        };
        Some(shown)
    };
    view! { {shown} }
}

/// What keeping means, before it is done.
const TO_KEEP: &str = "Keep at the top of the outputs, even after the run's history is deleted";

/// "Kept by Ada".
fn kept_words(kept: &KeptVersion) -> String {
    kept.by.as_ref().map_or_else(|| "Kept".to_owned(), |name| format!("Kept by {name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn what_is_kept_is_called_like_its_step_and_its_version_where_another_counts() {
        let page = sample::completed();
        let node = page.view.node(&"copy".into()).unwrap();
        let kept = |place: usize, version, is_latest| KeptVersion {
            row: sample::version_row(&node.artifacts[place], version, is_latest),
            body: node.artifacts[place].body.clone(),
            by: Some("Ada".to_owned()),
        };

        let made = kept_outputs(&page.view, &[kept(0, 1, true), kept(1, 2, false)]);

        let titles: Vec<_> = made.iter().map(|made| made.title.as_str()).collect();
        assert_eq!(titles, ["Write headlines 1", "Write headlines 2 · v2"]);
        assert_eq!(kept_words(&kept(0, 1, true)), "Kept by Ada");
    }
}
