//! The lineage graph: what was made from what, in columns of boxes from the first source to the last
//! result.

use std::collections::{BTreeMap, BTreeSet};

use diagram::{kind_icon, longest_paths};
use leptos::prelude::*;
use model::{
    api::lineage::{DocumentUse, LineageDocument, LineageEntry, Subject},
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        geometry::Point,
    },
    execution::event::ArtifactBody,
    id::{ArtifactId, DocumentId, ImageId, WorkspaceId},
};
use ui::icon::{Glyph, Icon};
use web::routes::{self, ThumbnailSide};

use super::entry::{anchor, documents, read_for, titles};
use crate::documents::use_title;

fn curve(from: Point, to: Point) -> String {
    edge_path(from, to, from.y.max(to.y) + HEIGHT / 2.0, EdgeStyle::Curved).d
}

/// The graph, whose boxes link to what they stand for; not shown where the version is alone in it.
#[component]
pub(super) fn LineageGraph<'a>(
    workspace: WorkspaceId,
    /// The version with all it was made from and all that was made from it.
    entries: &'a [LineageEntry],
) -> impl IntoView {
    let Layout { spots, lines, size: (width, height) } = layout(entries);
    let curves =
        lines.into_iter().map(|line| view! { <path d=curve(line.0, line.1) /> }).collect_view();
    (spots.len() > 1).then(|| {
        let boxes = spots.into_iter().map(|spot| render_box(workspace, spot)).collect_view();
        view! {
            <div
                class="card lineage-graph"
                role="group"
                aria-label="Lineage graph"
                tabindex="0"
            >
                <div
                    class="lineage-graph__sheet"
                    style:width=format!("{width}px")
                    style:height=format!("{height}px")
                >
                    <svg class="lineage-graph__lines" width=width height=height aria-hidden="true">
                        {curves}
                    </svg>
                    {boxes}
                </div>
            </div>
        }
    })
}

fn render_box(workspace: WorkspaceId, spot: GraphBox) -> impl IntoView {
    let GraphBox { of, name, sign, is_this, is_gone, at } = spot;
    let title = if is_gone { format!("{name}, deleted") } else { name.clone() };
    let (href, rel) = match of {
        BoxKey::Version(id) => (format!("#{}", anchor(id)), Some("external")),
        BoxKey::Document(id) => (routes::document(workspace, id), None),
        BoxKey::Elsewhere(id) => (routes::lineage(workspace, Subject::Artifact(id)), None),
    };
    let href = (!is_gone).then_some(href);
    let sign = match sign {
        Sign::Icon(icon) => view! { <Glyph icon=icon size=18 /> }.into_any(),
        Sign::Picture(image) => {
            let src = routes::thumbnail(image, ThumbnailSide::Small);
            view! { <img src=src alt="" width="32" height="32" loading="lazy" /> }.into_any()
        }
    };
    view! {
        <a
            class="lineage-graph__box"
            href=href
            rel=rel
            aria-current=is_this.then_some("true")
            title=title
            style:left=format!("{}px", at.x)
            style:top=format!("{}px", at.y)
            style:width=format!("{WIDTH}px")
            style:height=format!("{HEIGHT}px")
        >
            {sign}
            <span class="clip-two">{name}</span>
            {is_gone.then(|| view! { <span class="subtle small">"deleted"</span> })}
        </a>
    }
}

/// Lengths in pixels.
pub(super) const WIDTH: f64 = 184.0;
pub(super) const HEIGHT: f64 = 48.0;
const GAP_X: f64 = 48.0;
const GAP_Y: f64 = 12.0;

/// What a box of the graph stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BoxKey {
    Version(ArtifactId),
    Document(DocumentId),
    /// The latest version that a step of another execution made with a document.
    Elsewhere(ArtifactId),
}

/// What a box shows beside its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sign {
    Icon(Icon),
    Picture(ImageId),
}

/// A box of the graph, with its top left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GraphBox {
    pub(super) of: BoxKey,
    pub(super) name: String,
    pub(super) sign: Sign,
    pub(super) is_this: bool,
    /// Whether what it stands for was deleted, so that the box is no link.
    pub(super) is_gone: bool,
    pub(super) at: Point,
}

