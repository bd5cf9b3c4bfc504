//! The files on the disk, searched for what must not stand there in the clear.

use crate::by_keyboard::KEYED;
use crate::crash::CRASHED;
use crate::handlers_day::{ADDED, ASKED_AGAIN, NOTED, OVERTAKEN};
use crate::report::Report;
use crate::resident::FORM;
use crate::steps::{ANSWER_JPG, ANSWER_PDF, ANSWERED, ASKED, BOX_JPG, LIST_PDF, OFFLINE, PARTIAL};
use crate::window::Answer;
use crate::{Places, desktop};
use mottaget_domain::Resident;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where the practice server keeps its own; it is no part of the app and finds itself there only in practice mode.
const PRACTICE: &str = "practice-server";

/// One word of each of the tour's texts that stands nowhere else in the demo clinic.
const RARE: [&str; 11] = [
    "Tallkottsvägen",
    "Granbarken",
    "Björknävern",
    "Lönnlövet",
    "Rosenbusksvar",
    "Enrisdroppar",
    "Hassellundssvar",
    "kvastfibblan",
    "sandlilja",
    "smultronviva",
    "gulyxne",
];

/// Who has used the app by then: a receiver, a handler, and two of those who run the clinic and the region.
const PEOPLE: usize = 4;

/// Something that must not be found, what it is, and whether the practice server has it in this form.
pub struct Needle {
    what: String,
    bytes: Vec<u8>,
    control: bool,
}

impl Needle {
    fn new(what: impl Into<String>, bytes: impl Into<Vec<u8>>, control: bool) -> Self {
        Self { what: what.into(), bytes: bytes.into(), control }
    }
}

/// Everything about the resident and the letters that the tour knows.
pub fn needles(resident: &Resident) -> Answer<Vec<Needle>> {
    let mut all = Vec::new();
    let mut text = |text: &str, control| {
        all.push(Needle::new(text, text, control));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        all.push(Needle::new(format!("{text} (UTF-16)"), wide, false));
    };
    for words in [ASKED, PARTIAL, ANSWERED, OFFLINE, KEYED, FORM, CRASHED, ASKED_AGAIN, NOTED, ADDED, OVERTAKEN] {
        // what was never sent, or taken back, is nowhere but in the app's own files
        let sent = ![CRASHED, OVERTAKEN].contains(&words);
        text(words, sent);
        // a cut or folded text still has the word that nobody else says
        let rare = RARE.iter().find(|rare| words.contains(**rare)).ok_or("a text without a word of its own")?;
        text(rare, sent);
        text(&rare.to_lowercase(), false);
    }
    for part in resident.name.split_whitespace() {
        text(part, true);
    }
    let (plain, written) = (resident.personal_id.as_str(), resident.personal_id.written());
    text(plain, true);
    text(&written, false);
    text(plain.get(2..).ok_or("the number is too short")?, true);
    text(written.get(2..).ok_or("the number is too short")?, false);
    text(resident.mobile.as_deref().ok_or("the resident shares no number")?, true);
    text(resident.email.as_deref().ok_or("the resident shares no address")?, true);
    let files = [
        (LIST_PDF.name, LIST_PDF.bytes),
        (BOX_JPG.name, BOX_JPG.bytes),
        ("svar.pdf", ANSWER_PDF),
        ("svar.jpg", ANSWER_JPG),
    ];
    for (name, _) in files {
        text(name, true);
    }
    for (name, bytes) in files {
        for part in [1, 2, 3] {
            let from = bytes.len() * part / 4;
            let piece = bytes.get(from..from + 24).ok_or("the file is too short")?;
            all.push(Needle::new(format!("{name} from byte {from}"), piece, true));
        }
    }
    Ok(all)
}

/// Every file that the app can have written: the whole session's scratch folder, and the data folder.
fn files(data: &Path, places: &Places) -> Answer<BTreeSet<PathBuf>> {
    let mut found = files_below(data)?;
    for folder in &places.session_dirs {
        below(folder, &mut found)?;
    }
    Ok(found)
}

/// Every file below a folder, as [`below`] finds them.
pub fn files_below(folder: &Path) -> Answer<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    below(folder, &mut found)?;
    Ok(found)
}

/// Every file below a folder. What vanishes meanwhile lies no longer on the disk; all else that can't be read is told.
fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Answer<()> {
    let told = |error: &std::io::Error| format!("{} can't be looked at: {error}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(told(&error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| told(&error))?;
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => below(&entry.path(), found)?,
            Ok(kind) if kind.is_file() => drop(found.insert(entry.path())),
            // Links point at files that are met by themselves, and sockets hold nothing.
            Ok(_) => (),
            Err(error) if error.kind() == ErrorKind::NotFound => (),
            Err(error) => return Err(told(&error)),
        }
    }
    Ok(())
}

