//! The provider that people sign in with.

use outside::oidc::OidcSettings;
use vault::secret::Secret;

use super::{ConfigError, Result, Setting, Source};

impl Source<'_> {
    pub(super) fn oidc(&self) -> Result<Option<OidcSettings>> {
        let only = self.yes_or_no("ATELIER_OIDC_ONLY")?;
        let Some(url) = self.http_url("ATELIER_OIDC_ISSUER")? else {
            let wanted = "the address of the provider, because its other settings are set";
            // Those with a default may be set to it.
            let is_other = |other: &Setting| {
                other.name.starts_with("ATELIER_OIDC_") && (only || other.default.is_empty())
            };
            self.none_of(is_other, "ATELIER_OIDC_ISSUER", wanted)?;
            return Ok(None);
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let roles = "rules like groups:admins=admin separated by commas, each with a claim, its \
                     value (in double quotes if it contains commas) and a role: owner, admin, \
                     editor, runner or viewer";
        Ok(Some(OidcSettings {
            // As it is written: with or without a slash at its end it is another issuer.
            issuer: self.text("ATELIER_OIDC_ISSUER"),
            client_id: self.needed("ATELIER_OIDC_CLIENT_ID")?,
            client_secret: Secret::new(self.needed("ATELIER_OIDC_CLIENT_SECRET")?),
            scopes: self
                .text("ATELIER_OIDC_SCOPES")
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            name: self.optional("ATELIER_OIDC_NAME").unwrap_or(host),
            trust_email: self.yes_or_no("ATELIER_OIDC_TRUST_EMAIL")?,
            roles: self.parse("ATELIER_OIDC_ROLES", roles)?,
            default_role: self.optional_parsed(
                "ATELIER_OIDC_DEFAULT_ROLE",
                "owner, admin, editor, runner or viewer",
            )?,
            only,
            workspace: self.optional_parsed("ATELIER_OIDC_WORKSPACE", "the id of a workspace")?,
        }))
    }

    fn needed(&self, name: &'static str) -> Result<String> {
        let wanted = "set together with ATELIER_OIDC_ISSUER";
        self.optional(name).ok_or(ConfigError { name, wanted })
    }

    fn optional_parsed<T: std::str::FromStr>(
        &self,
        name: &'static str,
        wanted: &'static str,
    ) -> Result<Option<T>> {
        let parsed = self.optional(name).map(|text| text.parse());
        parsed.transpose().map_err(|_| ConfigError { name, wanted })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use model::access::Role;

    use crate::config::Config;

    const THREE: [(&str, &str); 3] = [
        ("ATELIER_OIDC_ISSUER", "https://sso.example.org/realms/a/"),
        ("ATELIER_OIDC_CLIENT_ID", "atelier"),
        ("ATELIER_OIDC_CLIENT_SECRET", "hush-hush"),
    ];

    fn read_config(settings: &[(&str, &str)]) -> Result<Config, String> {
        let config = Config::read(|name| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        config.map_err(|error| error.to_string())
    }

    #[test]
    fn three_settings_make_a_provider_and_none_makes_none() {
        let config = read_config(&THREE).unwrap();
        let provider = config.oidc.as_ref().unwrap();

        assert_eq!(provider.issuer, "https://sso.example.org/realms/a/");
        assert_eq!((provider.name.as_str(), provider.only), ("sso.example.org", false));
        assert_eq!(provider.scopes, ["email", "profile"]);
        assert!(!provider.roles.are_there() && provider.default_role.is_none());
        assert!(!format!("{config:?}").contains("hush-hush"));
        assert_eq!(read_config(&[]).unwrap().oidc, None);
    }

    #[test]
    fn half_a_provider_and_roles_that_are_none_are_named() {
        let with = |more: (&'static str, &'static str)| [THREE.as_slice(), &[more]].concat();
        let provider = read_config(&with(("ATELIER_OIDC_DEFAULT_ROLE", "viewer"))).unwrap().oidc;
        assert_eq!(provider.unwrap().default_role, Some(Role::Viewer));

        for wrong in [
            vec![("ATELIER_OIDC_ONLY", "yes")],
            vec![("ATELIER_OIDC_CLIENT_ID", "atelier")],
            THREE[..2].to_vec(),
            with(("ATELIER_OIDC_ONLY", "maybe")),
            with(("ATELIER_OIDC_TRUST_EMAIL", "maybe")),
            with(("ATELIER_OIDC_ROLES", "groups:admins=king")),
            with(("ATELIER_OIDC_DEFAULT_ROLE", "king")),
            with(("ATELIER_OIDC_WORKSPACE", "first")),
        ] {
            let words = read_config(&wrong).unwrap_err();
            assert!(words.starts_with("ATELIER_OIDC_"), "{wrong:?} {words}");
        }
    }
}
