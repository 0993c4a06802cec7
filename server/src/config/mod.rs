//! The configuration: the operator's environment variables, read once into one value.

mod database;
mod oidc;
mod operator_file;
mod proxies;
mod s3;
mod settings;

pub(crate) use operator_file::load_operator_file;
pub(crate) use proxies::{Proxies, read_ip};
pub(crate) use settings::help;

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZero,
    path::{self, PathBuf},
    str::FromStr,
};

use engine::limits::Limits;
use outside::{
    mail::MailSettings,
    oidc::OidcSettings,
    providers::{ProviderAccess, WIRE_FORMATS},
};
use s3_blobs::S3Settings;
use url::{Host, Url};
use vault::secret::Secret;

use settings::{SETTINGS, Setting};

/// Everything the operator set; the table of settings says what each is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: Option<Secret>,
    pub(crate) fetch_postgres: bool,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<Url>,
    pub(crate) proxies: Proxies,
    pub(crate) s3: Option<S3Settings>,
    /// By the name of a provider's wire format.
    pub(crate) providers: BTreeMap<&'static str, ProviderAccess>,
    /// Hosts with ports that workflows may call although they are private, as the operator wrote
    /// them.
    pub outbound_allow: String,
    pub(crate) mcp_config: Option<PathBuf>,
    pub(crate) mail: Option<MailSettings>,
    pub(crate) oidc: Option<OidcSettings>,
    pub(crate) secret_key: Option<Secret>,
    pub(crate) sample_pace: u32,
    pub(crate) limits: Limits,
    pub(crate) db_connections: u32,
    pub(crate) log: String,
    pub(crate) log_json: bool,
}

/// A setting that cannot be understood. Never repeats the value: it may be a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name} isn't valid. It must be {wanted}")]
pub struct ConfigError {
    name: &'static str,
    wanted: &'static str,
}

type Result<T, E = ConfigError> = std::result::Result<T, E>;

impl Config {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from anywhere. Empty is the same as not set.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let source = Source { get: &get };
        Ok(Self {
            data_dir: source.data_dir()?,
            database_url: source.database_url()?,
            fetch_postgres: source.yes_or_no("ATELIER_FETCH_POSTGRES")?,
            listen: source.parse("ATELIER_LISTEN", "an address and a port, like 127.0.0.1:3000")?,
            public_url: source.http_url("ATELIER_PUBLIC_URL")?,
            proxies: source.parse(
                "ATELIER_PROXIES",
                "the addresses or networks of your reverse proxies, separated by commas, or their \
                 number; 0 for none",
            )?,
            s3: source.s3()?,
            providers: source.providers()?,
            outbound_allow: source.text("ATELIER_OUTBOUND_ALLOW"),
            mcp_config: source.optional("ATELIER_MCP_CONFIG").map(PathBuf::from),
            mail: source.mail()?,
            oidc: source.oidc()?,
            secret_key: source.optional("ATELIER_SECRET_KEY").map(Secret::new),
            sample_pace: source.parse("ATELIER_SAMPLE_PACE", "a number of words per second")?,
            limits: source.limits()?,
            db_connections: source.parse("ATELIER_DB_CONNECTIONS", "a number of connections")?,
            log: source.text("ATELIER_LOG"),
            log_json: source.choice(
                "ATELIER_LOG_FORMAT",
                "auto, pretty or json",
                &[("auto", !io::stderr().is_terminal()), ("pretty", false), ("json", true)],
            )?,
        })
    }

    /// Whether browsers on other machines can get here.
    pub fn reachable_from_elsewhere(&self) -> bool {
        !self.listen.ip().is_loopback()
            || self.proxies.are_there()
            || self.public_url.as_ref().is_some_and(|url| !is_local(url))
    }

    /// Where to point a browser on this machine.
    pub fn address(&self) -> String {
        match &self.public_url {
            Some(url) => url.to_string(),
            None if self.listen.ip().is_unspecified() => {
                format!(
                    "http://{}/",
                    SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.listen.port())
                )
            }
            None => format!("http://{}/", self.listen),
        }
    }
}

