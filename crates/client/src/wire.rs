//! The server's staff interface as functions: what is asked, what comes back, and what every kind of failure means.

use crate::clock::{Ahead, Clock};
use crate::config::{ClientConfig, Timeouts};
use crate::error::ClientError;
use crate::live::lock;
use crate::secret::SessionToken;
use bytes::Bytes;
use futures::StreamExt;
use jiff::SignedDuration;
use jiff::fmt::rfc2822::DateTimeParser;
use mottaget_domain::clinic::{ClinicSettings, RegionPolicy};
use mottaget_domain::{AttachmentId, CaseId, HsaId, MachineId, ReplyTemplateId};
use mottaget_protocol::{
    Absences, Anew, Attend, Attendance, Company, Directory, DraftCopy, DraftHead, DraftKept, FILE_NAME_HEADER,
    HEARTBEAT, Me, Op, OpOutcome, Page, Preferences, Problem, ReadBatch, ReplyTemplateAnew, STAFF_API, SignedIn,
    TakeDraft, TakenDraft, file_name, session::PracticePeople, session::PracticeSignIn,
};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// A file is handed over in pieces of this many bytes.
const PIECE: usize = 64 * 1024;
/// Largest answer that is read, in bytes: a page of long cases with room to spare.
const MAX_ANSWER: usize = 128 * 1024 * 1024;
/// Largest problem document that is read, in bytes.
const MAX_PROBLEM: usize = 64 * 1024;

type Answer<T> = Result<T, ClientError>;

/// One server, spoken to by one client.
#[derive(Debug)]
pub(crate) struct Wire {
    http: reqwest::Client,
    base: Url,
    timeouts: Timeouts,
    clock: Clock,
    ahead: Mutex<Ahead>,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) struct As<'a>(pub Option<&'a SessionToken>);

impl Wire {
    /// Makes the network stack ready; asks nothing yet.
    pub fn new(config: &ClientConfig) -> Answer<Self> {
        let base = config.server_url()?;
        // fails when it is there already, which is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Mottaget/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.timeouts.connect)
            .redirect(reqwest::redirect::Policy::none())
            .gzip(true)
            .referer(false);
        if base.scheme() == "http" {
            // a server on this machine is never behind a proxy
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|_| ClientError::Internal("no network stack".into()))?;
        Ok(Self { http, base, timeouts: config.timeouts, clock: config.clock.clone(), ahead: Mutex::default() })
    }

