//! Hashes and keyed hashes (FIPS 180-4, RFC 1321, RFC 2104), chosen by name, for connectors that sign by a script.
//!
//! MD5 and SHA-1 are here because services still ask for them in signatures; nothing of Patchbay's own rests on them.

use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the standards")]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The function of this name: `sha256`, `SHA-256` and `Sha_256` are one.
    pub fn parse(name: &str) -> Option<Self> {
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        Some(match name.to_ascii_lowercase().as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The hash of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// The keyed hash of `bytes` (RFC 2104).
    pub fn hmac(self, key: &[u8], bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => keyed::<Hmac<Md5>>(key, bytes),
            Self::Sha1 => keyed::<Hmac<Sha1>>(key, bytes),
            Self::Sha256 => keyed::<Hmac<Sha256>>(key, bytes),
            Self::Sha384 => keyed::<Hmac<Sha384>>(key, bytes),
            Self::Sha512 => keyed::<Hmac<Sha512>>(key, bytes),
        }
    }
}

fn keyed<M: Mac + hmac::digest::KeyInit>(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // RFC 2104 §2: a key may have any length, so there is none that is refused.
    let mac =
        <M as Mac>::new_from_slice(key).map(|mac| mac.chain_update(bytes).finalize().into_bytes().to_vec());
    mac.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 1321 §A.5, FIPS 180-4 examples (`abc`).
    #[test]
    fn each_hash_is_that_of_its_standard() {
        for (name, digest) in [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "sha384",
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            ),
            (
                "sha_512",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
        ] {
            assert_eq!(hex(&Hash::parse(name).unwrap().digest(b"abc")), digest, "{name}");
        }
        assert_eq!(Hash::parse("sha3"), None);
    }

    /// RFC 2202 §2, §3 and RFC 4231 §4.3: test case 2, key `Jefe`.
    #[test]
    fn each_keyed_hash_is_that_of_its_rfc() {
        for (hash, mac) in [
            (Hash::Md5, "750c783e6ab0b503eaa86e310a5db738"),
            (Hash::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Hash::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                Hash::Sha384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                Hash::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            assert_eq!(hex(&hash.hmac(b"Jefe", b"what do ya want for nothing?")), mac, "{hash:?}");
        }
    }
}
