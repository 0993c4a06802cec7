//! The headers by which proxies describe the browser's request: `X-Forwarded-…`, or `Forwarded`
//! (RFC 7239).

use axum::http::{HeaderMap, header};

use crate::config::read_ip;

/// The browser's request, as far as a proxy describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// The host, with a port where the header has one.
    pub host: Option<String>,
    /// The port, where it has a header of its own.
    pub port: Option<u16>,
    pub https: Option<bool>,
}

impl Forwarded {
    /// Reads what the outermost of `passed` proxies has written: the entry so many from the end, or
    /// the first one where there are fewer.
    pub fn from_outermost(headers: &HeaderMap, passed: usize) -> Self {
        let word = |name| pick(&list_elements(headers, name), passed).map(str::to_owned);
        let elements = list_elements(headers, header::FORWARDED.as_str());
        let forwarded = pick(&elements, passed);
        let pair = |name| forwarded.and_then(|element| value_of(element, name));
        let scheme = word("x-forwarded-proto").or_else(|| pair("proto"));
        Self {
            host: word("x-forwarded-host").or_else(|| pair("host")),
            port: word("x-forwarded-port").and_then(|port| port.parse().ok()),
            https: scheme.and_then(|scheme| match scheme.to_ascii_lowercase().as_str() {
                "https" | "wss" => Some(true),
                "http" | "ws" => Some(false),
                _ => None,
            }),
        }
    }
}

/// The addresses that a request came from as proxies say, the nearest proxy's entry last. Empty
/// where both kinds of headers are there and contradict each other.
pub fn forwarded_addresses(headers: &HeaderMap) -> Vec<String> {
    let elements_of = |name| list_elements(headers, name).into_iter();
    let custom: Vec<String> = elements_of("x-forwarded-for").map(str::to_owned).collect();
    let elements = elements_of(header::FORWARDED.as_str());
    let standard: Vec<String> = elements.filter_map(|one| value_of(one, "for")).collect();
    if custom.is_empty() || standard.is_empty() {
        return if custom.is_empty() { standard } else { custom };
    }
    // A proxy writes one of the two and lets the visitor's own other one pass: nobody knows which.
    let same = custom.iter().map(|one| read_ip(one)).eq(standard.iter().map(|one| read_ip(one)));
    if same { custom } else { vec![] }
}

fn pick<'a>(words: &[&'a str], passed: usize) -> Option<&'a str> {
    words.get(words.len().saturating_sub(passed)).copied()
}

/// The elements of a header that is a list, of all its lines together, without empty ones.
fn list_elements<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    let elements = lines.flat_map(|line| split(line, ','));
    elements.map(str::trim).filter(|element| !element.is_empty()).collect()
}

/// Splits at a character where it is outside of quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut begin, mut quoted, mut escaped) = (vec![], 0, false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c == at && !quoted => {
                parts.push(&text[begin..index]);
                begin = index + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// The value of a pair like `proto=https` or `for="[2001:db8::1]:4711"` in an element of
/// `Forwarded`.
fn value_of(element: &str, name: &str) -> Option<String> {
    let pairs = split(element, ';').into_iter().filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    let Some(quoted) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Some(value.to_owned());
    };
    let mut escaped = false;
    let plain = |c: &char| {
        escaped = !escaped && *c == '\\';
        !escaped
    };
    Some(quoted.chars().filter(plain).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn both_forms_say_the_same() {
        let forwarded =
            |lines: &[(&'static str, &'static str)]| Forwarded::from_outermost(&headers(lines), 1);
        let host = Some("a.example:8080".to_owned());
        let expected = Forwarded { host, port: None, https: Some(true) };

        let custom = [("x-forwarded-host", "a.example:8080"), ("x-forwarded-proto", "HTTPS")];
        assert_eq!(forwarded(&custom), expected);
        for standard in [
            "for=192.0.2.60;proto=https;Host=\"a.example:8080\"",
            "host=\"spoofed\", for=\"_x,;y\" ; proto=https ; host=\"a.exam\\ple:8080\"",
        ] {
            let line = [("forwarded", standard)];
            assert_eq!(forwarded(&line), expected, "{standard}");
        }
        assert_eq!(forwarded(&[]), Forwarded::default());
    }

    #[test]
    fn of_several_proxies_the_outermost_one_is_heard() {
        let lines = [("x-forwarded-host", "spoofed, a.example"), ("x-forwarded-host", "b.lan")];
        let host = |passed| Forwarded::from_outermost(&headers(&lines), passed).host.unwrap();

        assert_eq!(["b.lan", "a.example", "spoofed", "spoofed"], [1, 2, 3, 4].map(host));
        let port = Forwarded::from_outermost(&headers(&[("x-forwarded-port", "8443")]), 1).port;
        assert_eq!(port, Some(8443));
    }

    #[test]
    fn a_visitor_who_writes_the_header_that_the_proxy_does_not_is_believed_in_neither() {
        let custom = ("x-forwarded-for", "203.0.113.9, 10.0.0.1");
        let standard = ("forwarded", "for=1.1.1.1");

        assert_eq!(forwarded_addresses(&headers(&[custom])), ["203.0.113.9", "10.0.0.1"]);
        assert_eq!(forwarded_addresses(&headers(&[standard])), ["1.1.1.1"]);
        assert!(forwarded_addresses(&headers(&[custom, standard])).is_empty());
    }
}
