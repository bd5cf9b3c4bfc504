//! A file's name as a header's value: percent-encoded UTF-8 (RFC 3986, 2.1), since headers take only ASCII.

/// Everything but RFC 3986's unreserved characters is encoded.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut value = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    value
}

/// Reads [`encode`] back; `None` for what is no percent-encoded UTF-8.
#[must_use]
pub fn decode(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(high * 16 + low);
        } else if byte.is_ascii_graphic() {
            bytes.push(byte);
        } else {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_through_a_header_as_they_were() {
        for name in ["svar.pdf", "Läkarintyg (2) 100 %.pdf", "a/b?c=d&e+f.png", "日本.gif", "a\r\nb.pdf", ""] {
            let value = encode(name);
            assert!(value.bytes().all(|byte| byte.is_ascii_graphic()), "{value}");
            assert_eq!(decode(&value).as_deref(), Some(name));
        }
        assert_eq!(decode("l%C3%A4kare%20(1)'.pdf").as_deref(), Some("läkare (1)'.pdf"), "as a browser writes it");
    }

    #[test]
    fn what_is_no_name_is_none() {
        for value in ["%", "%4", "%zz", "%FF.pdf", "a b", "å"] {
            assert_eq!(decode(value), None, "{value}");
        }
    }
}
