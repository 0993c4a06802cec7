//! What an execution has made, as the panel and the dock show it.

use leptos::{ev, prelude::*, task::spawn_local};
use model::{
    api::lineage::Subject,
    execution::{
        event::{ArtifactBody, ArtifactSummary, EXCERPT_CHARS},
        state::{JobStatus, NodeStatus},
        view::NodeView,
    },
    id::{ArtifactId, ExecutionId, ImageId, NodeId},
};

use super::{
    picture::{readable, thumbnail},
    pieces::Texts,
    rounds::number_of,
    store::ExecutionStore,
    verdict::MadeVerdict,
};
use crate::{
    api::executions::load_artifact_text,
    layout::session::use_session,
    pictures::{Lightbox, Picture},
    routes,
    ui::{
        button::{Button, ButtonSize},
        icon::{Glyph, Icon},
        toast::{ToastKind, use_toasts},
    },
};

/// One thing made or being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Unique on the page.
    pub key: String,
    /// The node's label, with the item's number when there are several.
    pub title: String,
    /// Made by the sample provider.
    pub sample: bool,
    /// Where all of it is kept, once it is made.
    pub artifact: Option<ArtifactId>,
    /// The step that judged, when it is what an AI review said.
    pub judge: Option<NodeId>,
    /// What it is.
    pub what: What,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Words; more of them when they are still being written.
    Text {
        /// As much as the page has.
        text: String,
        /// How far it is.
        state: TextState,
    },
    /// A picture in the library.
    Picture {
        /// Which.
        image: ImageId,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// A picture that is being made.
    Coming,
}

/// How far a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextState {
    /// It is being written.
    Writing,
    /// All of it is here.
    Whole,
    /// The page has its beginning only.
    Beginning,
}

impl TextState {
    fn key(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Whole => "whole",
            Self::Beginning => "beginning",
        }
    }
}

/// What a node has made and is writing, in the order of its items.
pub fn made(node: &NodeView, texts: &Texts) -> Vec<Made> {
    let several = node.jobs.len() > 1 || node.artifacts.len() > 1;
    // The label has the number of the innermost round.
    let nested = Some(number_of(&node.id)).filter(|round| round.contains('.'));
    let label = nested.map_or(node.label.clone(), |round| format!("{}, round {round}", node.label));
    let title = |item: usize| match several {
        true => format!("{label} {}", item + 1),
        false => label.clone(),
    };
    let mut found: Vec<(usize, Made)> = vec![];
    for artifact in &node.artifacts {
        let item = usize::try_from(artifact.item).unwrap_or(0);
        let streamed = node.jobs.get(item).map_or("", |job| texts.of_job(job.id));
        let made = Made {
            key: format!("{}-{}-{}", node.id, artifact.port, artifact.item),
            title: title(item),
            sample: artifact.sample,
            artifact: Some(artifact.id),
            judge: (node.kind == "ai_review").then(|| artifact.node.clone()),
            what: what(artifact, streamed),
        };
        found.push((item, made));
    }
    for (item, job) in node.jobs.iter().enumerate() {
        let text = texts.of_job(job.id);
        if job.status == JobStatus::Running && !text.is_empty() {
            let what = What::Text { text: text.to_owned(), state: TextState::Writing };
            let key = format!("{}-writing-{item}", node.id);
            found.push((item, unfinished(key, title(item), what)));
        }
    }
    found.extend(coming(node));
    found.sort_by_key(|(item, _)| *item);
    found.into_iter().map(|(_, made)| made).collect()
}

/// A place for each picture that a node is making.
fn coming(node: &NodeView) -> impl Iterator<Item = (usize, Made)> {
    let makes = node.kind == "generate_image" && node.status == NodeStatus::Running;
    let open = node.jobs.iter().enumerate().filter(|(_, job)| !job.status.is_settled());
    open.filter(move |_| makes).map(|(item, _)| {
        let title = format!("Picture {} is being made", item + 1);
        let key = format!("{}-coming-{item}", node.id);
        (item, unfinished(key, title, What::Coming))
    })
}

fn unfinished(key: String, title: String, what: What) -> Made {
    Made { key, title, sample: false, artifact: None, judge: None, what }
}

