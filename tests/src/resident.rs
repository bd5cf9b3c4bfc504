//! A resident at home: the residents' interface, spoken to directly.

use crate::clinic::{Clinic, PORTAL};
use mottaget_domain::{
    Attachment, AttachmentId, CaseId, CaseTypeId, HsaId, MessageId, PersonalId, Resident, attachment,
};
use mottaget_protocol::resident::{
    NewCase, NewReply, PracticeResidentSignIn, PracticeResidents, ResidentCase, ResidentClinic, ResidentSignedIn,
};
use mottaget_protocol::{FILE_NAME_HEADER, Problem, file_name};
use reqwest::header::{HeaderMap, HeaderName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::watch;

/// Names whom somebody else acts for.
const FOR_WHOM: HeaderName = HeaderName::from_static("mottaget-resident");

pub struct ResidentAtHome {
    pub name: String,
    pub personal_id: PersonalId,
    http: reqwest::Client,
    upstream: watch::Receiver<Option<SocketAddr>>,
    token: String,
}

impl ResidentAtHome {
    pub async fn sign_in(clinic: &Clinic, name: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = clinic.server().url();
        let found = resident(clinic, name).await;
        let who = PracticeResidentSignIn { personal_id: found.personal_id.clone() };
        let signed_in: ResidentSignedIn = http
            .post(format!("{base}/practice/resident-sign-in"))
            .json(&who)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let (name, personal_id) = (found.name, found.personal_id);
        Self { name, personal_id, http, upstream: clinic.upstream(), token: signed_in.token }
    }

    /// A guardian signs in and acts for a child.
    pub async fn sign_in_for(clinic: &Clinic, guardian: &str, child: &str) -> Self {
        let (guardian, child) = (Self::sign_in(clinic, guardian).await, resident(clinic, child).await);
        Self { name: child.name, http: speaking_for(&child.personal_id), personal_id: child.personal_id, ..guardian }
    }

    /// A portal speaks for somebody, who may have no login here.
    pub fn through_portal(clinic: &Clinic, whom: &Resident) -> Self {
        let (name, personal_id) = (whom.name.clone(), whom.personal_id.clone());
        let (http, upstream) = (speaking_for(&personal_id), clinic.upstream());
        Self { name, personal_id, http, upstream, token: PORTAL.to_owned() }
    }

    fn url(&self, path: &str) -> String {
        let address = self.upstream.borrow().expect("the server runs");
        format!("http://{address}/resident/v1/{path}")
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.http.get(self.url(path)).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let answer = self.http.post(self.url(path)).bearer_auth(&self.token).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "POST {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn upload(&self, files: &[(&str, Vec<u8>)]) -> Vec<Attachment> {
        let mut attachments = Vec::new();
        for (name, bytes) in files {
            let sha256 = hex::encode(Sha256::digest(bytes));
            let request = self.http.put(self.url(&format!("blobs/{sha256}"))).bearer_auth(&self.token);
            let request = request.header(FILE_NAME_HEADER, file_name::encode(name));
            let answer = request.body(bytes.clone()).send().await.unwrap();
            assert!(answer.status().is_success(), "upload of {name}: {}", answer.status());
            attachments.push(attachment(name, bytes));
        }
        attachments
    }

    /// Files a case of that type.
    pub async fn file_case(&self, clinic: &HsaId, case_type: &str, text: &str, files: &[(&str, Vec<u8>)]) -> CaseId {
        let kind = self.case_type(clinic, case_type).await;
        let new = NewCase { attachments: self.upload(files).await, ..a_case(clinic, kind, text) };
        let filed: ResidentCase = self.post("cases", &new).await;
        filed.id
    }

    /// The case type of that name.
    pub async fn case_type(&self, clinic: &HsaId, name: &str) -> CaseTypeId {
        let clinics: Vec<ResidentClinic> = self.get("clinics").await;
        let there = clinics.into_iter().find(|found| found.clinic == *clinic).expect("the clinic");
        there.case_types.into_iter().find(|kind| kind.name == name).expect("the case type").id
    }

    /// Files a case with a file at a server that may end and start at any moment: asked again until it is answered. Gives how
    /// many requests the server had taken and never answered.
    pub async fn file_in_spite_of_ends(&self, base: &str, new: &NewCase, file: (&str, Vec<u8>)) -> usize {
        let mut new = new.clone();
        new.attachments = vec![attachment(file.0, &file.1)];
        let upload = || {
            let at = format!("{base}/resident/v1/blobs/{}", new.attachments[0].sha256);
            let request = self.http.put(at).bearer_auth(&self.token);
            request.header(FILE_NAME_HEADER, file_name::encode(file.0)).body(file.1.clone())
        };
        let filing = || self.http.post(format!("{base}/resident/v1/cases")).bearer_auth(&self.token).json(&new);
        answered(upload).await + answered(filing).await
    }

    /// All cases of the resident's.
    pub async fn cases(&self) -> Vec<ResidentCase> {
        self.get("cases").await
    }

    /// Answers the open question.
    pub async fn answer(&self, case: CaseId, text: &str) {
        self.try_answer(case, text).await.unwrap();
    }

    /// The same, or the code of why not.
    pub async fn try_answer(&self, case: CaseId, text: &str) -> Result<(), String> {
        self.try_answer_with(case, text, &[]).await
    }

    /// The same with files.
    pub async fn try_answer_with(&self, case: CaseId, text: &str, files: &[(&str, Vec<u8>)]) -> Result<(), String> {
        let attachments = self.upload(files).await;
        let reply = NewReply { message: MessageId::random(), text: text.to_owned(), attachments };
        let request = self.http.post(self.url(&format!("cases/{case}/replies"))).bearer_auth(&self.token).json(&reply);
        let answer = request.send().await.unwrap();
        if answer.status().is_success() {
            return Ok(());
        }
        Err(answer.json::<Problem>().await.unwrap().code)
    }

    /// What the resident sees of the case now.
    pub async fn sees(&self, case: CaseId) -> ResidentCase {
        self.get(&format!("cases/{case}")).await
    }

    /// All that the server tells this resident of a case, as it came; or the status with which it refuses.
    pub async fn told(&self, case: CaseId) -> Result<serde_json::Value, u16> {
        let url = self.url(&format!("cases/{case}"));
        let answer = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status();
        if status.is_success() { Ok(answer.json().await.unwrap()) } else { Err(status.as_u16()) }
    }

    /// All that it tells of all their cases, as it came. Nothing counts as read by that.
    pub async fn told_of_all(&self) -> Vec<serde_json::Value> {
        self.get("cases").await
    }

    /// The texts of the case's messages.
    pub async fn texts(&self, case: CaseId) -> Vec<String> {
        self.sees(case).await.messages.into_iter().map(|message| message.text).collect()
    }

    /// Downloads a file.
    pub async fn file(&self, case: CaseId, file: AttachmentId) -> Vec<u8> {
        self.try_file(case, file).await.unwrap_or_else(|status| panic!("download: {status}"))
    }

    /// The same, or the status with which it is refused.
    pub async fn try_file(&self, case: CaseId, file: AttachmentId) -> Result<Vec<u8>, u16> {
        let url = self.url(&format!("cases/{case}/attachments/{file}"));
        let answer = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status();
        if status.is_success() { Ok(answer.bytes().await.unwrap().to_vec()) } else { Err(status.as_u16()) }
    }
}

fn speaking_for(whom: &PersonalId) -> reqwest::Client {
    let whom = HeaderMap::from_iter([(FOR_WHOM, whom.as_str().parse().unwrap())]);
    reqwest::Client::builder().no_proxy().default_headers(whom).build().unwrap()
}

/// What the practice clinic knows of a resident.
pub async fn resident(clinic: &Clinic, name: &str) -> Resident {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let all = http.get(format!("{}/practice/residents", clinic.server().url())).send().await.unwrap();
    let all: PracticeResidents = all.json().await.unwrap();
    all.residents.into_iter().find(|resident| resident.name == name).expect("a demo resident")
}

/// A new case, without files.
pub fn a_case(clinic: &HsaId, case_type: CaseTypeId, text: &str) -> NewCase {
    NewCase {
        id: CaseId::random(),
        message: MessageId::random(),
        clinic: clinic.clone(),
        case_type,
        text: text.to_owned(),
        answers: Vec::new(),
        attachments: Vec::new(),
    }
}

fn attachment(name: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        id: AttachmentId::random(),
        file_name: name.to_owned(),
        kind: attachment::sniff(bytes).unwrap(),
        size: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
    }
}

/// Asks the same again until there is an answer, which has to be a good one. Gives how many requests were cut short: taken by
/// the server, and never answered.
async fn answered(request: impl Fn() -> reqwest::RequestBuilder) -> usize {
    let mut cut = 0;
    let mut beat = tokio::time::interval(Duration::from_millis(5));
    loop {
        beat.tick().await;
        match request().send().await {
            Ok(answer) => {
                let status = answer.status();
                // What was acknowledged is said in the first line; the rest may be cut off.
                let why = if status.is_success() { String::new() } else { answer.text().await.unwrap_or_default() };
                assert!(status.is_success(), "{status} {why}");
                return cut;
            }
            Err(error) if error.is_connect() => {}
            Err(_) => cut += 1,
        }
    }
}
