//! The words that searches are answered from: they are those of the cases that are there, and nobody else's.

use crate::clinic::*;
use mottaget_protocol::{CaseDocument, Page, Phase};
use mottaget_store::{Filter, Query, SavedView, Scope};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What is in the file, beside the store.
fn file_of(room: &Room) -> Connection {
    let db = Connection::open(room.dir.path().join("mirror.db")).unwrap();
    db.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(room.keys.mirror))).unwrap();
    db
}

fn strings(db: &Connection, sql: &str) -> Vec<String> {
    let mut rows = db.prepare(sql).unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// All words that the file knows; that every word is where it has to be, and nowhere else, is looked at on the way.
fn words_known(room: &Room) -> BTreeSet<String> {
    let db = file_of(room);
    let known: BTreeSet<String> = strings(&db, "SELECT text FROM word").into_iter().collect();
    let said = strings(&db, "SELECT words FROM case_words");
    let said: BTreeSet<String> = said.iter().flat_map(|kept| kept.split_whitespace()).map(str::to_owned).collect();
    assert_eq!(known, said, "those that cases have");
    let found = |word: &str| {
        let runs: Vec<char> = word.chars().collect();
        let runs: Vec<String> = runs.windows(3).map(|run| format!("\"{}\"", run.iter().collect::<String>())).collect();
        let sql = "SELECT count(*) FROM word_index i JOIN word w ON w.n = i.rowid WHERE i.word_index MATCH ?1 AND w.text = ?2";
        db.query_row(sql, [runs.join(" AND "), word.to_owned()], |row| row.get::<_, i64>(0)).unwrap()
    };
    for word in known.iter().filter(|word| word.chars().count() >= 3) {
        assert_eq!(found(word), 1, "{word}");
    }
    // a word that is said to be one case's alone is that case's, and nobody else's
    let lone =
        strings(&db, "SELECT l.case_row || ' ' || coalesce(w.text, '?') FROM lone l LEFT JOIN word w ON w.n = l.n");
    for lone in lone {
        let (row, word) = lone.split_once(' ').unwrap();
        let who = "SELECT cast(rowid AS TEXT) FROM case_words WHERE instr(words, ' ' || ?1 || ' ') > 0";
        let mut who = db.prepare(who).unwrap();
        let who: Vec<String> = who.query_map([word], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(who, [row], "{word}");
    }
    known
}

/// Nothing of it stands in the index, not even beside the words.
fn unknown(room: &Room, run: &str) -> bool {
    let count = |sql: &str| -> i64 { file_of(room).query_row(sql, [format!("\"{run}\"")], |row| row.get(0)).unwrap() };
    count("SELECT count(*) FROM word_index WHERE word_index MATCH ?1") == 0
        && count("SELECT count(*) FROM case_index WHERE case_index MATCH ?1") == 0
}

fn eva(clinic: &mut Clinic, text: &str) -> CaseDocument {
    clinic.file(&resident("Eva Testberg", personal_id("19600101", 1)), "Tidbokning", text, minute(0))
}

#[test]
fn a_word_is_known_while_a_case_has_it() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let one = eva(&mut clinic, "Xylofonen är trasig.");
    let mut two = clinic.file(&elin(), "Receptförnyelse", "Xylofonen och salvan", minute(1));
    room.take(&clinic.page([&one, &two]));
    let known = words_known(&room);
    assert!(known.contains("xylofonen") && known.contains("salvan") && known.contains("receptförnyelse"), "{known:?}");
    // The case says something else now.
    two.case.messages[0].text = "Salvan, och en kräm".into();
    room.take(&clinic.page([&two]));
    let known = words_known(&room);
    assert!(known.contains("xylofonen") && known.contains("kräm"), "{known:?}");
    // The other is purged: nobody has the word any more.
    let mut gone = clinic.page([]);
    gone.tombstones = vec![one.case.id];
    room.take(&gone);
    let known = words_known(&room);
    assert!(!known.contains("xylofonen") && !known.contains("eva") && known.contains("salvan"), "{known:?}");
    assert!(unknown(&room, "xyl") && !unknown(&room, "sal"));
    assert!(room.found(&clinic.me(ANNA), "xylo").is_empty());
}

#[test]
fn what_one_case_has_alone_is_found_beside_what_many_have() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let one = eva(&mut clinic, "Xylofonen och salvan");
    let mut two = clinic.file(&elin(), "Receptförnyelse", "Salvan är slut, och xylofonisten med", minute(1));
    room.take(&Page { phase: Phase::Snapshot, more: true, ..clinic.page([&one, &two]) });
    words_known(&room);
    let eva = vec!["Eva Testberg".to_owned()];
    let (elin, both) = (vec![two.resident.name.clone()], vec![two.resident.name.clone(), eva[0].clone()]);
    for (typed, who) in [
        ("xylofon", &both),
        ("xylofonen", &eva),
        ("salvan xylofonist", &elin),
        ("xylofonen salvan", &eva),
        ("xylo salv", &both),
        ("ev xylo", &eva),
        ("xylofonen xylofonisten", &Vec::new()),
        ("xylofonen pollen", &Vec::new()),
    ] {
        assert_eq!(room.found(&me, typed), *who, "{typed}");
    }
    // now it is both's
    two.case.messages[0].text = "Xylofonen med".into();
    room.take(&Page { phase: Phase::Snapshot, ..clinic.page([&two]) });
    words_known(&room);
    assert_eq!((room.found(&me, "xylofonen"), room.found(&me, "xylofonist")), (both, Vec::new()));
    let views = |typed: &str| {
        let (name, filter) = ("Min".to_owned(), Filter::default());
        let view = SavedView { name, scope: Scope::Everything, clinic: None, search: Some(typed.into()), filter };
        room.store.view_counts(&me, &[view], monday()).unwrap()[0]
    };
    assert_eq!((views("xylofonen"), views("salvan"), views("med xylo")), (2, 1, 1));
}

