//! The issuer's signing keys, one file each: `<number>-<algorithm>.der`, the highest number signs.

use std::fs::{self, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ed25519_dalek::pkcs8::KeypairBytes;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::pkcs8::EncodePrivateKey;
use rand_core::OsRng;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::Value;

/// A key pair, as it signs and as it is published.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) jwk: Jwk,
    number: u32,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    /// Reads every key of a folder, the oldest first.
    pub(super) fn read_all(folder: &Path) -> Result<Vec<Self>> {
        let mut keys = Vec::new();
        for file in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = file?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some((number, algorithm)) = name.strip_suffix(".der").and_then(|name| name.split_once('-')) else {
                continue;
            };
            let key = fs::read(&path).map_err(anyhow::Error::from);
            let key = key.and_then(|der| Self::from_der(number.parse()?, algorithm.parse()?, &der));
            keys.push(key.with_context(|| format!("{} is no key", path.display()))?);
        }
        keys.sort_by_key(|key| key.number);
        Ok(keys)
    }

    /// Makes the key of this number, unless another process just did; the folder has one afterwards.
    pub(super) fn create(folder: &Path, number: u32, algorithm: Algorithm) -> Result<()> {
        // A temporary file is its owner's alone, and complete before it gets its name.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&generate(algorithm)?)?;
        match file.persist_noclobber(folder.join(file_name(number, algorithm))) {
            Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => Err(failed.error.into()),
            _ => Ok(()),
        }
    }

    /// Takes the key out of its folder.
    pub(super) fn remove(&self, folder: &Path) -> Result<()> {
        Ok(fs::remove_file(folder.join(file_name(self.number, self.algorithm)))?)
    }

    /// The number of the key after this.
    pub(super) fn next_number(&self) -> u32 {
        self.number + 1
    }

    /// Signs any claims, naming this key.
    pub(super) fn sign(&self, claims: &Value) -> Result<String> {
        let header = Header { kid: self.jwk.common.key_id.clone(), ..Header::new(self.algorithm) };
        Ok(jsonwebtoken::encode(&header, claims, &self.private)?)
    }

    fn from_der(number: u32, algorithm: Algorithm, der: &[u8]) -> Result<Self> {
        let private = match algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(der),
            Algorithm::RS256 => EncodingKey::from_rsa_der(der),
            Algorithm::EdDSA => EncodingKey::from_ed_der(der),
            other => bail!("{other:?} is no algorithm of this issuer"),
        };
        let mut jwk = Jwk::from_encoding_key(&private, algorithm)?;
        jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { jwk, number, algorithm, private })
    }
}

/// Makes the folder of the keys, its owner's alone.
pub(super) fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(fs::set_permissions(folder, Permissions::from_mode(0o700))?)
}

fn file_name(number: u32, algorithm: Algorithm) -> String {
    format!("{number:04}-{algorithm:?}.der")
}

/// A new private key in the form jsonwebtoken reads: PKCS#8, for RSA PKCS#1.
fn generate(algorithm: Algorithm) -> Result<Vec<u8>> {
    Ok(match algorithm {
        Algorithm::ES256 => p256::SecretKey::random(&mut OsRng).to_pkcs8_der()?.as_bytes().to_vec(),
        Algorithm::RS256 => rsa::RsaPrivateKey::new(&mut OsRng, 2048)?.to_pkcs1_der()?.as_bytes().to_vec(),
        Algorithm::EdDSA => {
            let secret_key = ed25519_dalek::SigningKey::generate(&mut OsRng).to_bytes();
            // Without the public key, which only version 2 of PKCS#8 holds and jsonwebtoken does not expect.
            KeypairBytes { secret_key, public_key: None }.to_pkcs8_der()?.as_bytes().to_vec()
        }
        other => bail!("{other:?} is no algorithm of this issuer"),
    })
}
