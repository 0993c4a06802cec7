//! The open connections by the address that they come from. One address takes only a part of them, and
//! one on which nothing is asked makes room for the next: whoever opens many and says nothing keeps
//! nobody out.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use backend::actor::network;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The connections of this process; clones share them.
#[derive(Debug, Clone)]
pub struct Connections {
    most_of_one: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    of: HashMap<IpAddr, usize>,
    /// Those on which nothing is asked, the oldest first.
    silent: BTreeMap<u64, Silent>,
    next: u64,
}

#[derive(Debug)]
struct Silent {
    address: IpAddr,
    close: CancellationToken,
}

/// One open connection, which counts until this is dropped.
#[derive(Debug)]
pub struct Connection {
    connections: Connections,
    address: IpAddr,
    number: u64,
    pub requests: watch::Sender<usize>,
    /// Cancelled when it has to be closed.
    pub close: CancellationToken,
}

/// A request that is under way on a connection until this is dropped.
#[derive(Debug)]
pub struct OpenRequest(Arc<Connection>);

impl Connections {
    /// No connections yet; one address may have `most_of_one`.
    pub fn new(most_of_one: usize) -> Self {
        Self { most_of_one, open: Arc::default() }
    }

    /// Counts a new connection. Where its address has all that one may have, the oldest on which
    /// nothing is asked is closed for it; none where there is no such one.
    /// What `is_shared` by many visitors, as a proxy's address, has no limit of its own.
    pub fn admit(&self, address: IpAddr, is_shared: bool) -> Option<Connection> {
        let address = network(address);
        let mut open = self.lock();
        let own = open.of.get(&address).copied().unwrap_or_default();
        if !is_shared && own >= self.most_of_one && !open.close_oldest_silent(Some(address)) {
            return None;
        }
        let number = open.next;
        open.next += 1;
        *open.of.entry(address).or_default() += 1;
        let close = CancellationToken::new();
        open.silent.insert(number, Silent { address, close: close.clone() });
        let requests = watch::Sender::new(0);
        Some(Connection { connections: self.clone(), address, number, requests, close })
    }

    /// Closes the oldest connection on which nothing is asked, if there is one.
    pub fn make_room(&self) {
        self.lock().close_oldest_silent(None);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes the oldest silent connection, or that of an address; whether there was one.
    fn close_oldest_silent(&mut self, of: Option<IpAddr>) -> bool {
        let mut found = self.silent.iter().filter(|(_, one)| of.is_none_or(|of| of == one.address));
        let number = found.next().map(|(number, _)| *number);
        let oldest = number.and_then(|number| self.silent.remove(&number));
        oldest.inspect(|oldest| oldest.close.cancel()).is_some()
    }
}

impl Connection {
    pub fn begin_request(self: &Arc<Self>) -> OpenRequest {
        let mut open = self.connections.lock();
        open.silent.remove(&self.number);
        self.requests.send_modify(|requests| *requests += 1);
        OpenRequest(self.clone())
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let Connection { connections, address, number, requests, close } = &*self.0;
        let mut open = connections.lock();
        requests.send_modify(|requests| *requests -= 1);
        if *requests.borrow() == 0 {
            open.silent.insert(*number, Silent { address: *address, close: close.clone() });
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.silent.remove(&self.number);
        if let Some(own) = open.of.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                open.of.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn admit(connections: &Connections, ip: &str) -> Option<Arc<Connection>> {
        connections.admit(ip.parse().unwrap(), false).map(Arc::new)
    }

    #[test]
    fn an_address_closes_its_own_silent_connections_and_nobody_elses() {
        let connections = Connections::new(2);
        let other = admit(&connections, "192.0.2.1").unwrap();
        let silent = admit(&connections, "2001:db8::1").unwrap();
        let asking = admit(&connections, "2001:db8::2").unwrap();
        let request = asking.begin_request();

        let third = admit(&connections, "2001:db8::3").unwrap();
        assert!(silent.close.is_cancelled());
        assert!(!asking.close.is_cancelled() && !other.close.is_cancelled());
        drop(silent);
        let other_request = third.begin_request();
        assert!(admit(&connections, "2001:db8::4").is_none(), "all of its own are in use");
        let proxy = "2001:db8::4".parse().unwrap();
        assert!(connections.admit(proxy, true).is_some(), "a proxy's is not limited");
        assert!(admit(&connections, "2001:db8:0:1::1").is_some());
        drop(other_request);
        assert!(admit(&connections, "2001:db8::4").is_some(), "one is idle");
        assert!(third.close.is_cancelled() && !asking.close.is_cancelled());
        drop((request, asking));
        assert!(admit(&connections, "2001:db8::4").is_some());
    }

    #[test]
    fn room_is_made_by_the_oldest_that_is_silent() {
        let connections = Connections::new(9);
        let [at_work, silent, younger] =
            [1, 2, 3].map(|last| admit(&connections, &format!("192.0.2.{last}")).unwrap());
        let (first, _second) = (at_work.begin_request(), at_work.begin_request());
        drop(first);

        connections.make_room();

        assert!(silent.close.is_cancelled());
        assert!(!at_work.close.is_cancelled() && !younger.close.is_cancelled());
    }
}
