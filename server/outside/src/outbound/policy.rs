//! Which hosts calls may reach: the public internet, and those that an operator names.

use std::collections::BTreeSet;
use std::net::IpAddr;

use url::{Host, Url};

use super::address::is_public;
use super::error::Refusal;

/// Which calls the client allows. The default allows only those to the public internet.
#[derive(Debug, Clone, Default)]
pub struct OutboundPolicy {
    /// By host, the port that may be reached there; none means each.
    allowed: BTreeSet<(Host<String>, Option<u16>)>,
    #[cfg(feature = "testing")]
    pretended: Vec<IpAddr>,
}

impl OutboundPolicy {
    /// Also lets out calls to this host and port, wherever it may be; the operator vouches for it.
    pub fn allow(mut self, host: &str, port: u16) -> Result<Self, Refusal> {
        self.allowed.insert((parse_host(host)?, Some(port)));
        Ok(self)
    }

    /// Also lets out calls to each `host:port` of a list separated by commas, as operators write it;
    /// `host:*` names every port of a host.
    pub fn allow_list(self, list: &str) -> Result<Self, Refusal> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.into_iter().try_fold(self, |mut policy, entry| {
            let not_a_host = || Refusal::NotAHost(entry.to_owned());
            let (host, port) = entry.rsplit_once(':').ok_or_else(not_a_host)?;
            let port = (port != "*").then(|| port.parse()).transpose();
            policy.allowed.insert((parse_host(host)?, port.map_err(|_| not_a_host())?));
            Ok(policy)
        })
    }

    /// Also lets out calls to the host and port of this address.
    pub fn allow_url(mut self, url: &Url) -> Self {
        if let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) {
            self.allowed.insert((host.to_owned(), Some(port)));
        }
        self
    }

    /// Treats an address as part of the public internet, so that a test can serve it.
    #[cfg(feature = "testing")]
    pub fn pretend_public(mut self, address: IpAddr) -> Self {
        self.pretended.push(address);
        self
    }

    /// Refuses an address that is wrong in itself; names are judged again when they are resolved.
    pub(super) fn check(&self, url: &Url) -> Result<Route, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme(url.scheme().to_owned()));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refusal::NotAnAddress(url.scheme().to_owned()));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Userinfo(host.to_string()));
        }
        if [Some(port), None].iter().any(|port| self.allowed.contains(&(host.to_owned(), *port))) {
            return Ok(Route::Vouched);
        }
        let literal: Option<IpAddr> = match host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        };
        match literal {
            Some(address) if !self.lets_out(address) => Err(Refusal::Private(host.to_string())),
            _ => Ok(Route::Guarded),
        }
    }

    /// True when a connection to this address may be made for a host nobody vouches for.
    pub(super) fn lets_out(&self, address: IpAddr) -> bool {
        #[cfg(feature = "testing")]
        if self.pretended.contains(&address) {
            return true;
        }
        is_public(address)
    }
}

fn parse_host(host: &str) -> Result<Host<String>, Refusal> {
    Host::parse(host).map_err(|_| Refusal::NotAHost(host.to_owned()))
}

/// How a checked address is to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Every address its name resolves to must be public.
    Guarded,
    /// The operator named it: it may be anywhere.
    Vouched,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_operators_list_names_hosts_with_their_ports() {
        let policy = OutboundPolicy::default();
        let policy =
            policy.allow_list("127.0.0.1:11434, [::1]:8080,ollama.lan:80,dev.lan:*,").unwrap();

        for url in [
            "http://127.0.0.1:11434/",
            "http://[::1]:8080/",
            "http://OLLAMA.lan/x",
            "http://dev.lan/",
            "http://dev.lan:9999/",
        ] {
            assert_eq!(policy.check(&url.parse().unwrap()), Ok(Route::Vouched), "{url}");
        }
        assert_eq!(policy.check(&"http://ollama.lan:81/".parse().unwrap()), Ok(Route::Guarded));
        for list in ["localhost", "localhost:", "a b:80", "host:99999", ":80", "host:**"] {
            assert!(OutboundPolicy::default().allow_list(list).is_err(), "{list}");
        }
    }
}
