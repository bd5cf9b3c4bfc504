//! A letter of one page, made here, to measure drawing with: text in two fonts, lines and a table, all our own.

use std::fmt::Write;

/// The document's bytes.
pub fn letter() -> Vec<u8> {
    let page = page();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 6 0 R \
         /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    file.into_bytes()
}

fn page() -> String {
    let mut page = String::from("BT /F1 18 Tf 72 720 Td (Provsvar fr\\345n mottagningen) Tj ET\n");
    for line in 0..36 {
        let height = 690 - line * 14;
        let font = if line % 2 == 0 { "F1" } else { "F2" };
        let _ = writeln!(
            page,
            "BT /{font} 10 Tf 72 {height} Td (Rad {line}: v\\344rdet ligger inom gr\\344nserna, och inget mer beh\\366ver g\\366ras nu.) Tj ET"
        );
    }
    for row in 0..8 {
        let height = 60 + row * 14;
        let _ = writeln!(page, "0.4 w 72 {height} 468 14 re S");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_objects_points_at_the_objects() {
        let file = String::from_utf8(letter()).unwrap();
        let start: usize = file.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(file[start..].starts_with("xref\n0 7\n"));
        for (number, line) in (1..=6).zip(file[start..].lines().skip(3)) {
            let place: usize = line[..10].parse().unwrap();
            assert!(file[place..].starts_with(&format!("{number} 0 obj")), "{line}");
        }
    }
}
