//! An instance with its owner, for tests about accounts.

use std::net::IpAddr;

use backend::{accounts::SignedIn, actor::Origin};
use engine::{
    services::Services,
    testing::{
        db::{self, TestDb},
        world::bare_services,
    },
};
use model::account::{SetUpForm, SignInForm};

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
