//! Taking a page of the feed in: everything it says in one transaction.

use crate::columns::{ms, uuid};
use crate::db::Fail;
use crate::facts::{Facts, row_for, sort_key, state_number, watch_key};
use crate::line;
use crate::mirror::{Applied, Change, Cursor, NewNotice, Notice, NoticeKind, insert_notice, read_cursor};
use crate::open::Known;
use crate::words::{self, Learning, Words};
use mottaget_domain::{Case, CaseId, HsaId, Policy};
use mottaget_protocol::{CaseDocument, Directory, Page, Phase, Taken};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashSet};

/// So many of the person's last messages are known as sent: as many as somebody may want to see again at once.
pub(crate) const SENT_KEPT: usize = 20;

/// The whole page; the caller commits. `kept` is how far notices were told before this mirror began; `tell` hears of the
/// new ones before the slower part begins.
#[allow(clippy::too_many_arguments, reason = "what is asked on the way is three functions of different callers")]
pub(crate) fn page(
    db: &Connection,
    known: &Known,
    page: &Page,
    kept: Option<u64>,
    learning: &mut Learning<'_>,
    mut decide: impl FnMut(Change<'_>) -> Vec<NewNotice>,
    mut decide_taken: impl FnMut(&Taken, Option<u64>) -> Option<NewNotice>,
    tell: impl FnOnce(&[Notice]),
) -> Result<Applied, Fail> {
    let before = read_cursor(db, &page.clinic)?;
    let noticed_through = before.as_ref().and_then(|cursor| cursor.noticed_through).or(kept);
    let mut applied = Applied { reset: page.reset, ..Applied::default() };
    let mut gone = if page.reset { empty_clinic(db, &page.clinic)? } else { Vec::new() };

    let fallback = Policy::default();
    let policy = known.directories.get(&page.clinic).map_or(&fallback, |directory| &directory.policy);
    let mut cases: Vec<Facts<'_>> =
        page.documents.iter().map(|document| Facts::of(document, policy, known.me.as_ref())).collect();
    // The index takes ascending row numbers in one go and is slow with any other order.
    cases.sort_by_key(|facts| facts.received);
    let mut index = Vec::with_capacity(cases.len());
    let mut notices = Vec::new();
    for facts in &cases {
        (learning.give_way)();
        let (row, old) = write_case(db, facts, policy)?;
        for notice in decide(Change { old: old.as_ref(), new: facts.document, noticed_through }) {
            notices.extend(insert_notice(db, &page.clinic, facts.document.case.id, notice)?);
        }
        applied.changed.push(facts.document.case.id);
        index.extend(write_words(db, row, facts.document)?);
    }
    write_sent(db, page, known.me.as_ref())?;
    for taken in &page.taken {
        if let Some(notice) = decide_taken(taken, noticed_through) {
            notices.extend(insert_notice(db, &page.clinic, taken.case, notice)?);
        }
    }
    applied.new_notices = notices.len();
    if !notices.is_empty() {
        tell(&notices);
    }
    // All at once and after the rows: a statement on another table in between makes the index write out what it has
    // gathered, which doubles the cost of a page.
    let mut unsaid = write_index(db, index, learning)?;
    gone.extend(page.tombstones.iter().copied());
    let back: HashSet<CaseId> = applied.changed.iter().copied().collect();
    for case in gone {
        if !back.contains(&case) {
            unsaid.extend(remove_case(db, case)?);
            applied.removed.push(case);
        }
    }
    words::forget_unused(db, &unsaid, learning.common.as_deref_mut())?;
    write_outcomes(db, page, &mut applied)?;
    write_cursor(db, page, before.as_ref(), noticed_through)?;
    Ok(applied)
}

/// Writes row and document; gives the row's number and what was there before.
fn write_case(db: &Connection, facts: &Facts<'_>, policy: &Policy) -> Result<(i64, Option<CaseDocument>), Fail> {
    let case = &facts.document.case;
    let id = case.id.0.as_bytes();
    let mut there = db.prepare_cached("SELECT rowid FROM case_row WHERE id = ?1")?;
    let there: Option<i64> = there.query_row([id], |row| row.get(0)).optional()?;
    let old = there.map(|row| read_document(db, row)).transpose()?.flatten();
    // The time of receipt never changes, so a case keeps its row number for life.
    let row = match there {
        Some(row) => row,
        None => free_row(db, facts)?,
    };
    let mut seen = db.prepare_cached("SELECT version FROM seen WHERE id = ?1")?;
    let seen: u32 = seen.query_row([id], |row| row.get(0)).optional()?.unwrap_or(0);
    if facts.known_by_own_hand > seen {
        let mut mark = db.prepare_cached("INSERT OR REPLACE INTO seen (id, version) VALUES (?1, ?2)")?;
        mark.execute(params![id, facts.known_by_own_hand])?;
    }
    let seen = seen.max(facts.known_by_own_hand);
    let unread = case.state.is_open() && case.thread_version > seen;
    db.prepare_cached(
        "INSERT INTO case_row (rowid, id, clinic, shelf, sort, received, waiting, unread, assignee,
            thread_version, seen, files, case_type, state, protected, watch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
         ON CONFLICT (rowid) DO UPDATE SET id = excluded.id, clinic = excluded.clinic, shelf = excluded.shelf,
            sort = excluded.sort, received = excluded.received, waiting = excluded.waiting, unread = excluded.unread,
            assignee = excluded.assignee, thread_version = excluded.thread_version, seen = excluded.seen,
            files = excluded.files, case_type = excluded.case_type, state = excluded.state,
            protected = excluded.protected, watch = excluded.watch",
    )?
    .execute(params![
        row,
        id,
        case.clinic.as_str(),
        facts.shelf.number(),
        facts.sort,
        facts.received,
        facts.waiting,
        unread,
        facts.assignee,
        case.thread_version,
        seen,
        facts.files,
        case.case_type.name,
        state_number(case.state),
        facts.document.resident.protected_identity,
        facts.watch,
    ])?;
    db.prepare_cached("INSERT OR REPLACE INTO case_doc (rowid, doc) VALUES (?1, ?2)")?
        .execute(params![row, serde_json::to_string(facts.document)?])?;
    line::write(db, row, facts.document, policy)?;
    write_held(db, case, old.as_ref().map(|old| &old.case))?;
    Ok((row, old))
}

/// Whether a message of the case can still be taken back. Hardly any has one, so most cases cost no statement.
fn write_held(db: &Connection, case: &Case, old: Option<&Case>) -> Result<(), Fail> {
    let held = |case: &Case| case.pending().is_some();
    if held(case) {
        db.prepare_cached("INSERT OR IGNORE INTO held (case_id) VALUES (?1)")?.execute([case.id.0.as_bytes()])?;
    } else if old.is_some_and(held) {
        db.prepare_cached("DELETE FROM held WHERE case_id = ?1")?.execute([case.id.0.as_bytes()])?;
    }
    Ok(())
}

/// The own messages of the page that are out: the last of them, and of those known before, are kept.
fn write_sent(db: &Connection, page: &Page, me: Option<&HsaId>) -> Result<(), Fail> {
    let Some(me) = me else { return Ok(()) };
    let mut sent = Vec::new();
    for case in page.documents.iter().map(|document| &document.case) {
        let own = case.messages.iter().filter(|message| message.is_from(me));
        sent.extend(own.filter_map(|message| Some((message.released_at?, message.id, case.id))));
    }
    if sent.is_empty() {
        return Ok(());
    }
    sent.sort_unstable_by(|a, b| b.cmp(a));
    let mut row = db.prepare_cached("INSERT OR REPLACE INTO sent (message, case_id, at) VALUES (?1, ?2, ?3)")?;
    for (at, message, case) in sent.into_iter().take(SENT_KEPT) {
        row.execute(params![message.0.as_bytes(), case.0.as_bytes(), ms(at)])?;
    }
    let mut rest = db.prepare_cached(
        "DELETE FROM sent WHERE message NOT IN (SELECT message FROM sent ORDER BY at DESC, message DESC LIMIT ?1)",
    )?;
    rest.execute([SENT_KEPT])?;
    Ok(())
}

/// The first free row number from the second of receipt on. Hundreds in one second (an import) queue up behind each
/// other without being looked at one by one.
fn free_row(db: &Connection, facts: &Facts<'_>) -> Result<i64, Fail> {
    const NEAR: i64 = 16;
    const FAR: i64 = 1 << 20;
    let wanted = row_for(facts.received);
    let mut taken = db.prepare_cached("SELECT 1 FROM case_row WHERE rowid = ?1")?;
    for row in wanted..wanted + NEAR {
        if !taken.exists([row])? {
            return Ok(row);
        }
    }
    let mut last = db.prepare_cached("SELECT max(rowid) FROM case_row WHERE rowid BETWEEN ?1 AND ?2")?;
    let last: Option<i64> = last.query_row([wanted, wanted + FAR], |row| row.get(0))?;
    Ok(last.map_or(wanted, |last| last + 1))
}

/// What the index has to learn of a case.
struct Indexed {
    row: i64,
    words: Words,
    /// What the index knows of this case.
    known: Option<Words>,
}

/// Writes the words that a search is decided by down; gives what the index must learn, if anything.
fn write_words(db: &Connection, row: i64, document: &CaseDocument) -> Result<Option<Indexed>, Fail> {
    let words = Words::of(document);
    let known = words::read(db, row)?;
    // Most changes (who has it, where it is) leave the words alone.
    if known.as_ref() == Some(&words) {
        return Ok(None);
    }
    db.prepare_cached("INSERT OR REPLACE INTO case_words (rowid, words, heads) VALUES (?1, ?2, ?3)")?
        .execute(params![row, words.text, words.heads])?;
    Ok(Some(Indexed { row, words, known }))
}

/// Gives the words that cases had and have no more.
fn write_index(db: &Connection, cases: Vec<Indexed>, learning: &mut Learning<'_>) -> Result<HashSet<String>, Fail> {
    words::learn(db, cases.iter().map(|case| (case.row, &case.words)), learning)?;
    let mut delete = db.prepare_cached("DELETE FROM case_index WHERE rowid = ?1")?;
    let mut insert = db.prepare_cached("INSERT INTO case_index (rowid, tokens) VALUES (?1, ?2)")?;
    let mut unsaid = HashSet::new();
    for Indexed { row, words, known } in &cases {
        (learning.give_way)();
        if let Some(known) = known {
            delete.execute([row])?;
            let now: HashSet<&str> = words.each().collect();
            unsaid.extend(known.each().filter(|word| !now.contains(word)).map(str::to_owned));
        }
        insert.execute(params![row, words.tokens()])?;
    }
    Ok(unsaid)
}

/// A document by row number.
pub(crate) fn read_document(db: &Connection, row: i64) -> Result<Option<CaseDocument>, Fail> {
    let mut document = db.prepare_cached("SELECT doc FROM case_doc WHERE rowid = ?1")?;
    let mut rows = document.query([row])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    // Borrowed: the text goes from the page straight into the parser.
    let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(Some(serde_json::from_str(text)?))
}

/// Gives the words that the case had.
fn remove_case(db: &Connection, case: CaseId) -> Result<Vec<String>, Fail> {
    let id = case.0.as_bytes();
    let mut unsaid = Vec::new();
    let mut row = db.prepare_cached("SELECT rowid FROM case_row WHERE id = ?1")?;
    if let Some(row) = row.query_row([id], |row| row.get::<_, i64>(0)).optional()? {
        let words = words::read(db, row)?;
        unsaid.extend(words.iter().flat_map(Words::each).map(str::to_owned));
        for table in ["case_row", "case_doc", "case_line", "case_words", "case_index"] {
            db.prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?1"))?.execute([row])?;
        }
    }
    for table in ["held", "sent"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE case_id = ?1"))?.execute([id])?;
    }
    // That the case is gone is just what one kind of notice says, and an act that was refused waits all the same.
    let stay = [NoticeKind::TakenAway, NoticeKind::Stopped].map(NoticeKind::number);
    db.prepare_cached("UPDATE notice SET status = 2 WHERE case_id = ?1 AND status < 2 AND kind NOT IN (?2, ?3)")?
        .execute(params![id, stay[0], stay[1]])?;
    Ok(unsaid)
}

/// Takes every case of the clinic away and gives their ids. Seen marks, notices and the cursor stay.
pub(crate) fn empty_clinic(db: &Connection, clinic: &HsaId) -> Result<Vec<CaseId>, Fail> {
    let clinic = clinic.as_str();
    let mut rows = db.prepare("SELECT id FROM case_row WHERE clinic = ?1")?;
    let rows = rows.query_map([clinic], |row| Ok(CaseId(uuid(row.get(0)?))))?;
    let gone = rows.collect::<Result<Vec<_>, _>>()?;
    for table in ["held", "sent"] {
        let of_clinic = "case_id IN (SELECT id FROM case_row WHERE clinic = ?1)";
        db.execute(&format!("DELETE FROM {table} WHERE {of_clinic}"), [clinic])?;
    }
    let others: bool =
        db.query_row("SELECT EXISTS (SELECT 1 FROM case_row WHERE clinic <> ?1)", [clinic], |row| row.get(0))?;
    if others {
        let of_clinic = "rowid IN (SELECT rowid FROM case_row WHERE clinic = ?1)";
        let mut unsaid = HashSet::new();
        let mut kept = db.prepare(&format!("SELECT words FROM case_words WHERE {of_clinic}"))?;
        let mut kept = kept.query([clinic])?;
        while let Some(row) = kept.next()? {
            let kept: String = row.get(0)?;
            unsaid.extend(words::each(&kept).map(str::to_owned));
        }
        for table in ["case_index", "case_doc", "case_line", "case_words"] {
            db.execute(&format!("DELETE FROM {table} WHERE {of_clinic}"), [clinic])?;
        }
        db.execute("DELETE FROM case_row WHERE clinic = ?1", [clinic])?;
        words::forget_unused(db, &unsaid, None)?;
    } else {
        db.execute_batch(
            "INSERT INTO case_index (case_index) VALUES ('delete-all');
             INSERT INTO word_index (word_index) VALUES ('delete-all');
             DELETE FROM word; DELETE FROM lone; DELETE FROM case_doc; DELETE FROM case_line; DELETE FROM case_words;
             DELETE FROM case_row;",
        )?;
    }
    Ok(gone)
}

fn write_outcomes(db: &Connection, page: &Page, applied: &mut Applied) -> Result<(), Fail> {
    let mut outcome = db.prepare_cached("INSERT OR REPLACE INTO outcome (op, code, handled) VALUES (?1, ?2, 0)")?;
    let mut told: HashSet<CaseId> = applied.changed.iter().chain(&applied.removed).copied().collect();
    for settled in &page.settled {
        outcome.execute(params![settled.op.0.as_bytes(), None::<&str>])?;
        applied.settled.push(settled.op);
        if told.insert(settled.case) {
            applied.changed.push(settled.case);
        }
    }
    for rejected in &page.rejected {
        outcome.execute(params![rejected.op.0.as_bytes(), rejected.code])?;
        applied.rejected.push(rejected.clone());
        if told.insert(rejected.case) {
            applied.changed.push(rejected.case);
        }
    }
    Ok(())
}

fn write_cursor(db: &Connection, page: &Page, before: Option<&Cursor>, through: Option<u64>) -> Result<(), Fail> {
    let snapshot = page.phase == Phase::Snapshot;
    let goes_on = before.filter(|_| !page.reset);
    let count = u64::try_from(page.documents.len()).unwrap_or(0);
    let done = goes_on.map_or(0, |cursor| cursor.done) + if snapshot { count } else { 0 };
    let total = page.total.or(goes_on.map(|cursor| cursor.total)).unwrap_or(0);
    let complete = !snapshot || !page.more;
    // Only what is taken in whole counts as noticed: a case that changed twice comes with its last change, so a later
    // page may still bring an event with a number below this page's (its key keeps it from being noticed twice).
    let through = if page.more { through } else { through.max(Some(page.seq)) };
    db.prepare_cached(
        "INSERT OR REPLACE INTO cursor (clinic, cursor, snapshot, seq, done, total, complete, noticed_through)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![page.clinic.as_str(), page.cursor, snapshot, page.seq, done, total, complete, through])?;
    Ok(())
}

/// The clinics whose directories are here.
fn directories(db: &Connection) -> Result<Vec<Directory>, Fail> {
    let mut directories = db.prepare("SELECT json FROM directory")?;
    let directories = directories.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    directories.iter().map(|json| Ok(serde_json::from_str(json)?)).collect()
}

/// The rows of a clinic's cases that fulfil the condition.
fn rows_of(db: &Connection, clinic: &HsaId, condition: &str) -> Result<Vec<i64>, Fail> {
    let mut rows = db.prepare(&format!("SELECT rowid FROM case_row WHERE clinic = ?1 AND {condition}"))?;
    let rows = rows.query_map([clinic.as_str()], |row| row.get::<_, i64>(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the rules say of the open cases is written anew, for every clinic whose directory is here.
pub(crate) fn compute_all_again(db: &Connection) -> Result<(), Fail> {
    directories(db)?.iter().try_for_each(|directory| compute_due_again(db, directory))
}

/// The clinic's response target, closed days or limits changed: what the rules say of its open cases anew.
pub(crate) fn compute_due_again(db: &Connection, directory: &Directory) -> Result<(), Fail> {
    let mut update = db.prepare_cached("UPDATE case_row SET sort = ?2, watch = ?3 WHERE rowid = ?1")?;
    for row in rows_of(db, &directory.clinic, "shelf < 2")? {
        if let Some(document) = read_document(db, row)? {
            let (sort, watch) = (sort_key(&document, &directory.policy), watch_key(&document, &directory.policy));
            update.execute(params![row, sort, watch])?;
        }
    }
    Ok(())
}

/// The same of what lists show, which closed cases say too.
pub(crate) fn write_lines_again(db: &Connection, directory: &Directory) -> Result<(), Fail> {
    for row in rows_of(db, &directory.clinic, "1")? {
        if let Some(document) = read_document(db, row)? {
            line::write(db, row, &document, &directory.policy)?;
        }
    }
    Ok(())
}

/// What lists show and searches find, from the documents of a file that has neither.
pub(crate) fn write_lines_and_index(db: &Connection) -> Result<(), Fail> {
    /// So many are held in memory.
    const AT_ONCE: usize = 500;
    let policies: BTreeMap<HsaId, Policy> =
        directories(db)?.into_iter().map(|directory| (directory.clinic, directory.policy)).collect();
    let fallback = Policy::default();
    let mut rows = db.prepare("SELECT rowid FROM case_doc ORDER BY rowid")?;
    let rows = rows.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
    for part in rows.chunks(AT_ONCE) {
        let mut index = Vec::with_capacity(part.len());
        for row in part {
            let Some(document) = read_document(db, *row)? else { continue };
            line::write(db, *row, &document, policies.get(&document.case.clinic).unwrap_or(&fallback))?;
            index.extend(write_words(db, *row, &document)?);
        }
        write_index(db, index, &mut Learning { give_way: &|| {}, common: None })?;
    }
    words::merge_soon(db)?;
    for index in words::INDEXES {
        db.execute_batch(&format!("INSERT INTO {index} ({index}) VALUES ('optimize')"))?;
    }
    Ok(())
}
