//! A practice server in a folder of its own, people signed in to it, and what they commonly do.

use jiff::Timestamp;
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::guard::GuardWord;
use mottaget_domain::lifecycle::Compose;
use mottaget_domain::{
    Absence, Assignee, Attachment, AttachmentId, CaseId, CaseTypeId, Command, FileKind, HsaId, MachineId, MessageId,
    MessageKind, OpId, PersonalId,
};
use mottaget_protocol::resident::{NewCase, ResidentCase, ResidentClinic};
use mottaget_protocol::{CaseDocument, Directory, DraftCopy, Op, OpOutcome, Page, TakeDraft, file_name};
use mottaget_server::{ManualClock, RunningServer, Server, ServerConfig};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Connection;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

pub const BJORKEN: &str = "SE2321000016-B001";
pub const LINDEN: &str = "SE2321000016-L001";
/// Receiver at Björken.
pub const ANNA: &str = "SE2321000016-P001";
/// Handler at Björken.
pub const SARA: &str = "SE2321000016-P002";
/// Handler at Björken, in another group.
pub const OMAR: &str = "SE2321000016-P003";
/// Receiver at Linden.
pub const JONAS: &str = "SE2321000016-P008";
/// Handler at Björken, whose roles the tests change.
pub const MAXIMILIANA: &str = "SE2321000016-P010";
/// Handler at Björken, in Sara's group.
pub const MAJA: &str = "SE2321000016-P007";
/// Receiver and handler at Björken, handler and local administrator at Linden.
pub const EVA: &str = "SE2321000016-P004";
/// Local administrator at Björken: sees no cases.
pub const NILS: &str = "SE2321000016-P005";

/// Nothing here takes that long; a test that waits longer is broken.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn hsa(id: &str) -> HsaId {
    HsaId::parse(id).unwrap()
}

pub fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

pub fn start_time() -> Timestamp {
    "2026-11-23T09:15:00Z".parse().unwrap()
}

pub struct House {
    pub clock: ManualClock,
    pub folder: TempDir,
    pub config: ServerConfig,
    pub http: reqwest::Client,
    server: Option<RunningServer>,
}

pub fn client() -> reqwest::Client {
    let _again = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(60)).no_proxy().build().unwrap()
}

impl House {
    /// What the access log has beside each line of that kind, in order.
    pub async fn log_objects(&self, kind: &str) -> Vec<String> {
        let mut db = self.database().await;
        let rows =
            sqlx::query("SELECT object FROM access_log WHERE kind = $1 AND object IS NOT NULL ORDER BY logged_at");
        let rows = rows.bind(kind.to_owned()).fetch_all(&mut db).await.unwrap();
        rows.iter().map(|row| sqlx::Row::get(row, 0)).collect()
    }

    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let clock = ManualClock::at(start_time());
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServerConfig::new(folder.path().join("server"), loopback(), true);
        config.clock = Arc::new(clock.clone());
        change(&mut config);
        let server = Server::start(config.clone()).await.unwrap();
        // What is sent is out at once; the tests of the undo window set one.
        if let Ok(policy) = server.people().region_policy("98").await {
            let at_once = RegionPolicy { undo: UndoWindow::default(), ..policy };
            server.people().set_region_policy("98", &at_once).await.unwrap();
        }
        Self { clock, folder, config, http: client(), server: Some(server) }
    }

    pub fn server(&self) -> &RunningServer {
        self.server.as_ref().unwrap()
    }

    pub async fn close(&mut self) {
        self.server.take().unwrap().shutdown().await;
    }

    pub async fn reopen(&mut self) {
        self.server = Some(Server::start(self.config.clone()).await.unwrap());
    }

    /// The server's database from the outside, to look at or to break.
    pub async fn database(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        let address = format!("sqlite://{}/server.db", self.config.data_dir.display());
        sqlx::AnyConnection::connect(&address).await.unwrap()
    }

    pub fn nobody(&self) -> Person {
        Person { http: self.http.clone(), url: self.server().url(), token: None, headers: Vec::new() }
    }

    pub fn with_token(&self, token: &str) -> Person {
        Person { token: Some(token.to_owned()), ..self.nobody() }
    }

    pub async fn staff(&self, id: &str) -> Person {
        let answer = self.nobody().post("/practice/sign-in", &json!({ "hsaId": id })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.with_token(answer.value()["token"].as_str().unwrap())
    }

    pub async fn number_of(&self, name: &str) -> PersonalId {
        let all = self.nobody().get("/practice/residents").await.value();
        let found = all["residents"].as_array().unwrap().iter().find(|r| r["name"].as_str().unwrap().starts_with(name));
        PersonalId::try_from(found.unwrap()["personalId"].as_str().unwrap().to_owned()).unwrap()
    }

    pub async fn resident(&self, name: &str) -> Person {
        let id = self.number_of(name).await;
        let answer = self.nobody().post("/practice/resident-sign-in", &json!({ "personalId": id })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.with_token(answer.value()["token"].as_str().unwrap())
    }
}

#[derive(Clone)]
pub struct Person {
    pub http: reqwest::Client,
    pub url: String,
    pub token: Option<String>,
    pub headers: Vec<(&'static str, String)>,
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text());
        assert_eq!(self.value()["status"], self.status);
        self.value()["code"].as_str().unwrap().to_owned()
    }

    /// What an onlooker could compare: everything but the time.
    pub fn seen(&self) -> (u16, Vec<(String, String)>, Vec<u8>) {
        let headers = self.headers.iter().filter(|(name, _)| *name != "date");
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        (self.status, headers, self.body.clone())
    }
}