#[test]
fn a_name_that_the_text_had_already_is_found_by_its_beginning() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let mut case = eva(&mut clinic, "Eva heter nu Ylva");
    room.take(&clinic.page([&case]));
    assert_eq!((room.found(&me, "ev"), room.found(&me, "yl")), (vec!["Eva Testberg".to_owned()], vec![]));
    case.resident.name = "Ylva Testberg".into();
    room.take(&clinic.page([&case]));
    assert_eq!((room.found(&me, "ev"), room.found(&me, "yl")), (vec![], vec!["Ylva Testberg".to_owned()]));
}

#[test]
fn a_clinic_that_is_left_takes_its_words_along() {
    let (mut here, mut there) = (Clinic::bjorken(), Clinic::new("B002", "Lindens vårdcentral"));
    let room = Room::at(&here, ANNA);
    room.store.save_me(&me_at(ANNA, &[&here, &there])).unwrap();
    room.store.save_directory(&there.directory()).unwrap();
    let (one, two) = (eva(&mut here, "Xylofon och salva"), eva(&mut there, "Zebra och salva"));
    room.take(&here.page([&one]));
    room.take(&there.page([&two]));
    let reset = |clinic: &Clinic| Page { reset: true, phase: Phase::Snapshot, ..clinic.page([]) };
    room.take(&reset(&there));
    let known = words_known(&room);
    assert!(known.contains("xylofon") && known.contains("salva") && !known.contains("zebra"), "{known:?}");
    assert!(unknown(&room, "zeb"));
    room.take(&reset(&here));
    assert_eq!(words_known(&room), BTreeSet::new(), "the last clinic leaves nothing");
    assert!(unknown(&room, "xyl"));
    room.take(&here.page([&one]));
    assert_eq!(room.found(&here.me(ANNA), "xylo"), ["Eva Testberg"], "and what comes then is found");
}

