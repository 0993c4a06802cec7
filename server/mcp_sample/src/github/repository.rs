//! A repository as it is asked for, and what all things in it have.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    invent::{commit, moment, nth, seed},
    tool::Call,
};

/// Nobody owns this host, so no link leads to what is not there.
const HOST: &str = "https://github.example.com";

static PEOPLE: [&str; 5] = ["ada", "jonas", "mara", "noor", "li"];

/// A repository that somebody asks for.
pub struct Repository<'a> {
    owner: &'a str,
    name: &'a str,
}

/// Somebody with an account.
#[derive(Serialize, JsonSchema)]
pub struct Person {
    pub login: String,
}

#[derive(Serialize, JsonSchema)]
pub struct Label {
    pub name: String,
}

impl<'a> Repository<'a> {
    /// Any owner and name that could be one.
    pub fn new(owner: &'a str, name: &'a str) -> Result<Self, String> {
        let is_word = |text: &str| {
            !text.is_empty() && !text.contains(|c: char| c == '/' || c.is_whitespace())
        };
        if !is_word(owner) || !is_word(name) {
            return Err("owner and repo must name a repository, like acme and shop.".to_owned());
        }
        Ok(Self { owner, name })
    }

    /// The web address of something in it.
    pub fn url(&self, path: &str) -> String {
        format!("{HOST}/{}/{}/{path}", self.owner, self.name)
    }

    /// A number that is always the same for the same thing in it.
    pub fn seed(&self, kind: &str, number: u64) -> u64 {
        seed(&[self.owner, self.name, kind, &number.to_string()])
    }

    /// When something in it happened.
    pub fn moment(&self, kind: &str, number: u64) -> String {
        moment(self.seed(kind, number))
    }

    /// The commit at the end of a branch.
    pub fn commit(&self, branch: &str) -> String {
        commit(&[self.owner, self.name, branch])
    }

    /// The number of a new thing of a kind, counted from `first` and a little more.
    pub fn next_number(&self, call: &Call<'_>, kind: &str, first: u64) -> u64 {
        let counter = format!("{}/{} {kind}", self.owner, self.name);
        call.next_number(&counter, first + self.seed(kind, 0) % 900)
    }
}

/// Who has made the thing with this number.
pub fn author(number: u64) -> Person {
    Person { login: (*nth(&PEOPLE, number)).to_owned() }
}

/// Who makes what is made by a call.
pub fn caller() -> Person {
    Person { login: "atelier-sample".to_owned() }
}

/// Labels by their names.
pub fn labels(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<Label> {
    names.into_iter().map(|name| Label { name: name.into() }).collect()
}

/// A text that has to say something.
pub fn require<'t>(name: &str, text: &'t str) -> Result<&'t str, String> {
    if text.trim().is_empty() {
        return Err(format!("{name} is empty."));
    }
    Ok(text)
}
