//! The public origin of this server: which hosts and origins are its own, and which address a
//! visitor has.

mod forwarded;

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue, Uri, header, uri::Authority};
use url::{Origin, Url};

use crate::config::{Config, Proxies};
use forwarded::Forwarded;

/// The address of the other end of a connection: the visitor's, or that of a proxy.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The hosts that this server answers to, and the proxies that it trusts.
#[derive(Debug, Clone)]
pub struct PublicOrigin {
    public: Option<Url>,
    proxies: Proxies,
}

impl PublicOrigin {
    /// The public origin and the proxies that the operator has set.
    pub fn new(config: &Config) -> Self {
        Self { public: config.public_url.clone(), proxies: config.proxies.clone() }
    }

    /// The origin that the operator has set; none where nothing is set.
    pub fn public(&self) -> Option<Origin> {
        self.public.as_ref().map(Url::origin)
    }

    /// Whether the other end of a connection is a proxy whose headers are trusted.
    pub fn believes(&self, peer: Option<Peer>) -> bool {
        self.proxies.have(peer.map(|Peer(address)| address.ip()))
    }

    /// Whether the browser uses https: as the public origin says, else as a trusted proxy says.
    pub fn is_https(&self, peer: Option<Peer>, headers: &HeaderMap) -> bool {
        match &self.public {
            Some(url) => url.scheme() == "https",
            None => self.forwarded(peer, headers).https == Some(true),
        }
    }

    /// The origins that our own pages have in the browser that sent a request, as its `Origin`
    /// header writes them; empty when the request was meant for another host. Loopback names are
    /// always ours: no foreign page can make a browser use them.
    pub fn origins(&self, peer: Option<Peer>, headers: &HeaderMap, uri: &Uri) -> Vec<String> {
        let Some(asked) = host(headers, uri) else { return vec![] };
        let (believed, forwarded) = (self.believes(peer), self.forwarded(peer, headers));
        let named = forwarded.host.as_deref().unwrap_or(asked);
        let Some(name) = parse_host(named) else { return vec![] };
        let is_local = matches!(name.host(), "localhost" | "127.0.0.1" | "[::1]");
        let mut ours = vec![];
        if is_local || (believed && self.public.is_none()) {
            ours = origins(&name, &forwarded, is_local);
        }
        if let Some(public) = &self.public {
            let is_named = is_public_host(public, &name, believed);
            // A proxy without a header for the host has put its own host, or ours, in the place of
            // the browser's. One that the operator has not named does so with our loopback address.
            // Then the `Origin` header alone decides.
            if is_named || is_local || (believed && forwarded.host.is_none()) {
                ours.push(public.origin().ascii_serialization());
            }
        }
        ours
    }

    /// The visitor's address: the peer's, or, behind trusted proxies, the one that the outermost of
    /// them saw.
    pub fn visitor(&self, peer: Option<Peer>, headers: &HeaderMap) -> IpAddr {
        let direct = peer.map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| address.ip());
        if !self.believes(peer) {
            return direct;
        }
        self.proxies.outermost(&forwarded::forwarded_addresses(headers)).unwrap_or(direct)
    }

    /// The headers of trusted proxies; nothing where the peer is none.
    fn forwarded(&self, peer: Option<Peer>, headers: &HeaderMap) -> Forwarded {
        if !self.believes(peer) {
            return Forwarded::default();
        }
        let seen = forwarded::forwarded_addresses(headers);
        Forwarded::from_outermost(headers, self.proxies.passed(&seen))
    }
}

/// The host that the nearest proxy says the browser asked for, whether the proxy is trusted or not.
pub fn forwarded_host(headers: &HeaderMap) -> Option<String> {
    Forwarded::from_outermost(headers, 1).host
}

/// The host that a request names: in its header, or with HTTP/2 in its address. None where both are
/// there and differ, and where there are several headers, or one that cannot be read.
pub fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let mut lines = headers.get_all(header::HOST).into_iter();
    let named = lines.next().map(HeaderValue::to_str).transpose().ok()?;
    if lines.next().is_some() {
        return None;
    }
    match (named, uri.authority()) {
        (Some(named), Some(authority)) if named != authority.as_str() => None,
        (Some(named), _) => Some(named),
        (None, authority) => authority.map(Authority::as_str),
    }
}

/// Parses a host with or without a port, and nothing else.
fn parse_host(host: &str) -> Option<Authority> {
    let name = host.parse::<Authority>().ok()?;
    let is_whole = name.host() == host || name.port_u16().is_some();
    (name.as_str() == host && !host.contains('@') && is_whole).then_some(name)
}

/// Whether a host is the public one. Without a port the name decides: proxies lose the port, and
/// trusted ones may write their own.
fn is_public_host(public: &Url, name: &Authority, believed: bool) -> bool {
    let same_name = public.host_str().is_some_and(|ours| ours.eq_ignore_ascii_case(name.host()));
    let port = name.port_u16();
    same_name && (believed || port.is_none() || port == public.port_or_known_default())
}

