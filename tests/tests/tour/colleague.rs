//! A colleague at another machine, over the staff's interface like any app.

use crate::window::Answer;
use mottaget_domain::{CaseId, Command, HsaId, OpId};
use mottaget_protocol::session::PracticeSignIn;
use mottaget_protocol::{Attend, Attendance, Directory, Doing, Op, OpOutcome, SignedIn};
use reqwest::Client;

pub struct Colleague {
    http: Client,
    address: String,
    token: String,
}

impl Colleague {
    pub async fn sign_in(address: &str, who: &HsaId) -> Answer<Self> {
        let http = Client::new();
        let wish = PracticeSignIn { hsa_id: who.clone() };
        let answer = http.post(format!("{address}/practice/sign-in")).json(&wish).send().await;
        let text = answer.map_err(|error| error.to_string())?.text().await.map_err(|error| error.to_string())?;
        let signed: SignedIn = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(Self { http, address: address.to_owned(), token: signed.token })
    }

    /// Has the case before them, or none.
    pub async fn attends(&self, at: Option<(CaseId, Doing)>) -> Answer<()> {
        let body = Attend { at: at.map(|(case, doing)| Attendance { case, doing }) };
        let request = self.http.put(format!("{}/api/v1/presence", self.address)).bearer_auth(&self.token).json(&body);
        let status = request.send().await.map_err(|error| error.to_string())?.status();
        if status.is_success() { Ok(()) } else { Err(format!("presence: {status}")) }
    }

    /// Does something to a case; the server has to accept it.
    pub async fn does(&self, clinic: &HsaId, case: CaseId, command: Command) -> Answer<()> {
        let op = Op { id: OpId::random(), clinic: clinic.clone(), case, command, signature: None };
        let request = self.http.post(format!("{}/api/v1/ops", self.address)).bearer_auth(&self.token).json(&op);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let text = answer.text().await.map_err(|error| error.to_string())?;
        match serde_json::from_str(&text) {
            Ok(OpOutcome::Accepted { .. }) => Ok(()),
            _ => Err(format!("a colleague's act is answered with {text}")),
        }
    }

    /// What the clinic tells its staff of itself.
    pub async fn directory(&self, clinic: &HsaId) -> Answer<Directory> {
        let request = self.http.get(format!("{}/api/v1/clinics/{clinic}/directory", self.address));
        let answer = request.bearer_auth(&self.token).send().await.map_err(|error| error.to_string())?;
        let text = answer.text().await.map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
