//! The operator's reverse proxies: only their headers about the browser are believed.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;

/// The operator's reverse proxies in front of this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxies {
    /// So many proxies in a row, at any address: every connection comes from the last of them. 0
    /// for no proxy.
    Count(usize),
    /// The proxies at these addresses: a connection from any other address comes from no proxy.
    At(Vec<IpNet>),
}

impl FromStr for Proxies {
    type Err = ();

    /// A number, or addresses and networks with commas.
    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(count) = text.parse() {
            return Ok(Self::Count(count));
        }
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        let nets: Option<Vec<IpNet>> = words.map(net).collect();
        nets.filter(|nets| !nets.is_empty()).map(Self::At).ok_or(())
    }
}

impl Proxies {
    /// Whether the operator named any.
    pub fn are_there(&self) -> bool {
        *self != Self::Count(0)
    }

    /// Whether the other end of a connection is one of them.
    pub fn have(&self, peer: Option<IpAddr>) -> bool {
        match self {
            Self::Count(count) => *count > 0,
            Self::At(_) => peer.is_some_and(|ip| self.are_at(ip)),
        }
    }

    /// How many proxies a request has passed whose `X-Forwarded-For` has these addresses.
    pub fn passed(&self, seen: &[impl AsRef<str>]) -> usize {
        match self {
            Self::Count(count) => *count,
            Self::At(_) => {
                1 + seen.iter().rev().take_while(|seen| self.is_proxy(seen.as_ref())).count()
            }
        }
    }

    /// The visitor's address: of those in `X-Forwarded-For` the one that the outermost proxy saw.
    pub fn outermost(&self, seen: &[impl AsRef<str>]) -> Option<IpAddr> {
        let outermost = match self {
            Self::Count(count) => seen.len().checked_sub(*count).and_then(|index| seen.get(index)),
            Self::At(_) => seen.iter().rfind(|seen| !self.is_proxy(seen.as_ref())).or(seen.first()),
        };
        outermost.and_then(|text| read_ip(text.as_ref()))
    }

    /// Whether an address in `X-Forwarded-For` is that of a proxy.
    fn is_proxy(&self, text: &str) -> bool {
        read_ip(text).is_some_and(|ip| self.are_at(ip))
    }

    fn are_at(&self, ip: IpAddr) -> bool {
        let Self::At(nets) = self else { return false };
        // An IPv4 address looks like this at a socket for both.
        let ip = ip.to_canonical();
        nets.iter().any(|net| net.contains(&ip))
    }
}

fn net(word: &str) -> Option<IpNet> {
    word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from))
}

/// An address as proxies write it: with a port or without, IPv6 in brackets or not.
pub fn read_ip(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let ip = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|at| at.ip()));
    ip.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn peer(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    #[test]
    fn proxies_are_a_number_or_addresses_and_networks() {
        assert_eq!("2".parse(), Ok(Proxies::Count(2)));
        let at: Proxies = "10.0.0.0/8, ::1,192.0.2.7".parse().unwrap();
        for there in ["10.1.2.3", "::1", "192.0.2.7", "::ffff:10.0.0.1"] {
            assert!(at.have(peer(there)), "{there}");
        }
        assert!(!at.have(peer("192.0.2.8")) && !at.have(None));
        for wrong in ["", ",", "nginx", "10.0.0.0/33", "-1"] {
            assert_eq!(wrong.parse::<Proxies>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn the_visitor_is_whom_the_outermost_of_them_saw() {
        let at: Proxies = "10.0.0.0/8".parse().unwrap();
        let outermost = |seen: &[&str]| at.outermost(seen).map(|ip| ip.to_string());

        let told = ["1.1.1.1", " 203.0.113.9:4711", "10.0.0.3"];
        assert_eq!((outermost(&told).as_deref(), at.passed(&told)), (Some("203.0.113.9"), 2));
        assert_eq!(outermost(&["[2001:db8::1]"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(outermost(&["10.0.0.9"]).as_deref(), Some("10.0.0.9"));
        assert_eq!((outermost(&["unknown"]), outermost(&[])), (None, None));
    }
}
