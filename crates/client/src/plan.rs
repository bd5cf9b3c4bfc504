//! What to do next, as pure functions: which clinics to ask, what an answer to an act means, which files to fetch.

use crate::error::ClientError;
use mottaget_domain::{Attachment, CaseId, HsaId};
use mottaget_protocol::PushedPage;
use std::collections::{BTreeMap, BTreeSet};

/// Why the feeds should be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Ask every clinic, whatever was announced.
    pub all: bool,
    /// Clinics that were announced to have reached these feed numbers.
    pub reached: BTreeMap<HsaId, u64>,
    /// Ask who the person is before anything else.
    pub me: bool,
    /// Pages that came unasked, in the order in which they came.
    pub pushed: Vec<PushedPage>,
}

impl Wanted {
    /// Adds what somebody else wants.
    pub fn merge(&mut self, other: Self) {
        self.all |= other.all;
        self.me |= other.me;
        for (clinic, seq) in other.reached {
            self.reach(clinic, seq);
        }
        self.pushed.extend(other.pushed);
    }

    /// Adds that a clinic is said to have reached a number.
    pub fn reach(&mut self, clinic: HsaId, seq: u64) {
        let known = self.reached.entry(clinic).or_default();
        *known = seq.max(*known);
    }

    /// Takes the pushed pages out. They are for who stands still and has nothing else to ask; else what they announce is
    /// asked for with the rest.
    pub fn take_pushed(&mut self) -> Vec<PushedPage> {
        let pushed = std::mem::take(&mut self.pushed);
        if !self.all && !self.me && self.reached.is_empty() {
            return pushed;
        }
        for push in pushed {
            self.reach(push.page.clinic, push.page.seq);
        }
        Vec::new()
    }

    /// Is there anything to do?
    pub fn is_empty(&self) -> bool {
        !self.all && !self.me && self.reached.is_empty() && self.pushed.is_empty()
    }
}

/// The clinics to ask, in the order of the person's assignments. What this machine has already is not asked for.
pub(crate) fn clinics(mine: &[HsaId], wanted: &Wanted, taken: &BTreeMap<HsaId, u64>) -> Vec<HsaId> {
    let behind = |clinic: &HsaId| {
        let here = taken.get(clinic);
        wanted.reached.get(clinic).is_some_and(|reached| here.is_none_or(|taken| taken < reached))
    };
    mine.iter().filter(|clinic| wanted.all || behind(clinic)).cloned().collect()
}

/// Clinics that this machine holds although the person does not work there any more.
pub(crate) fn left(mine: &[HsaId], held: &[HsaId]) -> Vec<HsaId> {
    held.iter().filter(|clinic| !mine.contains(clinic)).cloned().collect()
}

/// What became of one attempt to hand an act over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Wait and try again: nothing was decided.
    TryAgain,
    /// The server does not have a file that should be there: hand the files over again.
    UploadAgain,
    /// Refused for good, with the code that says why.
    Stop(String),
    /// The session is over; the act waits for the next one.
    SessionOver,
}

/// What an error means for the act that met it.
pub(crate) fn verdict(error: &ClientError) -> Verdict {
    match error {
        ClientError::SessionExpired => Verdict::SessionOver,
        ClientError::ServerRefused { code, .. } => match code.as_str() {
            "file-not-uploaded" => Verdict::UploadAgain,
            "busy" | "storage-full" | "internal" => Verdict::TryAgain,
            other => Verdict::Stop(other.to_owned()),
        },
        ClientError::Refused(refusal) => Verdict::Stop(refusal.code().to_owned()),
        ClientError::FileNotCached { .. } => Verdict::Stop(crate::error::FILE_MISSING.to_owned()),
        _ => Verdict::TryAgain,
    }
}

