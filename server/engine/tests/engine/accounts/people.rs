//! An instance with its owner, for tests about accounts.

use std::net::IpAddr;

use backend::{
    accounts::SignedIn,
    actor::{Actor, Origin, Person},
};
use model::{
    access::{Role, TokenScope},
    account::{SetUpForm, SignInForm, TokenForm},
    api::members::{InvitationForm, JoinForm},
    problem::Problem,
};
use services::{
    Services,
    testing::{
        db::{self, TestDb},
        world::bare_services,
    },
};
use store::error::Result;

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "correct horse";

/// A set-up instance, its owner signed in.
pub struct Instance {
    pub db: TestDb,
    pub services: Services,
    pub owner: SignedIn,
}

pub fn from(ip: &str) -> Origin {
    Origin { ip: ip.parse::<IpAddr>().unwrap(), user_agent: "Test browser".to_owned() }
}

pub fn home() -> Origin {
    from("192.0.2.1")
}

pub fn set_up_form() -> SetUpForm {
    SetUpForm {
        name: "Ada".to_owned(),
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        workspace: "Studio".to_owned(),
        code: None,
    }
}

pub fn sign_in_form(password: &str) -> SignInForm {
    SignInForm { email: EMAIL.to_owned(), password: password.to_owned() }
}

pub async fn instance() -> Instance {
    let db = db::fresh().await;
    let services = bare_services(db.pool.clone()).await;
    let owner = services.accounts.set_up(set_up_form(), &home()).await.unwrap();
    Instance { db, services, owner }
}

impl Instance {
    /// Invites an address as the owner; what stands in the link.
    pub async fn invite(&self, email: &str, role: Role) -> String {
        let form = InvitationForm { emails: vec![email.to_owned()], role };
        let made = self.services.members.invite(&self.owner.actor, form).await.unwrap();
        made[0].path.strip_prefix("/join/").unwrap().to_owned()
    }

    /// A person of this name and role who came by an invitation, signed in.
    pub async fn join(&self, name: &str, role: Role) -> SignedIn {
        let token = self.invite(&address(name), role).await;
        self.services.accounts.join(&token, join_form(name), None, &home(), None).await.unwrap()
    }
}

/// The address of somebody who joins.
pub fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}

/// What somebody sends who joins with a new account.
pub fn join_form(name: &str) -> JoinForm {
    JoinForm { name: name.to_owned(), password: PASSWORD.to_owned() }
}

/// What makes a token that may do all that its role may.
pub fn token_form(name: &str, role: Role) -> TokenForm {
    TokenForm { name: name.to_owned(), role, scope: TokenScope::Full, expires_in_days: None }
}

/// The person of a session's actor.
pub fn person(actor: &Actor) -> Person {
    Person { user: actor.user, session: actor.session().unwrap() }
}

/// The code of the problem, or that it is done.
pub fn code<T>(answer: Result<T>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(error) => error.into_problem().code,
    }
}

/// Why this was refused.
pub fn refusal<T>(answer: Result<T>) -> Problem {
    match answer {
        Ok(_) => panic!("this was not refused"),
        Err(error) => error.into_problem(),
    }
}
