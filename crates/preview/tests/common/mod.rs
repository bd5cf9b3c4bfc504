//! Files for the tests, made here, and the worker program with the real PDF library.
#![allow(dead_code)] // each test program uses a part of it

use image::{DynamicImage, Rgb, RgbImage};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const RED: Rgb<u8> = Rgb([255, 0, 0]);
pub const WHITE: Rgb<u8> = Rgb([255, 255, 255]);

pub fn worker() -> PathBuf {
    env!("CARGO_BIN_EXE_mottaget-preview").into()
}

/// The real library, from `MOTTAGET_PDFIUM` or from where the project's set-up puts it.
pub fn pdfium() -> PathBuf {
    let path = std::env::var_os("MOTTAGET_PDFIUM").map_or_else(
        || {
            let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../vendor/pdfium")
                .join(platform)
                .join(mottaget_preview::places::pdfium_file_name())
        },
        PathBuf::from,
    );
    assert!(path.is_file(), "the PDF library is not at {}: run `cargo xtask setup` first", path.display());
    path.canonicalize().unwrap()
}

/// Runs the program as a person at a shell would.
pub fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(worker());
    command.args(arguments).env_clear().env("MOTTAGET_PDFIUM", pdfium());
    feed(command, input)
}

pub fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the worker starts");
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // it may stop reading early, when it has seen enough
        scope.spawn(move || stdin.write_all(input).map_or_else(drop, drop));
        child.wait_with_output().unwrap()
    })
}

/// The image that `render` gives for this file.
pub fn rendered(arguments: &[&str], input: &[u8]) -> RgbImage {
    let output = run(&[&["render"], arguments].concat(), input);
    assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    image_of(&output.stdout)
}

/// Decodes a PNG and makes sure that it is RGB of 8 bits.
pub fn image_of(png: &[u8]) -> RgbImage {
    match image::load_from_memory_with_format(png, image::ImageFormat::Png).expect("a PNG") {
        DynamicImage::ImageRgb8(image) => image,
        other => panic!("not RGB of 8 bits but {:?}", other.color()),
    }
}

pub fn assert_near(image: &RgbImage, x: u32, y: u32, wanted: Rgb<u8>) {
    let got = image.get_pixel(x, y);
    let far = got.0.iter().zip(wanted.0).any(|(a, b)| a.abs_diff(b) > 12);
    assert!(!far, "at {x},{y}: {got:?} instead of {wanted:?}");
}

/// How many pixels are not white.
pub fn ink(image: &RgbImage) -> usize {
    image.pixels().filter(|p| p.0.iter().any(|&v| v < 128)).count()
}

pub fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A PDF with these objects, the first being the catalogue.
pub fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe5\xe4\xf6\xc5\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    out.extend(end.bytes());
    out
}

pub fn stream(head: &str, content: &[u8]) -> Vec<u8> {
    [format!("<< {head} /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

/// One page per content stream, each of this size in points, with Helvetica as /F1 in the encoding of Windows.
pub fn pdf(width: u32, height: u32, contents: &[&[u8]]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|i| format!("{} 0 R", 4 + 2 * i)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), contents.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (i, content) in contents.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * i
        );
        objects.push(page.into_bytes());
        objects.push(stream("", content));
    }
    pdf_of(&objects)
}

/// A page of 200 × 100 points with a red square from (20, 20) to (80, 80), counted from the lower left corner.
pub const RED_SQUARE: &[u8] = b"1 0 0 rg 20 20 60 60 re f";

pub fn text_page(text: &[u8]) -> Vec<u8> {
    [b"BT /F1 40 Tf 20 40 Td (", text, b") Tj ET"].concat()
}

/// Words on a page; a letter of one of the fonts' 14 standard faces, so nothing is embedded.
pub fn written(lines: &[&str]) -> Vec<u8> {
    let signs = |line: &str| -> Vec<u8> { line.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect() };
    let mut content = b"BT /F1 12 Tf 14 TL 10 80 Td ".to_vec();
    for line in lines {
        content.extend([b"(".as_slice(), &signs(line), b") Tj T* "].concat());
    }
    [content, b"ET".to_vec()].concat()
}

/// A form with a filled-in field, and a note that somebody put on the sheet; the sheet itself says nothing.
pub fn filled_form() -> Vec<u8> {
    let annotation = |rest: &str| format!("<< /Type /Annot /Rect [10 10 150 40] /F 4 {rest} >>").into_bytes();
    pdf_of(&[
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /DA (/Helv 12 Tf 0 g) >> >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Annots [4 0 R 5 0 R] /Resources << >> >>".to_vec(),
        annotation("/Subtype /Widget /FT /Tx /T (namn) /V (Cecilia Gran) /DA (/Helv 12 Tf 0 g)"),
        annotation("/Subtype /FreeText /Contents (Ring Bertil) /DA (/Helv 12 Tf 0 g)"),
    ])
}

/// Three pages that differ: one, two, three bars.
pub fn three_pages() -> Vec<u8> {
    pdf(
        200,
        100,
        &[
            b"0 g 10 10 20 80 re f",
            b"0 g 10 10 20 80 re f 60 10 20 80 re f",
            b"0 g 10 10 20 80 re f 60 10 20 80 re f 110 10 20 80 re f",
        ],
    )
}

/// Small, but no renderer comes to its end: forms that draw forms, ten times ten times ten …
pub fn endless_pdf() -> Vec<u8> {
    let depth = 12;
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 5 0 R /Resources << /XObject << /X 6 0 R >> >> >>"
            .to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Resources << >> >>".to_vec(),
        stream("", b"/X Do"),
    ];
    for level in 0..depth {
        let head = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /XObject << /X {} 0 R >> >>",
            7 + level
        );
        objects.push(stream(&head, &b"/X Do ".repeat(10)));
    }
    objects.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 200 100]", b"0 0 1 1 re f"));
    pdf_of(&objects)
}

