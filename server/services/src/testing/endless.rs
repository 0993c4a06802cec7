//! A server whose answers have no end, and what it sees when those who asked are stopped.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{net::SocketAddr, time::Instant};

use model::{execution::state::ExecutionStatus, id::ExecutionId, pages::Control};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use super::{
    soak::{judge, soaking},
    world::{GIVE_UP, World},
};

/// What the server sees of its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConnectionEvent {
    /// A request has come.
    Asked,
    /// The other side has closed the connection.
    Closed,
}

/// How many calls are under way when they are stopped.
pub fn under_way() -> usize {
    if soaking() { 100 } else { 10 }
}

/// A server that begins its answers and ends none of them.
pub struct Endless {
    /// Where it is.
    pub address: SocketAddr,
    seen: mpsc::UnboundedReceiver<ConnectionEvent>,
}

impl Endless {
    /// One whose answers begin so.
    pub async fn start(beginning: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, (told, seen)) = (listener.local_addr().unwrap(), mpsc::unbounded_channel());
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let told = told.clone();
                tokio::spawn(async move {
                    let mut read = [0; 16 * 1024];
                    if connection.read(&mut read).await.is_ok_and(|bytes| bytes > 0) {
                        connection.write_all(beginning).await.unwrap();
                        told.send(ConnectionEvent::Asked).ok();
                        while connection.read(&mut read).await.is_ok_and(|bytes| bytes > 0) {}
                        told.send(ConnectionEvent::Closed).ok();
                    }
                });
            }
        });
        Self { address, seen }
    }

    /// Waits until so many calls have come.
    pub async fn asked(&mut self, count: usize) {
        self.see(ConnectionEvent::Asked, count).await;
    }

    /// Stops executions, each in the middle of one call: its connection closes soon after its stop.
    pub async fn closed_by_stops(&mut self, world: &World, executions: &[ExecutionId]) {
        let mut longest = 0;
        for id in executions {
            world.services.executions.control(&world.owner, *id, Control::STOP).await.unwrap();
            let stopped = Instant::now();
            self.see(ConnectionEvent::Closed, 1).await;
            longest = longest.max(i64::try_from(stopped.elapsed().as_millis()).unwrap());
            assert_eq!(world.view(*id).await.status, ExecutionStatus::Stopped);
        }
        judge("from a stop to the end of its call, the longest", longest, 2_000, 20_000);
    }

    /// Nothing was seen but what was waited for.
    pub fn assert_silent(&mut self) {
        let nothing = Err(mpsc::error::TryRecvError::Empty);
        assert_eq!(self.seen.try_recv(), nothing, "nobody called again");
    }

    async fn see(&mut self, what: ConnectionEvent, count: usize) {
        let seeing = async {
            for _ in 0..count {
                assert_eq!(self.seen.recv().await, Some(what));
            }
        };
        tokio::time::timeout(GIVE_UP, seeing).await.expect("connections in time");
    }
}