impl Person {
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.to_owned()));
        other
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn put_bytes(&self, path: &str, bytes: Vec<u8>) -> Answer {
        self.send(self.request(Method::PUT, path).body(bytes)).await
    }

    pub async fn put_file(&self, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::PUT, path).header("mottaget-file-name", file_name::encode(name));
        self.send(request.body(bytes)).await
    }

    /// Uploads to the interface `api` (`/api/v1` or `/resident/v1`).
    pub async fn upload(&self, api: &str, name: &str, kind: FileKind, bytes: Vec<u8>) -> Attachment {
        let file = attachment(name, kind, &bytes);
        let answer = self.put_file(&format!("{api}/blobs/{}", file.sha256), name, bytes).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        file
    }

    pub async fn page(&self, clinic: &str, cursor: Option<&str>, limit: usize) -> Page {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        self.get(&format!("/api/v1/clinics/{clinic}/feed?limit={limit}{cursor}")).await.json()
    }

    /// All pages from a cursor until there is no more.
    pub async fn pages(&self, clinic: &str, cursor: Option<&str>, limit: usize) -> Vec<Page> {
        let mut pages = vec![self.page(clinic, cursor, limit).await];
        while pages.last().unwrap().more {
            let cursor = pages.last().unwrap().cursor.clone();
            pages.push(self.page(clinic, Some(&cursor), limit).await);
        }
        pages
    }

    /// The case as this member of staff sees it now.
    pub async fn case(&self, clinic: &str, id: CaseId) -> Option<CaseDocument> {
        let pages = self.pages(clinic, None, 1000).await;
        pages.into_iter().flat_map(|page| page.documents).rfind(|document| document.case.id == id)
    }

    pub async fn op(&self, op: &Op) -> OpOutcome {
        self.post("/api/v1/ops", op).await.json()
    }

    /// Does it, and expects it to come to effect.
    pub async fn does(&self, clinic: &str, case: CaseId, command: Command) -> u64 {
        match self.op(&new_op(clinic, case, command)).await {
            OpOutcome::Accepted { seq, .. } => seq,
            OpOutcome::Rejected(why) => panic!("refused: {}", why.code),
        }
    }

    /// When somebody is away from Björken.
    pub async fn absences(&self, of: &str) -> Vec<Absence> {
        let directory: Directory = self.get(&format!("/api/v1/clinics/{BJORKEN}/directory")).await.json();
        directory
            .staff
            .into_iter()
            .find(|staff| staff.hsa_id == hsa(of))
            .map(|staff| staff.absences)
            .unwrap_or_default()
    }

    /// Says that somebody is away from Björken on these days and at no other time; what they see there is all that there is.
    pub async fn says_away(&self, who: &str, from: &str, to: &str, substitute: Option<&str>) -> Answer {
        let absence = json!({ "from": from, "to": to, "substitute": substitute });
        self.says_absences(who, json!([absence])).await
    }

    pub async fn says_absences(&self, who: &str, absences: Value) -> Answer {
        let seen = self.absences(who).await;
        let anew = json!({ "seen": { "absences": seen }, "now": { "absences": absences } });
        self.put(&absences_of(who), &anew).await
    }

    /// Files a case at a clinic of the type whose name begins so.
    pub async fn files(&self, clinic: &str, kind: &str, text: &str, attachments: Vec<Attachment>) -> CaseId {
        let new = self.new_case(clinic, kind, text, attachments).await;
        let answer = self.post("/resident/v1/cases", &new).await;
        assert_eq!(answer.status, StatusCode::CREATED.as_u16(), "{}", answer.text());
        new.id
    }

    pub async fn new_case(&self, clinic: &str, kind: &str, text: &str, attachments: Vec<Attachment>) -> NewCase {
        NewCase {
            id: CaseId::random(),
            message: MessageId::random(),
            clinic: hsa(clinic),
            case_type: self.case_type(clinic, kind).await,
            text: text.to_owned(),
            answers: Vec::new(),
            attachments,
        }
    }

    async fn case_type(&self, clinic: &str, kind: &str) -> CaseTypeId {
        let clinics: Vec<ResidentClinic> = self.get("/resident/v1/clinics").await.json();
        let found = clinics.iter().find(|c| c.clinic == hsa(clinic)).unwrap();
        found.case_types.iter().find(|t| t.name.starts_with(kind)).unwrap().id
    }

    pub async fn opens(&self, case: CaseId) -> ResidentCase {
        self.get(&format!("/resident/v1/cases/{case}")).await.json()
    }
}

