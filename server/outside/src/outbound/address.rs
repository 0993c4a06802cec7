//! Which addresses the public internet is made of; all others are refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Everything that is not the public IPv4 internet, and the one public address that clouds use
/// for their metadata.
const FORBIDDEN_V4: [Ipv4Net; 17] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([168, 63, 129, 16], 32),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);
/// Parts of the public range that carry other protocols: Teredo, ORCHID and benchmarking
/// (2001::/23), 6to4, and the two ranges for documentation.
const FORBIDDEN_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0], 32),
    v6([0x2002, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0], 20),
];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(head: [u16; 4], prefix: u8) -> Ipv6Net {
    let [a, b, c, d] = head;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

/// True for an address of the public internet; an IPv4 address inside an IPv6 one counts as itself.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => {
                PUBLIC_V6.contains(&address)
                    && !FORBIDDEN_V6.iter().any(|net| net.contains(&address))
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !FORBIDDEN_V4.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn rel_s7_addresses_next_to_a_forbidden_net_stay_public() {
        for public in
            ["9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for public in ["172.15.255.255", "172.32.0.0", "223.255.255.255", "2606:4700:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn rel_s7_both_ends_of_each_forbidden_net_are_refused() {
        for net in FORBIDDEN_V4 {
            assert!(!is_public(net.network().into()), "{net}");
            assert!(!is_public(net.broadcast().into()), "{net}");
            assert!(!is_public(net.network().to_ipv6_mapped().into()), "{net} mapped");
        }
        for net in FORBIDDEN_V6 {
            assert!(!is_public(net.network().into()), "{net}");
            assert!(!is_public(net.broadcast().into()), "{net}");
        }
    }
}
