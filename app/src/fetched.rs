//! Pages that are parts of the client of their own, fetched when they are first opened.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;
use model::problem::Problem;

use crate::{
    documents::{DocumentRoute, DocumentsPage, WritingRoute},
    editor::page::BuilderRoute,
    history::HistoryPage,
    launch::LaunchRoute,
    lineage::LineageRoute,
    monitor::page::ExecutionPage,
    part::{NotFetched, part},
    preview::PreviewPage,
    projects::{ImagesPage, ProjectRoute, ProjectsRoute},
    reviews::{LinkedReviewPage, ReviewsPage},
    settings::{ProvidersRoute, StuckRoute},
    ui::failure::{Away, ErrorCard},
};

/// Makes parts with their pages. Pages that share much are one part: the client is cut into as many
/// pieces as there are sets of parts that have code in common, and each piece is a request.
macro_rules! fetched {
    ($(
        $(#[$about:meta])*
        $part:ident of $pages:ident, fetched by $fetch:ident, preloaded by $preload:ident {
            $($(#[$doc:meta])* $route:ident shows $page:ident;)*
        }
    )*) => {$(
        #[derive(Clone, Copy)]
        #[allow(clippy::enum_variant_names, reason = "they are named as the pages are")]
        enum $pages {
            $($page,)*
        }

        impl $pages {
            fn view(self) -> AnyView {
                match self {
                    $(Self::$page => view! { <$page /> }.into_any(),)*
                }
            }
        }

        part! {
            $(#[$about])*
            $part(page: $pages) fetched by $fetch, preloaded by $preload: page.view()
        }

        $(
            $(#[$doc])*
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_route: Self) -> AnyView {
                    match $part($pages::$page).await {
                        Ok(page) => page,
                        Err(NotFetched) => not_fetched($fetch, || $part($pages::$page)),
                    }
                }

                async fn preload() {
                    // Whoever opens the page is told.
                    let _ = $fetch().await;
                }
            }
        )*
    )*};
}

/// The page whose part could not be fetched, tried again when a person asks or the server is there
/// again. The card stays as it is meanwhile.
fn not_fetched<F, P>(
    fetch: impl Fn() -> F + Send + Sync + 'static,
    page: impl Fn() -> P + Send + Sync + 'static,
) -> AnyView
where
    F: Future<Output = Result<(), NotFetched>> + 'static,
    P: Future<Output = Result<AnyView, NotFetched>> + Send + 'static,
{
    let (fetching, here) = (RwSignal::new(false), RwSignal::new(false));
    let retry = Callback::new(move |()| {
        if !fetching.get_untracked() {
            fetching.set(true);
            let fetched = fetch();
            spawn_local(async move {
                if fetched.await.is_ok() {
                    here.try_set(true);
                }
                fetching.try_set(false);
            });
        }
    });
    let shown = move || {
        if here.get() {
            let page = page();
            Suspend::new(async move { page.await.ok() }).into_any()
        } else {
            not_here(fetching, retry)
        }
    };
    view! { <Transition>{shown}</Transition> }.into_any()
}

/// Says that the page is not here, to the frame as well whenever trying again did not help.
fn not_here(fetching: RwSignal<bool>, retry: Callback<()>) -> AnyView {
    if let Some(away) = use_context::<Away>() {
        Effect::new(move || {
            if !fetching.get() {
                away.suspect();
            }
        });
    }
    let (title, problem) = ("The page could not be loaded", Problem::unreachable());
    view! {
        <div class="page">
            <ErrorCard title=title problem=problem on_retry=retry />
        </div>
    }
    .into_any()
}

fetched! {
    /// Changing workflows.
    editing of EditingPages, fetched by fetch_editing, preloaded by __preload_editing {
        /// The editor of a template.
        FetchedBuilder shows BuilderRoute;
    }
    /// Beginning executions.
    beginning of BeginningPages, fetched by fetch_beginning, preloaded by __preload_beginning {
        /// The preview of a template.
        FetchedPreview shows PreviewPage;
        /// The form that launches a template.
        FetchedLaunch shows LaunchRoute;
    }
    /// Following executions.
    following of FollowingPages, fetched by fetch_following, preloaded by __preload_following {
        /// The monitor of an execution.
        FetchedMonitor shows ExecutionPage;
        /// How something was made.
        FetchedLineage shows LineageRoute;
        /// Every execution of a workspace.
        FetchedHistory shows HistoryPage;
        /// What waits for a decision.
        FetchedReviews shows ReviewsPage;
        /// What a link to a review opens.
        FetchedLinkedReview shows LinkedReviewPage;
    }
    /// What executions made and what people wrote.
    library of LibraryPages, fetched by fetch_library, preloaded by __preload_library {
        /// The documents of a workspace.
        FetchedDocuments shows DocumentsPage;
        /// A document.
        FetchedDocument shows DocumentRoute;
        /// A document to write.
        FetchedWriting shows WritingRoute;
        /// The images of a workspace.
        FetchedImages shows ImagesPage;
        /// The projects of a workspace.
        FetchedProjects shows ProjectsRoute;
        /// A project.
        FetchedProject shows ProjectRoute;
        /// Who answers a workspace's prompts.
        FetchedProviders shows ProvidersRoute;
        /// What is stuck in a workspace.
        FetchedStuck shows StuckRoute;
    }
}

/// The part that has the page at an address; none where the first module has it.
pub fn part_of(path: &str) -> Option<&'static str> {
    let words: Vec<&str> = path.split('/').skip(1).collect();
    match words.as_slice() {
        ["review", _] => Some("following"),
        ["workspace", _, rest @ ..] => match rest {
            ["workflows", "builder", _] => Some("editing"),
            ["workflows", "executions", _] | ["lineage", ..] => Some("following"),
            ["executions" | "reviews"] => Some("following"),
            ["workflows", _] | ["workflows", _, "launch"] => Some("beginning"),
            ["documents" | "images" | "projects" | "settings", ..] => Some("library"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::id::{DocumentId, ExecutionId, TemplateId, WorkspaceId};
    use uuid::Uuid;

    use super::*;
    use crate::routes;

    #[test]
    fn each_address_names_the_part_that_has_its_page() {
        let (here, id) = (WorkspaceId(Uuid::nil()), Uuid::nil());
        for (path, part) in [
            (routes::builder(here, TemplateId(id)), Some("editing")),
            (routes::template(here, TemplateId(id)), Some("beginning")),
            (routes::launch(here, TemplateId(id)), Some("beginning")),
            (routes::execution(here, ExecutionId(id)), Some("following")),
            (routes::executions(here), Some("following")),
            (routes::reviews(here), Some("following")),
            (routes::document(here, DocumentId(id)), Some("library")),
            (routes::document_writing(here, DocumentId(id)), Some("library")),
            (routes::images(here), Some("library")),
            (routes::projects(here), Some("library")),
            (routes::providers(here), Some("library")),
            (routes::stuck(here), Some("library")),
            (routes::workspace(here), None),
            (routes::gallery(here), None),
            (routes::sign_in(), None),
        ] {
            assert_eq!(part_of(&path), part, "{path}");
        }
    }
}
