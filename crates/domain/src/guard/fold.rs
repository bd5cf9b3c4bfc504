//! Letters without their marks and in small, so that *ÅSA*, *Åsa* and *Asa* are one name, however a file system or a PDF
//! writes them.

/// The plain letters of a word. What is no letter is left out.
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => out.push('e'),
            'ğ' => out.push('g'),
            'ì'..='ï' | 'ī' | 'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ť' | 'ţ' | 'ț' => out.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            c if c.is_alphabetic() && !is_mark(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// A mark that belongs to the letter before it (Unicode's first block of combining marks).
pub fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The word as it is, and without a genitive *s*: *Annas*, *Anna's*, *Lars'* (which [`fold`] has brought to *annas* and
/// *lars*).
pub fn without_genitive(folded: &str) -> impl Iterator<Item = &str> {
    std::iter::once(folded).chain(folded.strip_suffix('s').filter(|stem| stem.len() > 1))
}
