//! `mottaget-server check-id`: what kind of identity a text is, and its normal form.

use jiff::civil::Date;
use mottaget_domain::hsa_id::HsaIdError;
use mottaget_domain::personal_id::PersonalIdError;
use mottaget_domain::{HsaId, PersonalId};

/// Says what the text is and how it is normally written, or why it is neither an identity number nor an HSA-id.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn check_id(text: &str, today: Date) -> Result<String, String> {
    let looks_like_hsa = text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_alphabetic);
    if looks_like_hsa {
        return match HsaId::parse(text) {
            Ok(id) => Ok(format!("HSA-id {id}")),
            Err(why) => Err(format!("not an HSA-id: {}", hsa_reason(why))),
        };
    }
    match PersonalId::parse(text, today) {
        Ok(id) => Ok(format!("{} {}", id.kind().swedish(), id.as_str())),
        Err(PersonalIdError::Empty) => Err("nothing was given".to_owned()),
        Err(why) => Err(format!("not an identity number: {why}")),
    }
}

fn hsa_reason(why: HsaIdError) -> String {
    match why {
        HsaIdError::Prefix => format!("{why} (and an identity number begins with a digit)"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Result<String, String> {
        check_id(text, Date::constant(2026, 11, 22))
    }

    #[test]
    fn each_kind_is_named_with_its_normal_form() {
        for (text, answer) in [
            ("19800101-9804", "personnummer 198001019804"),
            (" 800101-9804 ", "personnummer 198001019804"),
            ("19800101\u{a0}9804", "personnummer 198001019804"),
            ("19800161-9801", "samordningsnummer 198001619801"),
            ("991981000010", "reservnummer (Stockholm) 991981000010"),
            ("19810829M071", "reservnummer (Västra Götaland) 19810829M071"),
            ("19810829SF1A", "reservnummer (Värmland) 19810829SF1A"),
            ("198108320014", "reservnummer (nationellt) 198108320014"),
            ("\u{a0}se2321000016 - a001\r\n", "HSA-id SE2321000016-A001"),
        ] {
            assert_eq!(says(text).as_deref(), Ok(answer), "{text:?}");
        }
    }

    #[test]
    fn each_fault_is_said() {
        for (text, part) in [
            ("", "nothing"),
            ("  \u{a0}", "nothing"),
            ("19800101-9803", "check digit"),
            ("19801301-9804", "date"),
            ("20261123-9803", "in the future"),
            ("20261183-9800", "in the future"),
            ("1980", "ten or twelve"),
            ("SE232100-A001", "ten digits"),
            ("NO2321000016-A001", "begins with SE"),
        ] {
            assert!(says(text).unwrap_err().contains(part), "{text:?}: {:?}", says(text));
        }
    }
}
