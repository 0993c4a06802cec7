//! One version on the lineage page.

use std::collections::{BTreeMap, BTreeSet};

use diagram::kind_icon;
use leptos::prelude::*;
use model::{
    api::{
        executions::BroughtDocument,
        lineage::{LineageDocument, LineageEntry},
    },
    execution::{artifact, brought::Brought, event::ArtifactBody},
    id::{ArtifactId, DocumentId, ExecutionId, NodeId, WorkspaceId},
    relations::ExecutionLink,
};
use monitor::{BroughtDocuments, made_by, price};
use ui::{
    badge::{Tag, Tone},
    failure::picture::PictureFrame,
    format::{grouped, pluralize},
    icon::{Glyph, Icon},
    markdown::ReadableText,
    relative_time::RelativeTime,
};
use web::routes::{self, ThumbnailSide};

use crate::documents::UsesList;

/// The level of the heading above the versions; headings in their texts are below it.
const HEADING: u8 = 2;

/// What each version is called: `Write headlines 2 · v1`, with the number of the item where its step
/// made several that are known here.
pub(super) fn titles(entries: &[LineageEntry]) -> BTreeMap<ArtifactId, String> {
    let later = entries.iter().filter(|entry| entry.row.item > 0);
    let several: BTreeSet<&NodeId> = later.map(|entry| &entry.row.node_id).collect();
    let title = |entry: &LineageEntry| title(entry, several.contains(&entry.row.node_id));
    entries.iter().map(|entry| (entry.row.id, title(entry))).collect()
}

fn title(entry: &LineageEntry, several: bool) -> String {
    let (row, label) = (&entry.row, &entry.label);
    let round = row.node_id.round_number().map(|round| format!(", round {}", round + 1));
    let item = several.then(|| format!(" {}", row.item + 1));
    format!("{label}{}{} · v{}", round.unwrap_or_default(), item.unwrap_or_default(), row.version)
}

/// The id of a version's element on the page.
pub(super) fn anchor(version: ArtifactId) -> String {
    format!("version-{version}")
}

/// The documents that hold the version or what was made from it.
pub(super) fn documents(entries: &[LineageEntry]) -> BTreeMap<DocumentId, &LineageDocument> {
    let made = entries.iter().filter(|entry| entry.distance >= 0);
    made.flat_map(|entry| &entry.documents).map(|document| (document.id, document)).collect()
}

/// The documents that were read for the version or for what it was made from.
pub(super) fn read_for(entries: &[LineageEntry]) -> BTreeMap<DocumentId, &BroughtDocument> {
    let read = entries.iter().filter(|entry| entry.distance <= 0).flat_map(|entry| &entry.context);
    read.map(|document| (document.id, document)).collect()
}

#[component]
pub(super) fn Entry<'a>(
    workspace: WorkspaceId,
    /// The address of the page of its execution.
    execution: String,
    entry: LineageEntry,
    /// The titles of all versions on the page.
    names: &'a BTreeMap<ArtifactId, String>,
) -> impl IntoView {
    let step = format!("{execution}?node={}", entry.row.node_id.as_str());
    let name = names.get(&entry.row.id).cloned().unwrap_or_default();
    let body = body(&entry, name.clone());
    let sample = entry.row.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> });
    let cut = entry.row.cut_off.then(|| view! { <Tag tone=Tone::Warning>"CUT OFF"</Tag> });
    let kept = entry.row.kept_at.map(|_| view! { <Tag tone=Tone::Good>"Kept"</Tag> });
    let current = entry.row.is_latest.then(|| view! { <Tag tone=Tone::Good>"Current"</Tag> });
    let stale = entry.stale.then(|| view! { <Tag tone=Tone::Warning>"Stale"</Tag> });
    let from = links(&entry.made_from, names);
    let context = read_with(entry.context.clone());
    view! {
        <li
            class="card lineage__entry"
            id=anchor(entry.row.id)
            data-this=(entry.distance == 0).then_some("")
        >
            <p class="lineage__title">
                <Glyph icon=kind_icon(&entry.node_kind) />
                <a class="link" href=step>
                    {name}
                </a>
                {current}
                {stale}
                {kept}
                {sample}
                {cut}
            </p>
            <p class="lineage__facts subtle small num">
                {facts(&entry)} " · " <RelativeTime at=entry.row.created_at />
            </p>
            {body}
            {from}
            {context}
            {request_details(&entry)}
            {reasoning_details(&entry)}
            {in_documents(workspace, entry.documents)}
            {render_reuse(workspace, entry.taken_from, entry.taken_into)}
        </li>
    }
}

/// Who answered, the cost and the number of tokens, on one line.
fn facts(entry: &LineageEntry) -> String {
    let mut facts = vec![made_by(&entry.row)];
    let bill = entry.bill;
    if bill.cost_micros > 0 || bill.unpriced_calls > 0 {
        facts.push(price(bill));
    }
    let tokens = u64::try_from(bill.input_tokens + bill.output_tokens).unwrap_or(0);
    if tokens > 0 {
        facts.push(format!("{} tokens", grouped(tokens)));
    }
    facts.join(" · ")
}

