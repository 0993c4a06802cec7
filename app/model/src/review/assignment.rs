//! Who decides a review: the one rule for the engine, for lists and for pages.
//!
//! Whoever a review is for decides it, and nobody else: named people, or everybody from a role on.
//! Who is left out takes it over in the open only: an editor reassigns it (what is for admins, an
//! admin), and only an admin lets somebody decide about what they launched themselves. Both are
//! recorded.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Reviewer;
use crate::{
    access::{self, Lacks, Permission, Role},
    id::{NodeId, ReviewId, UserId},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

string_enum! {
    /// Who is asked in a review.
    #[derive(Default)]
    Reviewers ("group of reviewers") {
        /// Everybody who may launch.
        #[default]
        Runners = "runners",
        /// Editors and above.
        Editors = "editors",
        /// Admins and owners.
        Admins = "admins",
        /// The people who are named.
        People = "people",
    }
}

/// Who decides a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// Who is asked.
    pub reviewers: Reviewers,
    /// Who is named; of no meaning unless people are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// Whether the person who launched the execution is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_author: bool,
}

/// Somebody, as far as reviews of one execution need to know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewActor {
    /// The person; none where only the role counts.
    pub user: Option<UserId>,
    /// Their role in the workspace.
    pub role: Role,
    /// Whether they launched the execution.
    pub is_author: bool,
}

/// Why somebody does not decide a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    /// Their role is too low.
    #[error(transparent)]
    Lacks(#[from] Lacks),
    /// They launched the execution.
    #[error("You launched this run, so someone else has to decide. Ask an admin to change that.")]
    Author,
    /// Other people are named.
    #[error("This review is assigned to other people. Ask an editor to reassign it.")]
    NotNamed,
}

/// Why a review cannot be approved by those who are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stuck {
    /// Nobody is left who may decide it.
    Nobody,
    /// Fewer people are left than approvals are needed.
    TooFew,
}

/// A review is given to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassignment {
    /// The open review.
    pub review: ReviewId,
    /// Who decides it from now on.
    pub to: Assignment,
    /// The names of the people among them.
    pub names: Vec<String>,
    /// Who reassigns it.
    pub by: Reviewer,
    /// Words for colleagues, kept with the review.
    pub reason: Option<String>,
}

/// A review was given to others, as an event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reassigned {
    /// The node that waits.
    pub node: NodeId,
    /// The review that others decide from now on.
    pub review: ReviewId,
    /// Who decides it from now on.
    pub to: Assignment,
    /// The names of the people among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Who reassigned it.
    pub by: Reviewer,
    /// Words for colleagues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Reviewers {
    /// The people of a node who are asked: it keeps their names also where a group is asked.
    pub fn named(self, people: &[UserId]) -> Vec<UserId> {
        match self {
            Self::People => people.to_vec(),
            Self::Runners | Self::Editors | Self::Admins => vec![],
        }
    }

    /// What it takes to be among them; of those who are named it is the least.
    const fn permission(self) -> Permission {
        match self {
            Self::Runners | Self::People => Permission::DecideOwnReview,
            Self::Editors => Permission::DecideAnyReview,
            Self::Admins => Permission::RepairExecution,
        }
    }
}

impl Assignment {
    /// Whether this person decides the review.
    ///
    /// # Errors
    /// Why they do not.
    pub fn may_decide(&self, actor: &ReviewActor) -> Result<(), NotYours> {
        if self.exclude_author && actor.is_author {
            return Err(NotYours::Author);
        }
        access::require(actor.role, self.reviewers.permission())?;
        let is_named = actor.user.is_some_and(|user| self.people.contains(&user));
        if self.reviewers == Reviewers::People && !is_named {
            return Err(NotYours::NotNamed);
        }
        Ok(())
    }

    /// Whether this person may give the review to others: editors may, and who is named.
    ///
    /// # Errors
    /// What they lack. To let somebody decide about what they launched it takes an admin.
    pub fn may_reassign(&self, to: &Self, actor: &ReviewActor) -> Result<(), Lacks> {
        let needed = match self.reviewers {
            Reviewers::People if self.may_decide(actor).is_ok() => Permission::DecideOwnReview,
            Reviewers::Admins => Permission::RepairExecution,
            Reviewers::Runners | Reviewers::Editors | Reviewers::People => {
                Permission::DecideAnyReview
            }
        };
        access::require(actor.role, needed)?;
        if self.lets_author_in(to) {
            access::require(actor.role, Permission::RepairExecution)?;
        }
        Ok(())
    }

    /// Whether only `to` lets the person decide who launched the execution.
    pub fn lets_author_in(&self, to: &Self) -> bool {
        self.exclude_author && !to.exclude_author
    }

