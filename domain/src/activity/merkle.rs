//! Merkle trees as in RFC 9162 section 2.1: leaves and nodes are hashed apart, so neither can pass for the other.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub(crate) type Hash = [u8; 32];

/// The leaf of one row: its salt and its canonical bytes.
pub(crate) fn leaf(salt: &[u8], row: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(salt).chain_update(row).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over the leaves, and for each of them the siblings from it up to the root. Each node is hashed once.
pub(crate) fn prove(leaves: &[Hash]) -> (Hash, Vec<Vec<Hash>>) {
    match leaves {
        [] => (Sha256::digest([]).into(), Vec::new()),
        [only] => (*only, vec![Vec::new()]),
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            let ((left, mut proofs), (right, of_right)) = (prove(left), prove(right));
            proofs.iter_mut().for_each(|path| path.push(right));
            proofs.extend(of_right.into_iter().map(|mut path| {
                path.push(left);
                path
            }));
            (node(&left, &right), proofs)
        }
    }
}

/// The largest power of two below `len`.
fn split(len: usize) -> usize {
    len.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks a proof up as a reader does (RFC 9162 section 2.1.3.2).
    fn climb(leaf: Hash, mut position: usize, size: usize, path: &[Hash]) -> Hash {
        let (mut last, mut hash) = (size - 1, leaf);
        for sibling in path {
            if position % 2 == 1 || position == last {
                hash = node(sibling, &hash);
                while position.is_multiple_of(2) && position != 0 {
                    position /= 2;
                    last /= 2;
                }
            } else {
                hash = node(&hash, sibling);
            }
            position /= 2;
            last /= 2;
        }
        hash
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_by_its_siblings() {
        for size in 1..40_usize {
            let leaves: Vec<Hash> = (0..size).map(|row| leaf(&[7], &row.to_be_bytes())).collect();
            let (root, proofs) = prove(&leaves);
            assert_eq!(proofs.len(), size);
            for (position, path) in proofs.iter().enumerate() {
                assert_eq!(climb(leaves[position], position, size, path), root);
            }
        }
    }

    #[test]
    fn a_root_is_that_of_the_specification() {
        // RFC 9162 has no vectors of its own; these are Certificate Transparency's for the same tree.
        let leaves = [leaf(&[], &[]), leaf(&[], &[0x00]), leaf(&[], &[0x10])];
        let hex: String = prove(&leaves).0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
    }
}
