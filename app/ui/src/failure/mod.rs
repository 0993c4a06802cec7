//! What a part of a page shows when it could not be loaded.

pub mod picture;

use leptos::{leptos_dom::helpers::location, prelude::*};
use model::problem::{Problem, ProblemKind};
use web::{client::signal::SetNew, routes};

use super::{
    button::{Button, LinkButton},
    icon::{Glyph, Icon},
};

/// Whether the server cannot be reached, as far as the page knows: in the context of every page.
#[derive(Debug, Clone, Copy)]
pub struct Offline(pub RwSignal<bool>);

impl Offline {
    /// Notes the outcome of a request. Any answer of the server, an error too, shows that it can be
    /// reached.
    pub fn tell(self, problem: Option<&Problem>) {
        self.0.set_new(problem.is_some_and(|problem| problem.kind == ProblemKind::Unavailable));
    }

    /// Notes that a request failed on the way: the frame asks until the server answers.
    pub fn suspect(self) {
        self.0.set_new(true);
    }

    /// Calls `then` each time the server can be reached again.
    pub fn when_over(self, then: impl Fn() + 'static) {
        Effect::new(move |before: Option<bool>| {
            let is_offline = self.0.get();
            if before == Some(true) && !is_offline {
                then();
            }
            is_offline
        });
    }
}

/// The address of the sign-in page that leads back to this page.
fn sign_in_here() -> Signal<String> {
    // The server does not tell parts of a page their address; there everybody is signed in.
    let here = RwSignal::new(String::new());
    Effect::new(move || {
        let place = location();
        let [path, query] = [place.pathname(), place.search()].map(Result::unwrap_or_default);
        here.set(path + &query);
    });
    Signal::derive(move || routes::sign_in_to(&here.read()))
}

/// What a field shows of a request that was refused: why, and whether nobody is signed in.
pub fn field_refusal(refused: RwSignal<Option<Problem>>) -> (Signal<Option<String>>, Signal<bool>) {
    let error = Signal::derive(move || refused.get().map(|problem| problem.detail));
    let signed_out = Signal::derive(move || {
        refused.with(|refused| refused.as_ref().is_some_and(Problem::is_signed_out))
    });
    (error, signed_out)
}

/// A link to the sign-in page, to stand after the words of a problem, where nobody is signed in;
/// nothing otherwise. It opens in a new tab, so what was typed or chosen on this page stays.
pub fn sign_in_after(problem: &Problem) -> Option<AnyView> {
    problem.is_signed_out().then(sign_in_link)
}

/// The link of [`sign_in_after`].
pub fn sign_in_link() -> AnyView {
    let href = sign_in_here();
    view! {
        " "
        <a class="link" href=move || href.get() target="_blank" rel="noopener">
            "Sign in"
        </a>
    }
    .into_any()
}

/// A problem in words with every detail of it, and a way to try again. Where the server was away it
/// is tried again by itself once it is back.
#[component]
pub fn ErrorCard(
    /// What could not be done, as a short heading.
    #[prop(into)]
    title: Signal<String>,
    /// The problem the server answered.
    #[prop(into)]
    problem: Signal<Problem>,
    /// Called when the person wants to try again; without it there is no button.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    if let (Some(offline), Some(retry)) = (use_context::<Offline>(), on_retry) {
        offline.when_over(move || {
            if problem.with_untracked(|problem| problem.kind == ProblemKind::Unavailable) {
                retry.run(());
            }
        });
    }
    // To try again can only fail until somebody is signed in.
    let signed_out = Memo::new(move |_| problem.read().is_signed_out());
    let way_on = move || match (signed_out.get(), on_retry) {
        (true, _) => {
            let href = sign_in_here();
            view! { <LinkButton href=href icon=Icon::ArrowRight>"Sign in"</LinkButton> }.into_any()
        }
        (false, Some(retry)) => {
            view! { <Button icon=Icon::RefreshCw on_press=retry>"Try again"</Button> }.into_any()
        }
        (false, None) => ().into_any(),
    };
    let details = move || {
        let errors = problem.get().errors;
        (!errors.is_empty()).then(|| {
            let rows = errors.into_iter().map(|error| view! { <li>{error.message}</li> });
            view! { <ul class="failure__details">{rows.collect_view()}</ul> }
        })
    };
    view! {
        <div class="failure" role="alert">
            <Glyph icon=Icon::CircleAlert size=20 />
            <div class="failure__words">
                <p class="failure__title">{move || title.get()}</p>
                <p>{move || problem.get().detail}</p>
                {details}
                <p class="failure__code subtle">
                    "Code " <code>{move || problem.get().code}</code>
                </p>
                {way_on}
            </div>
        </div>
    }
    .into_any()
}

/// At the top of a form: why sending it did not work, said aloud. The fields say the rest.
#[component]
pub fn FormError(
    /// What the server answered, if it refused.
    #[prop(into)]
    error: Signal<Option<Problem>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                error
                    .get()
                    .map(|problem| {
                        let door = sign_in_after(&problem);
                        view! {
                            <p class="form-error">
                                <Glyph icon=Icon::CircleAlert size=18 />
                                <span>{problem.detail} {door}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
