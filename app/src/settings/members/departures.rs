//! How members go: removed by an admin, or by themselves. Each time it is listed first what they
//! have, and their templates may be handed over.

use api::members::{leave_workspace, load_member_holdings, remove_member};
use frame::layout::session::Session;
use leptos::{prelude::*, task::spawn_local};
use model::{api::members::MemberHoldings, id::UserId, problem::Problem};
use ui::{
    button::Button,
    dialog::RemovalDialog,
    failure::FormError,
    field::{Choice, SelectField},
    format::pluralize,
    icon::Icon,
    skeleton::{Skeleton, SkeletonShape},
};

/// How many names a line repeats.
const NAMED: usize = 5;

/// The member who may be removed, while the question is open.
#[derive(Clone, Copy, Default)]
pub(super) struct Leaver {
    user: RwSignal<Option<UserId>>,
    name: RwSignal<String>,
}

impl Leaver {
    /// Asks whether this member is to be removed.
    pub(super) fn ask(self, user: UserId, name: String) {
        self.name.set(name);
        self.user.set(Some(user));
    }
}

/// Asks before a member is removed.
#[component]
pub(super) fn Removal(leaver: Leaver, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let heir = RwSignal::new(String::new());
    view! {
        <RemovalDialog
            id="remove-member"
            title=Signal::derive(move || format!("Remove {}?", leaver.name.get()))
            text="They lose access right away. What they made stays, with their name on it."
            verb="Remove"
            doomed=leaver.user
            delete=move |user| remove_member(user, heir.get_untracked().parse().ok())
            on_done=move |_| on_done.run(())
        >
            <Holdings of=leaver.user heir=heir field="remove-heir" />
        </RemovalDialog>
    }
}

/// The button by which somebody leaves the workspace, and the question before it.
#[component]
pub(super) fn LeaveButton(session: Session) -> impl IntoView {
    let own = session.view();
    let (leaving, heir) = (RwSignal::new(None::<UserId>), RwSignal::new(String::new()));
    view! {
        <Button icon=Icon::LogOut on_press=move |()| leaving.set(Some(own.user_id))>
            "Leave"
        </Button>
        <RemovalDialog
            id="leave-workspace"
            title=format!("Leave {}?", own.workspace_name)
            text="You lose access until someone invites you again. What you made stays, with your name on it."
            verb="Leave"
            doomed=leaving
            delete=move |_| leave_workspace(heir.get_untracked().parse().ok())
            on_done=|_| ()
        >
            <Holdings of=leaving heir=heir field="leave-heir" />
        </RemovalDialog>
    }
}

/// What a member has, and who gets their templates.
#[component]
fn Holdings(
    of: RwSignal<Option<UserId>>,
    /// The id of whoever gets the templates; empty for nobody.
    heir: RwSignal<String>,
    field: &'static str,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<MemberHoldings, Problem>>);
    Effect::new(move || {
        let Some(user) = of.get() else { return };
        found.set(None);
        heir.set(String::new());
        spawn_local(async move {
            let loaded = load_member_holdings(user).await.map_err(|error| error.0);
            // Meanwhile another member may be asked about.
            if of.try_get_untracked().flatten() == Some(user) {
                found.try_set(Some(loaded));
            }
        });
    });
    move || match (of.get().is_some(), found.get()) {
        (_, Some(Ok(holdings))) => {
            view! { <HoldingList holdings=holdings heir=heir field=field /> }.into_any()
        }
        (_, Some(Err(problem))) => {
            view! { <FormError error=Signal::stored(Some(problem)) /> }.into_any()
        }
        (true, None) => view! { <Skeleton shape=SkeletonShape::Lines count=2 /> }.into_any(),
        (false, None) => ().into_any(),
    }
}

#[component]
fn HoldingList(
    holdings: MemberHoldings,
    heir: RwSignal<String>,
    field: &'static str,
) -> impl IntoView {
    let lines = describe(&holdings).into_iter().map(|line| view! { <li dir="auto">{line}</li> });
    let lines = lines.collect_view();
    let hands_over = holdings.template_count > 0 && !holdings.candidates.is_empty();
    let choose = hands_over.then(|| {
        let nobody = Choice::new("", "No one (keep as is)");
        let people = holdings.candidates.into_iter();
        let people = people.map(|person| Choice::new(person.id.to_string(), person.name));
        let options: Vec<Choice> = std::iter::once(nobody).chain(people).collect();
        view! {
            <SelectField
                name=field
                label="New owner of their workflows"
                value=heir
                options=Signal::stored(options)
            />
        }
    });
    view! {
        <div class="stack" data-testid="holdings">
            <ul class="members__holdings">{lines}</ul>
            {choose}
        </div>
    }
}

/// What a member has, a line for each kind.
fn describe(holdings: &MemberHoldings) -> Vec<String> {
    let count =
        |number: i64, one, many| (number > 0).then(|| pluralize(number.unsigned_abs(), one, many));
    let tokens = i64::try_from(holdings.tokens.len()).unwrap_or(i64::MAX);
    let lines = [
        count(holdings.template_count, "workflow", "workflows")
            .map(|words| format!("{words}: {}.", some_of(&holdings.templates))),
        count(tokens, "API token, which will be revoked", "API tokens, which will be revoked")
            .map(|words| format!("{words}: {}.", some_of(&holdings.tokens))),
        count(holdings.executions, "active run, which continues.", "active runs, which continue."),
        count(
            holdings.reviews,
            "review waiting in their runs, which others can still decide.",
            "reviews waiting in their runs, which others can still decide.",
        ),
        count(
            holdings.named_reviews,
            "open review assigned to them. Reassign it.",
            "open reviews assigned to them. Reassign them.",
        ),
        count(
            holdings.review_links,
            "review link, which will be revoked.",
            "review links, which will be revoked.",
        ),
        count(
            holdings.invitations,
            "open invitation, which will be revoked.",
            "open invitations, which will be revoked.",
        ),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if lines.is_empty() { vec!["Nothing to hand over.".to_owned()] } else { lines }
}

/// The first names of a list.
fn some_of(names: &[String]) -> String {
    let named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{named}, …") } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_listed() {
        let holdings = MemberHoldings {
            templates: ["Ads", "Blog", "Cards", "Decks", "Emails", "Flyers"]
                .map(str::to_owned)
                .into(),
            template_count: 120,
            reviews: 1,
            named_reviews: 2,
            ..MemberHoldings::default()
        };

        assert_eq!(
            describe(&holdings),
            [
                "120 workflows: Ads, Blog, Cards, Decks, Emails, ….",
                "1 review waiting in their runs, which others can still decide.",
                "2 open reviews assigned to them. Reassign them.",
            ]
        );
        assert_eq!(describe(&MemberHoldings::default()), ["Nothing to hand over."]);
    }
}
