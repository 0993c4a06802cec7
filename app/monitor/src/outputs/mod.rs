//! The outputs of an execution, as the panel and the dock show them.

mod list;

use model::{
    execution::{
        event::{ArtifactBody, ArtifactSummary, EXCERPT_CHARS},
        state::{JobStatus, NodeStatus},
        view::NodeView,
    },
    id::{ArtifactId, ImageId, NodeId},
    nodes::NodeKind,
};

use super::rounds::number_of;
use crate::{
    stream_events::{Texts, readable_stream},
    values::readable_json,
};

pub use list::{FIRST_SHOWN, Keep, OutputList, SampleMark, ShowMore, kept_outputs};

/// An output of a node: a text or a picture, finished or being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputItem {
    /// Unique on the page.
    pub key: String,
    /// The node's label, with the item's number when there are several.
    pub title: String,
    /// The step it is of.
    pub node: NodeId,
    /// Made by the sample provider.
    pub sample: bool,
    /// It ended at its token limit.
    pub cut_off: bool,
    /// Where all of it is kept, once it is made.
    pub artifact: Option<ArtifactId>,
    /// The step that judged, when it is what an AI review said.
    pub judge: Option<NodeId>,
    /// Its content, as far as the page has it.
    pub body: OutputBody,
}

/// The content of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputBody {
    /// Words; more of them when they are still being written.
    Text {
        /// As much as the page has.
        text: String,
        /// How far it is.
        state: TextState,
    },
    /// A picture in the library.
    Picture {
        /// The image, once it is stored.
        image: ImageId,
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
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

/// The outputs of a node, those that are being made included, in the order of its items.
pub fn list_outputs(node: &NodeView, texts: &Texts) -> Vec<OutputItem> {
    let title = |item: usize| title_of(node, item);
    let mut found: Vec<(usize, OutputItem)> = vec![];
    for artifact in &node.artifacts {
        let item = usize::try_from(artifact.item).unwrap_or(0);
        let streamed = node.jobs.get(item).map_or("", |job| texts.of_job(job.id));
        let streamed = readable_stream(node, streamed);
        let made = OutputItem {
            key: format!("{}-{}-{}", node.id, artifact.port, artifact.item),
            title: title(item),
            node: node.id.clone(),
            sample: artifact.sample,
            cut_off: artifact.cut_off,
            artifact: Some(artifact.id),
            judge: (node.kind == NodeKind::AiReview.key()).then(|| artifact.node.clone()),
            body: output_body(&artifact.body, &streamed),
        };
        found.push((item, made));
    }
    for (item, job) in node.jobs.iter().enumerate() {
        let text = readable_stream(node, texts.of_job(job.id));
        if job.status == JobStatus::Running && !text.is_empty() {
            let body = OutputBody::Text { text: text.into_owned(), state: TextState::Writing };
            let key = format!("{}-writing-{item}", node.id);
            found.push((item, unfinished_output(node, key, title(item), body)));
        }
    }
    found.extend(pending_pictures(node));
    found.sort_by_key(|(item, _)| *item);
    found.into_iter().map(|(_, made)| made).collect()
}

/// What an item of a node is called: the node's label, with a number where it has several.
fn title_of(node: &NodeView, item: usize) -> String {
    let several = node.jobs.len() > 1 || node.artifacts.len() > 1;
    // The label has the number of the innermost round.
    let nested = Some(number_of(&node.id)).filter(|round| round.contains('.'));
    let label = nested.map_or(node.label.clone(), |round| format!("{}, round {round}", node.label));
    if several { format!("{label} {}", item + 1) } else { label }
}

/// The first outputs of nodes, pictures before texts; `most` of each, because only what is shown is
/// worked out.
pub fn first_outputs<'a>(
    nodes: impl Iterator<Item = &'a NodeView> + Clone,
    texts: &Texts,
    most: usize,
) -> Vec<OutputItem> {
    let pictured = |node: &&NodeView| {
        let is_picture =
            |artifact: &ArtifactSummary| matches!(artifact.body, ArtifactBody::Image { .. });
        node.artifacts.iter().any(is_picture) || pending_pictures(node).next().is_some()
    };
    let pictures = nodes.clone().filter(pictured).flat_map(|node| list_outputs(node, texts));
    let all = nodes.flat_map(|node| list_outputs(node, texts));
    let mut first: Vec<_> = pictures.filter(|made| !made.is_text()).take(most).collect();
    first.extend(all.filter(OutputItem::is_text).take(most));
    first
}

