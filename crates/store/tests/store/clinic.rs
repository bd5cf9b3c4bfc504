//! An invented clinic whose cases are made by the rules, and a folder with an open store.

use jiff::{Timestamp, ToSpan};
use mottaget_domain::Admission;
use mottaget_domain::case::{Answer, CaseTypeRef};
use mottaget_domain::lifecycle::Submission;
use mottaget_domain::personal_id::check_digit;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{
    Actor, Assignee, Attachment, AttachmentId, CaseId, CaseTypeId, ClinicFacts, Command, Compose, FileKind, Group,
    GroupId, HsaId, MessageId, MessageKind, OpId, PersonalId, Policy, Resident, ResidentStatus, Role, Sex, StaffActor,
    StaffFacts, act, submit,
};
use mottaget_protocol::{Assignment, CaseDocument, Directory, Me, Op, Page, Phase, Preferences, Staff};
use mottaget_store::{Filter, Keys, Query, Scope, Store};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Monday morning.
pub fn monday() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

pub fn hsa(text: &str) -> HsaId {
    HsaId::parse(text).unwrap()
}

/// Test numbers of the authorities: birth numbers 980–999.
pub fn personal_id(birth: &str, n: u32) -> PersonalId {
    let body = format!("{}{}", &birth[2..], 980 + n % 20);
    PersonalId::try_from(format!("{birth}{}{}", 980 + n % 20, check_digit(&body))).unwrap()
}

pub fn resident(name: &str, id: PersonalId) -> Resident {
    Resident {
        personal_id: id,
        name: name.into(),
        sex: Sex::Unknown,
        protected_identity: false,
        status: ResidentStatus::Active,
        mobile: None,
        email: None,
        guardians: Vec::new(),
    }
}

pub fn elin() -> Resident {
    resident("Elin Testberg", personal_id("19800101", 0))
}

pub fn file(name: &str, bytes: &[u8]) -> Attachment {
    use sha2::Digest;
    Attachment {
        id: AttachmentId::random(),
        file_name: name.into(),
        kind: FileKind::Pdf,
        size: bytes.len() as u64,
        sha256: hex::encode(sha2::Sha256::digest(bytes)),
    }
}

pub struct Clinic {
    pub facts: ClinicFacts,
    pub seq: u64,
    pub group: GroupId,
}

pub const ANNA: &str = "SE2321000016-A001";
pub const SARA: &str = "SE2321000016-A002";

impl Clinic {
    pub fn new(suffix: &str, name: &str) -> Self {
        let group = GroupId(Uuid::new_v5(&Uuid::NAMESPACE_OID, suffix.as_bytes()));
        let staff = |id: &str, name: &str, roles: &[Role]| StaffFacts {
            hsa_id: hsa(id),
            name: name.into(),
            title: "Distriktssköterska".into(),
            active: true,
            roles: roles.iter().copied().collect(),
            absences: Vec::new(),
        };
        let staff = [
            staff(ANNA, "Anna Provsson", &[Role::Receiver, Role::Handler]),
            staff(SARA, "Sara Låtsas", &[Role::Handler]),
        ];
        let members = BTreeSet::from([hsa(ANNA), hsa(SARA)]);
        Self {
            facts: ClinicFacts {
                hsa_id: hsa(&format!("SE2321000016-{suffix}")),
                name: name.into(),
                policy: Policy::default(),
                staff: staff.into_iter().map(|one| (one.hsa_id.clone(), one)).collect(),
                groups: BTreeMap::from([(group, Group { id: group, name: "Receptgruppen".into(), members })]),
            },
            seq: 0,
            group,
        }
    }

    pub fn bjorken() -> Self {
        Self::new("B001", "Björkens vårdcentral")
    }

    pub fn id(&self) -> HsaId {
        self.facts.hsa_id.clone()
    }

    pub fn directory(&self) -> Directory {
        Directory {
            clinic: self.id(),
            name: self.facts.name.clone(),
            policy: self.facts.policy.clone(),
            staff: self.facts.staff.values().cloned().collect(),
            groups: self.facts.groups.values().cloned().collect(),
            open_cases: Vec::new(),
            case_types: Vec::new(),
            reply_templates: Vec::new(),
            region: String::new(),
        }
    }