    fn request(
        &self,
        who: As<'_>,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        wait: Option<Duration>,
    ) -> Answer<RequestBuilder> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| ClientError::ServerAddress)?.pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url);
        if let Some(token) = who.0 {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| ClientError::SessionExpired)?;
            value.set_sensitive(true);
            request = request.header(reqwest::header::AUTHORIZATION, value);
        }
        if let Some(wait) = wait {
            request = request.timeout(wait);
        }
        Ok(request)
    }

    fn api(&self, who: &SessionToken, method: Method, path: &[&str]) -> Answer<RequestBuilder> {
        self.request(As(Some(who)), method, &staff_path(path), &[], Some(self.timeouts.request))
    }

    /// The demo people.
    pub async fn practice_people(&self) -> Answer<Vec<Me>> {
        let request = self.request(As(None), Method::GET, &["practice", "people"], &[], Some(self.timeouts.request))?;
        let people: PracticePeople = self.json(request).await.map_err(practice)?;
        Ok(people.people)
    }

    /// Signs in without a password, in practice mode.
    pub async fn practice_sign_in(&self, hsa_id: &HsaId) -> Answer<SignedIn> {
        let request =
            self.request(As(None), Method::POST, &["practice", "sign-in"], &[], Some(self.timeouts.request))?;
        self.json(request.json(&PracticeSignIn { hsa_id: hsa_id.clone() })).await.map_err(practice)
    }

    /// Ends the session at the server.
    pub async fn sign_out(&self, who: &SessionToken) -> Answer<()> {
        self.done(self.api(who, Method::POST, &["sign-out"])?).await
    }

    /// Who the person is now.
    pub async fn me(&self, who: &SessionToken) -> Answer<Me> {
        self.json(self.api(who, Method::GET, &["me"])?).await
    }

    /// Changes what the person chose.
    pub async fn save_preferences(&self, who: &SessionToken, preferences: &Preferences) -> Answer<()> {
        self.done(self.api(who, Method::PUT, &["me", "preferences"])?.json(preferences)).await
    }

    /// The next page of a clinic's feed.
    pub async fn page(&self, who: &SessionToken, clinic: &HsaId, cursor: Option<&str>, limit: u32) -> Answer<Page> {
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let path = staff_path(&["clinics", clinic.as_str(), "feed"]);
        let page: Page =
            self.json(self.request(As(Some(who)), Method::GET, &path, &query, Some(self.timeouts.request))?).await?;
        // a page of another clinic would end up in the wrong drawer
        if page.clinic == *clinic { Ok(page) } else { Err(ClientError::ServerNonsense) }
    }

    /// A clinic's directory.
    pub async fn directory(&self, who: &SessionToken, clinic: &HsaId) -> Answer<Directory> {
        let directory: Directory =
            self.json(self.api(who, Method::GET, &["clinics", clinic.as_str(), "directory"])?).await?;
        if directory.clinic == *clinic { Ok(directory) } else { Err(ClientError::ServerNonsense) }
    }

    /// Decides anew what holds at a clinic.
    pub async fn save_clinic_settings(
        &self,
        who: &SessionToken,
        at: &HsaId,
        settings: &Anew<ClinicSettings>,
    ) -> Answer<()> {
        self.done(self.api(who, Method::PUT, &["clinics", at.as_str(), "settings"])?.json(settings)).await
    }

    /// Says anew when somebody is away from a clinic.
    pub async fn save_absences(
        &self,
        who: &SessionToken,
        at: &HsaId,
        of: &HsaId,
        absences: &Anew<Absences>,
    ) -> Answer<()> {
        let path = ["clinics", at.as_str(), "staff", of.as_str(), "absences"];
        self.done(self.api(who, Method::PUT, &path)?.json(absences)).await
    }

    /// Decides anew what holds in a clinic's region.
    pub async fn save_region_settings(
        &self,
        who: &SessionToken,
        at: &HsaId,
        policy: &Anew<RegionPolicy>,
    ) -> Answer<()> {
        self.done(self.api(who, Method::PUT, &["clinics", at.as_str(), "region", "settings"])?.json(policy)).await
    }

    /// Keeps a reply text of a clinic's own, or (a central one) of its region; or removes it.
    pub async fn keep_template(
        &self,
        who: &SessionToken,
        clinic: &HsaId,
        (id, central): (ReplyTemplateId, bool),
        text: &ReplyTemplateAnew,
    ) -> Answer<()> {
        let id = id.to_string();
        let mut path = vec!["clinics", clinic.as_str()];
        path.extend(central.then_some("region"));
        path.extend(["reply-templates", &id]);
        self.done(self.api(who, Method::PUT, &path)?.json(text)).await
    }

    /// Keeps a copy of what the person is writing; gives how far the server is.
    pub async fn keep_draft(
        &self,
        who: &SessionToken,
        clinic: &HsaId,
        case: CaseId,
        copy: &DraftCopy,
    ) -> Answer<DraftKept> {
        let case = case.to_string();
        let path = ["clinics", clinic.as_str(), "cases", &case, "draft"];
        self.json(self.api(who, Method::PUT, &path)?.json(copy)).await
    }

    /// Says that what was written on a computer up to a version is over.
    pub async fn end_draft(
        &self,
        who: &SessionToken,
        clinic: &HsaId,
        case: CaseId,
        machine: MachineId,
        version: u64,
    ) -> Answer<()> {
        let (case, machine, version) = (case.to_string(), machine.to_string(), version.to_string());
        let path = staff_path(&["clinics", clinic.as_str(), "cases", &case, "draft"]);
        let query = [("machine", machine.as_str()), ("version", version.as_str())];
        self.done(self.request(As(Some(who)), Method::DELETE, &path, &query, Some(self.timeouts.request))?).await
    }

    /// Who is writing in a case.
    pub async fn drafts(&self, who: &SessionToken, clinic: &HsaId, case: CaseId) -> Answer<Vec<DraftHead>> {
        let case = case.to_string();
        self.json(self.api(who, Method::GET, &["clinics", clinic.as_str(), "cases", &case, "drafts"])?).await
    }

    /// Takes over what somebody is writing.
    pub async fn take_draft(
        &self,
        who: &SessionToken,
        clinic: &HsaId,
        case: CaseId,
        author: &HsaId,
        wish: &TakeDraft,
    ) -> Answer<TakenDraft> {
        let case = case.to_string();
        let path = ["clinics", clinic.as_str(), "cases", &case, "drafts", author.as_str(), "take"];
        self.json(self.api(who, Method::POST, &path)?.json(wish)).await
    }

    /// Hands an act over.
    pub async fn send(&self, who: &SessionToken, op: &Op) -> Answer<OpOutcome> {
        self.json(self.api(who, Method::POST, &["ops"])?.json(op)).await
    }

    /// Hands a file's bytes over, under their hash.
    pub async fn upload(&self, who: &SessionToken, sha256: &str, name: &str, bytes: Vec<u8>) -> Answer<()> {
        let path = staff_path(&["blobs", sha256]);
        let size = bytes.len();
        let (handing, handed) = watch::channel(());
        let pieces = futures::stream::unfold((Bytes::from(bytes), handing), |(mut left, handing)| async move {
            if left.is_empty() {
                return None;
            }
            let piece = left.split_to(left.len().min(PIECE));
            handing.send_replace(());
            Some((Ok::<_, Infallible>(piece), (left, handing)))
        });
        let request = self
            .request(As(Some(who)), Method::PUT, &path, &[], None)?
            .header(FILE_NAME_HEADER, file_name::encode(name))
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_LENGTH, size)
            .body(reqwest::Body::wrap_stream(pieces));
        self.while_it_moves(self.done(request), handed).await
    }

    /// Fetches a file of the thread.
    pub async fn attachment(&self, who: &SessionToken, case: CaseId, file: AttachmentId, size: u64) -> Answer<Vec<u8>> {
        let (case, file) = (case.to_string(), file.to_string());
        let path = staff_path(&["cases", &case, "attachments", &file]);
        let request = self.request(As(Some(who)), Method::GET, &path, &[], None)?;
        let silence = self.timeouts.transfer_silence;
        let answer = timeout(silence, self.good(request)).await.map_err(|_| ClientError::ServerTimeout)??;
        let cap = usize::try_from(size).unwrap_or(usize::MAX);
        body(answer, cap, Some(silence)).await
    }

    /// Waits for an answer to what is being handed over, as long as it takes while pieces move.
    async fn while_it_moves<T>(
        &self,
        work: impl Future<Output = Answer<T>>,
        mut handed: watch::Receiver<()>,
    ) -> Answer<T> {
        let silence = self.timeouts.transfer_silence;
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                answer = &mut work => return answer,
                moved = timeout(silence, handed.changed()) => match moved {
                    Ok(Ok(())) => {}
                    Err(_) => return Err(ClientError::ServerTimeout),
                    // All is handed over: what is missing is the answer.
                    Ok(Err(_)) => return timeout(silence, work).await.map_err(|_| ClientError::ServerTimeout)?,
                },
            }
        }
    }

    /// Hands lines of the read log over.
    pub async fn reads(&self, who: &SessionToken, batch: &ReadBatch) -> Answer<()> {
        self.done(self.api(who, Method::POST, &["reads"])?.json(batch)).await
    }

    /// Says which case this session has before it; gives who else is there.
    pub async fn attend(&self, who: &SessionToken, at: Option<Attendance>) -> Answer<Option<Company>> {
        let path = staff_path(&["presence"]);
        // The next heartbeat says it anew: none is waited for longer than that.
        let request =
            self.request(As(Some(who)), Method::PUT, &path, &[], Some(self.timeouts.request.min(HEARTBEAT)))?;
        self.json(request.json(&Attend { at })).await
    }

    /// Opens the event stream; its pieces are read with [`Self::piece`].
    pub async fn stream(&self, who: &SessionToken) -> Answer<Response> {
        // no limit on the whole (it never ends), one on the head
        let request = self.request(As(Some(who)), Method::GET, &staff_path(&["events"]), &[], None)?;
        let request = request.header(reqwest::header::ACCEPT, "text/event-stream");
        let answer = tokio::time::timeout(self.timeouts.request, self.good(request))
            .await
            .map_err(|_| ClientError::ServerTimeout)??;
        if media_type(&answer) == "text/event-stream" { Ok(answer) } else { Err(ClientError::ServerNonsense) }
    }

    /// The next bytes of the stream; `None` when the server closed it.
    pub async fn piece(&self, stream: &mut Response) -> Answer<Option<Bytes>> {
        match tokio::time::timeout(self.timeouts.stream_silence, stream.chunk()).await {
            Err(_) => Err(ClientError::ServerTimeout),
            Ok(Err(error)) => Err(network(&error)),
            Ok(Ok(piece)) => Ok(piece),
        }
    }

    /// Notes how far the server's clock is from this machine's, by what an answer says (RFC 9110, 6.6.1). It names whole seconds.
    fn hear_time(&self, answer: &Response) {
        let said = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
        let Some(server) = said.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok()) else { return };
        let half = SignedDuration::from_millis(500);
        *lock(&self.ahead) = Ahead(Some(server.duration_since(self.clock.now()).saturating_add(half)));
    }

    /// What was noted last. Right to about a second.
    pub fn ahead(&self) -> Ahead {
        *lock(&self.ahead)
    }

    /// Sends it and lets only success through.
    async fn good(&self, request: RequestBuilder) -> Answer<Response> {
        let answer = sent(request).await.map_err(|error| network(&error))?;
        self.hear_time(&answer);
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        if status == StatusCode::INSUFFICIENT_STORAGE {
            return Err(ClientError::ServerFull);
        }
        let in_trouble = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let problem = problem_of(answer).await;
        if in_trouble {
            // also in front of the server, where nobody writes problem documents
            let busy = problem.is_ok_and(|problem| problem.code == "busy") || status == StatusCode::TOO_MANY_REQUESTS;
            return Err(if busy {
                ClientError::ServerBusy
            } else {
                ClientError::ServerError { status: status.as_u16() }
            });
        }
        Err(if status.is_client_error() { refused(status, problem?) } else { ClientError::ServerNonsense })
    }

    async fn done(&self, request: RequestBuilder) -> Answer<()> {
        let answer = self.good(request).await?;
        body(answer, MAX_ANSWER, None).await.map(drop)
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Answer<T> {
        let answer = self.good(request).await?;
        let bytes = body(answer, MAX_ANSWER, None).await?;
        serde_json::from_slice(&bytes).map_err(|_| ClientError::ServerNonsense)
    }
}