/// The boxes and the lines between them, in CSS pixels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layout {
    pub(super) spots: Vec<GraphBox>,
    /// From the right of one box to the left of the other.
    pub(super) lines: Vec<(Point, Point)>,
    pub(super) size: (f64, f64),
}

/// A line: from a source to what was made from it.
type Line = (BoxKey, BoxKey);

/// Lays the graph out: every source stands left of what was made from it.
pub(super) fn layout(entries: &[LineageEntry]) -> Layout {
    let (boxes, lines) = (boxes(entries), lines(entries));
    let ranks = ranks(&boxes, &lines);
    let mut columns: BTreeMap<usize, Vec<GraphBox>> = BTreeMap::new();
    for spot in boxes {
        columns.entry(ranks[&spot.of]).or_default().push(spot);
    }
    let tallest = columns.values().map(|column| tall(column.len())).fold(0.0, f64::max);
    let size = (across(columns.len()) - GAP_X, tallest);
    let place = |(place, column): (usize, Vec<GraphBox>)| {
        let top = (tallest - tall(column.len())) / 2.0;
        let at = move |row| Point::new(across(place), top + down(row));
        column.into_iter().enumerate().map(move |(row, spot)| GraphBox { at: at(row), ..spot })
    };
    let spots: Vec<_> = columns.into_values().enumerate().flat_map(place).collect();
    Layout { lines: end_points(&lines, &spots), spots, size }
}

/// The boxes, not placed yet: the versions, the documents that were read for them or hold them, and
/// what other executions made with the documents that hold them.
fn boxes(entries: &[LineageEntry]) -> Vec<GraphBox> {
    let known: BTreeSet<ArtifactId> = entries.iter().map(|entry| entry.row.id).collect();
    let (held, read) = (documents(entries), read_for(entries));
    let elsewhere: BTreeMap<ArtifactId, &DocumentUse> = held
        .values()
        .flat_map(|document| &document.uses.newest)
        .filter(|of| !known.contains(&of.artifact))
        .map(|of| (of.artifact, of))
        .collect();
    let read = read.into_iter().filter(|(id, _)| !held.contains_key(id));
    let read = read.map(|(id, read)| GraphBox { is_gone: read.gone, ..document(id, &read.title) });
    let held = held.iter().map(|(id, held)| document(*id, &held.title));
    let elsewhere = elsewhere.into_values().map(|of| GraphBox {
        sign: Sign::Icon(Icon::Workflow),
        ..spot(BoxKey::Elsewhere(of.artifact), use_title(of))
    });
    let mut names = titles(entries);
    let version =
        |entry: &LineageEntry| version(entry, names.remove(&entry.row.id).unwrap_or_default());
    entries.iter().map(version).chain(read).chain(held).chain(elsewhere).collect()
}

fn lines(entries: &[LineageEntry]) -> Vec<Line> {
    let known: BTreeSet<ArtifactId> = entries.iter().map(|entry| entry.row.id).collect();
    let made_with = |document: &LineageDocument| -> Vec<Line> {
        let of = document.uses.newest.iter().map(|of| of.artifact);
        let kin =
            of.map(
                |id| if known.contains(&id) { BoxKey::Version(id) } else { BoxKey::Elsewhere(id) },
            );
        kin.map(|kin| (BoxKey::Document(document.id), kin)).collect()
    };
    let of_entry = |entry: &LineageEntry| -> Vec<Line> {
        let own = BoxKey::Version(entry.row.id);
        let from = entry.made_from.iter().map(|id| (BoxKey::Version(*id), own));
        let read = entry.context.iter().map(|read| (BoxKey::Document(read.id), own));
        let held = entry.documents.iter().map(|held| (own, BoxKey::Document(held.id)));
        from.chain(read).chain(held).chain(entry.documents.iter().flat_map(made_with)).collect()
    };
    let lines: BTreeSet<Line> = entries.iter().flat_map(of_entry).collect();
    lines.into_iter().collect()
}

