//! Pages whose code lies in chunks of its own, fetched when the first page of a chunk is opened.
//!
//! `tools/bundle` cuts the client at them.

use editor::page::BuilderRoute;
use launch::LaunchRoute;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;
use model::problem::Problem;
use monitor::{
    page::ExecutionPage,
    reviews::{LinkedReviewPage, ReviewsPage},
};
use ui::failure::{ErrorCard, Offline};
use web::chunk::ChunkLoadError;

use crate::{
    docs::DocsRoute,
    documents::{DocumentRoute, DocumentsPage, WritingRoute},
    executions::ExecutionsPage,
    gallery::preview::PreviewPage,
    lineage::LineageRoute,
    projects::{ImagesPage, ProjectRoute, ProjectsRoute},
    session::{join::JoinPage, reset::ResetPage},
    settings::{agents::page::AgentRoute, shell::SettingsRoute},
};

/// Makes chunks and the lazy routes of their pages. Pages that share much code are one chunk: the
/// client is cut into as many files as there are sets of chunks with code in common, and each file
/// is a request.
macro_rules! lazy_routes {
    ($(
        $(#[$about:meta])*
        $chunk:ident of $pages:ident, fetched by $fetch:ident, preloaded by $preload:ident {
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

        web::chunk! {
            $(#[$about])*
            $chunk(page: $pages) fetched by $fetch, preloaded by $preload: page.view()
        }

        $(
            $(#[$doc])*
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_route: Self) -> AnyView {
                    match $chunk($pages::$page).await {
                        Ok(page) => page,
                        Err(ChunkLoadError) => {
                            retry_page($fetch, || $chunk($pages::$page))
                        }
                    }
                }

                async fn preload() {
                    // Opening the page reports a failure.
                    let _ = $fetch().await;
                }
            }
        )*
    )*};
}

/// Stands in the place of a page whose chunk could not be fetched: an error card until it could be.
/// Fetches again when a person presses the button, and when the server answers again.
fn retry_page<F, P>(
    fetch: impl Fn() -> F + Send + Sync + 'static,
    page: impl Fn() -> P + Send + Sync + 'static,
) -> AnyView
where
    F: Future<Output = Result<(), ChunkLoadError>> + 'static,
    P: Future<Output = Result<AnyView, ChunkLoadError>> + Send + 'static,
{
    let (fetching, loaded) = (RwSignal::new(false), RwSignal::new(false));
    let retry = Callback::new(move |()| {
        if !fetching.get_untracked() {
            fetching.set(true);
            let fetch = fetch();
            spawn_local(async move {
                if fetch.await.is_ok() {
                    loaded.try_set(true);
                }
                fetching.try_set(false);
            });
        }
    });
    let shown = move || {
        if loaded.get() {
            let page = page();
            Suspend::new(async move { page.await.ok() }).into_any()
        } else {
            failure_card(fetching, retry)
        }
    };
    view! { <Transition>{shown}</Transition> }.into_any()
}

/// The error card, with a button to try again. Each failed attempt has the frame check the server.
fn failure_card(fetching: RwSignal<bool>, retry: Callback<()>) -> AnyView {
    if let Some(offline) = use_context::<Offline>() {
        Effect::new(move || {
            if !fetching.get() {
                offline.suspect();
            }
        });
    }
    let (title, problem) = ("Couldn't load page", Problem::unreachable());
    view! {
        <div class="page">
            <ErrorCard title=title problem=problem on_retry=retry />
        </div>
    }
    .into_any()
}

lazy_routes! {
    /// The chunk in which workflows are edited.
    editing of EditingPages, fetched by fetch_editing, preloaded by __preload_editing {
        /// The editor of a template.
        LazyBuilder shows BuilderRoute;
    }
    /// The chunk in which executions are prepared and launched.
    beginning of BeginningPages, fetched by fetch_beginning, preloaded by __preload_beginning {
        /// The preview of a template.
        LazyPreview shows PreviewPage;
        /// The form that launches a template.
        LazyLaunch shows LaunchRoute;
    }
    /// The chunk in which executions and their reviews are watched.
    following of FollowingPages, fetched by fetch_following, preloaded by __preload_following {
        LazyMonitor shows ExecutionPage;
        /// How something was made.
        LazyLineage shows LineageRoute;
        /// Every execution of a workspace.
        LazyExecutions shows ExecutionsPage;
        /// What waits for a decision.
        LazyReviews shows ReviewsPage;
        /// What a link to a review opens.
        LazyLinkedReview shows LinkedReviewPage;
        /// An agent of the library, which is tried out and watched.
        LazyAgent shows AgentRoute;
    }
    /// The chunk of documents, images and projects, and of the settings.
    library of LibraryPages, fetched by fetch_library, preloaded by __preload_library {
        /// The documentation.
        LazyDocs shows DocsRoute;
        /// The documents of a workspace.
        LazyDocuments shows DocumentsPage;
        /// One document with its text, files and versions.
        LazyDocument shows DocumentRoute;
        /// The editor of a document.
        LazyWriting shows WritingRoute;
        /// The images of a workspace.
        LazyImages shows ImagesPage;
        /// The projects of a workspace.
        LazyProjects shows ProjectsRoute;
        LazyProject shows ProjectRoute;
        /// What the link of an invitation opens.
        LazyJoin shows JoinPage;
        /// What a link to a new password opens.
        LazyReset shows ResetPage;
        /// The settings of a workspace and of one's own account.
        LazySettings shows SettingsRoute;
    }
}

/// The name of the chunk with the page at `path`; none where the module that is always loaded has
/// the page.
pub fn chunk_for_path(path: &str) -> Option<&'static str> {
    let words: Vec<&str> = path.split('/').skip(1).collect();
    match words.as_slice() {
        ["join" | "reset", _] | ["docs", ..] => Some("library"),
        ["review", _] => Some("following"),
        ["workspace", _, rest @ ..] => match rest {
            ["workflows", "builder", _] => Some("editing"),
            ["workflows", "executions", _] | ["lineage", ..] => Some("following"),
            ["settings", "agents", _] => Some("following"),
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
    use model::id::{AgentId, DocumentId, ExecutionId, TemplateId, WorkspaceId};
    use uuid::Uuid;
    use web::{docs_page::DocsPage, routes, settings_page::SettingsPage};

    use super::*;

    #[test]
    fn each_address_names_the_chunk_that_has_its_page() {
        let (here, id) = (WorkspaceId(Uuid::nil()), Uuid::nil());
        for (path, chunk) in [
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
            (routes::settings(here, SettingsPage::Providers), Some("library")),
            (routes::settings(here, SettingsPage::Account), Some("library")),
            (routes::agent(here, AgentId(id)), Some("following")),
            (routes::workspace(here), None),
            (routes::gallery(here), None),
            (routes::join("abc"), Some("library")),
            (routes::docs(DocsPage::Overview), Some("library")),
            (routes::docs(DocsPage::Steps), Some("library")),
            ("/reset/abc".to_owned(), Some("library")),
            (routes::sign_in(), None),
        ] {
            assert_eq!(chunk_for_path(&path), chunk, "{path}");
        }
    }
}
