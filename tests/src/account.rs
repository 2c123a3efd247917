//! The sealed account of activity: sealing it, and proving what stands in it as a reader does.

use domain::activity::seal::{self, Head};
use domain::activity::verify::{Flaw, verify};
use domain::settings::Key;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::TestApp;

impl TestApp {
    /// The key that the tests' sealer signs with.
    #[must_use]
    pub fn seal_key() -> Key {
        Key::from([2; 32])
    }

    /// Seals one batch of what waits.
    pub async fn seal(&self) -> Option<Head> {
        seal::seal(&self.store, &Self::seal_key()).await.expect("a run")
    }

    /// What is wrong with the account; `head` is the last batch that the log has.
    pub async fn flaws(&self, head: Option<&Head>) -> Vec<Flaw> {
        let head = head.map(|head| (head.number, head.mac.as_str()));
        verify(&self.store, &Self::seal_key(), head).await.expect("a run").1
    }
}

/// Whether the leaf and siblings of an `ActivitySeal` climb to its root: RFC 9162 section 2.1.3.2.
#[must_use]
pub fn proves(seal: &Value) -> bool {
    let number = |field: &str| seal[field].as_u64().expect("a number");
    let (mut place, mut last) = (number("position"), number("size") - 1);
    let mut hash = bytes(&seal["leaf"]);
    for sibling in seal["proof"].as_array().expect("siblings") {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            hash = node(&bytes(sibling), &hash);
            while place % 2 == 0 && place != 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            hash = node(&hash, &bytes(sibling));
        }
        (place, last) = (place / 2, last / 2);
    }
    last == 0 && hash == bytes(&seal["root"])
}

fn node(left: &[u8], right: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().to_vec()
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hex");
    (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hex")).collect()
}
