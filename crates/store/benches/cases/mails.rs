//! The other yardstick of searches: notmuch, with the same messages as letters in a maildir, a case a thread.

use mottaget_domain::Message;
use mottaget_protocol::CaseDocument;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Mails {
    config: PathBuf,
    letters: PathBuf,
}

impl Mails {
    /// `None` where notmuch is not installed.
    pub fn open(dir: &Path) -> Option<Self> {
        let there = Command::new("notmuch").arg("--version").stdout(Stdio::null()).status();
        if !there.is_ok_and(|status| status.success()) {
            return None;
        }
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(dir.join("mail").join(part)).unwrap();
        }
        let config = dir.join("notmuch-config");
        let words = format!(
            "[database]\npath={}\n[user]\nname=Anna Provsson\nprimary_email=anna@clinic.example\n[new]\ntags=\n",
            dir.join("mail").display()
        );
        fs::write(&config, words).unwrap();
        Some(Self { config, letters: dir.join("mail/cur") })
    }

    /// Writes the letters of a case.
    pub fn take(&self, document: &CaseDocument) {
        for (n, message) in document.case.messages.iter().enumerate() {
            let name = format!("{}-{n}:2,S", document.seq);
            fs::write(self.letters.join(name), letter(document, n, message)).unwrap();
        }
    }

    /// Notmuch reads all of them.
    pub fn index(&self) {
        assert!(self.notmuch().args(["new", "--quiet"]).status().unwrap().success());
    }

    /// The newest threads that match, a line each: the program from its start to its end.
    pub fn search(&self, query: &str, window: usize) -> usize {
        let limit = format!("--limit={window}");
        let found = self.notmuch().args(["search", "--sort=newest-first", &limit, "--", query]).output().unwrap();
        assert!(found.status.success(), "{query}: {}", String::from_utf8_lossy(&found.stderr));
        found.stdout.iter().filter(|byte| **byte == b'\n').count()
    }

    fn notmuch(&self) -> Command {
        let mut command = Command::new("notmuch");
        // Taken in by fewer and larger steps, which is quicker and leaves the same index.
        command.env("NOTMUCH_CONFIG", &self.config).env("XAPIAN_FLUSH_THRESHOLD", "100000").stdin(Stdio::null());
        command
    }
}

/// All words, the one that is being typed as the beginning of one. Parts inside of words are nothing that notmuch finds.
pub fn query(typed: &str) -> Option<String> {
    let words: Vec<&str> =
        typed.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| format!("{}*", words.join(" and ")))
}

fn letter(document: &CaseDocument, n: usize, message: &Message) -> String {
    let (case, resident) = (&document.case, &document.resident);
    let (id, at) = (case.id.0.simple(), message.accepted_at.strftime("%a, %d %b %Y %H:%M:%S +0000"));
    let (twelve, written) = (resident.personal_id.as_str(), resident.personal_id.written());
    let mut letter = format!("From: {} <{twelve}@residents.example>\nTo: clinic@clinic.example\n", resident.name);
    let _ = write!(letter, "Subject: {} {twelve} {written}\nDate: {at}\n", case.case_type.name);
    let _ = writeln!(letter, "Message-ID: <{id}.{n}@clinic.example>");
    if n > 0 {
        let _ = write!(letter, "In-Reply-To: <{id}.0@clinic.example>\nReferences: <{id}.0@clinic.example>\n");
    }
    letter.push_str("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=-\"\n\n");
    letter.push_str("--=-\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
    for text in std::iter::once(&message.text).chain(message.answers.iter().map(|answer| &answer.answer)) {
        letter.push_str(text);
        letter.push('\n');
    }
    for note in case.notes.iter().filter(|_| n > 0) {
        letter.push_str(&note.text);
        letter.push('\n');
    }
    for file in &message.attachments {
        let _ = write!(letter, "--=-\nContent-Type: application/octet-stream\n");
        let _ = write!(letter, "Content-Disposition: attachment; filename=\"{}\"\n\nx\n", file.file_name);
    }
    letter.push_str("--=---\n");
    letter
}
