//! Reply texts (svarstexter, R108): central ones hold for a whole region, local ones for a clinic. What is to be filled in
//! fails closed: a message with a blank left in it is not sent.

use crate::case::MessageKind;
use crate::id::{CaseTypeId, ReplyTemplateId};
use crate::lifecycle::MAX_TEXT;
use crate::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest title, in characters.
pub const MAX_TITLE: usize = 80;
/// Most reply texts that a region, or a clinic, keeps.
pub const MAX_TEMPLATES: usize = 300;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
/// Longer than this is no name of a blank, but braces that somebody means as such.
const LONGEST_BLANK: usize = 40;

/// A text to begin a message with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyTemplate {
    /// Its id.
    pub id: ReplyTemplateId,
    /// What it is called in the picker.
    pub title: String,
    /// What it says; `{{förnamn}}` and its like are filled in, any other name between braces is left to the writer.
    pub text: String,
    /// For this kind of message alone.
    pub kind: Option<MessageKind>,
    /// For this case type alone.
    pub case_type: Option<CaseTypeId>,
    /// The region's, for all of its clinics; else the clinic's own.
    #[serde(default)]
    pub central: bool,
}

impl ReplyTemplate {
    /// Can it be kept?
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`]; [`Refusal::TextTooLong`] for title or text.
    pub fn check(&self) -> Result<(), Refusal> {
        for (text, limit) in [(&self.title, MAX_TITLE), (&self.text, MAX_TEXT)] {
            if text.trim().is_empty() {
                return Err(Refusal::TextEmpty);
            }
            if text.chars().count() > limit {
                return Err(Refusal::TextTooLong { limit });
            }
        }
        Ok(())
    }

    /// Is it offered for such a message in a case of such a type?
    #[must_use]
    pub fn is_for(&self, kind: MessageKind, case_type: CaseTypeId) -> bool {
        self.kind.is_none_or(|own| own == kind) && self.case_type.is_none_or(|own| own == case_type)
    }
}

/// What blanks are filled in with; an empty word fills nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The resident's name.
    pub resident: String,
    /// Name of the case's type.
    pub case_type: String,
    /// Name of the clinic.
    pub clinic: String,
    /// Who writes.
    pub author: String,
    /// Their title.
    pub title: String,
    /// The Swedish day.
    pub today: Option<Date>,
}

impl Facts {
    fn word(&self, blank: &str) -> Option<String> {
        let word = match blank.trim().to_lowercase().as_str() {
            "förnamn" => self.resident.split_whitespace().next().unwrap_or_default().to_owned(),
            "namn" => self.resident.clone(),
            "ärendetyp" => self.case_type.clone(),
            "mottagning" => self.clinic.clone(),
            "mitt namn" => self.author.clone(),
            "min titel" => self.title.clone(),
            "dagens datum" => self.today.map(|day| day.to_string()).unwrap_or_default(),
            _ => String::new(),
        };
        let word = word.trim().to_owned();
        (!word.is_empty()).then_some(word)
    }
}

/// The text with what is known filled in. What is not known stays as it is: the writer fills it in, or nothing is sent.
#[must_use]
pub fn fill(text: &str, facts: &Facts) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, blank, after)) = next_blank(rest) {
        filled.push_str(before);
        match facts.word(blank) {
            Some(word) => filled.push_str(&word),
            None => filled.push_str(&format!("{OPEN}{blank}{CLOSE}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The first blank that is left in a text, by name.
#[must_use]
pub fn first_blank(text: &str) -> Option<&str> {
    next_blank(text).map(|(_, blank, _)| blank.trim())
}

/// What stands before the next blank, its name, and what stands after it.
fn next_blank(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find(OPEN)?;
        let inner = open + OPEN.len();
        let close = inner + text.get(inner..)?.find(CLOSE)?;
        // Of several braces before a name the last two open it.
        let open = text.get(..close)?.rfind(OPEN)?;
        let name = text.get(open + OPEN.len()..close)?;
        if !name.trim().is_empty() && name.chars().count() <= LONGEST_BLANK && !name.contains('\n') {
            return Some((text.get(..open)?, name, text.get(close + CLOSE.len()..)?));
        }
        from = close + CLOSE.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn facts() -> Facts {
        Facts {
            resident: "Elin Testberg".into(),
            case_type: "Förnya recept".into(),
            clinic: "Björkens vårdcentral".into(),
            author: "Sara Lindqvist".into(),
            title: "Distriktssköterska".into(),
            today: Some(jiff::civil::date(2026, 11, 28)),
        }
    }

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays_to_be_seen() {
        let text =
            "Hej {{Förnamn}}!\nDin tid är {{tid}} på {{ mottagning }}. {{mitt namn}}, {{min titel}}, {{dagens datum}}";
        let filled = fill(text, &facts());
        assert_eq!(
            filled,
            "Hej Elin!\nDin tid är {{tid}} på Björkens vårdcentral. Sara Lindqvist, Distriktssköterska, 2026-11-28"
        );
        assert_eq!(first_blank(&filled), Some("tid"));
        assert_eq!(first_blank(&filled.replace("{{tid}}", "kl. 10")), None);
    }

    #[test]
    fn a_word_that_is_empty_fills_nothing() {
        let facts = Facts { resident: "  ".into(), title: String::new(), today: None, ..facts() };
        for blank in ["{{förnamn}}", "{{namn}}", "{{min titel}}", "{{dagens datum}}"] {
            assert_eq!(fill(blank, &facts), blank);
            assert!(first_blank(&fill(blank, &facts)).is_some(), "{blank}");
        }
    }

    #[test]
    fn braces_that_are_no_blank_are_text() {
        for text in [
            "{{}}",
            "{{ }}",
            "{ tid }",
            "}} {{",
            "{{tid",
            "{{rad\nbrytning}}",
            "if (x) {{ return a very long piece of code that nobody would call a blank; }}",
        ] {
            assert_eq!(first_blank(text), None, "{text}");
            assert_eq!(fill(text, &facts()), text);
        }
        assert_eq!(first_blank("{{{{tid}}"), Some("tid"));
        assert_eq!(first_blank("{{}} {{tid}}"), Some("tid"));
    }

    #[test]
    fn it_is_offered_where_it_belongs() {
        let (recept, tid) = (CaseTypeId::random(), CaseTypeId::random());
        let template = |kind, case_type| ReplyTemplate {
            id: ReplyTemplateId::random(),
            title: "Recept klart".into(),
            text: "Hej!".into(),
            kind,
            case_type,
            central: false,
        };
        assert!(template(None, None).is_for(MessageKind::FinalReply, tid));
        let narrow = template(Some(MessageKind::FinalReply), Some(recept));
        assert!(narrow.is_for(MessageKind::FinalReply, recept));
        assert!(!narrow.is_for(MessageKind::PartialReply, recept) && !narrow.is_for(MessageKind::FinalReply, tid));
        assert_eq!(narrow.check(), Ok(()));
        let nameless = ReplyTemplate { title: " ".into(), ..narrow.clone() };
        assert_eq!(nameless.check(), Err(Refusal::TextEmpty));
        let long = ReplyTemplate { title: "x".repeat(81), ..narrow };
        assert_eq!(long.check(), Err(Refusal::TextTooLong { limit: 80 }));
    }

    proptest! {
        #[test]
        fn filling_loses_nothing_and_ends(text in "[a-zåäö{}\n ]{0,60}") {
            let nothing = fill(&text, &Facts::default());
            prop_assert_eq!(&nothing, &text);
            let filled = fill(&text, &facts());
            prop_assert_eq!(fill(&filled, &facts()), filled.clone());
        }
    }
}
