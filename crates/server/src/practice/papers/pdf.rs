//! PDF by hand: plain text in the standard fonts, å ä ö included (ISO 32000-1, 7.5 and annex D).

/// A line of text on a page.
enum Line {
    Title(&'static str),
    Heading(&'static str),
    Text(&'static str),
    Row(&'static [&'static str]),
    Gap,
}

use Line::{Gap, Heading, Row, Text, Title};

/// Characters that fit on a line of running text.
const LINE_CHARS: usize = 84;
const TOP: i32 = 720;

/// One page as drawing operators, header and foot included.
fn page(lines: &[Line], number: usize, of: usize) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(b"0.12 0.44 0.36 rg 0 800 595 42 re f\n");
    put(&mut out, "F2", 14, 56, 815, "1 1 1", "Region Skogslandet");
    put(&mut out, "F1", 9, 56, 40, "0.35 0.35 0.35", "Övningsmaterial. Alla personer och uppgifter är påhittade.");
    put(&mut out, "F1", 9, 500, 40, "0.35 0.35 0.35", &format!("Sida {number} av {of}"));
    let mut y = TOP;
    for line in lines {
        match line {
            Title(text) => {
                put(&mut out, "F2", 20, 56, y, "0 0 0", text);
                y -= 34;
            }
            Heading(text) => {
                y -= 6;
                put(&mut out, "F2", 13, 56, y, "0 0 0", text);
                y -= 20;
            }
            Text(text) => {
                for part in wrapped(text) {
                    put(&mut out, "F1", 11, 56, y, "0 0 0", &part);
                    y -= 16;
                }
                y -= 4;
            }
            Row(cells) => {
                for (cell, x) in cells.iter().zip([56, 230, 320]) {
                    put(&mut out, "F1", 11, x, y, "0 0 0", cell);
                }
                out.extend(format!("0.8 0.8 0.8 RG 0.5 w 56 {} m 539 {} l S\n", y - 6, y - 6).bytes());
                y -= 22;
            }
            Gap => y -= 16,
        }
    }
    out
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + word.chars().count() < LINE_CHARS {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn put(out: &mut Vec<u8>, font: &str, size: u8, x: i32, y: i32, colour: &str, text: &str) {
    out.extend(format!("BT {colour} rg /{font} {size} Tf {x} {y} Td (").bytes());
    for sign in text.chars() {
        match sign {
            '(' | ')' | '\\' => out.extend(format!("\\{sign}").bytes()),
            '–' => out.extend(b"\\226"),
            '•' => out.extend(b"\\225"),
            // Latin-1 is the same in WinAnsiEncoding from U+00A0 on.
            _ => match u8::try_from(u32::from(sign)) {
                Ok(byte) if byte >= 0x80 => out.extend(format!("\\{byte:03o}").bytes()),
                Ok(byte) => out.push(byte),
                Err(_) => out.push(b'?'),
            },
        }
    }
    out.extend(b") Tj ET\n");
}

/// A whole file: catalogue, pages, two fonts, then each page and its content, and where everything stands.
fn document(pages: &[&[Line]]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = Vec::new();
    let kids: Vec<String> = (0..pages.len()).map(|place| format!("{} 0 R", 5 + 2 * place)).collect();
    objects.push(b"<< /Type /Catalog /Pages 2 0 R /Lang (sv-SE) >>".to_vec());
    objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).into_bytes());
    for font in ["Helvetica", "Helvetica-Bold"] {
        let about = format!("<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>");
        objects.push(about.into_bytes());
    }
    for (place, lines) in pages.iter().enumerate() {
        let about = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
            6 + 2 * place
        );
        objects.push(about.into_bytes());
        let content = page(lines, place + 1, pages.len());
        let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
        stream.extend(content);
        stream.extend(b"endstream");
        objects.push(stream);
    }
    file(&objects)
}

fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xe5\xe4\xf6\xc5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file
}

/// A list of medicines.
pub fn medicine_list() -> Vec<u8> {
    document(&[&[
        Title("Läkemedelslista"),
        Text("Utskriven ur övningsjournalen. Ta med listan när du träffar vården."),
        Gap,
        Row(&["Läkemedel", "Styrka", "Så tar du det"]),
        Row(&["Metoprolol depottablett", "50 mg", "1 tablett på morgonen"]),
        Row(&["Enalapril tablett", "10 mg", "1 tablett på morgonen"]),
        Row(&["Atorvastatin tablett", "20 mg", "1 tablett till kvällen"]),
        Row(&["Levotyroxin tablett", "75 µg", "1 tablett på fastande mage"]),
        Row(&["Paracetamol tablett", "500 mg", "1–2 tabletter vid behov, högst 8 per dygn"]),
        Row(&["Salbutamol inhalation", "0,1 mg", "1–2 inhalationer vid behov"]),
        Gap,
        Text("Hör av dig om något inte stämmer, eller om du har slutat med något av läkemedlen."),
    ]])
}