/// The web address that a text says, without a user or a password; none where it says none.
fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// Whether a URL names this machine only.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

struct Source<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
}

impl Source<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> String {
        let default = SETTINGS.iter().find(|setting| setting.name == name);
        let default = default.map_or("", |setting| setting.default);
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// Absolute: it is handed to other programs, and its sockets' addresses begin with a slash.
    fn data_dir(&self) -> Result<PathBuf> {
        const NAME: &str = "ATELIER_DATA_DIR";
        let wanted = "a folder; the current one has to exist";
        path::absolute(self.text(NAME)).map_err(|_| ConfigError { name: NAME, wanted })
    }

    fn parse<T: FromStr>(&self, name: &'static str, wanted: &'static str) -> Result<T> {
        self.text(name).parse().map_err(|_| ConfigError { name, wanted })
    }

    fn http_url(&self, name: &'static str) -> Result<Option<Url>> {
        let wanted = "a full address without user or password, like https://atelier.example.org";
        let Some(text) = self.optional(name) else { return Ok(None) };
        web_address(&text).map(Some).ok_or(ConfigError { name, wanted })
    }

    fn limits(&self) -> Result<Limits> {
        let at_least_one = |name| self.parse(name, "a number, at least 1").map(NonZero::<u32>::get);
        let calls: u32 = self.parse("ATELIER_PROVIDER_CALLS_PER_MINUTE", "a number")?;
        Ok(Limits {
            running_per_workspace: at_least_one("ATELIER_RUNNING_PER_WORKSPACE")?,
            calls_per_provider: at_least_one("ATELIER_PROVIDER_CALLS")?,
            calls_per_minute: (calls > 0).then_some(calls),
        })
    }

