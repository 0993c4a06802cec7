//! Who acts. An actor is made from a session or a token, and every command checks its permission.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use model::{
    access::{self, Lacks, Permission, Role, TokenScope},
    id::{TokenId, UserId, WorkspaceId},
    problem::{Problem, ProblemKind},
};
use uuid::Uuid;

/// The most characters of a browser's name that are kept.
const MOST_USER_AGENT_CHARS: usize = 300;

/// How an actor was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A signed-in browser, by its session's id.
    Session(Uuid),
    /// An API token.
    Token(TokenId),
    /// A link to one review, by its id: it acts for the person who made it.
    Link(Uuid),
    /// Somebody at the machine's own command line.
    CommandLine,
}

/// Somebody who is signed in with a browser, in a workspace or in none: who may make a workspace,
/// and go into another one of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Whose account it is.
    pub user: UserId,
    /// The session of their browser.
    pub session: Uuid,
}

/// A member of one workspace, acting in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member, also where a token or link of theirs acts for them.
    pub user: UserId,
    /// The only workspace whose data this actor can reach.
    pub workspace: WorkspaceId,
    /// Their role in the workspace, or the lower one of their token.
    pub role: Role,
    /// Whether the workspace is archived: nothing in it changes.
    pub archived: bool,
    /// How they were authenticated.
    pub credential: Credential,
    /// What their token is for; everything where it is no token that acts.
    pub scope: TokenScope,
    /// Where their request came from; none outside a request.
    pub origin: Option<Arc<Origin>>,
}

impl Actor {
    /// Refuses unless the actor's role holds the permission, the scope of their token does, and it
    /// holds in the workspace as it is: the only place that keeps tokens within their scope, and an
    /// archived workspace as it was.
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        access::require(self.role, permission).map_err(forbidden)?;
        let needed = permission.least_scope();
        if self.scope < needed {
            let words = format!(
                "This needs a token with the scope {needed}, and yours has {}. Use another token.",
                self.scope
            );
            return Err(Problem::new(ProblemKind::Forbidden, "token_scope", words));
        }
        if permission.holds_when_archived() { Ok(()) } else { self.require_unarchived() }
    }

    /// Refuses in an archived workspace: what would begin there would have no use.
    pub fn require_unarchived(&self) -> Result<(), Problem> {
        if self.archived {
            let words = "This workspace is archived and read-only. Its owner can restore it in the \
                         workspace settings.";
            return Err(Problem::conflict("workspace_archived", words));
        }
        Ok(())
    }

    /// The role by which the actor may get past reviews. A token that is not for everything decides
    /// nothing, and so bypasses nothing either.
    pub fn role_in_reviews(&self) -> Role {
        match self.scope {
            TokenScope::Full => self.role,
            TokenScope::Launch | TokenScope::Read => Role::Viewer,
        }
    }

    /// Answers "not found" where a request names another workspace than the actor's: whether it
    /// exists is not revealed.
    pub fn require_workspace(&self, named: Option<WorkspaceId>) -> Result<(), Problem> {
        match named {
            Some(named) if named != self.workspace => {
                let words = "This workspace doesn't exist, or you don't have access. Switch to it, or \
                             use one of its tokens.";
                Err(Problem::new(ProblemKind::NotFound, "not_found", words))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses API tokens and review links: a person's own account is changed only by the person.
    pub fn require_person(&self) -> Result<(), Problem> {
        match self.credential {
            Credential::Session(_) | Credential::CommandLine => Ok(()),
            Credential::Token(_) | Credential::Link(_) => Err(Problem::new(
                ProblemKind::Forbidden,
                "person_needed",
                "An API token can't do this. Sign in with a browser.",
            )),
        }
    }

    /// The trigger that is recorded for launches by this actor.
    pub fn trigger(&self) -> &'static str {
        match self.credential {
            Credential::Session(_) => "manual",
            Credential::Token(_) | Credential::Link(_) | Credential::CommandLine => "api",
        }
    }

    pub fn session(&self) -> Option<Uuid> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(_) | Credential::Link(_) | Credential::CommandLine => None,
        }
    }
}

/// The problem of somebody who is signed in, and in no workspace.
pub fn no_workspace() -> Problem {
    let words = "You aren't in a workspace yet. Create one or ask for an invitation.";
    Problem::conflict("no_workspace", words)
}

/// The problem of an actor whose role lacks a permission.
pub fn forbidden(lacks: Lacks) -> Problem {
    Problem::new(ProblemKind::Forbidden, "forbidden", lacks.to_string())
}

/// The network that visitors are counted by: an IPv4 address, or the /64 of an IPv6 address, all of
/// which one visitor usually owns.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// Where a request came from, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The address the limits on guessing count by.
    pub ip: IpAddr,
    /// The browser, as it calls itself.
    pub user_agent: String,
}

impl Origin {
    /// The name of the browser as it is kept: without control characters, and no longer than is worth
    /// reading.
    pub fn kept_user_agent(&self) -> String {
        self.user_agent.chars().filter(|c| !c.is_control()).take(MOST_USER_AGENT_CHARS).collect()
    }
}
