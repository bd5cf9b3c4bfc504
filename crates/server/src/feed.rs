//! A clinic's feed for one viewer: first a snapshot, then every change, in pages that neither skip nor tear.
//!
//! A snapshot at number S holds the documents whose number is at most S; whatever changes meanwhile gets a higher number
//! and comes with the changes after S. A page is read from one moment in time. Numbers become visible in order (each is
//! taken under the clinic's row lock), so everything up to the page's number is on it or before it.

mod cursor;

pub use cursor::{Cursor, Position};

use crate::app::App;
use crate::db::feed::{Place, Sight};
use crate::db::ops::Known;
use crate::db::{cases, clinics, feed, ops};
use crate::error::{Result, ServerError};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::{ViewerKey, viewer_keys};
use mottaget_domain::{CaseId, HsaId, StaffActor};
use mottaget_protocol::feed::{CaseDocument, Taken};
use mottaget_protocol::{OpOutcome, Page, Phase, Settled};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

/// Documents on a page when nobody says otherwise.
pub const DEFAULT_LIMIT: usize = 200;
/// Most documents on a page.
pub const MAX_LIMIT: usize = 1000;

/// Who looks at which clinic.
struct Viewer {
    clinic: HsaId,
    hsa_id: HsaId,
    sight: Sight,
    epoch: String,
}

impl Viewer {
    fn new(lineage: &str, actor: &StaffActor) -> Self {
        let keys = viewer_keys(actor);
        let texts: Vec<String> = keys.iter().map(ViewerKey::as_text).collect();
        // What the viewer may see, and where from, is the epoch: no counter that somebody could forget to move.
        let mut hash = Sha256::new();
        for part in
            [lineage, actor.clinic.as_str(), actor.hsa_id.as_str()].into_iter().chain(texts.iter().map(String::as_str))
        {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let epoch = hex::encode(hash.finalize()).chars().take(16).collect();
        Self {
            clinic: actor.clinic.clone(),
            hsa_id: actor.hsa_id.clone(),
            sight: Sight { all: keys.contains(&ViewerKey::Receivers), keys: texts },
            epoch,
        }
    }
}

/// A viewer's place in a clinic's feed: up to where everything is told, as seen under which epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number.
    pub seq: u64,
    epoch: String,
}

impl Standing {
    /// The same eyes, further on.
    #[must_use]
    pub fn at(self, seq: u64) -> Self {
        Self { seq, ..self }
    }

    /// The cursor of whoever has taken in everything up to here.
    #[must_use]
    pub fn cursor(&self) -> String {
        Cursor { epoch: self.epoch.clone(), position: Position::Changes { after: self.seq } }.to_string()
    }
}

/// Who the viewer is, and how far the clinic's feed has come.
async fn look(conn: &mut AnyConnection, app: &App, hsa_id: &HsaId, clinic: &HsaId) -> Result<(Viewer, u64)> {
    let (actor, seq) =
        clinics::viewer(conn, clinic, hsa_id, swedish_day(app.now())).await?.ok_or(ServerError::NotFound)?;
    Ok((Viewer::new(&app.lineage, &actor), seq))
}

/// Where the clinic's feed stands now for this viewer.
///
/// # Errors
/// [`ServerError::NotFound`] when the person has no role at the clinic or there is no such clinic.
pub async fn standing(conn: &mut AnyConnection, app: &App, hsa_id: &HsaId, clinic: &HsaId) -> Result<Standing> {
    let (viewer, seq) = look(conn, app, hsa_id, clinic).await?;
    Ok(Standing { seq, epoch: viewer.epoch })
}

/// The page that follows a standing, if it is a small one: changes only, at most `limit` documents, nothing behind it,
/// and seen with the same eyes. `None` when it is to be asked for.
///
/// # Errors
/// [`ServerError::NotFound`] when the person has no role at the clinic any more.
pub async fn next_page(
    app: &App,
    hsa_id: &HsaId,
    clinic: &HsaId,
    from: &Standing,
    limit: usize,
) -> Result<Option<(Page, Standing)>> {
    let mut tx = app.db.read().await?;
    let (viewer, seq) = look(&mut tx, app, hsa_id, clinic).await?;
    if viewer.epoch != from.epoch || seq <= from.seq {
        return Ok(None);
    }
    let page = changes(&mut tx, &viewer, from.seq, seq, limit).await?;
    let standing = Standing { seq: page.seq, epoch: viewer.epoch };
    Ok((!page.more).then_some((page, standing)))
}

/// One page.
///
/// # Errors
/// [`ServerError::NotFound`] when the person has no role at the clinic or there is no such clinic.
pub async fn page(app: &App, hsa_id: &HsaId, clinic: &HsaId, cursor: Option<&str>, limit: usize) -> Result<Page> {
    let mut tx = app.db.read().await?;
    let (viewer, seq) = look(&mut tx, app, hsa_id, clinic).await?;
    let known = cursor.and_then(Cursor::parse).filter(|cursor| cursor.epoch == viewer.epoch && cursor.seq() <= seq);
    let reset = cursor.is_some() && known.is_none();
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut page = match known.map(|cursor| cursor.position) {
        Some(Position::Changes { after }) => changes(&mut tx, &viewer, after, seq, limit).await?,
        Some(Position::Snapshot { until, total, place, ops_after }) => {
            let begun = Begun { until, total, place, ops_after };
            snapshot(&mut tx, &viewer, begun, seq, limit).await?
        }
        None => {
            let total = feed::count(&mut tx, clinic, &viewer.sight, seq).await?;
            let begun = Begun { until: seq, total, place: None, ops_after: None };
            snapshot(&mut tx, &viewer, begun, seq, limit).await?
        }
    };
    page.reset = reset;
    Ok(page)
}