/// How the version begins, or its image, which is called as the version is.
fn body(entry: &LineageEntry, name: String) -> AnyView {
    match &entry.body {
        ArtifactBody::Image { image, width, height } => {
            let (image, width, height) = (*image, *width, *height);
            view! {
                <PictureFrame>
                    <a
                        class="lineage__picture"
                        href=routes::image(image)
                        target="_blank"
                        rel="external noopener"
                    >
                        <img
                            src=routes::thumbnail(image, ThumbnailSide::Large)
                            alt=name
                            width=width
                            height=height
                            loading="lazy"
                        />
                    </a>
                </PictureFrame>
            }
            .into_any()
        }
        ArtifactBody::Text { excerpt } | ArtifactBody::Json { excerpt } => {
            view! { <ReadableText text=excerpt.clone() class="lineage__text" below=HEADING /> }
                .into_any()
        }
    }
}

/// The versions it was made from directly, as links to their places on this page.
fn links(from: &[ArtifactId], names: &BTreeMap<ArtifactId, String>) -> Option<AnyView> {
    let link = |id: &ArtifactId| {
        let name = names.get(id)?.clone();
        let href = format!("#{}", anchor(*id));
        Some(view! { <li><a class="link" href=href rel="external">{name}</a></li> })
    };
    let links: Vec<_> = from.iter().filter_map(link).collect();
    (!links.is_empty()).then(|| {
        view! {
            <div class="lineage__from small">
                <span class="muted">"From"</span>
                <ul>{links}</ul>
            </div>
        }
        .into_any()
    })
}

/// The documents that were read with its prompt, as context.
fn read_with(documents: Vec<BroughtDocument>) -> Option<AnyView> {
    (!documents.is_empty()).then(|| {
        view! {
            <div class="lineage__from small">
                <span class="muted">{format!("Context documents, with their files and first {} images", Brought::MOST_IMAGES)}</span>
                <BroughtDocuments documents=documents />
            </div>
        }
        .into_any()
    })
}

/// The folded part with the prompt and settings that the model was given.
fn request_details(entry: &LineageEntry) -> Option<AnyView> {
    let texts = [
        ("Prompt", entry.input("prompt")),
        ("System prompt", entry.input("system_prompt")),
        ("Requested changes", entry.input("feedback")),
        ("Style", entry.input("style")),
        ("Size", entry.input("size")),
    ];
    render_details("Prompt and settings", &texts)
}

/// The folded part with the model's reasoning, and the fault that it was asked to correct.
fn reasoning_details(entry: &LineageEntry) -> Option<AnyView> {
    let repaired = |name: &str| entry.inputs[artifact::REPAIRED][name].as_str();
    let texts = [
        ("Reasoning", entry.input(artifact::REASONING)),
        ("Correction requested", repaired("fault")),
        ("Answer before correction", repaired("answer")),
    ];
    render_details("Model reasoning", &texts)
}

/// A folded part with the texts that are there, each under its name; none where all are missing.
fn render_details(
    summary: &'static str,
    texts: &[(&'static str, Option<&str>)],
) -> Option<AnyView> {
    let shown: Vec<_> = texts
        .iter()
        .filter_map(|(name, text)| Some((*name, (*text)?.to_owned())))
        .map(|(name, text)| {
            view! {
                <dt>{name}</dt>
                <dd dir="auto">{text}</dd>
            }
        })
        .collect();
    (!shown.is_empty()).then(|| {
        view! {
            <details class="lineage__asked">
                <summary>{summary}</summary>
                <dl class="lineage__values">{shown}</dl>
            </details>
        }
        .into_any()
    })
}

fn in_documents(workspace: WorkspaceId, documents: Vec<LineageDocument>) -> Option<AnyView> {
    let link = |document: LineageDocument| {
        let words = if document.attached { "attached" } else { "saved" };
        let uses = (document.uses.all > 0).then(|| {
            view! {
                <div class="lineage__from small">
                    <span class="muted">"Used in"</span>
                    <UsesList workspace=workspace uses=document.uses />
                </div>
            }
        });
        view! {
            <li>
                <a class="made-document" href=routes::document(workspace, document.id)>
                    <Glyph icon=Icon::FileText />
                    <span class="clip" translate="no">{document.title}</span>
                    <span class="subtle small">{words}</span>
                </a>
                {uses}
            </li>
        }
    };
    (!documents.is_empty()).then(|| {
        let links = documents.into_iter().map(link).collect_view();
        view! { <ul class="made-documents" aria-label="In documents">{links}</ul> }.into_any()
    })
}

/// The execution it was taken over from, and those that took it over.
fn render_reuse(
    workspace: WorkspaceId,
    from: Option<ExecutionId>,
    into: Vec<ExecutionLink>,
) -> AnyView {
    let from = from.map(|id| {
        view! {
            <p class="small">
                "Reused from "
                <a class="link" href=routes::execution(workspace, id)>
                    "an earlier run"
                </a>
            </p>
        }
    });
    let executions = pluralize(into.len() as u64, "later run", "later runs");
    let links = into.into_iter().map(|link| {
        let href = routes::execution(workspace, link.id);
        view! { <li><a class="link" href=href>{format!("{} #{}", link.name, link.number)}</a></li> }
    });
    let links: Vec<_> = links.collect();
    let into = (!links.is_empty()).then(|| {
        view! {
            <div class="lineage__from small">
                <span class="muted">{format!("Reused by {executions}")}</span>
                <ul>{links}</ul>
            </div>
        }
    });
    view! { {from} {into} }.into_any()
}
