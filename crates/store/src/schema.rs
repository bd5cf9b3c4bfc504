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
    // What lists are narrowed to; filled in from the documents, since most cases do not move for days.
    "
    ALTER TABLE case_row ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE case_row ADD COLUMN protected INTEGER NOT NULL DEFAULT 0;
    UPDATE case_row SET (state, protected) = (
        SELECT CASE json_extract(d.doc, '$.case.state')
                WHEN 'new' THEN 0 WHEN 'assignedPerson' THEN 1 WHEN 'assignedGroup' THEN 2 WHEN 'inProgress' THEN 3
                WHEN 'awaitingResident' THEN 4 WHEN 'closed' THEN 5 ELSE 6 END,
            coalesce(json_extract(d.doc, '$.resident.protectedIdentity'), 0)
        FROM case_doc d WHERE d.rowid = case_row.rowid
    ) WHERE rowid IN (SELECT rowid FROM case_doc);
",
    // When patience with a case ends that waits for the first hand, in milliseconds, and beyond every date if it does not
    // wait for that. Filled in by [`crate::apply::compute_due_again`]: only the rules know the calendar.
    "
    ALTER TABLE case_row ADD COLUMN watch INTEGER NOT NULL DEFAULT 4503599627370496;
    CREATE INDEX case_by_watch ON case_row (clinic, watch, shelf, assignee) WHERE shelf < 2;