/// The staff interface's prefix, then these.
fn staff_path<'a>(path: &[&'a str]) -> Vec<&'a str> {
    STAFF_API.split('/').filter(|part| !part.is_empty()).chain(path.iter().copied()).collect()
}

/// In practice mode's corner, "no such page" means that the server is not in practice mode.
fn practice(error: ClientError) -> ClientError {
    match error {
        ClientError::ServerRefused { code, .. } if code == "practice-only" => ClientError::PracticeOnly,
        ClientError::Refused(mottaget_domain::Refusal::NotFound) => ClientError::PracticeOnly,
        other => other,
    }
}

/// What is told of a refusal; a redirection, or somebody else's page, is nothing that a Mottaget server says.
async fn problem_of(answer: Response) -> Answer<Problem> {
    if media_type(&answer) != "application/problem+json" {
        return Err(ClientError::ServerNonsense);
    }
    let bytes = body(answer, MAX_PROBLEM, None).await?;
    serde_json::from_slice(&bytes).map_err(|_| ClientError::ServerNonsense)
}

/// A connection that broke while nobody used it is found out at its next use, and says nothing about the server: what only
/// asks is asked once more, on a new one. What changes something is not; its sender tries again by its own rules.
async fn sent(request: RequestBuilder) -> reqwest::Result<Response> {
    let (http, request) = request.build_split();
    let request = request?;
    let once_more = if *request.method() == Method::GET { request.try_clone() } else { None };
    match (http.execute(request).await, once_more) {
        (Err(error), Some(request)) if error.is_request() && !error.is_connect() && !error.is_timeout() => {
            http.execute(request).await
        }
        (outcome, _) => outcome,
    }
}