/// The column of each box: one right of the rightmost of its sources. A document that holds what
/// was made with it stays left of that.
fn ranks(boxes: &[GraphBox], lines: &[Line]) -> BTreeMap<BoxKey, usize> {
    let into_document = |(_, to): &Line| matches!(to, BoxKey::Document(_));
    let (held, mut kept): (Vec<Line>, Vec<Line>) = lines.iter().copied().partition(into_document);
    let mut next: BTreeMap<BoxKey, Vec<BoxKey>> = BTreeMap::new();
    for (from, to) in &kept {
        next.entry(*from).or_default().push(*to);
    }
    for (from, to) in held {
        if !leads(&next, to, from) {
            next.entry(from).or_default().push(to);
            kept.push((from, to));
        }
    }
    longest_paths(boxes.iter().map(|spot| spot.of), &kept)
}

/// Whether lines lead from one box to the other.
fn leads(next: &BTreeMap<BoxKey, Vec<BoxKey>>, from: BoxKey, to: BoxKey) -> bool {
    let (mut seen, mut left) = (BTreeSet::from([from]), vec![from]);
    while let Some(at) = left.pop() {
        left.extend(next.get(&at).into_iter().flatten().filter(|one| seen.insert(**one)));
    }
    seen.contains(&to)
}

fn version(entry: &LineageEntry, name: String) -> GraphBox {
    let sign = match entry.body {
        ArtifactBody::Image { image, .. } => Sign::Picture(image),
        ArtifactBody::Text { .. } | ArtifactBody::Json { .. } => {
            Sign::Icon(kind_icon(&entry.node_kind))
        }
    };
    let is_this = entry.distance == 0;
    GraphBox { sign, is_this, ..spot(BoxKey::Version(entry.row.id), name) }
}

fn document(id: DocumentId, title: &str) -> GraphBox {
    spot(BoxKey::Document(id), title.to_owned())
}

fn spot(of: BoxKey, name: String) -> GraphBox {
    let sign = Sign::Icon(Icon::FileText);
    GraphBox { of, name, sign, is_this: false, is_gone: false, at: Point::default() }
}

/// The distance from the top of the first box to the top of the one after `rows` boxes.
#[expect(clippy::cast_precision_loss, reason = "an execution has far fewer than 2^53 outputs")]
fn down(rows: usize) -> f64 {
    rows as f64 * (HEIGHT + GAP_Y)
}

/// The height of a column of `rows` boxes.
fn tall(rows: usize) -> f64 {
    (down(rows) - GAP_Y).max(0.0)
}

/// The distance from the left to the column after `columns` columns.
#[expect(clippy::cast_precision_loss, reason = "an execution has far fewer than 2^53 outputs")]
fn across(columns: usize) -> f64 {
    columns as f64 * (WIDTH + GAP_X)
}

