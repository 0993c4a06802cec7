//! The configuration: the operator's environment variables, read once into one value.

mod database;
mod mail;
mod oidc;
mod operator_file;
mod providers;
mod proxies;
mod s3;
mod settings;

pub use operator_file::{OperatorFileError, load_operator_file};
pub use proxies::{Proxies, read_ip};
pub use settings::{SETTINGS, Setting, help};

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{self, PathBuf},
    str::FromStr,
};

use engine::limits::Limits;
use outside::{mail::MailSettings, oidc::OidcSettings, providers::ProviderAccess};
use s3_blobs::S3Settings;
use url::{Host, Url};
use vault::secret::Secret;

use crate::embedded_pg::Missing;

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty where standard error is a terminal, JSON elsewhere.
    Auto,
    /// Lines for people to read.
    Pretty,
    /// One JSON object for each line.
    Json,
}

/// Everything the operator set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the private database and the files lie.
    pub data_dir: PathBuf,
    /// A database of the operator's own.
    pub database_url: Option<Secret>,
    /// What to do on a machine without a PostgreSQL that fits.
    pub missing_postgres: Missing,
    /// The address and port to serve at.
    pub listen: SocketAddr,
    /// Where browsers find it.
    pub public_url: Option<Url>,
    /// The operator's reverse proxies in front.
    pub proxies: Proxies,
    /// The bucket that files lie in; none is a folder of the data directory.
    pub s3: Option<S3Settings>,
    /// Access to providers, by the name of its wire format.
    pub providers: BTreeMap<&'static str, ProviderAccess>,
    /// Hosts with ports that workflows may call although they are private, as the operator wrote
    /// them.
    pub outbound_allow: String,
    /// The file of the operator's tool servers; none for the default one, if it is there.
    pub mcp_config: Option<PathBuf>,
    /// How mails leave this server; none where it sends none.
    pub mail: Option<MailSettings>,
    /// The provider that people sign in with; none where they have passwords only.
    pub oidc: Option<OidcSettings>,
    /// The key that secrets are encrypted with; none for the key kept in the data directory.
    pub secret_key: Option<Secret>,
    /// Words a second of the sample provider; 0 is at once.
    pub sample_pace: u32,
    /// The limits on executions and calls at the same time.
    pub limits: Limits,
    /// The most connections to the database.
    pub db_connections: u32,
    /// What is logged.
    pub log: String,
    /// The format of log lines.
    pub log_format: LogFormat,
}

/// A setting that cannot be understood. Never repeats the value: it may be a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name} isn't valid. It must be {wanted}")]
pub struct ConfigError {
    name: &'static str,
    wanted: &'static str,
}

impl Config {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from anywhere. Empty is the same as not set.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let source = Source { get: &get };
        Ok(Self {
            data_dir: source.data_dir()?,
            database_url: source.database_url()?,
            missing_postgres: source.missing_postgres()?,
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
            log_format: source.log_format()?,
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
    fn data_dir(&self) -> Result<PathBuf, ConfigError> {
        const NAME: &str = "ATELIER_DATA_DIR";
        let wanted = "a folder; the current one has to exist";
        path::absolute(self.text(NAME)).map_err(|_| ConfigError { name: NAME, wanted })
    }

    fn parse<T: FromStr>(
        &self,
        name: &'static str,
        wanted: &'static str,
    ) -> Result<T, ConfigError> {
        self.text(name).parse().map_err(|_| ConfigError { name, wanted })
    }

    fn http_url(&self, name: &'static str) -> Result<Option<Url>, ConfigError> {
        let wanted = "a full address without user or password, like https://atelier.example.org";
        let Some(text) = self.optional(name) else { return Ok(None) };
        web_address(&text).map(Some).ok_or(ConfigError { name, wanted })
    }

    fn limits(&self) -> Result<Limits, ConfigError> {
        let at_least_one = |name| match self.parse(name, "a number, at least 1")? {
            0 => Err(ConfigError { name, wanted: "a number, at least 1" }),
            number => Ok(number),
        };
        Ok(Limits {
            running_per_workspace: at_least_one("ATELIER_RUNNING_PER_WORKSPACE")?,
            calls_per_provider: at_least_one("ATELIER_PROVIDER_CALLS")?,
            calls_per_minute: match self.parse("ATELIER_PROVIDER_CALLS_PER_MINUTE", "a number")? {
                0 => None,
                number => Some(number),
            },
        })
    }

    fn yes_or_no(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.text(name).as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(ConfigError { name, wanted: "yes or no" }),
        }
    }

    fn missing_postgres(&self) -> Result<Missing, ConfigError> {
        let fetch = self.yes_or_no("ATELIER_FETCH_POSTGRES")?;
        Ok(if fetch { Missing::Fetch } else { Missing::Refuse })
    }

    fn log_format(&self) -> Result<LogFormat, ConfigError> {
        match self.text("ATELIER_LOG_FORMAT").as_str() {
            "auto" => Ok(LogFormat::Auto),
            "pretty" => Ok(LogFormat::Pretty),
            "json" => Ok(LogFormat::Json),
            _ => Err(ConfigError { name: "ATELIER_LOG_FORMAT", wanted: "auto, pretty or json" }),
        }
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
    fn a_key_alone_is_for_openais_own_address() {
        let config = read_config(&[("ATELIER_OPENAI_API_KEY", "sk-secret")]).unwrap();
        assert_eq!(
            config.providers.get("openai").map(|access| access.base_url.clone()),
            Some(None)
        );
    }
}
