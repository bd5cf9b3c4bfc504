//! What people type into the search field, letter by letter: the same at every run, taken from the newest 5,000 cases of
//! the corpus, so that it is there however many older ones follow.

use super::corpus::Corpus;

/// Something that somebody wants to find.
pub struct Typed {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// How it is typed in the end.
    pub text: String,
}

impl Typed {
    /// What stands in the field after each letter, with its kind.
    pub fn letters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let ends = self.text.char_indices().map(|(at, letter)| at + letter.len_utf8());
        ends.map(|end| (self.kind, &self.text[..end])).filter(|(_, text)| !text.ends_with(' '))
    }
}

pub fn typed(corpus: &Corpus) -> Vec<Typed> {
    let mut all = Vec::new();
    let mut add = |kind, text: &str| all.push(Typed { kind, text: text.to_owned() });
    for word in ["recept", "läkare", "hosta", "Provsvar", "boka tid", "tack"] {
        add("common words", word);
    }
    for word in ["förnyelse", "besvär", "svullnad", "undersökning", "kassa", "tryck"] {
        add("parts of compounds", word);
    }
    for n in 0..10 {
        let document = corpus.case(n * 487 + 3);
        let (resident, text) = (&document.resident, &document.case.messages[0].text);
        let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        add("long words", words().max_by_key(|word| word.chars().count()).unwrap());
        if let Some(medicine) = words().find(|word| word.is_ascii() && word.len() >= 9) {
            add("rare words", medicine);
        }
        add("names", &resident.name);
        let (twelve, written) = (resident.personal_id.as_str(), resident.personal_id.written());
        let spellings = [twelve, &written, &written[2..], &twelve[2..], &format!("{} {}", &twelve[..8], &twelve[8..])];
        add("identity numbers", spellings[n % 5]);
        if n % 2 == 0 {
            let family = resident.name.split(' ').next_back().unwrap();
            let word = words().filter(|word| word.chars().count() >= 5).nth(4).unwrap();
            add("two words", &format!("{family} {word}"));
        }
    }
    let named = (0..5_000).step_by(37).map(|n| corpus.case(n)).filter(|it| !it.case.messages[0].attachments.is_empty());
    for document in named.take(5) {
        add("names of files", &document.case.messages[0].attachments[0].file_name);
    }
    for word in ["xylofonkonsert", "receptsvullnadshostan", "20991231-9999", "zebror på rad"] {
        add("nothing to find", word);
    }
    all
}
