//! The picture of what was made from what: columns from the first source to the last result.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    api::lineage::LineageEntry,
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        geometry::Point,
    },
    execution::event::ArtifactBody,
    id::{ArtifactId, DocumentId, ImageId, WorkspaceId},
};

use super::entry::{anchor, documents, title};
use crate::{
    diagram::kind_icon,
    routes::{self, ThumbnailSide},
    ui::icon::{Glyph, Icon},
};

/// Lengths in pixels.
const WIDTH: f64 = 184.0;
const HEIGHT: f64 = 48.0;
const GAP_X: f64 = 48.0;
const GAP_Y: f64 = 12.0;

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kin {
    Version(ArtifactId),
    Document(DocumentId),
}

/// What a box shows beside its name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign {
    Icon(Icon),
    Picture(ImageId),
}

/// A box of the picture.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    of: Kin,
    name: String,
    sign: Sign,
    is_this: bool,
    at: Point,
}

/// Boxes and the lines between them.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layout {
    spots: Vec<Spot>,
    /// From the right of one box to the left of the other.
    lines: Vec<(Point, Point)>,
    size: (f64, f64),
}

/// Sources are left of what was made from them, documents right of all that they hold.
fn layout(entries: &[LineageEntry]) -> Layout {
    let mut columns: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
    let ranks = ranks(entries);
    for entry in entries {
        columns.entry(ranks[&entry.row.id]).or_default().push(version(entry));
    }
    let last = columns.keys().next_back().map_or(0, |last| last + 1);
    for (id, title) in documents(entries) {
        columns.entry(last).or_default().push(document(id, title));
    }
    let tallest = columns.values().map(|column| tall(column.len())).fold(0.0, f64::max);
    let size = (across(columns.len()) - GAP_X, tallest);
    let place = |(place, column): (usize, Vec<Spot>)| {
        let top = (tallest - tall(column.len())) / 2.0;
        let at = move |row| Point::new(across(place), top + down(row));
        let placed = move |(row, spot)| Spot { at: at(row), ..spot };
        column.into_iter().enumerate().map(placed)
    };
    let spots: Vec<_> = columns.into_values().enumerate().flat_map(place).collect();
    Layout { lines: lines(entries, &spots), spots, size }
}

/// How many versions stand left of each: one more than of the last that it was made from.
fn ranks(entries: &[LineageEntry]) -> BTreeMap<ArtifactId, usize> {
    let mut ranks: BTreeMap<ArtifactId, usize> =
        entries.iter().map(|entry| (entry.row.id, 0)).collect();
    // The longest way has fewer steps than there are versions: more rounds would be a circle.
    for _ in 1..entries.len() {
        let mut moved = false;
        for entry in entries {
            let sources = entry.made_from.iter().filter_map(|from| ranks.get(from));
            let rank = sources.max().map_or(0, |last| last + 1);
            moved |= ranks.insert(entry.row.id, rank) != Some(rank);
        }
        if !moved {
            break;
        }
    }
    ranks
}

fn version(entry: &LineageEntry) -> Spot {
    let sign = match entry.body {
        ArtifactBody::Image { image, .. } => Sign::Picture(image),
        ArtifactBody::Text { .. } | ArtifactBody::Json { .. } => {
            Sign::Icon(kind_icon(&entry.node_kind))
        }
    };
    let (of, name, is_this) = (Kin::Version(entry.row.id), title(entry), entry.distance == 0);
    Spot { of, name, sign, is_this, at: Point::default() }
}

fn document(id: DocumentId, title: &str) -> Spot {
    let (of, name, sign) = (Kin::Document(id), title.to_owned(), Sign::Icon(Icon::FileText));
    Spot { of, name, sign, is_this: false, at: Point::default() }
}

/// How far below the first box the one after so many begins.
#[expect(clippy::cast_precision_loss, reason = "an execution has far fewer than 2^53 outputs")]
fn down(rows: usize) -> f64 {
    rows as f64 * (HEIGHT + GAP_Y)
}

/// How high so many boxes above each other are.
fn tall(rows: usize) -> f64 {
    (down(rows) - GAP_Y).max(0.0)
}

/// How far from the left a column begins.
#[expect(clippy::cast_precision_loss, reason = "an execution has far fewer than 2^53 outputs")]
fn across(columns: usize) -> f64 {
    columns as f64 * (WIDTH + GAP_X)
}

fn lines(entries: &[LineageEntry], spots: &[Spot]) -> Vec<(Point, Point)> {
    let places: BTreeMap<Kin, Point> = spots.iter().map(|spot| (spot.of, spot.at)).collect();
    let kin = entries.iter().flat_map(|entry| {
        let own = Kin::Version(entry.row.id);
        let from = entry.made_from.iter().map(move |id| (Kin::Version(*id), own));
        from.chain(entry.documents.iter().map(move |held| (own, Kin::Document(held.id))))
    });
    let (right, left) = (Point::new(WIDTH, HEIGHT / 2.0), Point::new(0.0, HEIGHT / 2.0));
    let line = |(from, to)| Some((*places.get(&from)? + right, *places.get(&to)? + left));
    kin.filter_map(line).collect()
}

fn curve((from, to): (Point, Point)) -> String {
    let floor = from.y.max(to.y) + HEIGHT / 2.0;
    edge_path(from, to, floor, EdgeStyle::Curved).d
}

/// The picture, where there is more than the version itself; its boxes lead to what they stand for.
#[component]
pub(super) fn LineageGraph<'a>(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The version and its kin.
    entries: &'a [LineageEntry],
) -> impl IntoView {
    let Layout { spots, lines, size: (width, height) } = layout(entries);
    let curves = lines.into_iter().map(|line| view! { <path d=curve(line) /> }).collect_view();
    (spots.len() > 1).then(|| {
        let boxes = spots.into_iter().map(|spot| boxed(workspace, spot)).collect_view();
        view! {
            <div
                class="card lineage-graph"
                role="group"
                aria-label="What was made from what"
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

fn boxed(workspace: WorkspaceId, spot: Spot) -> impl IntoView {
    let Spot { of, name, sign, is_this, at } = spot;
    let title = name.clone();
    let (href, rel) = match of {
        Kin::Version(id) => (format!("#{}", anchor(id)), Some("external")),
        Kin::Document(id) => (routes::document(workspace, id), None),
    };
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
        </a>
    }
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
    fn a_short_column_stands_in_the_middle_of_a_tall_one() {
        let sources = [entry(1, "A", -1, &[]), entry(2, "B", -1, &[]), entry(3, "C", -1, &[])];
        let laid = layout(&[&sources[..], &[entry(4, "Sum", 0, &[1, 2, 3])]].concat());

        let tops: Vec<_> = laid.spots.iter().map(|spot| spot.at.y).collect();
        assert_eq!(tops, [0.0, 60.0, 120.0, 60.0]);
        assert_eq!(laid.size, (2.0 * WIDTH + GAP_X, 168.0));
    }
}
