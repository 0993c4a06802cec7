//! How mails leave this server.

use outside::mail::MailSettings;
use vault::secret::Secret;

use super::{ConfigError, Source};

impl Source<'_> {
    pub(super) fn mail(&self) -> Result<Option<MailSettings>, ConfigError> {
        let wanted = "set together with the other mail setting, or not at all";
        match (self.optional("ATELIER_SMTP_URL"), self.optional("ATELIER_MAIL_FROM")) {
            (Some(relay), Some(from)) => Ok(Some(MailSettings { relay: Secret::new(relay), from })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(ConfigError { name: "ATELIER_SMTP_URL", wanted }),
            (Some(_), None) => Err(ConfigError { name: "ATELIER_MAIL_FROM", wanted }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::config::Config;

    #[test]
    fn half_of_the_settings_is_refused_and_the_relay_is_never_shown() {
        let read = |settings: &[(&str, &str)]| {
            Config::read(|name| {
                let found = settings.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let relay = ("ATELIER_SMTP_URL", "smtps://ada:canary@mail.example.org");
        let from = ("ATELIER_MAIL_FROM", "atelier@example.org");

        let words = read(&[relay]).unwrap_err().to_string();
        assert!(words.starts_with("ATELIER_MAIL_FROM") && !words.contains("canary"), "{words}");
        assert!(read(&[from]).unwrap_err().to_string().starts_with("ATELIER_SMTP_URL"));
        let config = read(&[relay, from]).unwrap();
        assert!(config.mail.is_some() && !format!("{config:?}").contains("canary"));
    }
}
