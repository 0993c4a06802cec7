//! Mails, by the relay that the operator has set: always over TLS, unless it is on this machine and
//! the operator says so.
//!
//! Nothing that a person writes is a header here but the subject and the address, and both are
//! encoded and checked by `lettre`.

use std::{fmt, net::IpAddr, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::extension::ClientId,
};
use url::{Host, Url};
use vault::secret::{Redactor, Secret};

/// How long one word with the relay may take.
const STEP_LIMIT: Duration = Duration::from_secs(20);
/// How long a mail may take from the first connection to the relay's last word.
const LIMIT: Duration = Duration::from_secs(60);
/// How much of what a relay says is kept, in characters.
const MOST_SAID: usize = 300;

/// How mails leave this server, as the operator has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The relay: `smtps://user:password@host:465`, or `smtp://…:587` for STARTTLS. On this machine
    /// `smtp://localhost:25?tls=none` is without TLS.
    pub relay: Secret,
    /// Whom mails are from: an address, or `Name <address>`.
    pub from: String,
}

/// Why mails cannot be sent as they are set up; never repeats the relay's password.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    /// The address of the relay is none.
    #[error(
        "ATELIER_SMTP_URL isn't valid. Write smtps://user:password@host:465, or \
         smtp://user:password@host:587 for STARTTLS"
    )]
    Relay,
    /// It would be reached without TLS.
    #[error("ATELIER_SMTP_URL must use TLS, except for localhost")]
    Plain,
    /// The sender is no address.
    #[error(
        "ATELIER_MAIL_FROM isn't a valid address. Write atelier@example.org or Atelier \
         <a@example.org>"
    )]
    From,
    /// TLS cannot be set up on this machine.
    #[error("can't send email: {0}")]
    Tls(lettre::transport::smtp::Error),
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The receiver's address is none to which mail is sent.
    #[error("this isn't a valid email address")]
    Address,
    /// The mail could not be put together.
    #[error("the email couldn't be composed")]
    Written,
    /// The relay was not reached, or did not take it; in its words.
    #[error("the mail server rejected it: {0}")]
    Relay(String),
    /// The relay says that there is no such receiver; in its words.
    #[error("the mail server doesn't deliver to this address: {0}")]
    Receiver(String),
    /// What stands before the @ is beyond ASCII, which takes a relay with SMTPUTF8.
    #[error(
        "the mail server only delivers to addresses with plain letters (a to z) before the @; ask \
         for another address"
    )]
    LocalPart,
    /// The relay took too long.
    #[error("the mail server didn't answer within {} s", LIMIT.as_secs())]
    TimedOut,
}

impl MailError {
    /// Whether another attempt would end alike.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address | Self::Receiver(_) | Self::LocalPart => true,
            Self::Written | Self::Relay(_) | Self::TimedOut => false,
        }
    }

    fn from_relay(error: &lettre::transport::smtp::Error, to_ascii: bool) -> Self {
        if error.is_client() && !to_ascii {
            return Self::LocalPart;
        }
        let said = Redactor::default().clean_line(&error.to_string(), MOST_SAID);
        let code = error.status().map(u16::from);
        // What is not allowed (5.7, RFC 3463) may be once the operator has set the relay up better.
        if matches!(code, Some(550 | 551 | 553)) && !said.contains(": 5.7.") {
            Self::Receiver(said)
        } else {
            Self::Relay(said)
        }
    }
}

/// A mail to one receiver.
#[derive(Debug)]
pub struct Mail<'a> {
    /// The same in each attempt, so that a receiver can tell that it has come before.
    pub id: String,
    /// The receiver's address.
    pub to: &'a str,
    pub subject: &'a str,
    /// The mail as plain text.
    pub plain: String,
    pub html: String,
}

/// Sends mails; cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    relay: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from.email).finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer with these settings. Whether the relay is there is seen with the first mail.
    ///
    /// # Errors
    /// Settings that are wrong; a machine without certificates for TLS.
    pub fn new(settings: &MailSettings) -> Result<Self, MailSetupError> {
        let mut from: Mailbox = settings.from.parse().map_err(|_| MailSetupError::From)?;
        from.email = with_plain_domain(&from.email).ok_or(MailSetupError::From)?;
        let url = relay_url(settings.relay.expose())?;
        let relay = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str());
        let relay = relay
            .map_err(MailSetupError::Tls)?
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(STEP_LIMIT))
            .build();
        Ok(Self { relay, from })
    }

    pub fn from_address(&self) -> String {
        self.from.email.to_string()
    }

    /// Sends a mail; it has left when the relay says that it has taken it.
    ///
    /// # Errors
    /// The relay is away, slow or refuses; the address is none.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), MailError> {
        let is_plain = mail.to.rsplit_once('@').is_none_or(|(user, _)| user.is_ascii());
        let message = self.write(mail)?;
        match tokio::time::timeout(LIMIT, self.relay.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailError::from_relay(&error, is_plain)),
            Err(_) => Err(MailError::TimedOut),
        }
    }

    fn write(&self, mail: Mail<'_>) -> Result<Message, MailError> {
        let to = mail.to.parse().ok().as_ref().and_then(with_plain_domain);
        let to = to.ok_or(MailError::Address)?;
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .subject(mail.subject)
            .message_id(Some(id))
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(mail.plain, mail.html))
            .map_err(|_| MailError::Written)
    }
}

