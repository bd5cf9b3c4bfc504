//! Fills a cache with many cases: copies of those that the practice clinic has, each with a time, a name and words of
//! its own. They go in as pages of the feed, and the cursor stays where it was, so the server has nothing to add.

use crate::window::Answer;
use jiff::{SignedDuration, Timestamp};
use mottaget_domain::CaseId;
use mottaget_protocol::{CaseDocument, Page, Phase};
use mottaget_store::{Filter, Keys, Query, Scope, Store};
use std::path::Path;

const PAGE: usize = 500;
/// Between one case and the next: fifty thousand are then about a year.
const APART: SignedDuration = SignedDuration::from_mins(10);
const FIRST: [&str; 8] = ["Alva", "Bertil", "Cecilia", "David", "Elsa", "Fatima", "Göran", "Åsa"];
const LAST: [&str; 9] =
    ["Provsson", "Testberg", "Exempelgren", "Demostrand", "Låtsas", "Modell", "Övning", "Påhitt", "Skenström"];

pub fn fill(folder: &Path, keys: &Keys, wanted: usize) -> Answer<()> {
    let store = Store::open(folder, keys).map_err(|error| error.to_string())?;
    let filled = pages(&store, wanted);
    store.close().map_err(|error| error.to_string())?;
    filled
}

fn pages(store: &Store, wanted: usize) -> Answer<()> {
    let now = Timestamp::now();
    let me = store.me().map_err(|error| error.to_string())?.ok_or("nobody has signed in")?;
    let clinic = me.assignments.first().ok_or("no assignment")?.clinic.clone();
    let cursor = store.cursor(&clinic).map_err(|error| error.to_string())?.ok_or("no cursor")?;
    let all = Query {
        scope: Scope::Everything,
        clinic: None,
        search: None,
        filter: Filter::default(),
        offset: 0,
        limit: 1000,
    };
    let list = store.list(&me, &all, now).map_err(|error| error.to_string())?;
    let mut patterns = Vec::new();
    for row in &list.rows {
        patterns.extend(store.case(&me, row.id, now).map_err(|error| error.to_string())?.map(|read| read.document));
    }
    if patterns.is_empty() {
        return Err("the practice clinic has no cases".into());
    }
    let numbers: Vec<usize> = (patterns.len()..wanted).collect();
    for chunk in numbers.chunks(PAGE) {
        let page = Page {
            clinic: clinic.clone(),
            phase: Phase::Changes,
            reset: false,
            cursor: cursor.cursor.clone(),
            seq: cursor.seq,
            more: false,
            total: None,
            documents: chunk.iter().map(|n| copy(&patterns[n % patterns.len()], *n)).collect(),
            tombstones: Vec::new(),
            taken: Vec::new(),
            settled: Vec::new(),
            rejected: Vec::new(),
        };
        store.apply_page(&page, |_| Vec::new()).map_err(|error| error.to_string())?;
    }
    let list = store.list(&me, &all, now).map_err(|error| error.to_string())?;
    if list.total < wanted { Err(format!("{} cases instead of {wanted}", list.total)) } else { Ok(()) }
}

fn copy(pattern: &CaseDocument, n: usize) -> CaseDocument {
    let mut document = pattern.clone();
    let back = APART * i32::try_from(n).unwrap_or(i32::MAX);
    let case = &mut document.case;
    case.id = CaseId::random();
    case.created_at -= back;
    case.closed_at = case.closed_at.map(|at| at - back);
    for message in &mut case.messages {
        message.text.push_str(&format!(" Löpnummer {n}."));
    }
    document.resident.name = format!("{} {}", FIRST[n % FIRST.len()], LAST[(n / FIRST.len()) % LAST.len()]);
    document
}
