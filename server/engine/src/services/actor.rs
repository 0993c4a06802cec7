//! Who acts: made from a session or a token, and asked for permission by every command.

use model::{
    access::{self, Lacks, Permission, Role},
    id::{TokenId, UserId, WorkspaceId},
    problem::{Problem, ProblemKind},
};
use uuid::Uuid;

/// What proved who the actor is.
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

/// A member of one workspace, acting in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The only workspace this actor reaches.
    pub workspace: WorkspaceId,
    /// What they are in it.
    pub role: Role,
    /// What proved it.
    pub credential: Credential,
}

impl Actor {
    /// Refuses unless the actor's role holds the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        access::require(self.role, permission).map_err(forbidden)
    }

    /// Refuses what is said to be of a workspace that this actor does not reach: one they are not a
    /// member of is as one that is not there.
    pub fn require_workspace(&self, said: Option<WorkspaceId>) -> Result<(), Problem> {
        match said {
            Some(said) if said != self.workspace => {
                let words = "There is no such workspace for you here. Sign in to it, or use a \
                             token of it.";
                Err(Problem::new(ProblemKind::NotFound, "not_found", words))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses an API token: what concerns the person's own account is done by the person.
    pub fn require_person(&self) -> Result<(), Problem> {
        match self.credential {
            Credential::Session(_) | Credential::CommandLine => Ok(()),
            Credential::Token(_) | Credential::Link(_) => Err(Problem::new(
                ProblemKind::Forbidden,
                "person_needed",
                "An API token cannot do this. Sign in with a browser.",
            )),
        }
    }

    /// What a launch by this actor is triggered by.
    pub fn trigger(&self) -> &'static str {
        match self.credential {
            Credential::Session(_) => "manual",
            Credential::Token(_) | Credential::Link(_) | Credential::CommandLine => "api",
        }
    }

    /// The session that acts, if it is one.
    pub fn session(&self) -> Option<Uuid> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(_) | Credential::Link(_) | Credential::CommandLine => None,
        }
    }
}

/// What somebody is told whose role does not do.
pub(super) fn forbidden(lacks: Lacks) -> Problem {
    Problem::new(ProblemKind::Forbidden, "forbidden", lacks.to_string())
}

/// Where a request came from, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The address the limits on guessing count by.
    pub ip: std::net::IpAddr,
    /// The browser, as it calls itself.
    pub user_agent: String,
}