/// The address with its domain as name servers know it: letters beyond ASCII in Punycode, which every
/// relay takes.
fn with_plain_domain(address: &Address) -> Option<Address> {
    if address.domain().is_ascii() {
        return Some(address.clone());
    }
    let domain = Host::parse(address.domain()).ok()?.to_string();
    Address::new(address.user(), domain).ok()
}

/// The relay's address as `lettre` reads it: TLS from the first byte, or STARTTLS that must succeed.
fn relay_url(text: &str) -> Result<Url, MailSetupError> {
    let mut url = Url::parse(text).map_err(|_| MailSetupError::Relay)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailSetupError::Relay)?;
    let is_local = is_local(host);
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, word)| word.into_owned());
    let query = match (url.scheme(), tls.as_deref()) {
        ("smtps", None) => None,
        ("smtp", None | Some("required")) => Some("tls=required"),
        ("smtp", Some("none")) if is_local => None,
        ("smtp", Some(_)) => return Err(MailSetupError::Plain),
        _ => return Err(MailSetupError::Relay),
    };
    url.set_query(query);
    Ok(url)
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn mailer(relay: &str) -> Result<Mailer, MailSetupError> {
        let from = "Atelier <atelier@example.org>".to_owned();
        Mailer::new(&MailSettings { relay: Secret::new(relay), from })
    }

    fn mail<'a>(to: &'a str, subject: &'a str) -> Mail<'a> {
        let (plain, html) = ("Plain".to_owned(), "<p>HTML</p>".to_owned());
        Mail { id: "7".to_owned(), to, subject, plain, html }
    }

    #[test]
    fn only_this_machine_may_be_reached_without_tls() {
        for (relay, plain) in [
            ("smtps://ada:p%40ss@mail.example.org", false),
            ("smtp://ada:p%40ss@10.0.0.5:2525", false),
            ("smtp://localhost:25?tls=none", true),
            ("smtp://127.0.0.1:25?tls=none", true),
            ("smtp://[::1]:25?tls=none", true),
        ] {
            let url = relay_url(relay).unwrap();
            assert_eq!(url.scheme() == "smtp" && url.query().is_none(), plain, "{relay}");
        }
        for relay in ["smtp://10.0.0.5:25?tls=none", "smtp://mail.example.org?tls=opportunistic"] {
            assert!(matches!(mailer(relay), Err(MailSetupError::Plain)), "{relay}");
        }
        for relay in ["mail.example.org", "https://mail.example.org", "smtp://", ""] {
            assert!(matches!(mailer(relay), Err(MailSetupError::Relay)), "{relay}");
        }
    }

    #[test]
    fn the_password_of_the_relay_is_never_shown() {
        let mailer = mailer("smtp://ada:canary@localhost:25?tls=none").unwrap();

        assert!(!format!("{mailer:?}").contains("canary"));
    }

    #[test]
    fn a_domain_beyond_ascii_is_written_in_punycode() {
        let mailer = mailer("smtp://localhost:25?tls=none").unwrap();

        let written = mailer.write(mail("ada@bücher.example", "Hi")).unwrap();

        assert_eq!(written.envelope().to()[0].to_string(), "ada@xn--bcher-kva.example");
        let text = String::from_utf8(written.formatted()).unwrap();
        assert!(text.contains("To: ada@xn--bcher-kva.example\r\n"), "{text}");
    }

    #[test]
    fn what_people_write_becomes_no_header() {
        let mailer = mailer("smtp://localhost:25?tls=none").unwrap();
        let written = mailer.write(mail("ada@example.org", "Hi\r\nBcc: eve@example.org")).unwrap();

        let text = String::from_utf8(written.formatted()).unwrap();
        let (headers, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(headers.contains("Message-ID: <7@example.org>\r\n"), "{headers}");
        assert!(headers.contains("Auto-Submitted: auto-generated\r\n"), "{headers}");
        for to in ["ada@example.org\r\nBcc: eve@example.org", "a b@example.org", "nobody"] {
            assert!(matches!(mailer.write(mail(to, "Hi")), Err(MailError::Address)), "{to}");
        }
    }
}