/// Where somebody's absences from Björken are said.
pub fn absences_of(who: &str) -> String {
    format!("/api/v1/clinics/{BJORKEN}/staff/{who}/absences")
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub fn attachment(name: &str, kind: FileKind, bytes: &[u8]) -> Attachment {
    Attachment {
        id: AttachmentId::random(),
        file_name: name.to_owned(),
        kind,
        size: bytes.len() as u64,
        sha256: sha256_hex(bytes),
    }
}

/// The smallest thing that is taken for a PDF, with `mark` in it.
pub fn pdf(mark: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {mark}\n%%EOF\n").into_bytes()
}

pub fn new_op(clinic: &str, case: CaseId, command: Command) -> Op {
    Op { id: OpId::random(), clinic: hsa(clinic), case, command, signature: None }
}

pub fn to_person(id: &str) -> Command {
    Command::Distribute { to: Assignee::Person { hsa_id: hsa(id) }, from: None, reason: None, partial_reply: None }
}

pub fn moved(from: &str, to: &str) -> Command {
    Command::Distribute {
        to: Assignee::Person { hsa_id: hsa(to) },
        from: Some(Assignee::Person { hsa_id: hsa(from) }),
        reason: None,
        partial_reply: None,
    }
}

pub fn given_back(from: &str) -> Command {
    Command::ReturnToReceiver { from: Some(Assignee::Person { hsa_id: hsa(from) }), reason: None }
}

pub fn says(kind: MessageKind, text: &str, attachments: Vec<Attachment>) -> Command {
    let message = Compose {
        message: MessageId::random(),
        text: text.to_owned(),
        attachments,
        based_on: 1000,
        guard: Some(GuardWord::clear()),
    };
    Command::Send { kind, message }
}

pub fn note(text: &str) -> Command {
    Command::AddNote { note: mottaget_domain::NoteId::random(), text: text.to_owned() }
}

/// A copy of a draft from a computer of its own.
pub fn draft(version: u64, kind: MessageKind, text: &str, files: Vec<Attachment>) -> DraftCopy {
    let (machine, text) = (MachineId::random(), text.to_owned());
    DraftCopy { machine, version, kind, text, files, based_on: 1, updated_at: start_time(), came_back: false }
}

/// The wish to have it.
pub fn take_from(copy: &DraftCopy) -> TakeDraft {
    TakeDraft { op: OpId::random(), machine: copy.machine }
}
