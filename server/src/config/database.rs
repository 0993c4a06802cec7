//! The address of the operator's database, whose password may hold anything.

use url::Url;
use vault::secret::Secret;

use super::{ConfigError, Result, Source};

const NAME: &str = "DATABASE_URL";
const WANTED: &str = "an address like postgres://user:password@host:5432/database; write @ / # % : \
                      ? in the user and the password as %40 %2F %23 %25 %3A %3F";

impl Source<'_> {
    pub(super) fn database_url(&self) -> Result<Option<Secret>> {
        let Some(text) = self.optional(NAME) else { return Ok(None) };
        if is_meant(&text) && store::connect_options(&text, "atelier").is_ok() {
            return Ok(Some(Secret::new(text)));
        }
        Err(ConfigError { name: NAME, wanted: WANTED })
    }
}

/// Whether it can be read in one way only. One whose password was not encoded is read as another
/// address, of a host that is not there.
fn is_meant(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_odd = |text: &str| text.contains(['@', '/']);
    matches!(url.scheme(), "postgres" | "postgresql")
        && url.fragment().is_none()
        && !is_odd(url.path().strip_prefix('/').unwrap_or_default())
        && !url.query_pairs().any(|(name, _)| is_odd(&name))
        && is_encoded(url.username())
        && url.password().is_none_or(is_encoded)
}

/// Whether every % is followed by two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
    text.split('%').skip(1).all(|rest| {
        let mut bytes = rest.bytes();
        is_digit(bytes.next()) && is_digit(bytes.next())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::config::{Config, ConfigError};

    fn read_config(url: &str) -> Result<Config, ConfigError> {
        Config::read(|name| (name == "DATABASE_URL").then(|| url.to_owned()))
    }

    #[test]
    fn a_password_that_is_written_encoded_may_hold_anything() {
        for url in [
            "postgres://odd:p%40s%2Fs%23w%2525%3Ad%3F@db:5432/odd",
            "postgresql://odd:p:s@[::1]/odd?sslmode=disable",
            // What is read in one way only may stay.
            "postgres://odd:p@ss@db/odd",
            "postgres://odd:secret@%2Fvar%2Frun%2Fpostgresql/odd",
            "postgres:///odd?host=/run/pg&user=me@server&password=a/b",
        ] {
            let read = read_config(url).unwrap().database_url.unwrap();
            assert_eq!(read.expose(), url);
        }
    }

    #[test]
    fn one_that_is_not_is_named_with_what_to_write_and_without_its_value() {
        for url in [
            "postgres://odd:hunter/2@db/odd",
            "postgres://odd:42/hunter@db/odd",
            "postgres://odd:hunter#2@db/odd",
            "postgres://odd:42?hunter@db/odd",
            "postgres://odd:hunter%2@db/odd",
            "postgres://odd:hunter%zz@db/odd",
            "postgres://odd:hunter%ff@db/odd",
            "postgres://odd:hunter@db:port/odd",
            "postgres://odd:hunter@db/odd?sslmode=hunter",
            "mysql://odd:hunter@db/odd",
            "host=db password=hunter",
        ] {
            let words = read_config(url).unwrap_err().to_string();
            assert!(words.starts_with("DATABASE_URL") && words.contains("%40"), "{words}");
            assert!(!words.contains("hunter"), "{url}: {words}");
        }
    }
}