/// A letter of three pages before a visit.
pub fn letter() -> Vec<u8> {
    document(&[
        &[
            Title("Välkommen till ditt besök"),
            Text("Hej!"),
            Text(
                "Du är välkommen till oss för en årskontroll av ditt blodtryck. Besöket tar ungefär 45 minuter, och du träffar både en distriktssköterska och en läkare. I det här brevet står hur du förbereder dig, vad som händer under besöket och vad du kan göra efteråt.",
            ),
            Heading("Så hittar du hit"),
            Text(
                "Vi finns på Björkvägen 12, en trappa upp. Hiss finns till höger innanför entrén. Buss 4 stannar utanför, och det går att parkera på baksidan. Säg till i receptionen när du har kommit.",
            ),
            Heading("Kan du inte komma?"),
            Text(
                "Hör av dig senast dagen före, så kan någon annan få tiden. Du kan svara på meddelandet i e-tjänsten eller ringa oss.",
            ),
            Heading("Ta med dig"),
            Text("• Legitimation"),
            Text("• En lista på de läkemedel du tar, även receptfria"),
            Text("• Dina egna blodtrycksvärden, om du har mätt hemma"),
        ],
        &[
            Title("Innan du kommer"),
            Heading("Mät ditt blodtryck hemma"),
            Text(
                "Om du har en egen mätare får du gärna mäta två gånger om dagen i sju dagar. Sitt stilla i fem minuter först. Ha armen i höjd med hjärtat, och prata inte medan mätaren arbetar. Skriv upp båda värdena.",
            ),
            Row(&["Dag", "Morgon", "Kväll"]),
            Row(&["Måndag", "____ / ____", "____ / ____"]),
            Row(&["Tisdag", "____ / ____", "____ / ____"]),
            Row(&["Onsdag", "____ / ____", "____ / ____"]),
            Row(&["Torsdag", "____ / ____", "____ / ____"]),
            Row(&["Fredag", "____ / ____", "____ / ____"]),
            Row(&["Lördag", "____ / ____", "____ / ____"]),
            Row(&["Söndag", "____ / ____", "____ / ____"]),
            Gap,
            Heading("Blodprov"),
            Text(
                "Ta blodprov hos oss senast en vecka före besöket. Du behöver inte vara fastande. Ta din medicin som vanligt på morgonen.",
            ),
        ],
        &[
            Title("Efter besöket"),
            Heading("Så får du svar"),
            Text(
                "Svaren på dina prov kommer i e-tjänsten inom två veckor. Är det något som inte kan vänta ringer vi dig.",
            ),
            Heading("Det här kan du göra själv"),
            Text("• Rör på dig minst en halvtimme om dagen, gärna så att du blir lite andfådd."),
            Text("• Ät mer grönsaker, frukt och fisk, och mindre salt."),
            Text("• Röker du? Vi hjälper dig gärna att sluta."),
            Heading("När du ska söka vård direkt"),
            Text(
                "Ring 112 om du får plötslig svår bröstsmärta, svårt att andas, förlamning i ansikte, arm eller ben, eller svårt att tala.",
            ),
            Gap,
            Text("Vänliga hälsningar"),
            Text("Din vårdcentral"),
        ],
    ])
}

/// Advice for self-care.
pub fn advice() -> Vec<u8> {
    document(&[&[
        Title("Råd vid torr och kliande hud"),
        Text("Torr hud är vanligt på vintern. Oftast går det bra att behandla den själv."),
        Heading("Gör så här"),
        Text("• Smörj in huden med mjukgörande kräm minst två gånger om dagen, gärna direkt efter duschen."),
        Text("• Duscha kort och ljummet. Använd duscholja i stället för tvål."),
        Text("• Klipp naglarna korta, så river du inte sönder huden om det kliar på natten."),
        Text("• Hydrokortison 1 % finns utan recept och kan användas en till två veckor."),
        Heading("Hör av dig till oss om"),
        Text("• det inte har blivit bättre efter två veckor"),
        Text("• huden vätskar, blir varm eller gör ont"),
        Text("• du får feber."),
    ]])
}

/// A certificate.
pub fn certificate() -> Vec<u8> {
    document(&[&[
        Title("Intyg"),
        Text("Härmed intygas att personen som intyget gäller har besökt vårdcentralen och är bedömd av läkare."),
        Heading("Bedömning"),
        Text(
            "Tillståndet hindrar inte studier. Under en övergångstid om fyra veckor behövs extra pauser och möjlighet att göra prov i enskilt rum.",
        ),
        Heading("Giltighet"),
        Text("Intyget gäller i tre månader från utfärdandet."),
        Gap,
        Text("Omar Haddad"),
        Text("Specialistläkare i allmänmedicin"),
    ]])
}