/// Files to fetch beforehand, in order of need, within what may be kept. Each content once.
pub(crate) fn prefetch(wanted: Vec<(CaseId, Attachment)>, mut room: u64) -> Vec<(CaseId, Attachment)> {
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    for (case, file) in wanted {
        if file.size > room || !seen.insert(file.sha256.clone()) {
            continue;
        }
        room -= file.size;
        chosen.push((case, file));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::{AttachmentId, FileKind, Refusal};

    fn clinic(n: u8) -> HsaId {
        HsaId::parse(&format!("SE2321000016-C00{n}")).unwrap()
    }

    fn push(n: u8, seq: u64) -> PushedPage {
        let page = mottaget_protocol::Page {
            clinic: clinic(n),
            phase: mottaget_protocol::Phase::Changes,
            reset: false,
            cursor: "after".into(),
            seq,
            more: false,
            total: None,
            documents: Vec::new(),
            tombstones: Vec::new(),
            taken: Vec::new(),
            settled: Vec::new(),
            rejected: Vec::new(),
        };
        PushedPage { from: "before".into(), page }
    }

    #[test]
    fn pushed_pages_are_for_who_has_nothing_else_to_ask_and_else_name_what_to_ask_for() {
        let mut still = Wanted { pushed: vec![push(1, 7), push(1, 8)], ..Wanted::default() };
        assert!(!still.is_empty());
        assert_eq!(still.take_pushed(), [push(1, 7), push(1, 8)]);
        assert!(still.is_empty());
        for mut busy in [
            Wanted { all: true, ..Wanted::default() },
            Wanted { me: true, ..Wanted::default() },
            Wanted { reached: BTreeMap::from([(clinic(2), 3)]), ..Wanted::default() },
        ] {
            busy.merge(Wanted { pushed: vec![push(1, 7), push(1, 8)], ..Wanted::default() });
            assert_eq!(busy.take_pushed(), []);
            assert_eq!(busy.reached.get(&clinic(1)), Some(&8), "and nothing is forgotten");
        }
    }

    #[test]
    fn only_clinics_that_are_behind_are_asked() {
        let mine = [clinic(1), clinic(2), clinic(3)];
        let taken = BTreeMap::from([(clinic(1), 10), (clinic(2), 10)]);
        let ask = |wanted: &Wanted| clinics(&mine, wanted, &taken);
        let announced = |n, seq| Wanted { reached: BTreeMap::from([(clinic(n), seq)]), ..Wanted::default() };

        assert_eq!(ask(&Wanted { all: true, ..Wanted::default() }), mine);
        assert_eq!(ask(&announced(1, 11)), [clinic(1)]);
        assert_eq!(ask(&announced(1, 10)), [], "already here: its own act's page was fetched before the wake-up came");
        assert_eq!(ask(&announced(3, 1)), [clinic(3)], "never filled");
        assert_eq!(ask(&announced(9, 5)), [], "not a clinic of mine");
        assert_eq!(ask(&Wanted { me: true, ..Wanted::default() }), []);
    }

    #[test]
    fn wishes_add_up() {
        let mut wanted = Wanted::default();
        assert!(wanted.is_empty());
        wanted.merge(Wanted { reached: BTreeMap::from([(clinic(1), 7)]), ..Wanted::default() });
        wanted.merge(Wanted { reached: BTreeMap::from([(clinic(1), 5)]), me: true, ..Wanted::default() });
        assert_eq!(
            wanted,
            Wanted { all: false, me: true, reached: BTreeMap::from([(clinic(1), 7)]), pushed: Vec::new() }
        );
        assert!(!wanted.is_empty());
    }

    #[test]
    fn a_clinic_that_is_no_longer_mine_is_left() {
        assert_eq!(left(&[clinic(1)], &[clinic(1), clinic(2)]), [clinic(2)]);
        assert_eq!(left(&[clinic(1)], &[]), []);
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_is_refused_stops() {
        let refused = |code: &str| ClientError::ServerRefused { code: code.into(), detail: String::new() };
        for (error, expected) in [
            (ClientError::ServerUnreachable, Verdict::TryAgain),
            (ClientError::ServerTimeout, Verdict::TryAgain),
            (ClientError::ServerError { status: 500 }, Verdict::TryAgain),
            (ClientError::ServerNonsense, Verdict::TryAgain),
            (ClientError::DiskFull, Verdict::TryAgain),
            (refused("busy"), Verdict::TryAgain),
            (refused("storage-full"), Verdict::TryAgain),
            (refused("file-not-uploaded"), Verdict::UploadAgain),
            (refused("op-id-reused"), Verdict::Stop("op-id-reused".into())),
            (refused("hash-mismatch"), Verdict::Stop("hash-mismatch".into())),
            (ClientError::Refused(Refusal::NotFound), Verdict::Stop("not-found".into())),
            (ClientError::FileNotCached { name: None }, Verdict::Stop("file-missing".into())),
            (ClientError::SessionExpired, Verdict::SessionOver),
        ] {
            assert_eq!(verdict(&error), expected, "{error:?}");
        }
    }

    #[test]
    fn files_are_fetched_in_order_once_each_and_within_the_room() {
        let file = |sha: &str, size| Attachment {
            id: AttachmentId::random(),
            file_name: "a.pdf".into(),
            kind: FileKind::Pdf,
            size,
            sha256: sha.into(),
        };
        let case = CaseId::random();
        let wanted = vec![(case, file("a", 50)), (case, file("b", 60)), (case, file("a", 50)), (case, file("c", 50))];
        let names: Vec<String> = prefetch(wanted, 100).into_iter().map(|(_, file)| file.sha256).collect();
        assert_eq!(names, ["a", "c"]);
    }
}
