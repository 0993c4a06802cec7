//! The picture of what was made from what: columns from the first source to the last result.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    api::lineage::LineageEntry,
    execution::event::ArtifactBody,
    id::{ArtifactId, DocumentId, ImageId, WorkspaceId},
};

use super::entry::title;
use crate::{
    diagram::kind_icon,
    routes::{self, ThumbnailSide},
    ui::icon::{Glyph, Icon},
};

/// Lengths in pixels.
const WIDTH: f64 = 184.0;
const HEIGHT: f64 = 48.0;
const GAP_X: f64 = 56.0;
const GAP_Y: f64 = 12.0;

/// What a box stands for.
#[derive(Debug, Clone, PartialEq)]
enum Stands {
    Version { id: ArtifactId, icon: Icon, picture: Option<ImageId>, is_this: bool },
    Document(DocumentId),
}

/// A box of the picture.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    name: String,
    stands: Stands,
    /// From the left and from the top.
    at: (f64, f64),
}

/// Boxes and the lines between them: from the right of one to the left of the other.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layout {
    spots: Vec<Spot>,
    lines: Vec<((f64, f64), (f64, f64))>,
    size: (f64, f64),
}

/// Sources are left of what was made from them, documents right of all that they hold.
fn layout(entries: &[LineageEntry]) -> Layout {
    let mut columns: BTreeMap<i32, Vec<(String, Stands)>> = BTreeMap::new();
    for entry in entries {
        columns.entry(entry.distance).or_default().push((title(entry), version(entry)));
    }
    let last = columns.keys().next_back().map_or(0, |last| last + 1);
    let held = entries.iter().filter(|entry| entry.distance >= 0).flat_map(|e| &e.documents);
    let held: BTreeMap<DocumentId, &str> = held.map(|d| (d.id, d.title.as_str())).collect();
    for (id, title) in held {
        let document = (title.to_owned(), Stands::Document(id));
        columns.entry(last).or_default().push(document);
    }
    let tallest = columns.values().map(|column| tall(column.len())).fold(0.0, f64::max);
    let mut laid = Layout { size: (across(columns.len()) - GAP_X, tallest), ..Layout::default() };
    for (place, column) in columns.into_values().enumerate() {
        let top = (tallest - tall(column.len())) / 2.0;
        let spots = column.into_iter().enumerate().map(|(row, (name, stands))| {
            let at = (across(place), top + down(row));
            Spot { name, stands, at }
        });
        laid.spots.extend(spots);
    }
    laid.lines = lines(entries, &laid.spots);
    laid
}

fn version(entry: &LineageEntry) -> Stands {
    let picture = match entry.body {
        ArtifactBody::Image { image, .. } => Some(image),
        ArtifactBody::Text { .. } | ArtifactBody::Json { .. } => None,
    };
    let (id, icon, is_this) = (entry.row.id, kind_icon(&entry.node_kind), entry.distance == 0);
    Stands::Version { id, icon, picture, is_this }
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

fn lines(entries: &[LineageEntry], spots: &[Spot]) -> Vec<((f64, f64), (f64, f64))> {
    let versions = spots.iter().filter_map(|spot| match spot.stands {
        Stands::Version { id, .. } => Some((id, spot.at)),
        Stands::Document(_) => None,
    });
    let versions: BTreeMap<ArtifactId, (f64, f64)> = versions.collect();
    let documents = spots.iter().filter_map(|spot| match spot.stands {
        Stands::Document(id) => Some((id, spot.at)),
        Stands::Version { .. } => None,
    });
    let documents: BTreeMap<DocumentId, (f64, f64)> = documents.collect();
    let of_entry = |entry: &LineageEntry| {
        let own = versions.get(&entry.row.id).copied();
        let from = entry.made_from.iter().filter_map(|id| versions.get(id).copied().zip(own));
        let into =
            entry.documents.iter().filter_map(|held| own.zip(documents.get(&held.id).copied()));
        from.chain(into).collect::<Vec<_>>()
    };
    let ends = entries.iter().flat_map(of_entry);
    let middle = HEIGHT / 2.0;
    ends.map(|(from, to)| ((from.0 + WIDTH, from.1 + middle), (to.0, to.1 + middle))).collect()
}

/// The curve of a line.
fn curve(((from_x, from_y), (to_x, to_y)): ((f64, f64), (f64, f64))) -> String {
    let bend = ((to_x - from_x).abs() / 2.0).max(GAP_X / 2.0);
    format!(
        "M{from_x:.0} {from_y:.0}C{:.0} {from_y:.0} {:.0} {to_y:.0} {to_x:.0} {to_y:.0}",
        from_x + bend,
        to_x - bend
    )
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
    let Spot { name, stands, at: (left, top) } = spot;
    let title = name.clone();
    let (href, is_this) = match &stands {
        Stands::Version { id, is_this, .. } => (format!("#version-{id}"), *is_this),
        Stands::Document(id) => (routes::document(workspace, *id), false),
    };
    let sign = match stands {
        Stands::Version { picture: Some(image), .. } => {
            let src = routes::thumbnail(image, ThumbnailSide::Small);
            view! { <img src=src alt="" width="32" height="32" loading="lazy" /> }.into_any()
        }
        Stands::Version { icon, .. } => view! { <Glyph icon=icon size=18 /> }.into_any(),
        Stands::Document(_) => view! { <Glyph icon=Icon::FileText size=18 /> }.into_any(),
    };
    view! {
        <a
            class="lineage-graph__box"
            href=href.clone()
            rel=href.starts_with('#').then_some("external")
            aria-current=is_this.then_some("true")
            title=title
            style:left=format!("{left}px")
            style:top=format!("{top}px")
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
            spot.at.0
        };
        let column = WIDTH + GAP_X;
        let columns = ["Write copy", "Shorten", "Launch text"].map(left_of);
        assert_eq!(columns, [0.0, column, 2.0 * column]);
        assert_eq!(laid.lines.len(), 2, "{:?}", laid.lines);
        assert!(laid.lines.iter().all(|(from, to)| from.0 + GAP_X == to.0));
    }

    #[test]
    fn a_short_column_stands_in_the_middle_of_a_tall_one() {
        let sources = [entry(1, "A", -1, &[]), entry(2, "B", -1, &[]), entry(3, "C", -1, &[])];
        let laid = layout(&[&sources[..], &[entry(4, "Sum", 0, &[1, 2, 3])]].concat());

        let tops: Vec<_> = laid.spots.iter().map(|spot| spot.at.1).collect();
        assert_eq!(tops, [0.0, 60.0, 120.0, 60.0]);
        assert_eq!(laid.size, (2.0 * WIDTH + GAP_X, 168.0));
    }
}