    /// The access to each provider of which the address or the key is set.
    fn providers(&self) -> Result<BTreeMap<&'static str, ProviderAccess>> {
        let mut found = BTreeMap::new();
        for wire in WIRE_FORMATS {
            let setting = |what: &str| {
                let name = format!("ATELIER_{}_{what}", wire.name.to_uppercase());
                SETTINGS.iter().map(|setting| setting.name).find(|known| *known == name)
            };
            let text = |what| setting(what).and_then(|name| self.optional(name));
            let base_url = setting("BASE_URL").map(|name| self.http_url(name));
            let access = ProviderAccess {
                base_url: base_url.transpose()?.flatten(),
                api_key: text("API_KEY").map(Secret::new),
                text_model: text("TEXT_MODEL"),
                image_model: text("IMAGE_MODEL"),
            };
            if access.is_set() {
                found.insert(wire.name, access);
            }
        }
        Ok(found)
    }

    fn mail(&self) -> Result<Option<MailSettings>> {
        let wanted = "set together with the other mail setting, or not at all";
        let pair = self.both(["ATELIER_SMTP_URL", "ATELIER_MAIL_FROM"], wanted)?;
        Ok(pair.map(|[relay, from]| MailSettings { relay: Secret::new(relay), from }))
    }

    /// Two settings that mean something only together.
    fn both(&self, names: [&'static str; 2], wanted: &'static str) -> Result<Option<[String; 2]>> {
        match names.map(|name| self.optional(name)) {
            [Some(one), Some(other)] => Ok(Some([one, other])),
            [None, None] => Ok(None),
            [None, Some(_)] => Err(ConfigError { name: names[0], wanted }),
            [Some(_), None] => Err(ConfigError { name: names[1], wanted }),
        }
    }

    /// Refuses that the setting `name` is missing where any is set that means nothing without it.
    fn none_of(
        &self,
        others: impl Fn(&Setting) -> bool,
        name: &'static str,
        wanted: &'static str,
    ) -> Result<()> {
        let mut set = SETTINGS.iter().filter(|setting| self.optional(setting.name).is_some());
        if set.any(others) { Err(ConfigError { name, wanted }) } else { Ok(()) }
    }

    fn choice<T: Copy>(
        &self,
        name: &'static str,
        wanted: &'static str,
        values: &[(&str, T)],
    ) -> Result<T> {
        let text = self.text(name);
        let found = values.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or(ConfigError { name, wanted })
    }

    fn yes_or_no(&self, name: &'static str) -> Result<bool> {
        self.choice(name, "yes or no", &[("yes", true), ("no", false)])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read_config(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_server_for_this_machine_only() {
        let config = read_config(&[]).unwrap();

        assert_eq!(config.address(), "http://127.0.0.1:3000/");
        assert_eq!((config.sample_pace, config.providers.is_empty()), (40, true));
        assert!(!config.reachable_from_elsewhere());
    }

    #[test]
    fn a_proxy_in_front_makes_it_reachable_from_elsewhere() {
        let public = read_config(&[("ATELIER_PUBLIC_URL", "https://atelier.example.org")]).unwrap();
        let open = read_config(&[("ATELIER_LISTEN", "0.0.0.0:80")]).unwrap();
        let local = read_config(&[("ATELIER_PUBLIC_URL", "http://localhost:8080")]).unwrap();
        let behind = read_config(&[("ATELIER_PROXIES", "127.0.0.1")]).unwrap();

        assert!(public.reachable_from_elsewhere() && open.reachable_from_elsewhere());
        assert!(behind.reachable_from_elsewhere());
        assert!(!local.reachable_from_elsewhere());
    }

    #[test]
    fn a_setting_that_cannot_be_understood_is_named_without_its_value() {
        for value in
            ["sk-secret", "https://:sk-secret@api.example.org", "https://sk-secret@a.example"]
        {
            let error = read_config(&[("ATELIER_OPENAI_BASE_URL", value)]).unwrap_err();

            let words = error.to_string();
            assert!(words.starts_with("ATELIER_OPENAI_BASE_URL"), "{words}");
            assert!(!words.contains("sk-") && words.contains("without user"), "{words}");
        }
    }

    #[test]
    fn secrets_do_not_show_when_the_configuration_is_printed() {
        let config = read_config(&[
            ("DATABASE_URL", "postgres://me:hunter2@db/atelier"),
            ("ATELIER_OPENAI_BASE_URL", "https://api.example.org/v1"),
            ("ATELIER_OPENAI_API_KEY", "sk-secret"),
            ("ATELIER_SECRET_KEY", "sealing"),
            ("S3_BUCKET", "atelier"),
            ("S3_ACCESS_KEY_ID", "seen"),
            ("S3_SECRET_ACCESS_KEY", "unseen-key"),
        ]);

        let printed = format!("{config:?}");

        let secrets = ["hunter2", "sk-secret", "sealing", "unseen-key"];
        assert!(!secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
    }

    #[test]
    fn half_of_the_mail_settings_is_refused_and_the_relay_is_never_shown() {
        let relay = ("ATELIER_SMTP_URL", "smtps://ada:canary@mail.example.org");
        let from = ("ATELIER_MAIL_FROM", "atelier@example.org");

        let words = read_config(&[relay]).unwrap_err().to_string();
        assert!(words.starts_with("ATELIER_MAIL_FROM") && !words.contains("canary"), "{words}");
        assert!(read_config(&[from]).unwrap_err().to_string().starts_with("ATELIER_SMTP_URL"));
        let config = read_config(&[relay, from]).unwrap();
        assert!(config.mail.is_some() && !format!("{config:?}").contains("canary"));
    }

    #[test]
    fn a_key_alone_is_for_openais_own_address() {
        let config = read_config(&[("ATELIER_OPENAI_API_KEY", "sk-secret")]).unwrap();
        assert_eq!(
            config.providers.get("openai").map(|access| access.base_url.clone()),
            Some(None)
        );
    }
}