/// Where a snapshot stands.
struct Begun {
    until: u64,
    total: u64,
    place: Option<Place>,
    /// All documents are given; the viewer's own ops after this number are next.
    ops_after: Option<u64>,
}

/// Documents first; then, from the page that has room left, what became of the viewer's own ops.
async fn snapshot(conn: &mut AnyConnection, viewer: &Viewer, begun: Begun, seq: u64, limit: usize) -> Result<Page> {
    let mut documents = Vec::new();
    let mut place = begun.place;
    let mut ops_after = begun.ops_after;
    if ops_after.is_none() {
        documents = feed::snapshot(&mut *conn, &viewer.clinic, &viewer.sight, begun.until, place, limit + 1).await?;
        if documents.len() > limit {
            documents.truncate(limit);
            place = documents.last().map(place_of);
        } else {
            ops_after = Some(0);
        }
    }
    let mut own = Vec::new();
    if let Some(after) = ops_after {
        own = ops::of_author(conn, &viewer.clinic, &viewer.hsa_id, after, begun.until, limit + 1).await?;
        if own.len() > limit {
            own.truncate(limit);
            ops_after = own.last().map(|op| op.seq);
        } else {
            ops_after = None;
            place = None;
        }
    }
    let complete = place.is_none() && ops_after.is_none();
    let position = if complete {
        Position::Changes { after: begun.until }
    } else {
        Position::Snapshot { until: begun.until, total: begun.total, place, ops_after }
    };
    let mut page = empty_page(viewer, Phase::Snapshot, position, begun.until);
    page.more = !complete || seq > begun.until;
    page.total = Some(begun.total);
    page.documents = documents;
    add_own(&mut page, own);
    Ok(page)
}

fn place_of(document: &CaseDocument) -> Place {
    Place {
        open: document.case.state.is_open(),
        created_at: document.case.created_at.as_millisecond(),
        id: document.case.id,
    }
}

/// Everything after `after`, up to the highest number that no list had to be cut below.
async fn changes(conn: &mut AnyConnection, viewer: &Viewer, after: u64, seq: u64, limit: usize) -> Result<Page> {
    let (clinic, sight) = (&viewer.clinic, &viewer.sight);
    let mut documents = feed::changes(&mut *conn, clinic, sight, after, limit + 1).await?;
    let mut lost = feed::lost(&mut *conn, clinic, sight, after, limit + 1).await?;
    let mut own = ops::of_author(conn, clinic, &viewer.hsa_id, after, seq, limit + 1).await?;
    let cuts = [
        cut(documents.iter().map(|document| document.seq), limit),
        cut(lost.iter().map(|(seq, _)| *seq), limit),
        cut(own.iter().map(|op| op.seq), limit),
    ];
    let until = cuts.into_iter().flatten().min().unwrap_or(seq);
    documents.retain(|document| document.seq <= until);
    lost.retain(|(seq, _)| *seq <= until);
    own.retain(|op| op.seq <= until);
    let mut page = empty_page(viewer, Phase::Changes, Position::Changes { after: until }, until);
    page.more = until < seq;
    page.documents = documents;
    page.tombstones = lost.into_iter().map(|(_, id)| id).collect();
    page.taken = taken(conn, viewer, &page.tombstones, after).await?;
    add_own(&mut page, own);
    Ok(page)
}

/// Which of these cases somebody else has given away from the viewer.
async fn taken(conn: &mut AnyConnection, viewer: &Viewer, lost: &[CaseId], after: u64) -> Result<Vec<Taken>> {
    let mut taken = Vec::new();
    for id in lost {
        let case = cases::find(&mut *conn, &viewer.clinic, *id).await?;
        let Some(case) = case.filter(|case| case.state.is_open()) else { continue };
        if let Some(entry) = case.given_away_from(&viewer.hsa_id, after) {
            taken.push(Taken { case: *id, seq: entry.seq, at: entry.at });
        }
    }
    Ok(taken)
}

/// The number to stop at when a list has more than `limit` entries.
fn cut(mut seqs: impl ExactSizeIterator<Item = u64>, limit: usize) -> Option<u64> {
    if seqs.len() > limit { seqs.nth(limit - 1) } else { None }
}

fn empty_page(viewer: &Viewer, phase: Phase, position: Position, seq: u64) -> Page {
    Page {
        clinic: viewer.clinic.clone(),
        phase,
        reset: false,
        cursor: Cursor { epoch: viewer.epoch.clone(), position }.to_string(),
        seq,
        more: false,
        total: None,
        documents: Vec::new(),
        tombstones: Vec::new(),
        taken: Vec::new(),
        settled: Vec::new(),
        rejected: Vec::new(),
    }
}

fn add_own(page: &mut Page, own: Vec<Known>) {
    for op in own {
        match op.outcome {
            OpOutcome::Accepted { seq, .. } => page.settled.push(Settled { op: op.id, case: op.case, seq }),
            OpOutcome::Rejected(why) => page.rejected.push(why),
        }
    }
}
