//! What the operator says about the provider, and which role its claims give.

use std::str::FromStr;

use model::{access::Role, id::WorkspaceId, oidc::OidcRefusal};
use serde_json::{Map, Value};
use vault::secret::Secret;

/// The provider, and what its word is good for here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Its address, exactly as its tokens name it.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// What this server proves itself with there.
    pub client_secret: Secret,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What people call it.
    pub name: String,
    /// Whether an address counts as verified where the provider does not say whether it is.
    pub trust_email: bool,
    /// Which claims give which role.
    pub roles: RoleRules,
    /// The role of those to whom no claim gives one; none: they are refused.
    pub default_role: Option<Role>,
    /// Whether nobody but the first owner signs in with a password.
    pub only: bool,
    /// The workspace that people come into; none for the first one.
    pub workspace: Option<WorkspaceId>,
}

/// The role that somebody has by the provider's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenRole {
    /// They have it each time they sign in, whatever was set here meanwhile.
    Always(Role),
    /// They come with it; afterwards it is what is set here.
    AtFirst(Role),
    /// The provider gives none: only who is a member already, or invited, gets in.
    Nothing,
}

impl OidcSettings {
    /// The role of somebody to whom the claims give `claimed`.
    ///
    /// # Errors
    /// Roles come from claims, and these give none.
    pub fn given_role(&self, claimed: Option<Role>) -> Result<GivenRole, OidcRefusal> {
        let role = claimed.or(self.default_role);
        match (self.roles.are_there(), role) {
            (true, Some(role)) => Ok(GivenRole::Always(role)),
            (true, None) => Err(OidcRefusal::NoRole),
            (false, Some(role)) => Ok(GivenRole::AtFirst(role)),
            (false, None) => Ok(GivenRole::Nothing),
        }
    }
}

/// Which claims give which role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleRules(Vec<RoleRule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct RoleRule {
    /// The name of a claim, or a path of names with dots.
    claim: String,
    /// What it has to be, or to hold.
    value: String,
    role: Role,
}

impl FromStr for RoleRules {
    type Err = ();

    /// Rules with commas between, like `groups:admins=admin`. A claim's name may hold colons; a value
    /// in quotes, like `groups:"cn=admins,ou=groups"=admin`, also commas and colons.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut quoted = false;
        let rules = text.split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        let rules = rules.map(str::trim).filter(|rule| !rule.is_empty());
        rules.map(RoleRule::read).collect::<Option<_>>().map(Self).ok_or(())
    }
}

impl RoleRule {
    fn read(text: &str) -> Option<Self> {
        let (claimed, role) = text.rsplit_once('=')?;
        let (claim, value) = match claimed.trim().strip_suffix('"') {
            Some(quoted) => quoted.split_once(":\"")?,
            None => claimed.rsplit_once(':')?,
        };
        let (claim, value) = (claim.trim(), value.trim());
        if claim.is_empty() || value.is_empty() || format!("{claim}{value}").contains('"') {
            return None;
        }
        let role = role.trim().parse().ok()?;
        Some(Self { claim: claim.to_owned(), value: value.to_owned(), role })
    }

    fn fits(&self, claims: &Map<String, Value>) -> bool {
        match find(claims, &self.claim) {
            Some(Value::Array(values)) => values.iter().any(|value| self.is_value(value)),
            Some(value) => self.is_value(value),
            None => false,
        }
    }

    fn is_value(&self, value: &Value) -> bool {
        value.as_str() == Some(self.value.as_str())
    }
}

impl RoleRules {
    pub fn are_there(&self) -> bool {
        !self.0.is_empty()
    }

    /// The highest role that the claims give.
    pub fn find_role(&self, claims: &Map<String, Value>) -> Option<Role> {
        self.0.iter().filter(|rule| rule.fits(claims)).map(|rule| rule.role).max()
    }
}

/// A claim by its name, else by its path.
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(found) = claims.get(name) {
        return Some(found);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn role(rules: &str, claims: Value) -> Option<Role> {
        let rules: RoleRules = rules.parse().unwrap();
        rules.find_role(claims.as_object().unwrap())
    }

    #[test]
    fn the_highest_role_that_fits_is_given() {
        let rules = "groups:staff=editor, groups:admins=admin";

        assert_eq!(role(rules, json!({"groups": ["staff", "admins"]})), Some(Role::Admin));
        assert_eq!(role(rules, json!({"groups": "staff"})), Some(Role::Editor));
        assert_eq!(role(rules, json!({"groups": ["Staff", 1]})), None);
        assert_eq!(role(rules, json!({})), None);
    }

    #[test]
    fn claims_are_named_as_providers_name_them() {
        let nested = json!({"realm_access": {"roles": ["boss"]}});
        assert_eq!(role("realm_access.roles:boss=owner", nested), Some(Role::Owner));
        let cognito = json!({"cognito:groups": ["ops"]});
        assert_eq!(role("cognito:groups:ops=runner", cognito), Some(Role::Runner));
        let auth0 = json!({"https://a.example/roles": ["x"]});
        assert_eq!(role("https://a.example/roles:x=viewer", auth0), Some(Role::Viewer));
    }

    #[test]
    fn a_value_in_quotes_may_hold_commas_and_colons() {
        let rules =
            "groups:\"cn=admins,ou=a:b,dc=org\"=admin, a:b:\"x\" =viewer,groups:staff=editor";
        let groups = |name: &str| json!({ "groups": [name] });

        assert_eq!(role(rules, groups("cn=admins,ou=a:b,dc=org")), Some(Role::Admin));
        assert_eq!(role(rules, groups("staff")), Some(Role::Editor));
        assert_eq!(role(rules, json!({ "a:b": "x" })), Some(Role::Viewer));
        for wrong in
            ["groups:\"a,b=admin", "groups:a\"=admin", "\"groups:a,b=admin\"", "g:\"\"=admin"]
        {
            assert_eq!(wrong.parse::<RoleRules>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        assert!(!"".parse::<RoleRules>().unwrap().are_there());
        for wrong in ["admins=admin", "groups:admins", "groups:=admin", ":a=admin", "groups:a=king"]
        {
            assert_eq!(wrong.parse::<RoleRules>(), Err(()), "{wrong}");
        }
    }
}
