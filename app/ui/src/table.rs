//! Tables that scroll sideways on small screens instead of breaking the page. They have explicit
//! roles, so that screen readers see tables even where a style shows the rows as cards.

use leptos::prelude::*;

/// A table with a name and column headings; `children` are its `<tr>` rows.
#[component]
pub fn Table(
    /// What the table lists, for screen readers.
    #[prop(into)]
    caption: String,
    /// The column headings in order; an empty one names a column of actions.
    columns: Vec<&'static str>,
    /// The `<tr>` rows, with one cell for each column.
    children: Children,
) -> impl IntoView {
    let headings = columns.into_iter().map(|name| match name {
        "" => view! {
            <th scope="col" role="columnheader">
                <span class="unseen">"Actions"</span>
            </th>
        }
        .into_any(),
        _ => view! { <th scope="col" role="columnheader">{name}</th> }.into_any(),
    });
    let region = caption.clone();
    view! {
        <div class="table" tabindex="0" role="region" aria-label=region>
            <table class="table__grid" role="table">
                <caption class="unseen">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{headings.collect_view()}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