/// 60 × 40, white, with a red rectangle in the upper left quarter (0..30, 0..20).
pub fn red_corner() -> RgbImage {
    RgbImage::from_fn(60, 40, |x, y| if x < 30 && y < 20 { RED } else { WHITE })
}

pub fn encoded(image: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(image).unwrap();
    bytes
}

/// The same JPEG with an EXIF block that says how the camera was held (tag 0x0112), in big-endian form.
pub fn with_orientation(jpeg: &[u8], value: u8) -> Vec<u8> {
    let tiff = [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[value], b"\0\0\0\0\0\0"].concat();
    let body = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &body, &jpeg[2..]].concat()
}

/// Sets the size that a JPEG claims in its frame header.
pub fn claiming(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let at = jpeg.windows(2).position(|w| w == b"\xff\xc0").expect("a baseline frame header");
    let mut bytes = jpeg.to_vec();
    bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A PNG that is only a header of this size.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    drop(png::Encoder::new(&mut bytes, width, height).write_header().unwrap());
    bytes
}

/// A GIF that is only a header of this size and the beginning of a frame.
pub fn gif_header(width: u16, height: u16) -> Vec<u8> {
    let (w, h) = (width.to_le_bytes(), height.to_le_bytes());
    let size = [w, h].concat();
    [b"GIF89a".as_slice(), &size, b"\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0", &size, b"\0\x02\x02\x44\x01\0\x3b"]
        .concat()
}

/// 20 × 10, three frames (200 ms, 50 ms, none given): all red; its left half turned blue; one transparent frame on top.
pub fn animation() -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette = [255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0];
    let mut encoder = gif::Encoder::new(&mut bytes, 20, 10, &palette).unwrap();
    let frame = |width: u16, colour: u8, delay| gif::Frame {
        width,
        height: 10,
        delay,
        buffer: vec![colour; usize::from(width) * 10].into(),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame(20, 0, 20)).unwrap();
    encoder.write_frame(&frame(10, 1, 5)).unwrap();
    encoder.write_frame(&gif::Frame { transparent: Some(2), ..frame(20, 2, 0) }).unwrap();
    drop(encoder);
    bytes
}

/// Many small frames.
pub fn long_animation(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 1, 1, &[0, 0, 0]).unwrap();
    for _ in 0..frames {
        encoder
            .write_frame(&gif::Frame { width: 1, height: 1, buffer: vec![0].into(), ..gif::Frame::default() })
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// Every file that can't be shown, with the exit code and the error code that it must get.
pub fn unshowable() -> Vec<(&'static str, Vec<u8>, i32, &'static str)> {
    let letter = three_pages();
    let photo = jpeg(&red_corner());
    let picture = encoded(&red_corner().into(), image::ImageFormat::Png);
    let film = animation();
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let damaged = "file-damaged";
    let large = "file-too-large-to-show";
    vec![
        ("no bytes", vec![], 10, "file-type-not-allowed"),
        ("text", b"Hej, detta \xc3\xa4r text som heter brev.pdf\n".to_vec(), 10, "file-type-not-allowed"),
        ("a zip", b"PK\x03\x04\x14\0\0\0".to_vec(), 10, "file-type-not-allowed"),
        ("a bitmap", b"BM\x46\0\0\0\0\0\0\0".to_vec(), 10, "file-type-not-allowed"),
        ("half a PDF", half(&letter), 11, damaged),
        ("a PDF without its last line", letter[..letter.len() - 6].to_vec(), 11, damaged),
        ("only a PDF header", b"%PDF-1.7\n".to_vec(), 11, damaged),
        ("a PDF of rubbish", [b"%PDF-1.7\n".as_slice(), &[0xaa; 500], b"\n%%EOF\n"].concat(), 11, damaged),
        ("a PDF without pages", pdf(200, 100, &[]), 11, damaged),
        ("half a JPEG", half(&photo), 11, damaged),
        ("a JPEG without its end", photo[..photo.len() - 2].to_vec(), 11, damaged),
        ("only a JPEG header", b"\xff\xd8\xff\xe0".to_vec(), 11, damaged),
        ("half a PNG", half(&picture), 11, damaged),
        ("only a PNG header", png_header(10, 10), 11, damaged),
        ("half a GIF", half(&film), 11, damaged),
        ("only a GIF header", b"GIF89a".to_vec(), 11, damaged),
        ("a PNG header with a JPEG behind", [&picture[..8], &photo[..]].concat(), 11, damaged),
        ("an encrypted PDF, 40 bits", fixture("encrypted-rc4-40.pdf"), 12, "file-encrypted"),
        ("an encrypted PDF, AES-256", fixture("encrypted-aes-256.pdf"), 12, "file-encrypted"),
        ("a huge GIF header", gif_header(65_535, 65_535), 13, large),
        ("a huge PNG header", png_header(65_535, 65_535), 13, large),
        ("a PNG of too many pixels", png_header(20_000, 6_000), 13, large),
        ("a huge JPEG header", claiming(&photo, 65_535, 65_535), 13, large),
        ("too many frames", long_animation(2_001), 13, large),
        ("a page of a mile", pdf(4_000_000, 4_000_000, &[RED_SQUARE]), 13, large),
        ("a byte more than 20 MB", [&picture[..], &vec![0; 20 * 1024 * 1024 + 1 - picture.len()]].concat(), 13, large),
    ]
}
