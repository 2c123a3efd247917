//! A mailbox for every address: a real SMTP server on loopback which delivers nothing.
//!
//! `cargo dev up` keeps its mails in a folder; tests keep them in memory, and have it answer as bad relays do. It
//! speaks RFC 5321 with SIZE, 8BITMIME, SMTPUTF8 and PIPELINING, and neither TLS nor sign-in.

mod message;
mod script;
mod session;
mod store;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

pub use self::script::{Answer, Rule, Stage};
pub use self::store::{Keep, Received};

use self::script::Script;
use self::store::Store;

/// How long a test waits for its mails before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running mailbox; dropping it closes its connections.
#[derive(Debug)]
pub struct Mailbox {
    address: SocketAddr,
    post: Arc<Post>,
    server: JoinHandle<()>,
}

/// What every conversation shares.
#[derive(Debug)]
struct Post {
    script: Script,
    store: Store,
}

impl Mailbox {
    /// Listens on a free loopback port and keeps mails in memory.
    pub async fn in_memory() -> Result<Self> {
        Self::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Keep::Memory).await
    }

    /// Listens on `address`, any free port for port 0.
    pub async fn listen(address: SocketAddr, keep: Keep<'_>) -> Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let post = Arc::new(Post { script: Script::default(), store: Store::open(keep)? });
        let server = tokio::spawn(serve(listener, Arc::clone(&post)));
        Ok(Self { address, post, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mails so far, oldest first. Empty for a mailbox which keeps them in a folder.
    pub fn received(&self) -> Vec<Received> {
        match &self.post.store {
            Store::Memory(mails) => mails.borrow().clone(),
            Store::Folder(_) => Vec::new(),
        }
    }

    /// Waits until there are `count` mails, and returns all there are. Fails after 30 s.
    pub async fn wait_for(&self, count: usize) -> Result<Vec<Received>> {
        let Store::Memory(mails) = &self.post.store else { bail!("this mailbox keeps its mails in a folder") };
        let mut changes = mails.subscribe();
        let Ok(mails) = timeout(PATIENCE, changes.wait_for(|mails| mails.len() >= count)).await else {
            let came: Vec<_> = self.received().into_iter().map(|mail| mail.to).collect();
            bail!("waited {PATIENCE:?} for {count} mails, came {}: {came:?}", came.len());
        };
        Ok(mails?.clone())
    }

    /// Forgets the mails so far, which count no more for `wait_for`.
    pub fn clear(&self) {
        if let Store::Memory(mails) = &self.post.store {
            mails.send_modify(Vec::clear);
        }
    }

    /// Gives this answer to the next message.
    pub fn answer_next(&self, answer: Answer) {
        self.answer(Rule::new(answer));
    }

    /// Adds a rule; of two that fit, the older one answers.
    pub fn answer(&self, rule: Rule) {
        self.post.script.add(rule);
    }

    /// Drops every rule: the mailbox takes everything again.
    pub fn clear_answers(&self) {
        self.post.script.clear();
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Converses with everybody at once; aborted, it takes its conversations along.
async fn serve(listener: TcpListener, post: Arc<Post>) {
    let mut conversations = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let post = Arc::clone(&post);
                conversations.spawn(async move {
                    // A sender that goes away is its own affair.
                    let _ = session::converse(stream, &post).await;
                });
            }
            // Mostly too many open files, which passes as others close theirs.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
        while conversations.try_join_next().is_some() {}
    }
}
