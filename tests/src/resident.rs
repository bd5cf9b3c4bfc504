//! A resident at home: the residents' interface, spoken to directly.

use crate::clinic::Clinic;
use mottaget_domain::{Attachment, AttachmentId, CaseId, HsaId, MessageId, PersonalId, attachment};
use mottaget_protocol::resident::{
    NewCase, NewReply, PracticeResidentSignIn, PracticeResidents, ResidentCase, ResidentClinic, ResidentSignedIn,
};
use mottaget_protocol::{FILE_NAME_HEADER, Problem, file_name};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use tokio::sync::watch;

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
        let all: PracticeResidents =
            http.get(format!("{base}/practice/residents")).send().await.unwrap().json().await.unwrap();
        let found = all.residents.into_iter().find(|resident| resident.name == name).expect("a demo resident");
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
            attachments.push(Attachment {
                id: AttachmentId::random(),
                file_name: (*name).to_owned(),
                kind: attachment::sniff(bytes).unwrap(),
                size: bytes.len() as u64,
                sha256,
            });
        }
        attachments
    }

    /// Files a case of that type.
    pub async fn file_case(&self, clinic: &HsaId, case_type: &str, text: &str, files: &[(&str, Vec<u8>)]) -> CaseId {
        let clinics: Vec<ResidentClinic> = self.get("clinics").await;
        let there = clinics.into_iter().find(|found| found.clinic == *clinic).expect("the clinic");
        let kind = there.case_types.into_iter().find(|kind| kind.name == case_type).expect("the case type");
        let new = NewCase {
            id: CaseId::random(),
            message: MessageId::random(),
            clinic: clinic.clone(),
            case_type: kind.id,
            text: text.to_owned(),
            answers: Vec::new(),
            attachments: self.upload(files).await,
        };
        let filed: ResidentCase = self.post("cases", &new).await;
        filed.id
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
