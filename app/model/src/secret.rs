//! Credentials of other services, as they are set and as they are listed: never as they are.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::TemplateId,
    problem::{FieldProblem, Problem},
    text::name::is_name,
    time::Timestamp,
};

/// Most characters of a secret's name.
pub const MAX_SECRET_NAME_CHARS: usize = 63;
/// Most bytes of a secret.
pub const MAX_SECRET_BYTES: usize = 8 * 1024;
/// Most hosts one secret is for.
pub const MAX_SECRET_HOSTS: usize = 20;

/// A secret to be kept under a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretForm {
    /// The secret itself: visible characters on one line, as headers can carry them. Without it
    /// the one that is kept stays, and the hosts are only fewer than before.
    #[serde(default)]
    pub value: Option<String>,
    /// The only hosts it is ever sent to: `api.example.com` over https, or `host:port`.
    pub hosts: Vec<String>,
}

/// What setting a secret did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretSet {
    /// There was none of that name.
    Created,
    /// The one of that name has a new value, or other hosts.
    Replaced,
}

/// A secret as it is listed: nobody reads its value back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretView {
    /// What workflows call it.
    pub name: String,
    /// The only hosts it is ever sent to.
    pub hosts: Vec<String>,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last replaced.
    pub updated_at: Timestamp,
    /// When it was last sent, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Who first set it; none for a person whose account is gone.
    pub created_by: Option<String>,
}

/// A step that names a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    /// The name of the secret.
    pub secret: String,
    /// The template that has the step, in its draft or its published version.
    pub template_id: TemplateId,
    /// The template's name.
    pub template: String,
    /// The step's label, or its id where it has none.
    pub step: String,
}

/// The secrets of a workspace, and the steps that name one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretList {
    /// The secrets by name.
    pub secrets: Vec<SecretView>,
    /// The steps by template and label. One may name a secret that is not there.
    pub uses: Vec<SecretUse>,
}

impl SecretList {
    /// The steps that name this secret.
    pub fn uses_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a SecretUse> {
        self.uses.iter().filter(move |step| step.secret == name)
    }
}

/// True for a name a secret may have.
pub fn is_secret_name(name: &str) -> bool {
    is_name(name) && name.len() <= MAX_SECRET_NAME_CHARS
}

impl fmt::Debug for SecretForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretForm").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl SecretForm {
    /// The form for this name with blanks trimmed, or everything that is wrong with it.
    ///
    /// # Errors
    /// Each field that is wrong; the value is never repeated.
    pub fn checked(self, name: &str) -> Result<Self, Problem> {
        let value = self.value.map(|value| value.trim().to_owned());
        let hosts = self.hosts.iter().map(|host| host.trim().to_ascii_lowercase());
        let hosts: Vec<String> = hosts.filter(|host| !host.is_empty()).collect();
        let mut errors = vec![];
        let mut add = |path: &str, message: String| {
            errors.push(FieldProblem::field("bad_secret", path, message));
        };
        if !is_secret_name(name) {
            add(
                "name",
                format!(
                    "Start with a letter a–z. Use only a–z, 0–9 and _, at most {MAX_SECRET_NAME_CHARS} characters."
                ),
            );
        }
        if let Some(value) = &value {
            if value.is_empty() || value.len() > MAX_SECRET_BYTES {
                add("value", format!("Enter a secret of at most {MAX_SECRET_BYTES} bytes."));
            } else if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                add(
                    "value",
                    "Use one line of letters, digits and symbols that a header can carry."
                        .to_owned(),
                );
            }
        }
        if hosts.is_empty() || hosts.len() > MAX_SECRET_HOSTS {
            add(
                "hosts",
                format!("Enter 1 to {MAX_SECRET_HOSTS} allowed hosts, such as api.example.com."),
            );
        }
        let wrong = hosts.iter().enumerate().filter(|(_, host)| !is_host(host));
        for (place, host) in wrong.take(MAX_SECRET_HOSTS) {
            add(
                &format!("hosts[{place}]"),
                format!("“{host}” isn't a host. Enter it as api.example.com or host:port."),
            );
        }
        if errors.is_empty() {
            Ok(Self { value, hosts })
        } else {
            Err(Problem::invalid("The secret was not saved.", errors))
        }
    }
}

/// A host, or a host and a port; not an address with a path.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let sound = match inner {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    sound && (1..=253).contains(&host.len()) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn form(value: &str, hosts: &[&str]) -> SecretForm {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        SecretForm { value: Some(value.to_owned()), hosts }
    }

    #[test]
    fn a_secret_is_kept_trimmed_with_its_hosts() {
        let kept = form(" sk-1 ", &["API.Example.com ", "", "10.0.0.1:8080", "[::1]:80", "[::1]"]);

        let kept = kept.checked("shop_key").unwrap();

        assert_eq!(kept.value.as_deref(), Some("sk-1"));
        assert_eq!(kept.hosts, ["api.example.com", "10.0.0.1:8080", "[::1]:80", "[::1]"]);
    }

    #[test]
    fn rel_s10_what_is_wrong_is_told_without_the_secret() {
        let wrong = [
            (form("canary", &[]), "ok", "hosts"),
            (form("canary", &["https://a.example/x"]), "ok", "hosts[0]"),
            (form("canary", &["a:99999"]), "ok", "hosts[0]"),
            (form("canary", &["a b"]), "ok", "hosts[0]"),
            (form(" ", &["a.example"]), "ok", "value"),
            (form("canary\nx: y", &["a.example"]), "ok", "value"),
            (form(&"canary".repeat(2_000), &["a.example"]), "ok", "value"),
            (form("canary", &["a.example"]), "Not This", "name"),
        ];
        for (form, name, path) in wrong {
            assert!(!format!("{form:?}").contains("canary"));
            let problem = form.checked(name).unwrap_err();
            assert_eq!(problem.errors[0].path.as_deref(), Some(path), "{problem:?}");
            assert!(!format!("{problem:?}").contains("canary"), "{problem:?}");
        }
    }
}
