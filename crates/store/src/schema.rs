//! The tables of the three files, as numbered steps. A released step never changes (invariant 11); a change is a new one.

use crate::error::{File, OpenError};
use crate::open::sql_trouble;
use rusqlite::{Connection, TransactionBehavior};

/// The steps of a file; its version is how many of them it has taken.
fn steps(file: File) -> &'static [&'static str] {
    match file {
        File::Mirror => MIRROR,
        File::Unsent => UNSENT,
        File::Blobs => BLOBS,
    }
}

/// The newest version that this program knows.
pub(crate) fn known(file: File) -> u32 {
    u32::try_from(steps(file).len()).unwrap_or(u32::MAX)
}

/// Case rows are narrow so that lists never touch documents. `rowid` counts seconds to the time of receipt, so that
/// descending rowids are newest first in tables and index alike. The index gathers a whole page of the feed in memory
/// (`hashsize`) and merges rarely (`automerge`): both halve the cost of a catch-up. `sort` is the due time while the response clock runs, a constant
/// beyond every date when it has stopped, and the negative closing time of a closed case; `shelf` is 0 for the inbox,
/// 1 for distributed, 2 for closed. `tally` counts the rows that are alike in what lists ask for, so that no number on the
/// screen needs a walk over all cases; triggers keep it, within each row's own transaction. Times are milliseconds since 1970, UTC.
const MIRROR: &[&str] = &[
    "
    CREATE TABLE me (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);
    CREATE TABLE directory (clinic TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE cursor (
        clinic TEXT PRIMARY KEY, cursor TEXT NOT NULL, snapshot INTEGER NOT NULL, seq INTEGER NOT NULL,
        done INTEGER NOT NULL, total INTEGER NOT NULL, complete INTEGER NOT NULL, noticed_through INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE case_row (
        rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, clinic TEXT NOT NULL, shelf INTEGER NOT NULL,
        sort INTEGER NOT NULL, received INTEGER NOT NULL, waiting INTEGER NOT NULL, unread INTEGER NOT NULL,
        assignee TEXT, thread_version INTEGER NOT NULL, seen INTEGER NOT NULL, files INTEGER NOT NULL,
        case_type TEXT NOT NULL
    );
    CREATE INDEX case_by_shelf ON case_row (clinic, shelf, sort, rowid, waiting, unread);
    CREATE INDEX case_by_assignee ON case_row (assignee, shelf, sort, rowid, waiting, unread, clinic)
        WHERE assignee IS NOT NULL;
    CREATE TABLE case_doc (rowid INTEGER PRIMARY KEY, doc TEXT NOT NULL);
    CREATE TABLE case_words (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL);
    CREATE VIRTUAL TABLE case_index USING fts5(
        name, identity, kind, texts, files, notes,
        content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 0'
    );
    INSERT INTO case_index (case_index, rank) VALUES ('hashsize', 8388608), ('automerge', 16);
    CREATE TABLE seen (id BLOB PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE notice (
        id INTEGER PRIMARY KEY, clinic TEXT NOT NULL, case_id BLOB NOT NULL, kind INTEGER NOT NULL,
        key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, status INTEGER NOT NULL
    );
    CREATE INDEX notice_alive ON notice (status, id) WHERE status < 2;
    CREATE INDEX notice_of_case ON notice (case_id) WHERE status < 2;
    CREATE TABLE outcome (
        op BLOB PRIMARY KEY, code TEXT, handled INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
",
    "
    CREATE TABLE tally (
        clinic TEXT NOT NULL, shelf INTEGER NOT NULL, assignee TEXT NOT NULL, waiting INTEGER NOT NULL,
        unread INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (clinic, shelf, assignee, waiting, unread)
    ) WITHOUT ROWID;
    INSERT INTO tally
        SELECT clinic, shelf, coalesce(assignee, ''), waiting, unread, count(*) FROM case_row GROUP BY 1, 2, 3, 4, 5;
    CREATE TRIGGER tally_more AFTER INSERT ON case_row BEGIN
        INSERT INTO tally VALUES (new.clinic, new.shelf, coalesce(new.assignee, ''), new.waiting, new.unread, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER tally_less AFTER DELETE ON case_row BEGIN
        UPDATE tally SET n = n - 1 WHERE clinic = old.clinic AND shelf = old.shelf
            AND assignee = coalesce(old.assignee, '') AND waiting = old.waiting AND unread = old.unread;
    END;
    CREATE TRIGGER tally_other AFTER UPDATE OF clinic, shelf, assignee, waiting, unread ON case_row BEGIN
        UPDATE tally SET n = n - 1 WHERE clinic = old.clinic AND shelf = old.shelf
            AND assignee = coalesce(old.assignee, '') AND waiting = old.waiting AND unread = old.unread;
        INSERT INTO tally VALUES (new.clinic, new.shelf, coalesce(new.assignee, ''), new.waiting, new.unread, 1)
            ON CONFLICT DO UPDATE SET n = n + 1;
    END;
",
    // Which files to fetch beforehand is asked in every round: only the cases that have some are looked at.
    "
    CREATE INDEX files_by_shelf ON case_row (clinic, shelf, sort) WHERE files > 0;
    CREATE INDEX files_by_assignee ON case_row (assignee, shelf, sort) WHERE files > 0;
",
    // Cases with a message that can still be taken back. Nothing is filled in: a window lasts seconds, and the page that
    // tells of the release comes before anybody can look.
    "
    CREATE TABLE held (case_id BLOB PRIMARY KEY) WITHOUT ROWID;
",
];

/// `takes_back` is the message that a withdrawal takes back, as JSON: it becomes a draft once the withdrawal has come home.
const UNSENT: &[&str] = &[
    "
    CREATE TABLE outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT, op BLOB NOT NULL UNIQUE, case_id BLOB NOT NULL, clinic TEXT NOT NULL,
        json TEXT NOT NULL, what TEXT NOT NULL, case_type TEXT NOT NULL, written_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT, state TEXT NOT NULL DEFAULT 'waiting',
        retry_at INTEGER, seq INTEGER, release_at INTEGER, code TEXT
    );
    CREATE INDEX lane ON outbox (case_id, n);
    CREATE TABLE draft (
        n INTEGER PRIMARY KEY, case_id BLOB NOT NULL UNIQUE, clinic TEXT NOT NULL, updated_at INTEGER NOT NULL,
        json TEXT NOT NULL
    );
    CREATE TABLE read_log (n INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, json TEXT NOT NULL);
    CREATE TABLE setting (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
",
    "
    ALTER TABLE outbox ADD COLUMN takes_back TEXT;
",
];

/// `used` counts upwards with every use: the lowest is the longest unused.
const BLOBS: &[&str] = &["
    CREATE TABLE blob (
        n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, used INTEGER NOT NULL
    );
    CREATE INDEX blob_by_use ON blob (used, size);
    CREATE TABLE piece (
        blob INTEGER NOT NULL REFERENCES blob (n) ON DELETE CASCADE, place INTEGER NOT NULL, bytes BLOB NOT NULL,
        PRIMARY KEY (blob, place)
    );
"];

/// The file's version; 0 for a new file.
pub(crate) fn version(db: &Connection) -> Result<u32, rusqlite::Error> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that the file has not taken, each in a transaction of its own.
pub(crate) fn migrate(db: &mut Connection, file: File) -> Result<(), OpenError> {
    let fail = |error| sql_trouble(file, &error);
    let found = version(db).map_err(fail)?;
    if found > known(file) {
        return Err(OpenError::Newer { file, found, known: known(file) });
    }
    for (step, number) in steps(file).iter().zip(1_u32..).skip(found as usize) {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        transaction.execute_batch(step).map_err(fail)?;
        transaction.pragma_update(None, "user_version", number).map_err(fail)?;
        transaction.commit().map_err(fail)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// Files out there have taken these steps. If this fails, put the old step back and add a new one (invariant 11).
    #[test]
    fn steps_that_were_taken_never_change() {
        let prints = |file| -> Vec<String> {
            let print = |step: &&str| {
                let words: Vec<&str> = step.split_whitespace().collect();
                hex::encode(Sha256::digest(words.join(" ")))[..16].to_owned()
            };
            steps(file).iter().map(print).collect()
        };
        assert_eq!(
            prints(File::Mirror),
            ["bfab03bc291e30c2", "d0b4ad146dabf6ee", "0ec45b0c89311d9c", "30718f7e74775235"]
        );
        assert_eq!(prints(File::Unsent), ["eee560a21a3aa87a", "98c622c3f172a401"]);
        assert_eq!(prints(File::Blobs), ["33ab59432b0d11a5"]);
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_at_the_step_before() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE outbox (there INTEGER)").unwrap();
        assert!(migrate(&mut db, File::Unsent).is_err());
        assert_eq!(version(&db).unwrap(), 0);
        let tables: u32 = db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }
}