fn what(artifact: &ArtifactSummary, streamed: &str) -> What {
    match &artifact.body {
        ArtifactBody::Image { image, width, height } => {
            What::Picture { image: *image, width: *width, height: *height }
        }
        ArtifactBody::Text { excerpt } | ArtifactBody::Json { excerpt } => {
            // The log repeats only the beginning; what was streamed is the same text in full.
            let same = !excerpt.is_empty() && streamed.starts_with(excerpt.as_str());
            let short = excerpt.chars().count() < EXCERPT_CHARS;
            let json = matches!(artifact.body, ArtifactBody::Json { .. });
            let shown = |text: &str| if json { readable(text) } else { text.to_owned() };
            let (text, state) = match (short, same) {
                (true, _) => (shown(excerpt), TextState::Whole),
                (false, true) => (shown(streamed), TextState::Whole),
                (false, false) => (format!("{}…", shown(excerpt)), TextState::Beginning),
            };
            What::Text { text, state }
        }
    }
}

/// Things made, texts below pictures.
#[component]
pub fn MadeList(
    /// What to show.
    #[prop(into)]
    all: Signal<Vec<Made>>,
    /// What is known of the execution they are of.
    store: ExecutionStore,
) -> impl IntoView {
    let pictures = Memo::new(move |_| {
        let picture = |made: &&Made| matches!(made.what, What::Picture { .. } | What::Coming);
        all.with(|all| all.iter().filter(picture).cloned().collect::<Vec<_>>())
    });
    let texts = Memo::new(move |_| {
        let text = |made: &&Made| matches!(made.what, What::Text { .. });
        let key = |made: &Made| made.key.clone();
        all.with(|all| all.iter().filter(text).map(key).collect::<Vec<_>>())
    });
    let open = RwSignal::new(None);
    let finished =
        Signal::derive(move || pictures.read().iter().filter_map(whole).collect::<Vec<_>>());
    view! {
        <Show when=move || !pictures.read().is_empty()>
            <ul class="made-pictures">
                <For each=move || pictures.get() key=|made| made.key.clone() let:made>
                    <MadePicture made=made open=open />
                </For>
            </ul>
            <Lightbox pictures=finished open=open />
        </Show>
        <Show when=move || !texts.read().is_empty()>
            <ul class="made-texts">
                <For each=move || texts.get() key=|key| key.clone() let:key>
                    <MadeText all=all key=key store=store />
                </For>
            </ul>
        </Show>
    }
}

/// A finished picture, to be looked at in full.
fn whole(made: &Made) -> Option<Picture> {
    let What::Picture { image: id, width, height } = made.what else { return None };
    let (alt, sample) = (made.title.clone(), made.sample);
    Some(Picture { id, alt, caption: None, width, height, bytes: None, sample })
}