    /// A case as a resident files it.
    pub fn file(&mut self, who: &Resident, kind: &str, text: &str, at: Timestamp) -> CaseDocument {
        self.file_with(who, kind, text, Vec::new(), at)
    }

    pub fn file_with(
        &mut self,
        who: &Resident,
        kind: &str,
        text: &str,
        attachments: Vec<Attachment>,
        at: Timestamp,
    ) -> CaseDocument {
        let submission = Submission {
            admission: Admission::default(),
            case: CaseId::random(),
            message: MessageId::random(),
            case_type: CaseTypeRef {
                id: CaseTypeId(Uuid::new_v5(&Uuid::NAMESPACE_OID, kind.as_bytes())),
                name: kind.into(),
                resident_files: true,
                response_days: None,
            },
            text: text.into(),
            answers: vec![Answer { question: "Hur länge?".into(), answer: "En vecka".into() }],
            attachments,
        };
        let case = submit(submission, who, None, &self.facts, at).unwrap();
        self.stamped(CaseDocument { seq: 0, case, resident: who.clone() })
    }

    fn stamped(&mut self, mut document: CaseDocument) -> CaseDocument {
        self.seq += 1;
        document.seq = self.seq;
        document.case.stamp(self.seq);
        document
    }

    /// What the server makes of an act.
    pub fn act(&mut self, document: &CaseDocument, who: &str, command: &Command, at: Timestamp) -> CaseDocument {
        let staff = &self.facts.staff[&hsa(who)];
        let actor = Actor::Staff(StaffActor {
            hsa_id: staff.hsa_id.clone(),
            name: staff.name.clone(),
            title: staff.title.clone(),
            signature: staff.name.clone(),
            clinic: self.id(),
            roles: staff.roles.clone(),
            groups: self.facts.groups_of(&staff.hsa_id),
            stands_in_for: self.facts.stands_in_for(&staff.hsa_id, swedish_day(at)),
        });
        let case = act(&document.case, &actor, command, None, &self.facts, at).unwrap();
        self.stamped(CaseDocument { case, ..document.clone() })
    }

    pub fn give(&mut self, document: &CaseDocument, to: &str, at: Timestamp) -> CaseDocument {
        let command = Command::Distribute {
            to: Assignee::Person { hsa_id: hsa(to) },
            from: document.case.assignee.clone(),
            reason: None,
            partial_reply: None,
        };
        self.act(document, ANNA, &command, at)
    }

    pub fn give_group(&mut self, document: &CaseDocument, at: Timestamp) -> CaseDocument {
        let to = Assignee::Group { id: self.group };
        let command = Command::Distribute { to, from: None, reason: None, partial_reply: None };
        self.act(document, ANNA, &command, at)
    }

    pub fn send(
        &mut self,
        document: &CaseDocument,
        who: &str,
        kind: MessageKind,
        text: &str,
        at: Timestamp,
    ) -> CaseDocument {
        let message = compose(text, document.case.thread_version);
        self.act(document, who, &Command::Send { kind, message }, at)
    }

    /// A final reply of Sara's that can still be taken back.
    pub fn hold(&mut self, document: &CaseDocument, at: Timestamp) -> CaseDocument {
        let given = self.give(document, SARA, at);
        self.facts.policy.region.undo.final_reply_s = 30;
        let held = self.send(&given, SARA, MessageKind::FinalReply, "Svaret", at);
        self.facts.policy.region.undo.final_reply_s = 0;
        held
    }

    /// The held message goes out.
    pub fn release(&mut self, document: &CaseDocument, at: Timestamp) -> CaseDocument {
        let message = document.case.pending().unwrap().id;
        let case = act(&document.case, &Actor::System, &Command::Release { message }, None, &self.facts, at).unwrap();
        self.stamped(CaseDocument { case, ..document.clone() })
    }