fn refused(status: StatusCode, problem: Problem) -> ClientError {
    match problem.code.as_str() {
        "session-expired" | "session-missing" => ClientError::SessionExpired,
        _ if status == StatusCode::UNAUTHORIZED => ClientError::SessionExpired,
        "not-found" => ClientError::Refused(mottaget_domain::Refusal::NotFound),
        "forbidden" => ClientError::Refused(mottaget_domain::Refusal::Forbidden),
        "decided-meanwhile" => ClientError::Refused(mottaget_domain::Refusal::DecidedMeanwhile),
        _ => ClientError::ServerRefused { code: problem.code, detail: problem.detail },
    }
}

/// Reads an answer, but never more than `cap` bytes of it; with a limit to the time between two pieces, if one is given.
async fn body(answer: Response, cap: usize, silence: Option<Duration>) -> Answer<Vec<u8>> {
    let expected = answer.content_length().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(expected.min(cap).min(1 << 20));
    let mut pieces = answer.bytes_stream();
    loop {
        let next = match silence {
            Some(longest) => timeout(longest, pieces.next()).await.map_err(|_| ClientError::ServerTimeout)?,
            None => pieces.next().await,
        };
        let Some(piece) = next else { break };
        let piece = piece.map_err(|error| network(&error))?;
        if bytes.len() + piece.len() > cap {
            return Err(ClientError::ServerNonsense);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn media_type(answer: &Response) -> String {
    let header = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What a failure below HTTP means. The error's own text is dropped: it holds addresses.
fn network(error: &reqwest::Error) -> ClientError {
    if error.is_timeout() {
        ClientError::ServerTimeout
    } else if error.is_decode()
        || error.is_redirect()
        || (error.is_request() && !error.is_connect() && is_garbage(error))
    {
        ClientError::ServerNonsense
    } else {
        ClientError::ServerUnreachable
    }
}

/// Something answered, but not in HTTP.
fn is_garbage(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if text.contains("invalid HTTP") || text.contains("parse error") {
            return true;
        }
        cause = inner.source();
    }
    false
}