/// The origins of a host: of both schemes, with and without the forwarded port, where a proxy
/// leaves that open. Loopback names have no certificate, unless a proxy says https.
fn origins(name: &Authority, forwarded: &Forwarded, is_local: bool) -> Vec<String> {
    let schemes: &[&str] = match forwarded.https {
        Some(true) => &["https"],
        None if !is_local => &["https", "http"],
        Some(false) | None => &["http"],
    };
    let name = name.as_str().to_ascii_lowercase();
    let with_port = forwarded.port.map(|port| format!("{name}:{port}"));
    let hosts: Vec<String> = [name].into_iter().chain(with_port).collect();
    let mut origins = vec![];
    for scheme in schemes {
        origins.extend(hosts.iter().map(|host| format!("{scheme}://{host}")));
    }
    origins
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn site(settings: &[(&str, &str)]) -> PublicOrigin {
        let get = |name: &str| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        PublicOrigin::new(&Config::read(get).unwrap())
    }

    const PUBLIC: (&str, &str) = ("ATELIER_PUBLIC_URL", "https://atelier.example.org");
    const PROXY: &str = "10.0.0.1:5000";

    /// The origins of a request with these headers (the host first) from an address.
    fn origins(
        site: &PublicOrigin,
        from: &str,
        lines: &[(&'static str, &'static str)],
    ) -> Vec<String> {
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let headers = HeaderMap::from_iter(lines.iter().map(line));
        site.origins(Some(Peer(from.parse().unwrap())), &headers, &Uri::from_static("/"))
    }

    fn of_host(site: &PublicOrigin, host: &'static str) -> Vec<String> {
        origins(site, PROXY, &[("host", host)])
    }

    #[test]
    fn this_machines_names_are_ours_on_any_port() {
        let site = site(&[]);

        for host in ["localhost:3000", "[::1]:8080", "127.0.0.1"] {
            assert_eq!(of_host(&site, host), [format!("http://{host}")]);
        }
    }

    #[test]
    fn rel_s6_foreign_and_crooked_hosts_are_not_ours() {
        let site = site(&[PUBLIC]);

        for host in [
            "evil.example:3000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil@localhost",
            "atelier.example.org:8443",
            "atelier.example.org.",
            "localhost:",
            "localhost:port",
            "localhost:99999",
            "localhost/api",
            "http://localhost",
            "",
        ] {
            assert!(of_host(&site, host).is_empty(), "{host}");
        }
        for twice in [["localhost", "localhost"], ["localhost", "evil.example"]] {
            assert!(origins(&site, PROXY, &twice.map(|host| ("host", host))).is_empty());
        }
        let odd = HeaderValue::from_bytes(b"localh\xc3\xb6st").unwrap();
        let headers = HeaderMap::from_iter([(header::HOST, odd)]);
        assert_eq!(host(&headers, &Uri::from_static("http://localhost/")), None);
        for host in ["ATELIER.example.org", "atelier.example.org:443"] {
            assert_eq!(of_host(&site, host), ["https://atelier.example.org"]);
        }
    }

    #[test]
    fn rel_s6_only_proxies_that_the_operator_named_say_which_host_was_asked_for() {
        let lines = [
            ("host", "atelier:3000"),
            ("x-forwarded-host", "a.example:8080"),
            ("x-forwarded-proto", "https"),
        ];
        let standard =
            [("host", "atelier:3000"), ("forwarded", "proto=https;host=\"a.example:8080\"")];

        for proxies in ["1", "10.0.0.0/8"] {
            let site = site(&[("ATELIER_PROXIES", proxies)]);
            for lines in [lines.as_slice(), &standard] {
                assert_eq!(origins(&site, PROXY, lines), ["https://a.example:8080"]);
            }
        }
        for settings in [[].as_slice(), &[("ATELIER_PROXIES", "10.0.0.2")]] {
            assert!(origins(&site(settings), PROXY, &lines).is_empty(), "{settings:?}");
        }
        // Where the operator says the host, too, no other one is answered.
        let known = site(&[("ATELIER_PROXIES", "1"), PUBLIC]);
        assert!(origins(&known, PROXY, &lines).is_empty());
    }

    #[test]
    fn a_proxy_that_loses_the_port_or_the_scheme_leaves_them_open() {
        let behind = site(&[("ATELIER_PROXIES", "1")]);
        let lines = [("host", "a.example"), ("x-forwarded-port", "8080")];

        let found = origins(&behind, PROXY, &lines);

        assert!(found.contains(&"http://a.example:8080".to_owned()), "{found:?}");
        let lan = site(&[("ATELIER_PUBLIC_URL", "http://a.lan:8080")]);
        assert_eq!(of_host(&lan, "a.lan"), ["http://a.lan:8080"]);
        assert!(of_host(&lan, "a.lan:80").is_empty());
        let trusting =
            site(&[("ATELIER_PUBLIC_URL", "http://a.lan:8080"), ("ATELIER_PROXIES", "1")]);
        assert_eq!(of_host(&trusting, "a.lan:80"), ["http://a.lan:8080"]);
    }

    #[test]
    fn a_proxy_that_puts_its_own_word_for_the_host_is_no_matter_where_the_public_one_is_set() {
        let set = site(&[PUBLIC]);
        let behind = site(&[PUBLIC, ("ATELIER_PROXIES", "1")]);

        assert!(
            of_host(&set, "127.0.0.1:3000").contains(&"https://atelier.example.org".to_owned())
        );
        assert!(of_host(&set, "atelier:3000").is_empty());
        assert_eq!(of_host(&behind, "atelier:3000"), ["https://atelier.example.org"]);
    }

    #[test]
    fn a_visitor_cannot_choose_their_address_past_our_proxies() {
        let peer = Some(Peer("10.0.0.1:5000".parse().unwrap()));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.9"));
        let visitor = |proxies: &str| {
            site(&[("ATELIER_PROXIES", proxies)]).visitor(peer, &headers).to_string()
        };

        for (proxies, expected) in [
            ("0", "10.0.0.1"),
            ("1", "203.0.113.9"),
            ("3", "10.0.0.1"),
            ("10.0.0.1", "203.0.113.9"),
            ("10.0.0.2", "10.0.0.1"),
        ] {
            assert_eq!(visitor(proxies), expected, "{proxies}");
        }
    }
}
