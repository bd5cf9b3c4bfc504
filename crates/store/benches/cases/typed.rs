//! What people type into the search field, letter by letter: the same at every run, taken from the newest cases of the
//! corpus, so that it is there however many older ones follow.

use super::corpus::Corpus;
use mottaget_domain::{Message, MessageKind};

/// Something that somebody wants to find.
pub struct Typed {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// How it is typed in the end.
    pub text: String,
}

impl Typed {
    /// What stands in the field after each letter.
    pub fn letters(&self) -> impl Iterator<Item = &str> {
        let ends = self.text.char_indices().map(|(at, letter)| at + letter.len_utf8());
        ends.map(|end| &self.text[..end]).filter(|text| !text.ends_with(' '))
    }
}

pub fn typed(corpus: &Corpus) -> Vec<Typed> {
    let mut all = Vec::new();
    let mut add = |kind, text: String| all.push(Typed { kind, text });
    for word in ["recept", "läkare", "hosta", "Provsvar", "boka tid", "tack"] {
        add("common words", word.into());
    }
    for word in ["förnyelse", "besvär", "svullnad", "undersökning", "kassa", "tryck"] {
        add("parts of compounds", word.into());
    }
    for n in 0..10 {
        let case = corpus.case(n * 37 + 3);
        let text = case.case.messages.iter().map(text_of).collect::<Vec<_>>().join(" ");
        let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        add("long words", words().max_by_key(|word| word.chars().count()).unwrap().to_owned());
        if let Some(medicine) = words().find(|word| word.is_ascii() && word.len() >= 8) {
            add("rare words", medicine.to_owned());
        }
        add("names", case.resident.name.clone());
        let (twelve, written) = (case.resident.personal_id.as_str().to_owned(), case.resident.personal_id.written());
        add("identity numbers", match n % 5 {
            0 => twelve,
            1 => written,
            2 => written[2..].to_owned(),
            3 => twelve[2..].to_owned(),
            _ => format!("{} {}", &twelve[..8], &twelve[8..]),
        });
        if n % 2 == 0 {
            let first = words().filter(|word| word.chars().count() >= 5).nth(4).unwrap();
            add("two words", format!("{} {first}", case.resident.name.split(' ').next_back().unwrap()));
        }
    }
    for case in (0..200).map(|n| corpus.case(n)).filter(|case| !case.case.messages[0].attachments.is_empty()).take(5) {
        add("file names", case.case.messages[0].attachments[0].file_name.clone());
    }
    for word in ["xylofonkonsert", "qwertyuiop", "20991231-9999", "zebror på rad"] {
        add("nothing to find", word.into());
    }
    all
}

fn text_of(message: &Message) -> &str {
    if message.kind == MessageKind::Submission { &message.text } else { "" }
}