/// The end points of lines: the middle of the right edge of one box, and of the left edge of the
/// other.
fn end_points(lines: &[Line], spots: &[GraphBox]) -> Vec<(Point, Point)> {
    let places: BTreeMap<BoxKey, Point> = spots.iter().map(|spot| (spot.of, spot.at)).collect();
    let (right, left) = (Point::new(WIDTH, HEIGHT / 2.0), Point::new(0.0, HEIGHT / 2.0));
    let line = |(from, to): &Line| Some((*places.get(from)? + right, *places.get(to)? + left));
    lines.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn id(number: u8) -> String {
        format!("0193cccc-0000-7000-8000-0000000000{number:02}")
    }

    fn entry(number: u8, label: &str, distance: i32, made_from: &[u8]) -> LineageEntry {
        let document = json!({ "id": id(90), "title": "Launch text", "attached": false });
        serde_json::from_value(json!({
            "id": id(number), "node_id": "copy", "item": 0, "port": "text", "version": 1,
            "is_latest": true, "image_id": null, "provider": "sample", "model": "m", "sample": true,
            "job_id": id(50), "created_at": 0, "label": label, "node_kind": "llm",
            "body": { "type": "text", "excerpt": "Words" }, "distance": distance,
            "made_from": made_from.iter().map(|from| id(*from)).collect::<Vec<_>>(),
            "inputs": {}, "taken_from": null, "taken_into": [],
            "documents": if distance > 0 { json!([document]) } else { json!([]) },
            "bill": { "input_tokens": 0, "output_tokens": 0, "cost_micros": 0,
                      "unpriced_calls": 0, "sample_calls": 0 },
        }))
        .unwrap()
    }

    fn from<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_was_made_from_something_stands_right_of_it_with_a_line_between() {
        let laid = layout(&[entry(1, "Write copy", 0, &[]), entry(2, "Shorten", 1, &[1])]);

        let left_of = |name: &str| {
            let spot = laid.spots.iter().find(|spot| spot.name.starts_with(name)).unwrap();
            spot.at.x
        };
        let column = WIDTH + GAP_X;
        let columns = ["Write copy", "Shorten", "Launch text"].map(left_of);
        assert_eq!(columns, [0.0, column, 2.0 * column]);
        assert_eq!(laid.lines.len(), 2, "{:?}", laid.lines);
        assert!(laid.lines.iter().all(|(from, to)| from.x + GAP_X == to.x));
    }

    #[test]
    fn what_a_step_made_several_of_is_numbered_from_the_first() {
        let mut second = entry(2, "Write", 0, &[]);
        second.row.item = 1;

        let laid = layout(&[entry(1, "Write", 0, &[]), second]);

        let names: Vec<&str> = laid.spots.iter().map(|spot| spot.name.as_str()).collect();
        assert_eq!(names, ["Write 1 · v1", "Write 2 · v1"]);
    }

    #[test]
    fn what_was_made_from_two_of_which_one_came_from_the_other_stands_right_of_both() {
        let laid = layout(&[
            entry(1, "Write", 0, &[]),
            entry(3, "Quote", 1, &[1, 2]),
            entry(2, "Check", 1, &[1]),
        ]);

        let left_of = |name: &str| {
            let spot = laid.spots.iter().find(|spot| spot.name.starts_with(name));
            spot.map(|spot| spot.at.x)
        };
        assert!(left_of("Write") < left_of("Check") && left_of("Check") < left_of("Quote"));
        assert!(laid.lines.iter().all(|(from, to)| from.x < to.x), "{:?}", laid.lines);
    }

    #[test]
    fn what_documents_were_read_for_is_right_of_them_in_all_executions() {
        let mut made = entry(1, "Write", 0, &[]);
        made.context = from(json!([{ "id": id(80), "title": "Brand book", "gone": true }]));
        made.documents = from(json!([{
            "id": id(90), "title": "Launch text", "attached": false,
            "uses": { "all": 1, "newest": [{
                "execution": { "id": id(70), "number": 4, "name": "Letter", "status": "completed",
                               "node_id": "shorten" },
                "label": "Shorten", "artifact": id(71), "versions": 1,
            }] },
        }]));

        let laid = layout(&[made]);

        let names: Vec<&str> = laid.spots.iter().map(|spot| spot.name.as_str()).collect();
        assert_eq!(names, ["Brand book", "Write · v1", "Launch text", "Shorten · Letter #4"]);
        assert!(laid.spots[0].is_gone);
        assert!(laid.spots.windows(2).all(|two| two[0].at.x < two[1].at.x));
        assert_eq!(laid.lines.len(), 3);
    }

    #[test]
    fn a_document_that_holds_what_was_made_with_it_stands_left_of_that() {
        let mut picture = entry(2, "Paint", 1, &[1]);
        picture.documents =
            from(json!([{ "id": id(80), "title": "Brand book", "attached": true }]));
        let mut text = entry(1, "Write", 0, &[]);
        text.context = from(json!([{ "id": id(80), "title": "Brand book" }]));

        let laid = layout(&[text, picture]);

        let names: Vec<&str> = laid.spots.iter().map(|spot| spot.name.as_str()).collect();
        assert_eq!(names, ["Brand book", "Write · v1", "Paint · v1"]);
        assert_eq!(laid.lines.len(), 3);
    }

    #[test]
    fn a_short_column_stands_in_the_middle_of_a_tall_one() {
        let sources = [entry(1, "A", -1, &[]), entry(2, "B", -1, &[]), entry(3, "C", -1, &[])];
        let laid = layout(&[&sources[..], &[entry(4, "Sum", 0, &[1, 2, 3])]].concat());

        let tops: Vec<_> = laid.spots.iter().map(|spot| spot.at.y).collect();
        assert_eq!(tops, [0.0, 60.0, 120.0, 60.0]);
        assert_eq!(laid.size, (2.0 * WIDTH + GAP_X, 168.0));
    }
}
