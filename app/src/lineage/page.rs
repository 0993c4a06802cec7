//! The lineage page: how something was made.

use std::collections::BTreeMap;

use api::{ApiError, versions::load_lineage};
use frame::layout::{
    breadcrumb::{Breadcrumb, Crumb},
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    api::{
        executions::BroughtAlong,
        lineage::{LineageEntry, LineagePage, Subject},
    },
    id::{ExecutionId, WorkspaceId},
    problem::Problem,
};
use monitor::{BroughtDocuments, BroughtFiles, launched_value, price};
use serde_json::{Map, Value};
use ui::{card::PageHeader, format::pluralize, skeleton::SkeletonShape};
use web::routes;

use super::{
    entry::{Entry, documents, read_for, titles},
    graph::LineageGraph,
};

/// The lineage of what the address names.
#[component]
pub fn LineageRoute() -> impl IntoView {
    let params = use_params_map();
    let subject = Memo::new(move |_| {
        params.with(|params| {
            let (kind, id) = (params.get_str("kind")?, params.get_str("id")?);
            routes::lineage_subject(kind, id)
        })
    });
    let load = |subject: Option<Subject>| async move {
        load_lineage(subject.ok_or_else(|| ApiError(Problem::not_found("page")))?).await
    };
    let lineage = load_once(move || subject.get(), load);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |page: LineagePage| {
        workspace.map(|workspace| view! { <Made workspace=workspace page=page /> }).into_any()
    };
    view! {
        <div class="page page--narrow lineage">
            <ResourceView
                page=lineage
                failure="Couldn't load how this was made"
                shape=SkeletonShape::Rows
                count=4
                show=show
            />
        </div>
    }
}

/// A version between what it was made from and what was made from it.
#[component]
pub fn Made(
    workspace: WorkspaceId,
    /// The version with all it was made from and all that was made from it.
    page: LineagePage,
) -> impl IntoView {
    let execution = page.execution;
    let run = format!("{} #{}", execution.name, execution.number);
    let href = routes::execution(workspace, execution.id);
    let crumbs = vec![
        Crumb::link("Documents", routes::documents(workspace)),
        Crumb::link(run, href.clone()).named(),
        Crumb::here("How this was made"),
    ];
    let names = titles(&page.entries);
    let lead = lead(&page.entries);
    let part = |heading: &'static str, side: fn(i32) -> bool| {
        let of_part = page.entries.iter().filter(|entry| side(entry.distance));
        let entries: Vec<LineageEntry> = of_part.cloned().collect();
        let (names, href) = (names.clone(), href.clone());
        (!entries.is_empty()).then(move || {
            let entry = |entry| {
                view! { <Entry workspace=workspace execution=href.clone() entry=entry names=&names /> }
            };
            view! {
                <section class="lineage__part">
                    <h2 class="lineage__heading">{heading}</h2>
                    <ol class="lineage__entries">{entries.into_iter().map(entry).collect_view()}</ol>
                </section>
            }
        })
    };
    view! {
        <Title text="How this was made" />
        <Breadcrumb crumbs=crumbs />
        <PageHeader title="How this was made" lead=lead />
        <LineageGraph workspace=workspace entries=&page.entries />
        <Launched
            execution=execution.id
            values=page.parameters
            titles=page.titles
            brought=page.brought
        />
        {part("Made from", |distance| distance < 0)}
        {part("This output", |distance| distance == 0)}
        {part("Used for", |distance| distance > 0)}
    }
}

/// The line under the heading: how many sources and results there are, and what they cost.
fn lead(entries: &[LineageEntry]) -> String {
    let before = entries.iter().filter(|entry| entry.distance < 0).count();
    let after = entries.iter().filter(|entry| entry.distance > 0).count();
    let (read, held) = (read_for(entries).len(), documents(entries).len());
    // A job that made several versions was paid once.
    let paid: BTreeMap<_, _> = entries
        .iter()
        .filter(|entry| entry.distance <= 0)
        .map(|entry| (entry.row.job_id, entry.bill))
        .collect();
    let bill = paid.into_values().fold(Default::default(), |sum, bill| bill.plus(sum));
    let from = count_words(before, read, "no other outputs");
    let into = count_words(after, held, "nothing");
    format!("Made from {from} · used for {into} · {} with its sources", price(bill))
}

/// A number of outputs and documents in words; `none` where there is neither.
fn count_words(outputs: usize, documents: usize, none: &str) -> String {
    let of_outputs = pluralize(outputs as u64, "other output", "other outputs");
    let of_documents = pluralize(documents as u64, "document", "documents");
    match (outputs, documents) {
        (0, 0) => none.to_owned(),
        (0, _) => of_documents,
        (_, 0) => of_outputs,
        _ => format!("{of_outputs} and {of_documents}"),
    }
}

/// The parameters of the launch by the labels of its form, with its documents and files.
#[component]
fn Launched(
    execution: ExecutionId,
    values: Map<String, Value>,
    titles: BTreeMap<String, String>,
    brought: BroughtAlong,
) -> impl IntoView {
    let BroughtAlong { documents, files } = brought;
    let any = !(values.is_empty() && documents.is_empty() && files.is_empty());
    let row = move |(name, value): (String, Value)| {
        let title = titles.get(&name).cloned().unwrap_or(name);
        view! {
            <dt>{title}</dt>
            <dd>{launched_value(&value)}</dd>
        }
    };
    let values = values.into_iter().map(row).collect_view();
    let documents = (!documents.is_empty())
        .then(|| view! { <dt>"Documents"</dt><dd><BroughtDocuments documents=documents /></dd> });
    let files = (!files.is_empty()).then(|| {
        view! { <dt>"Files"</dt><dd><BroughtFiles execution=execution files=files /></dd> }
    });
    any.then(|| {
        view! {
            <details class="card lineage__launched">
                <summary>"Launch values"</summary>
                <dl class="lineage__values">{values} {documents} {files}</dl>
            </details>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_something_was_made_from_is_counted_with_the_documents_that_were_read_for_it() {
        let from = |outputs, documents| count_words(outputs, documents, "no other outputs");

        assert_eq!(from(0, 0), "no other outputs");
        assert_eq!(from(0, 1), "1 document");
        assert_eq!(from(2, 0), "2 other outputs");
        assert_eq!(from(1, 2), "1 other output and 2 documents");
    }
}