",
    // The person's own messages that are out, the last few of them. Nothing is filled in: what went before is told by its
    // case, and a mirror that is filled anew hears of it again.
    "
    CREATE TABLE sent (message BLOB PRIMARY KEY, case_id BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
",
    // Lists read lines instead of documents, and searches are answered from words (see [`crate::words`]): `word` has each
    // once, `word_index` finds them by what is in them, `case_index` has the words and the runs of letters of each case, and
    // `case_words` decides; beside them stands how words begin in name, identity and type. `pgsz`: so a row of an index fills
    // a page of the encrypted file and no second one. Filled in by [`crate::apply::write_lines_and_index`].
    "
    CREATE TABLE case_line (rowid INTEGER PRIMARY KEY, unread INTEGER NOT NULL, line TEXT NOT NULL);
    CREATE TRIGGER line_read AFTER UPDATE OF unread ON case_row WHEN new.unread <> old.unread BEGIN
        UPDATE case_line SET unread = new.unread WHERE rowid = new.rowid;
    END;
    DROP TABLE case_index;
    DROP TABLE case_words;
    CREATE TABLE case_words (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL, heads TEXT NOT NULL);
    CREATE TABLE word (n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE VIRTUAL TABLE word_index USING fts5(
        word, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram remove_diacritics 0'
    );
    CREATE VIRTUAL TABLE case_index USING fts5(
        tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
    );
    INSERT INTO case_index (case_index, rank) VALUES ('hashsize', 8388608), ('automerge', 16), ('pgsz', 3950);
    INSERT INTO word_index (word_index, rank) VALUES ('hashsize', 8388608), ('automerge', 16), ('pgsz', 3950);
    DROP INDEX case_by_assignee;
    CREATE INDEX open_by_assignee ON case_row (assignee, sort, rowid, waiting, unread, clinic, shelf)
        WHERE assignee IS NOT NULL AND shelf < 2;
    CREATE INDEX closed_by_assignee ON case_row (assignee, sort, rowid, clinic) WHERE assignee IS NOT NULL AND shelf = 2;
",
    // Words that one case alone has, by their number, and which: most words are such, and the index is slow to be asked for
    // many one by one. A word that is not here is asked for in the index, so nothing need be filled in.
    "
    CREATE TABLE lone (n INTEGER PRIMARY KEY, case_row INTEGER NOT NULL);
",
];

/// The step of the mirror after which what the rules say of the open cases must be written anew.
const RULES_ASKED: u32 = 6;
/// The step with the tables of lines and index.
const LINES_AND_INDEX: u32 = 8;
/// The step after which they must be written from the documents, in files that had not taken that one.
const LONE_WORDS: u32 = 9;

/// `takes_back` is the message that a withdrawal takes back, as JSON: it becomes a draft once the withdrawal has come home.
/// `draft_copy` counts what is done to the draft of each case, and how far of it the server knows; triggers keep it, so that no
/// change is missed. Its row stays when the draft is gone: the count never begins again. Rows with a `machine` are other
/// computers of the person's from which a draft was fetched.
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
    "
    CREATE TABLE draft_copy (
        n INTEGER PRIMARY KEY, case_id BLOB NOT NULL, machine BLOB NOT NULL DEFAULT x'', clinic TEXT NOT NULL,
        version INTEGER NOT NULL, begun INTEGER NOT NULL, copied INTEGER NOT NULL DEFAULT 0, UNIQUE (case_id, machine)
    );
    INSERT INTO draft_copy (case_id, clinic, version, begun) SELECT case_id, clinic, 1, 1 FROM draft;
    CREATE TRIGGER draft_begun AFTER INSERT ON draft BEGIN
        INSERT INTO draft_copy (case_id, clinic, version, begun) VALUES (new.case_id, new.clinic, 1, 1)
            ON CONFLICT (case_id, machine) DO UPDATE
            SET clinic = excluded.clinic, version = version + 1, begun = version + 1;
    END;
    CREATE TRIGGER draft_changed AFTER UPDATE ON draft BEGIN
        INSERT INTO draft_copy (case_id, clinic, version, begun) VALUES (new.case_id, new.clinic, 1, 1)
            ON CONFLICT (case_id, machine) DO UPDATE SET clinic = excluded.clinic, version = version + 1;
    END;
    CREATE TRIGGER draft_ended AFTER DELETE ON draft BEGIN
        UPDATE draft_copy SET version = version + 1 WHERE case_id = old.case_id AND machine = x'';
    END;
",
    // Internal words that are being written; they are copied nowhere.
    "
    CREATE TABLE jotting (
        n INTEGER PRIMARY KEY, case_id BLOB NOT NULL, kind TEXT NOT NULL, clinic TEXT NOT NULL,
        updated_at INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (case_id, kind)
    );
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
        let fill = match (file, number) {
            (File::Mirror, RULES_ASKED) => crate::apply::compute_all_again,
            (File::Mirror, LONE_WORDS) if found < LINES_AND_INDEX => crate::apply::write_lines_and_index,
            _ => |_: &Connection| Ok(()),
        };
        fill(&transaction).map_err(|error| error.into_open_error(file))?;
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
            [
                "bfab03bc291e30c2",
                "d0b4ad146dabf6ee",
                "0ec45b0c89311d9c",
                "30718f7e74775235",
                "f877279a9c6c94f7",
                "049fdb7f7aad10fd",
                "b62f09e9d9eb1616",
                "0e0a91dd03bc6d72",
                "9e804a293e67328d",
            ]
        );
        assert_eq!(
            prints(File::Unsent),
            ["eee560a21a3aa87a", "98c622c3f172a401", "ac77c69847a341bc", "142588a1389696aa"]
        );
        assert_eq!(prints(File::Blobs), ["33ab59432b0d11a5"]);
    }

    /// A file as an earlier program left it: at its first step, with something in it.
    fn at_the_first_step(file: File, content: &str) -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(steps(file)[0]).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute_batch(content).unwrap();
        db
    }

    /// A case as the feed has it, with what differs from case to case.
    fn document(n: u32, name: &str, state: &str, protected: bool) -> String {
        format!(
            r#"{{"seq":{n},"case":{{"id":"00000000-0000-4000-8000-00000000000{n}","clinic":"SE2321000016-B001",
            "resident":"198001019804","filedByGuardian":null,"caseType":{{"id":"00000000-0000-4000-8000-000000000002",
            "name":"Boka tid","residentFiles":false,"responseDays":null}},"state":"{state}","assignee":null,
            "openQuestion":null,"createdAt":"2026-11-20T09:00:00Z","firstFeedbackAt":null,"closedAt":null,
            "closeReason":null,"needsRedistribution":false,"messages":[],"notes":[],"history":[],"threadVersion":1}},
            "resident":{{"personalId":"198001019804","name":"{name}","sex":"female","protectedIdentity":{protected},
            "status":"active","mobile":null,"email":null,"guardians":[]}}}}"#
        )
    }

    #[test]
    fn an_older_mirror_is_brought_along_and_its_numbers_are_counted_once_and_then_kept() {
        let mut db = at_the_first_step(
            File::Mirror,
            r#"INSERT INTO case_row VALUES
                (1, x'01', 'A', 0, 10, 1, 1, 1, NULL, 1, 0, 0, 'Boka tid'),
                (2, x'02', 'A', 0, 20, 2, 1, 1, NULL, 1, 0, 2, 'Boka tid'),
                (3, x'03', 'A', 1, 30, 3, 0, 0, 'handler:S', 1, 1, 0, 'Boka tid');
             INSERT INTO notice VALUES (1, 'A', x'01', 0, 'k', 5, 1);"#,
        );
        let documents =
            [document(1, "Elin Testberg", "awaitingResident", true), document(2, "Åsa Öberg", "new", false)];
        for (row, document) in (1_i64..).zip(&documents) {
            db.execute("INSERT INTO case_doc VALUES (?1, ?2)", rusqlite::params![row, document]).unwrap();
        }
        migrate(&mut db, File::Mirror).unwrap();
        assert_eq!(version(&db).unwrap(), known(File::Mirror));
        let count = |shelf: i64, assignee: &str| -> i64 {
            let sql = "SELECT coalesce(sum(n), 0) FROM tally WHERE shelf = ?1 AND assignee = ?2";
            db.query_row(sql, rusqlite::params![shelf, assignee], |row| row.get(0)).unwrap()
        };
        assert_eq!((count(0, ""), count(1, "handler:S")), (2, 1));
        let told = |row: i64| -> (i64, bool) {
            let sql = "SELECT state, protected FROM case_row WHERE rowid = ?1";
            db.query_row(sql, [row], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
        };
        assert_eq!(
            (told(1), told(2)),
            ((4, true), (0, false)),
            "what lists are narrowed to is read from the documents"
        );
        db.execute_batch("UPDATE case_row SET shelf = 1, assignee = 'handler:S' WHERE rowid = 2").unwrap();
        db.execute_batch("DELETE FROM case_row WHERE rowid = 3").unwrap();
        assert_eq!((count(0, ""), count(1, "handler:S")), (1, 1));
        let rest: (i64, i64) = db
            .query_row("SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM held)", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(rest, (1, 0));
    }

    #[test]
    fn the_cases_of_an_older_mirror_are_listed_and_found_and_what_stands_beside_them_stays() {
        let mut db = at_the_first_step(
            File::Mirror,
            "INSERT INTO seen VALUES (x'01', 1);
             INSERT INTO outcome (op, code) VALUES (x'0a', 'gone');
             INSERT INTO cursor VALUES ('A', 'c7', 0, 7, 2, 2, 1, 7);
             INSERT INTO notice VALUES (1, 'A', x'01', 0, 'k', 5, 1);
             INSERT INTO case_row VALUES
                (1, x'01', 'A', 0, 10, 1, 1, 1, NULL, 1, 0, 0, 'Boka tid'),
                (2, x'02', 'A', 0, 20, 2, 1, 0, NULL, 1, 0, 2, 'Boka tid');
             INSERT INTO case_index (rowid, name) VALUES (1, 'Elin Testberg'), (2, 'Åsa Öberg');
             INSERT INTO case_words VALUES (1, ' elin testberg'), (2, ' åsa öberg');",
        );
        for (row, name) in [(1_u32, "Elin Testberg"), (2, "Åsa Öberg")] {
            let document = document(row, name, "new", false);
            db.execute("INSERT INTO case_doc VALUES (?1, ?2)", rusqlite::params![row, document]).unwrap();
        }
        migrate(&mut db, File::Mirror).unwrap();
        let found = |typed: &str| -> Vec<i64> {
            let mut all = Vec::new();
            for (from, values) in crate::search::Search::read(typed).unwrap().into_sql(&db, false).unwrap() {
                let mut rows = db.prepare(&format!("SELECT f.rowid FROM {from}")).unwrap();
                let rows = rows.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, i64>(0)).unwrap();
                all.extend(rows.map(Result::unwrap));
            }
            all.sort_unstable();
            all
        };
        assert_eq!(
            (found("testb"), found("öberg"), found("ås"), found("tid")),
            (vec![1], vec![2], vec![2], vec![1, 2])
        );
        let listed = |row| crate::line::read(&db, row).unwrap().map(|(line, unread)| (line.resident_name, unread));
        assert_eq!(listed(1), Some(("Elin Testberg".to_owned(), true)));
        assert_eq!(listed(2), Some(("Åsa Öberg".to_owned(), false)));
        db.execute_batch("UPDATE case_row SET unread = 1 WHERE rowid = 2").unwrap();
        assert_eq!(listed(2), Some(("Åsa Öberg".to_owned(), true)), "the line goes along with its case");
        let kept = |table: &str| -> i64 {
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!(["seen", "outcome", "cursor", "notice"].map(kept), [1; 4]);
    }

    /// What the rules say of a case is nothing that a statement could fill in.
    #[test]
    fn the_cases_of_an_older_mirror_are_put_to_the_rules_once() {
        let mut db = Connection::open_in_memory().unwrap();
        for step in &steps(File::Mirror)[..5] {
            db.execute_batch(step).unwrap();
        }
        db.pragma_update(None, "user_version", 5).unwrap();
        let directory = r#"{"clinic":"SE2321000016-B001","name":"Björken","policy":{"distributeWithinDays":2},"staff":[],
            "groups":[],"openCases":[],"caseTypes":[]}"#;
        db.execute("INSERT INTO directory VALUES ('SE2321000016-B001', ?1)", [directory]).unwrap();
        db.execute_batch(
            "INSERT INTO case_row VALUES (1, x'01', 'SE2321000016-B001', 0, 10, 1, 0, 1, NULL, 1, 0, 0, 'Boka tid', 0, 0)",
        )
        .unwrap();
        let document = document(1, "Elin Testberg", "new", false);
        db.execute("INSERT INTO case_doc VALUES (1, ?1)", [document]).unwrap();
        migrate(&mut db, File::Mirror).unwrap();
        let watch: i64 = db.query_row("SELECT watch FROM case_row", [], |row| row.get(0)).unwrap();
        // filed on a Friday: Tuesday's last second
        let ends: jiff::Timestamp = "2026-11-24T22:59:59Z".parse().unwrap();
        assert_eq!(watch, ends.as_millisecond());
    }

    #[test]
    fn what_an_older_program_had_not_sent_is_still_there() {
        let mut db = at_the_first_step(
            File::Unsent,
            "INSERT INTO outbox (op, case_id, clinic, json, what, case_type, written_at)
                VALUES (x'0a', x'01', 'A', '{}', 'note', 'Boka tid', 5);
             INSERT INTO draft VALUES (1, x'01', 'A', 6, '{\"text\":\"Hej\"}');",
        );
        migrate(&mut db, File::Unsent).unwrap();
        assert_eq!(version(&db).unwrap(), known(File::Unsent));
        let kept: (String, Option<String>, String) = db
            .query_row("SELECT o.what, o.takes_back, d.json FROM outbox o, draft d", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(kept, ("note".to_owned(), None, "{\"text\":\"Hej\"}".to_owned()));
        let copies: Vec<(Vec<u8>, i64, i64)> = {
            let mut rows = db.prepare("SELECT case_id, version, copied FROM draft_copy").unwrap();
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(copies, [(vec![1], 1, 0)], "what was written before there were copies is copied");
        db.execute_batch("INSERT INTO jotting VALUES (1, x'01', 'note', 'A', 7, 'Ring')").unwrap();
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