    /// What it takes this person to get past the review: to decide it, or to reassign it first.
    pub fn permission_to_pass(&self, actor: &ReviewActor) -> Permission {
        match self.may_decide(actor) {
            Ok(()) => self.reviewers.permission(),
            Err(NotYours::Author) => Permission::RepairExecution,
            Err(NotYours::NotNamed) => Permission::DecideAnyReview,
            Err(NotYours::Lacks(lacks)) => lacks.needed,
        }
    }

    /// The fields of a step that is set up so.
    pub fn to_fields(&self) -> Map<String, Value> {
        Map::from_iter([
            ("reviewers".to_owned(), json!(self.reviewers)),
            ("people".to_owned(), json!(self.people)),
            ("exclude_author".to_owned(), json!(self.exclude_author)),
        ])
    }
}

impl Stuck {
    /// Why a review that needs `more` approvals of people who have not given one cannot be approved,
    /// where so many such people are here who may decide it; none where it can.
    pub fn find(more: usize, here: usize) -> Option<Self> {
        match here {
            _ if here >= more => None,
            0 => Some(Self::Nobody),
            _ => Some(Self::TooFew),
        }
    }

    /// What is the matter, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nobody => "No current member can decide this.",
            Self::TooFew => "Too few current members can approve this.",
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn everybody() -> Vec<ReviewActor> {
        let of_role = |role: Role| {
            [1, 2].into_iter().flat_map(move |number| {
                [false, true].map(|is_author| ReviewActor {
                    user: Some(person(number)),
                    role,
                    is_author,
                })
            })
        };
        Role::ALL.into_iter().flat_map(of_role).collect()
    }

    /// Every assignment that names the first person or everybody.
    fn assignments() -> Vec<Assignment> {
        let all = Reviewers::ALL.iter().copied();
        let named = [vec![], vec![person(1)], vec![person(1), person(2)]];
        let of = |reviewers: Reviewers| {
            named.clone().into_iter().flat_map(move |people| {
                [false, true].map(|exclude_author| Assignment {
                    reviewers,
                    people: people.clone(),
                    exclude_author,
                })
            })
        };
        all.into_iter().flat_map(of).collect()
    }

    #[test]
    fn named_people_decide_from_runner_on_and_nobody_else() {
        let named = Assignment {
            reviewers: Reviewers::People,
            people: vec![person(1)],
            exclude_author: false,
        };
        for actor in everybody() {
            let may = named.may_decide(&actor);
            let is_named = actor.user == Some(person(1));
            assert_eq!(may.is_ok(), is_named && actor.role >= Role::Runner, "{actor:?}");
        }
        let owner = ReviewActor { user: Some(person(2)), role: Role::Owner, is_author: false };
        assert_eq!(named.may_decide(&owner), Err(NotYours::NotNamed));
    }

    #[test]
    fn who_launched_it_decides_nothing_that_leaves_them_out_whatever_they_are() {
        for assignment in assignments().into_iter().filter(|one| one.exclude_author) {
            for actor in everybody().into_iter().filter(|actor| actor.is_author) {
                assert_eq!(assignment.may_decide(&actor), Err(NotYours::Author));
                let to = Assignment { exclude_author: false, ..assignment.clone() };
                assert_eq!(
                    assignment.may_reassign(&to, &actor).is_ok(),
                    actor.role >= Role::Admin,
                    "{assignment:?} {actor:?}"
                );
            }
        }
    }

    #[test]
    fn a_higher_role_may_all_that_a_lower_one_may() {
        for assignment in assignments() {
            for actor in everybody() {
                let higher = Role::ALL.into_iter().filter(|role| *role >= actor.role);
                for role in higher.filter(|_| assignment.may_decide(&actor).is_ok()) {
                    assert!(assignment.may_decide(&ReviewActor { role, ..actor }).is_ok());
                }
            }
        }
    }

    #[test]
    fn who_gets_past_a_review_is_who_may_decide_it_or_take_it_over() {
        for assignment in assignments() {
            for actor in everybody() {
                let takes_over = |to: &Assignment| {
                    assignment.may_reassign(to, &actor).is_ok() && to.may_decide(&actor).is_ok()
                };
                let gets_past =
                    assignment.may_decide(&actor).is_ok() || assignments().iter().any(takes_over);
                let needed = assignment.permission_to_pass(&actor);
                assert_eq!(
                    access::can(actor.role, needed),
                    gets_past,
                    "{assignment:?} {actor:?} {needed:?}"
                );
            }
        }
    }

    #[test]
    fn a_review_is_stuck_where_fewer_are_here_than_it_needs() {
        let found = |more, here| Stuck::find(more, here);

        assert_eq!([found(1, 1), found(2, 5), found(0, 0)], [None; 3]);
        assert_eq!([found(1, 0), found(3, 0)], [Some(Stuck::Nobody); 2]);
        assert_eq!(found(3, 2), Some(Stuck::TooFew));
    }
}
