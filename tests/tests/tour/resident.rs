//! The resident's side, over the residents' interface like any portal.

use crate::window::Answer;
use mottaget_domain::case::Answer as FormAnswer;
use mottaget_domain::{Attachment, AttachmentId, CaseId, HsaId, MessageId, PersonalId};
use mottaget_protocol::resident::{
    NewCase, NewReply, PracticeResidentSignIn, ResidentCase, ResidentClinic, ResidentSignedIn,
};
use mottaget_protocol::{FILE_NAME_HEADER, file_name};
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub struct Portal {
    http: Client,
    address: String,
    token: String,
}

/// What the resident answers to the form's first question.
pub const FORM: &str = "Enrisdroppar 50 mikrogram";
/// And to the next ones.
const FORM_ON: [&str; 2] = ["Varje morgon, en halv timme före frukost", "Ungefär till fredag"];

/// A file as somebody attaches it.
pub struct File {
    pub name: &'static str,
    pub bytes: &'static [u8],
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Answer<T> {
    let response = request.send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.text().await.map_err(|error| error.to_string())?;
    serde_json::from_str(&body).map_err(|error| format!("{status}: {error}"))
}

impl Portal {
    pub async fn sign_in(address: &str, personal_id: &PersonalId) -> Answer<Self> {
        let http = Client::new();
        let wish = PracticeResidentSignIn { personal_id: personal_id.clone() };
        let signed: ResidentSignedIn =
            answer(http.post(format!("{address}/practice/resident-sign-in")).json(&wish)).await?;
        Ok(Self { http, address: address.to_owned(), token: signed.token })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/resident/v1{path}", self.address)).bearer_auth(&self.token)
    }

    fn post<T: Serialize>(&self, path: &str, body: &T) -> RequestBuilder {
        self.http.post(format!("{}/resident/v1{path}", self.address)).bearer_auth(&self.token).json(body)
    }

    /// Files a case of the named type at the clinic, with files; answers with its id.
    pub async fn file(&self, clinic: &HsaId, case_type: &str, text: &str, files: &[File]) -> Answer<CaseId> {
        let clinics: Vec<ResidentClinic> = answer(self.get("/clinics")).await?;
        let types = clinics.iter().find(|one| one.clinic == *clinic).map(|one| &one.case_types);
        let wanted = types.and_then(|types| types.iter().find(|one| one.name == case_type));
        let wanted = wanted.ok_or_else(|| format!("{case_type} is not offered"))?;
        let mut attachments = Vec::new();
        for file in files {
            attachments.push(self.upload(file).await?);
        }
        let case = NewCase {
            id: CaseId::random(),
            message: MessageId::random(),
            clinic: clinic.clone(),
            case_type: wanted.id,
            text: text.to_owned(),
            answers: wanted
                .questions
                .iter()
                .zip([FORM].into_iter().chain(FORM_ON).chain(std::iter::repeat("Nej")))
                .map(|(question, answer)| FormAnswer { question: question.clone(), answer: answer.to_owned() })
                .collect(),
            attachments,
        };
        let filed: ResidentCase = answer(self.post("/cases", &case)).await?;
        Ok(filed.id)
    }

    /// Answers the open question.
    pub async fn reply(&self, case: CaseId, text: &str) -> Answer<()> {
        let reply = NewReply { message: MessageId::random(), text: text.to_owned(), attachments: Vec::new() };
        answer::<ResidentCase>(self.post(&format!("/cases/{case}/replies"), &reply)).await.map(drop)
    }

    async fn upload(&self, file: &File) -> Answer<Attachment> {
        let sha256 = hex::encode(Sha256::digest(file.bytes));
        let kind = mottaget_domain::attachment::inspect(file.name, file.bytes).map_err(|error| error.to_string())?;
        let address = format!("{}/resident/v1/blobs/{sha256}", self.address);
        let request = self.http.put(address).bearer_auth(&self.token);
        let request = request.header(FILE_NAME_HEADER, file_name::encode(file.name));
        let sent = request.body(file.bytes).send().await;
        let status = sent.map_err(|error| error.to_string())?.status();
        if !status.is_success() {
            return Err(format!("upload of {}: {status}", file.name));
        }
        let size = file.bytes.len() as u64;
        Ok(Attachment { id: AttachmentId::random(), file_name: file.name.to_owned(), kind, size, sha256 })
    }

    pub async fn case(&self, id: CaseId) -> Answer<ResidentCase> {
        answer(self.get(&format!("/cases/{id}"))).await
    }

    pub async fn download(&self, case: CaseId, file: AttachmentId) -> Answer<Vec<u8>> {
        let response = self.get(&format!("/cases/{case}/attachments/{file}")).send().await;
        let response = response.and_then(reqwest::Response::error_for_status).map_err(|error| error.to_string())?;
        Ok(response.bytes().await.map_err(|error| error.to_string())?.to_vec())
    }
}