impl OutputItem {
    fn is_text(&self) -> bool {
        matches!(self.body, OutputBody::Text { .. })
    }
}

/// A placeholder for each picture that a node is making, with the number of its item.
fn pending_pictures(node: &NodeView) -> impl Iterator<Item = (usize, OutputItem)> {
    let makes = node.kind == NodeKind::GenerateImage.key() && node.status == NodeStatus::Running;
    let open = node.jobs.iter().enumerate().filter(|(_, job)| !job.status.is_settled());
    open.filter(move |_| makes).map(|(item, _)| {
        let title = format!("Image {} in progress", item + 1);
        let key = format!("{}-coming-{item}", node.id);
        (item, unfinished_output(node, key, title, OutputBody::Coming))
    })
}

fn unfinished_output(node: &NodeView, key: String, title: String, body: OutputBody) -> OutputItem {
    let node = node.id.clone();
    let (sample, cut_off, artifact, judge) = (false, false, None, None);
    OutputItem { key, title, node, sample, cut_off, artifact, judge, body }
}

fn output_body(body: &ArtifactBody, streamed: &str) -> OutputBody {
    match body {
        ArtifactBody::Image { image, width, height } => {
            OutputBody::Picture { image: *image, width: *width, height: *height }
        }
        ArtifactBody::Text { excerpt } | ArtifactBody::Json { excerpt } => {
            // The log repeats only the beginning; what was streamed is the same text in full.
            let same = !excerpt.is_empty() && streamed.starts_with(excerpt.as_str());
            let short = excerpt.chars().count() < EXCERPT_CHARS;
            let json = matches!(body, ArtifactBody::Json { .. });
            let shown = |text: &str| if json { readable_json(text) } else { text.to_owned() };
            let (text, state) = match (short, same) {
                (true, _) => (shown(excerpt), TextState::Whole),
                (false, true) => (shown(streamed), TextState::Whole),
                (false, false) => (format!("{}…", shown(excerpt)), TextState::Beginning),
            };
            OutputBody::Text { text, state }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn finished_items_come_with_those_being_written_in_order() {
        let page = sample::running();

        let texts = Texts::from_partial(&page.partial);
        let made = list_outputs(page.view.node(&"copy".into()).unwrap(), &texts);

        let titles: Vec<_> = made.iter().map(|made| made.title.as_str()).collect();
        assert_eq!(titles, ["Write headlines 1", "Write headlines 2"]);
        assert!(made[0].sample);
        assert!(matches!(&made[1].body, OutputBody::Text { text, state: TextState::Writing }
            if text == "Steam, light and a quiet"));
    }

    #[test]
    fn pictures_being_made_have_their_places() {
        let page = sample::running();

        let made = list_outputs(page.view.node(&"image".into()).unwrap(), &Texts::default());

        assert!(made.len() == 2 && made.iter().all(|made| made.body == OutputBody::Coming));
    }

    #[test]
    fn only_as_much_is_made_out_as_is_shown_and_pictures_come_first() {
        let page = sample::completed();
        let titles = |most| {
            let made = first_outputs(page.view.nodes.iter(), &Texts::default(), most);
            made.into_iter().map(|made| made.title).collect::<Vec<_>>()
        };

        let all =
            ["Make creatives 1", "Make creatives 2", "Write headlines 1", "Write headlines 2"];
        assert_eq!(titles(60), all);
        assert_eq!(titles(1), ["Make creatives 1", "Write headlines 1"]);
    }

    #[test]
    fn a_streamed_text_stays_whole_when_the_log_has_its_beginning_only() {
        let mut page = sample::completed();
        let whole = "word ".repeat(100);
        let node = page.view.nodes.iter_mut().find(|node| node.id.as_str() == "copy").unwrap();
        let excerpt: String = whole.chars().take(EXCERPT_CHARS).collect();
        node.artifacts[0].body = ArtifactBody::Text { excerpt };
        let mut texts = Texts::default();

        let before = list_outputs(node, &texts);
        texts.join(&sample::piece(sample::job(10), 1, 0, &whole));
        let after = list_outputs(node, &texts);

        assert!(matches!(&before[0].body, OutputBody::Text { state: TextState::Beginning, .. }));
        assert!(matches!(&after[0].body, OutputBody::Text { text, state: TextState::Whole }
            if *text == whole));
    }
}