#[test]
fn what_comes_after_a_clinic_was_left_is_found_also_while_another_is_filled_in() {
    let (mut here, mut there) = (Clinic::bjorken(), Clinic::new("B002", "Lindens vårdcentral"));
    let room = Room::at(&here, ANNA);
    room.store.save_me(&me_at(ANNA, &[&here, &there])).unwrap();
    room.store.save_directory(&there.directory()).unwrap();
    let filling = |clinic: &Clinic, cases: &[&CaseDocument]| Page {
        phase: Phase::Snapshot,
        more: true,
        ..clinic.page(cases.iter().copied())
    };
    let (one, two) = (eva(&mut there, "Zebra"), eva(&mut there, "Zebra igen"));
    room.take(&filling(&there, &[&one, &two]));
    room.store.forget_clinic(&there.id()).unwrap();
    let other = eva(&mut here, "Zebra här");
    room.take(&filling(&here, &[&other]));
    assert_eq!(room.found(&here.me(ANNA), "zebr"), ["Eva Testberg"]);
    words_known(&room);
}

#[test]
fn a_number_is_found_however_writer_and_reader_divide_it() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let case = eva(&mut clinic, "Nås på 070-123 45 67. Barnet: (20150101 2384)");
    room.take(&clinic.page([&case]));
    for typed in [
        "070-123 45 67",
        "0701234567",
        "0701-23 45 67",
        "070-123",
        "070-12",
        "20150101-2384",
        "201501012384",
        "150101-2384",
        "150101 2384",
    ] {
        assert_eq!(room.found(&me, typed), ["Eva Testberg"], "{typed}");
    }
    assert!(room.found(&me, "070-123 45 68").is_empty() && room.found(&me, "670-123").is_empty());
}

#[test]
fn signs_find_what_has_them_and_never_everything() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let signs = eva(&mut clinic, "Det står \"2*3%_x\" på burken, 100%");
    let none = clinic.file(&elin(), "Receptförnyelse", "Inget särskilt", minute(1));
    room.take(&clinic.page([&signs, &none]));
    for typed in ["2*3", "*3%", "3%_", "\"2*3%_x\"", "100%", "00%", "burken *", "% burken"] {
        assert_eq!(room.found(&me, typed), ["Eva Testberg"], "{typed}");
    }
    for typed in ["\"", "*", "%", "_", "**", "\"\"", "%%%", "***", "rece*", "rec%t", "%ept", "___", "2?3"] {
        assert!(room.found(&me, typed).is_empty(), "{typed}");
    }
}

#[test]
fn a_word_in_very_many_words_is_found_in_each_case() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let who = |n: u32| resident(&format!("Person Nummer{n}"), personal_id("19600101", n));
    let cases: Vec<_> = (0..250)
        .map(|n| {
            // runs of the word that are far from each other in every other case
            let text = if n % 2 == 0 { format!("salvburk{n} tack") } else { "salv alvb lvbu vbur burk".into() };
            clinic.file(&who(n), "Tidbokning", &text, minute(n.into()))
        })
        .collect();
    room.take(&clinic.page(&cases));
    let me = clinic.me(ANNA);
    assert_eq!(room.found(&me, "salvburk").len(), 125);
    assert_eq!(room.found(&me, "salvburk1").len(), 55, "10 to 18 and 100 to 198");
    assert_eq!(room.found(&me, "alvburk nummer2").len(), 31, "2, 20 to 28 and 200 to 248");
    assert_eq!(room.found(&me, "salvburk salvb").len(), 125);
}

