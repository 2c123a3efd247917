//! The sealed account of activity: sealing it, and proving what stands in it as a reader would.

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Integer};
use diesel_async::RunQueryDsl;
use domain::activity::seal::{self, Head};
use domain::activity::verify::{Flaw, verify};
use domain::settings::Key;

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

    /// The root that a proof leads to from an activity's leaf, in hex: RFC 9162 section 2.1.3.2. The leaf, and how many
    /// stand beside it, are read where readers have no access.
    pub async fn climb(&self, activity: &str, proof: &[String]) -> String {
        #[derive(QueryableByName)]
        struct Leaf {
            #[diesel(sql_type = Binary)]
            leaf: Vec<u8>,
            #[diesel(sql_type = Integer)]
            position: i32,
            #[diesel(sql_type = Integer)]
            size: i32,
        }
        let (_, id) = domain::id::read(activity).expect("an id");
        let query =
            "select s.leaf, s.position, b.size from activity_seals s join activity_batches b on b.number = s.batch
                     where s.activity_id = $1";
        let conn = &mut self.store.connection().await.expect("a connection");
        let query = diesel::sql_query(query).bind::<diesel::sql_types::Uuid, _>(id);
        let Leaf { leaf, position, size } = query.get_result(conn).await.expect("a seal");
        let (mut place, mut last, mut hash) = (position, size - 1, leaf);
        for sibling in proof {
            let sibling = bytes(sibling);
            if place % 2 == 1 || place == last {
                hash = node(&sibling, &hash);
                while place % 2 == 0 && place != 0 {
                    (place, last) = (place / 2, last / 2);
                }
            } else {
                hash = node(&hash, &sibling);
            }
            (place, last) = (place / 2, last / 2);
        }
        assert_eq!(last, 0, "the proof is as long as the tree is high");
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn node(left: &[u8], right: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().to_vec()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hex")).collect()
}
