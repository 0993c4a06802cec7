//! Where browsers find this server: which hosts and origins are its own, and whose address a visitor has.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri, header, uri::Authority};
use url::Url;

use crate::config::Config;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The names this server answers to.
#[derive(Debug, Clone)]
pub struct Site {
    public: Option<Url>,
    proxies: usize,
}

impl Site {
    /// The site the operator set.
    pub fn new(config: &Config) -> Self {
        Self { public: config.public_url.clone(), proxies: config.proxies }
    }

    /// Whether browsers come over https.
    pub fn is_https(&self) -> bool {
        self.public.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The origin of a request whose host is ours; `None` when it was meant for somebody else.
    /// This machine's own names are always ours: no foreign page can make a browser use them.
    pub fn origin(&self, host: &str) -> Option<String> {
        if let Some(public) = &self.public
            && authority(public).is_some_and(|ours| ours.eq_ignore_ascii_case(host))
        {
            return Some(public.origin().ascii_serialization());
        }
        let name = host.parse::<Authority>().ok()?;
        let plain = name.as_str() == host && !host.contains('@');
        let local = matches!(name.host(), "localhost" | "127.0.0.1" | "[::1]");
        (plain && local).then(|| format!("http://{}", host.to_ascii_lowercase()))
    }

    /// The visitor's address: the peer's, or, behind proxies of ours, what the outermost of them saw.
    pub fn visitor(&self, peer: Option<Peer>, headers: &HeaderMap) -> IpAddr {
        let direct = peer.map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| address.ip());
        if self.proxies == 0 {
            return direct;
        }
        let seen: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let outermost = seen.len().checked_sub(self.proxies).and_then(|index| seen.get(index));
        outermost.and_then(|ip| ip.trim().parse().ok()).unwrap_or(direct)
    }
}

/// The host a request was meant for: HTTP/2 puts it in the address.
pub fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (named, uri.authority()) {
        // Two different hosts are one too many.
        (Some(named), Some(authority)) if named != authority.as_str() => None,
        (Some(named), _) => Some(named),
        (None, authority) => authority.map(Authority::as_str),
    }
}

/// `host` or `host:port` as a browser writes it.
fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn site(settings: &[(&str, &str)]) -> Site {
        let get = |name: &str| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Site::new(&Config::read(get).unwrap())
    }

    #[test]
    fn this_machines_names_are_ours_on_any_port() {
        let site = site(&[]);

        assert_eq!(site.origin("localhost:3000").unwrap(), "http://localhost:3000");
        assert_eq!(site.origin("[::1]:8080").unwrap(), "http://[::1]:8080");
        assert_eq!(site.origin("127.0.0.1").unwrap(), "http://127.0.0.1");
    }

    #[test]
    fn rel_s6_foreign_and_crooked_hosts_are_not_ours() {
        let site = site(&[("ATELIER_PUBLIC_URL", "https://atelier.example.org")]);

        for host in [
            "evil.example:3000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil@localhost",
            "atelier.example.org:8443",
            "atelier.example.org.",
            "",
        ] {
            assert_eq!(site.origin(host), None, "{host}");
        }
        assert_eq!(site.origin("ATELIER.example.org").unwrap(), "https://atelier.example.org");
    }

    #[test]
    fn a_visitor_cannot_choose_their_address_past_our_proxies() {
        let peer = Some(Peer("10.0.0.1:5000".parse().unwrap()));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.9"));

        let direct = site(&[]).visitor(peer, &headers);
        let behind_one = site(&[("ATELIER_PROXIES", "1")]).visitor(peer, &headers);
        let behind_three = site(&[("ATELIER_PROXIES", "3")]).visitor(peer, &headers);

        assert_eq!(direct.to_string(), "10.0.0.1");
        assert_eq!(behind_one.to_string(), "203.0.113.9");
        assert_eq!(behind_three.to_string(), "10.0.0.1");
    }
}