#[test]
fn a_search_is_counted_a_little_beyond_the_window_and_scrolled_to_its_end() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let who = |n: u32| resident(&format!("Person {n}"), personal_id("19600101", n));
    let cases: Vec<_> = (0..130).map(|n| clinic.file(&who(n), "Import", "Hej", minute(n.into()))).collect();
    room.take(&clinic.page(&cases));
    let ask = |search: Option<&str>, offset, limit| {
        let search = search.map(str::to_owned);
        let query = Query { scope: Scope::Everything, clinic: None, search, filter: Filter::default(), offset, limit };
        let page = room.store.list(&clinic.me(ANNA), &query, monday()).unwrap();
        (page.total, page.more, page.rows.len())
    };
    assert_eq!(ask(Some("person"), 0, 20), (60, true, 20));
    assert_eq!(ask(Some("person"), 60, 20), (120, true, 20));
    assert_eq!(ask(Some("person"), 70, 20), (130, false, 20), "exactly as many as are counted");
    assert_eq!(ask(Some("person"), 120, 20), (130, false, 10));
    assert_eq!(ask(Some("person"), 200, 20), (130, false, 0));
    assert_eq!(ask(None, 0, 20), (130, false, 20), "a list that is not searched says how many there are");
}

/// What a search finds, told from the documents alone.
fn meant(document: &CaseDocument, typed: &str) -> bool {
    let (case, resident) = (&document.case, &document.resident);
    let headed = [resident.name.clone(), case.case_type.name.clone(), resident.personal_id.as_str().to_owned()];
    let messages = case.messages.iter().map(|message| message.text.clone());
    let notes = case.notes.iter().map(|note| note.text.clone());
    let headed = headed.join("\n").to_lowercase();
    let all = messages.chain(notes).chain([headed.clone(), "en vecka".into()]).collect::<Vec<_>>().join("\n");
    let all = all.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| match word.chars().count() {
        0..3 => headed.split_whitespace().any(|other| other.starts_with(word)),
        _ => all.contains(word),
    })
}

#[test]
fn whatever_happens_a_search_finds_what_the_cases_say() {
    const TYPED: [&str; 18] = [
        "sal",
        "salva",
        "alv",
        "recept",
        "ceptförny",
        "förnyelse",
        "å",
        "ås",
        "åsa",
        "sa",
        "öberg salva",
        "hosta ev",
        "ont i knät",
        "19",
        "1960",
        "kräm tid",
        "zebra",
        "ev salv kr",
    ];
    const SAID: [&str; 7] =
        ["Salvan är slut", "hosta och kräm", "ont i knät", "receptförnyelse tack", "salvburk", "Åsas zebra", "sa hon"];
    const NAMES: [&str; 4] = ["Eva Testberg", "Åsa Öberg", "Sara Salvesson", "Kry Oberg"];
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let mut there: Vec<CaseDocument> = Vec::new();
    let mut seed = 7_usize;
    let mut dice = |sides: usize| {
        seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (seed >> 33) % sides
    };
    for step in 0..120_u32 {
        let mut page = clinic.page([]);
        match dice(6) {
            0 if !there.is_empty() => page.tombstones.push(there.remove(dice(there.len())).case.id),
            1 if !there.is_empty() => {
                let n = dice(there.len());
                there[n].resident.name = NAMES[dice(4)].into();
                page.documents.push(there[n].clone());
            }
            2 if !there.is_empty() => {
                let n = dice(there.len());
                there[n].case.messages[0].text = SAID[dice(7)].into();
                page.documents.push(there[n].clone());
            }
            _ => {
                let who = resident(NAMES[dice(4)], personal_id("19600101", step));
                let kind = ["Tidbokning", "Receptförnyelse"][dice(2)];
                there.push(clinic.file(&who, kind, SAID[dice(7)], minute(step.into())));
                page.documents.extend(there.last().cloned());
            }
        }
        room.take(&page);
        for typed in TYPED {
            let mut meant: Vec<_> = there.iter().filter(|document| meant(document, typed)).collect();
            meant.sort_by_key(|document| std::cmp::Reverse(document.case.created_at));
            let meant: Vec<_> = meant.iter().map(|document| document.case.id).collect();
            let found = room.rows(&me, Scope::Everything, Some(typed));
            assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), meant, "{typed} after {step} steps");
        }
    }
    words_known(&room);
}