#[component]
fn MadePicture(made: Made, open: RwSignal<Option<ImageId>>) -> impl IntoView {
    let What::Picture { image, width, height } = made.what else {
        return view! {
            <li class="made-picture" data-state="coming">
                <span class="unseen">{made.title}</span>
            </li>
        }
        .into_any();
    };
    let enlarge = move |event: ev::MouseEvent| {
        event.prevent_default();
        open.set(Some(image));
    };
    view! {
        <li class="made-picture">
            <a class="made-picture__open" href=routes::image(image) on:click=enlarge>
                <img
                    class="made-picture__image"
                    src=thumbnail(image, 384)
                    alt=made.title
                    width=width
                    height=height
                    loading="lazy"
                    style:--ratio=format!("{width} / {height}")
                />
            </a>
            {made.sample.then(SampleMark)}
            <HowMade artifact=made.artifact />
        </li>
    }
    .into_any()
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

/// The word that what is below it was not made by a real model.
#[component]
fn SampleMark() -> impl IntoView {
    view! { <span class="sample-mark">"SAMPLE"</span> }
}

#[component]
fn MadeText(all: Signal<Vec<Made>>, key: String, store: ExecutionStore) -> impl IntoView {
    let made = Memo::new(move |_| all.with(|all| all.iter().find(|made| made.key == key).cloned()));
    let title = move || made.with(|made| made.as_ref().map(|made| made.title.clone()));
    let sample = Memo::new(move |_| made.with(|made| made.as_ref().is_some_and(|m| m.sample)));
    let artifact = Memo::new(move |_| made.with(|made| made.as_ref().and_then(|m| m.artifact)));
    let loaded = RwSignal::new(None::<(ArtifactId, String)>);
    let text = Memo::new(move |_| {
        let of = |(id, text): &(ArtifactId, String)| {
            (artifact.get() == Some(*id)).then(|| (text.clone(), TextState::Whole))
        };
        let whole = loaded.with(|loaded| loaded.as_ref().and_then(of));
        whole.unwrap_or_else(|| made.with(known_text))
    });
    let state = Memo::new(move |_| text.with(|(_, state)| *state));
    let more = Memo::new(move |_| (state.get() == TextState::Beginning).then(|| artifact.get())?);
    let judge = Memo::new(move |_| made.with(|made| made.as_ref().and_then(|m| m.judge.clone())));
    let words = move || {
        view! {
            <p class="made-text__body">{move || text.with(|(text, _)| text.clone())}</p>
            {move || {
                more.get().map(|id| view! { <ShowAll execution=store.id() id=id loaded=loaded /> })
            }}
        }
        .into_any()
    };
    view! {
        <li class="made-text" data-state=move || state.get().key()>
            <p class="made-text__title">
                <span class="clip">{title}</span>
                {move || sample.get().then(SampleMark)}
            </p>
            {move || match judge.get() {
                Some(judge) => {
                    view! { <MadeVerdict store=store judge=judge artifact=artifact until=words.into() /> }
                        .into_any()
                }
                None => words(),
            }}
            <HowMade artifact=artifact />
        </li>
    }
}

fn known_text(made: &Option<Made>) -> (String, TextState) {
    match made.as_ref().map(|made| &made.what) {
        Some(What::Text { text, state }) => (text.clone(), *state),
        _ => (String::new(), TextState::Whole),
    }
}

/// Loads all of a text whose beginning is shown.
#[component]
fn ShowAll(
    execution: ExecutionId,
    id: ArtifactId,
    loaded: RwSignal<Option<(ArtifactId, String)>>,
) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let load = move |()| {
        busy.set(true);
        spawn_local(async move {
            match load_artifact_text(execution, id).await {
                Ok(text) => drop(loaded.try_set(Some((id, readable(&text))))),
                Err(error) => toasts.show(ToastKind::Failed, error.0.detail),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Button size=ButtonSize::Small busy=busy on_press=load>
            "Show all"
        </Button>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::monitor::{pieces::Piece, sample};

    #[test]
    fn finished_items_come_with_those_being_written_in_order() {
        let page = sample::running();

        let made = made(page.view.node(&"copy".into()).unwrap(), &Texts::of(&page.partial));

        let titles: Vec<_> = made.iter().map(|made| made.title.as_str()).collect();
        assert_eq!(titles, ["Write headlines 1", "Write headlines 2"]);
        assert!(made[0].sample);
        assert!(matches!(&made[1].what, What::Text { text, state: TextState::Writing }
            if text == "Steam, light and a quiet"));
    }

    #[test]
    fn pictures_being_made_have_their_places() {
        let page = sample::running();

        let made = made(page.view.node(&"image".into()).unwrap(), &Texts::default());

        assert!(made.len() == 2 && made.iter().all(|made| made.what == What::Coming));
    }

    #[test]
    fn a_streamed_text_stays_whole_when_the_log_has_its_beginning_only() {
        let mut page = sample::completed();
        let whole = "word ".repeat(100);
        let node = page.view.nodes.iter_mut().find(|node| node.id.as_str() == "copy").unwrap();
        let excerpt: String = whole.chars().take(EXCERPT_CHARS).collect();
        node.artifacts[0].body = ArtifactBody::Text { excerpt };
        let mut texts = Texts::default();

        let before = made(node, &texts);
        texts.join(&Piece { job: sample::job(10), fence: 1, offset: 0, text: whole.clone() });
        let after = made(node, &texts);

        assert!(matches!(&before[0].what, What::Text { state: TextState::Beginning, .. }));
        assert!(matches!(&after[0].what, What::Text { text, state: TextState::Whole }
            if *text == whole));
    }
}
