//! Who is signed in: the profile's folder, the session's parts, and how it begins and ends.

use crate::secret::SessionToken;
use mottaget_domain::HsaId;
use mottaget_protocol::Me;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;

/// Names the profile of one member of staff at one server: a hash, so that a folder's name tells nobody who it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(String);

impl ProfileId {
    /// The profile of this person at this server.
    #[must_use]
    pub fn of(server_identity: &str, person: &HsaId) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"mottaget profile 1\0");
        hash.update(server_identity.trim_end_matches('/').as_bytes());
        hash.update(b"\0");
        hash.update(person.as_str().as_bytes());
        let digest = hash.finalize();
        Self(hex::encode(digest.get(..16).unwrap_or(&digest)))
    }

    /// Reads it back from where the shell kept it; `None` if it is no profile's name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fine = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fine.then(|| Self(text.to_owned()))
    }

    /// As text: 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What tells one data folder of the app from another, the same at every start: 16 hexadecimal digits. It stands before the
/// names of the secrets of a folder that is not the usual one.
#[must_use]
pub fn folder_mark(folder: &Path) -> String {
    let whole = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    let mut hash = Sha256::new();
    hash.update(b"mottaget folder 1\0");
    hash.update(whole.as_deref().unwrap_or(folder).as_os_str().as_encoded_bytes());
    let digest = hash.finalize();
    hex::encode(digest.get(..8).unwrap_or(&digest))
}

/// A successful sign-in, before the local files are opened: the shell fetches or creates the profile's keys now.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Whose keys are needed.
    pub profile: ProfileId,
    /// The session token, for the keychain.
    pub token: SessionToken,
    /// Who it is.
    pub me: Me,
}

/// Who is signed in now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// The profile.
    pub profile: ProfileId,
    /// The person, assignments and preferences, as last heard from the server.
    pub me: Me,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_mark_by_whatever_way_one_comes_to_it() {
        let scratch = tempfile::tempdir().unwrap();
        let (one, two) = (scratch.path().join("one"), scratch.path().join("two"));
        std::fs::create_dir(&one).unwrap();
        std::fs::create_dir(&two).unwrap();
        assert_ne!(folder_mark(&one), folder_mark(&two));
        assert_eq!(folder_mark(&two.join("..").join("one")), folder_mark(&one));
        #[cfg(unix)]
        {
            let link = scratch.path().join("link");
            std::os::unix::fs::symlink(&one, &link).unwrap();
            assert_eq!(folder_mark(&link), folder_mark(&one));
        }
        let mark = folder_mark(&one);
        assert!(mark.len() == 16 && mark.bytes().all(|b| b.is_ascii_hexdigit()), "{mark}");
    }

    #[test]
    fn a_profile_tells_nobody_who_it_is_and_reads_back() {
        let anna = HsaId::parse("SE2321000016-A001").unwrap();
        let sara = HsaId::parse("SE2321000016-A002").unwrap();
        let one = ProfileId::of("https://a.example", &anna);
        assert_eq!(one, ProfileId::of("https://a.example/", &anna));
        assert_ne!(one, ProfileId::of("https://b.example", &anna));
        assert_ne!(one, ProfileId::of("https://a.example", &sara));
        assert_eq!(ProfileId::parse(one.as_str()), Some(one.clone()));
        assert!(!one.as_str().contains("A001"));
        for bad in ["", "../../../../etc/passwd0000000000", "ABCDEF0123456789ABCDEF0123456789"] {
            assert_eq!(ProfileId::parse(bad), None, "{bad}");
        }
    }
}