    /// A page of changes that brings these.
    pub fn page<'a>(&self, documents: impl IntoIterator<Item = &'a CaseDocument>) -> Page {
        Page {
            clinic: self.id(),
            phase: Phase::Changes,
            reset: false,
            cursor: format!("c{}", self.seq),
            seq: self.seq,
            more: false,
            total: None,
            documents: documents.into_iter().cloned().collect(),
            tombstones: Vec::new(),
            taken: Vec::new(),
            settled: Vec::new(),
            rejected: Vec::new(),
        }
    }

    pub fn me(&self, who: &str) -> Me {
        me_at(who, &[self])
    }
}

pub fn me_at(who: &str, clinics: &[&Clinic]) -> Me {
    let staff = &clinics[0].facts.staff[&hsa(who)];
    let assignment = |clinic: &&Clinic| Assignment {
        clinic: clinic.id(),
        clinic_name: clinic.facts.name.clone(),
        roles: clinic.facts.staff[&hsa(who)].roles.clone(),
        groups: clinic.facts.groups.values().cloned().collect(),
    };
    Me {
        staff: Staff {
            hsa_id: staff.hsa_id.clone(),
            name: staff.name.clone(),
            title: staff.title.clone(),
            email: None,
            phone: None,
            protected_identity: false,
        },
        assignments: clinics.iter().map(assignment).collect(),
        preferences: Preferences {
            signature: staff.name.clone(),
            notify_new_case: true,
            notify_assigned: true,
            notify_answered: true,
            notify_mentioned: true,
            sign_as: mottaget_domain::signature::SignAs::Person,
            views: Vec::new(),
        },
    }
}

pub fn compose(text: &str, based_on: u32) -> Compose {
    Compose { message: MessageId::random(), text: text.into(), attachments: Vec::new(), based_on, guard: None }
}

pub fn op(clinic: &Clinic, case: CaseId, command: Command) -> Op {
    Op { id: OpId::random(), clinic: clinic.id(), case, command, signature: None }
}

pub fn note(text: &str) -> Command {
    Command::AddNote { note: mottaget_domain::NoteId::random(), text: text.into() }
}

/// A folder, its keys, and the store in it.
pub struct Room {
    pub dir: tempfile::TempDir,
    pub keys: Keys,
    pub store: Store,
}

impl Room {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate().unwrap();
        let store = Store::open(dir.path(), &keys).unwrap();
        Self { dir, keys, store }
    }

    /// With directory and session of the clinic's.
    pub fn at(clinic: &Clinic, who: &str) -> Self {
        let room = Self::new();
        room.store.save_me(&clinic.me(who)).unwrap();
        room.store.save_directory(&clinic.directory()).unwrap();
        room
    }

    pub fn again(self) -> Self {
        let Self { dir, keys, store } = self;
        store.close().unwrap();
        let store = Store::open(dir.path(), &keys).unwrap();
        Self { dir, keys, store }
    }

    pub fn take(&self, page: &Page) -> mottaget_store::Applied {
        self.store.apply_page(page, |_| Vec::new()).unwrap()
    }

    /// Names of residents in a list, in order.
    pub fn names(&self, me: &Me, scope: Scope) -> Vec<String> {
        self.rows(me, scope, None).into_iter().map(|row| row.resident_name).collect()
    }

    pub fn found(&self, me: &Me, words: &str) -> Vec<String> {
        self.rows(me, Scope::Everything, Some(words)).into_iter().map(|row| row.resident_name).collect()
    }

    pub fn rows(&self, me: &Me, scope: Scope, search: Option<&str>) -> Vec<mottaget_store::CaseRow> {
        let query = Query {
            scope,
            clinic: None,
            search: search.map(str::to_owned),
            filter: Filter::default(),
            offset: 0,
            limit: 1000,
        };
        let page = self.store.list(me, &query, monday()).unwrap();
        assert_eq!(page.total, page.rows.len());
        page.rows
    }
}

/// Minutes after Monday morning.
pub fn minute(n: i64) -> Timestamp {
    monday() + n.minutes()
}