/// Which needles stand where. All are looked for in one walk through each file: few places begin like one of them.
fn search(files: &BTreeSet<PathBuf>, needles: &[Needle]) -> Answer<Vec<(PathBuf, usize)>> {
    let key = |bytes: &[u8]| bytes.first().zip(bytes.get(1)).map(|(a, b)| usize::from(*a) << 8 | usize::from(*b));
    let mut begins: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
    for (number, needle) in needles.iter().enumerate() {
        let key = key(&needle.bytes).ok_or("a needle of less than two bytes")?;
        begins.get_mut(key).ok_or("no such beginning")?.push(number);
    }
    let mut hits = BTreeSet::new();
    for path in files {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("{} can't be read: {error}", path.display())),
        };
        for (at, pair) in bytes.windows(2).enumerate() {
            let Some(numbers) = key(pair).and_then(|key| begins.get(key)) else { continue };
            for number in numbers {
                let there = |needle: &Needle| bytes.get(at..).is_some_and(|rest| rest.starts_with(&needle.bytes));
                if needles.get(*number).is_some_and(there) {
                    hits.insert((path.clone(), *number));
                }
            }
        }
    }
    Ok(hits.into_iter().collect())
}

/// Nothing about the resident stands in any file of the app; the practice server's files have it all, as a control.
pub fn search_all(when: &str, data: &Path, places: &Places, needles: &[Needle], report: &mut Report) -> Answer<()> {
    let of_the_server = |path: &PathBuf| path.components().any(|part| part.as_os_str() == PRACTICE);
    let (server, app): (BTreeSet<_>, BTreeSet<_>) = files(data, places)?.into_iter().partition(of_the_server);
    let seen: BTreeSet<usize> = search(&server, needles)?.into_iter().map(|(_, number)| number).collect();
    let unseen = needles.iter().enumerate().filter(|(number, needle)| needle.control && !seen.contains(number));
    let unseen: Vec<&str> = unseen.map(|(_, needle)| needle.what.as_str()).collect();
    let hits = search(&app, needles)?;
    let named = hits.iter().filter_map(|(path, number)| Some((path.display(), &needles.get(*number)?.what)));
    let named: Vec<String> = named.map(|(path, what)| format!("{what} in {path}")).collect();
    if !named.is_empty() {
        return Err(format!("in the clear on disk, {when}:\n{}", named.join("\n")));
    }
    if !unseen.is_empty() {
        return Err(format!("the control did not find {unseen:?}: the search does not search"));
    }
    report.saw(&format!(
        "{when}: {} files searched for {} forms of name, number, address, texts, answers, file names and file pieces: none \
         of them; the practice server's own folder has them (control)",
        app.len(),
        needles.len()
    ));
    Ok(())
}

/// The caches open with their key from the keychain, and with no other.
pub fn opens_only_with_the_key(data: &Path, report: &mut Report) -> Answer<()> {
    use mottaget_store::{Keys, Store};
    let mut mirrors = files_below(&data.join("cache"))?;
    mirrors.retain(|path| path.ends_with("mirror.db"));
    let secrets = desktop::secret("/keys")?;
    if mirrors.len() != PEOPLE || secrets.len() != PEOPLE {
        return Err(format!("{} caches and {} keys for {PEOPLE} people", mirrors.len(), secrets.len()));
    }
    for mirror in &mirrors {
        let folder = mirror.parent().ok_or("no folder")?;
        let head = std::fs::read(mirror).map_err(|error| error.to_string())?;
        if head.starts_with(b"SQLite format 3") {
            return Err("the cache is a plain database".into());
        }
        let wrong = Keys::generate().map_err(|error| error.to_string())?;
        if Store::open(folder, &wrong).is_ok() {
            return Err("the cache opens with any key".into());
        }
        let mut refused = Vec::new();
        for secret in &secrets {
            let opened = Keys::from_secret(secret).map(|keys| Store::open(folder, &keys));
            match opened {
                Ok(Ok(_)) => break,
                Ok(Err(error)) => refused.push(error.to_string()),
                Err(error) => refused.push(error.to_string()),
            }
        }
        if refused.len() == secrets.len() {
            return Err(format!("the cache does not open with its key from the keychain: {}", refused.join("; ")));
        }
    }
    report.saw(&format!("the caches of {PEOPLE} people open each with its key from the keychain, and with no other"));
    Ok(())
}
