//! PDF through pdfium: pages are rendered when asked for, at the size asked for.

use super::Trouble;
use image::RgbImage;
use mottaget_domain::attachment::FileKind;
use mottaget_preview::limits::{MAX_PAGE_CHARACTERS, MAX_PAGES, MAX_SIDE, shown_size};
use mottaget_preview::protocol::Size;
use mottaget_preview::verdict::Refusal;
use mottaget_preview::{DocumentInfo, PageSize, PageText, Unit};
use pdfium_render::prelude::{
    PdfBitmap, PdfBitmapFormat, PdfDocument, PdfFormField, PdfPageAnnotationCommon, PdfPageObjectsCommon,
    PdfRenderConfig, Pdfium, PdfiumError, PdfiumInternalError,
};
use std::path::Path;

const POINTS_PER_INCH: f64 = 72.0;
/// How far from the end the end marker may stand: ISO 32000-1, annex H.3.4.4.
const END_MARKER_WITHIN: usize = 1024;

/// The loaded library.
pub struct Renderer {
    pdfium: Pdfium,
}

impl Renderer {
    /// Loads the library; on failure, one sentence.
    pub fn load(path: &Path) -> Result<Self, String> {
        match Pdfium::bind_to_library(path) {
            Ok(bindings) => Ok(Self { pdfium: Pdfium::new(bindings) }),
            Err(_) => Err(format!("The PDF library can't be loaded from {}.", path.display())),
        }
    }

    /// Understands a document.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Pages<'_>, Trouble> {
        let complete = has_end_marker(&bytes);
        let document = self.pdfium.load_pdf_from_byte_vec(bytes, None).map_err(|e| refusal(&e))?;
        if !complete {
            // pdfium would mend it silently and show what is left; what is sent must be whole
            return Err(Refusal::Damaged.into());
        }
        match u32::try_from(document.pages().len()) {
            Ok(1..=MAX_PAGES) => Ok(Pages { document }),
            Ok(0) | Err(_) => Err(Refusal::Damaged.into()),
            Ok(_) => Err(Refusal::TooLarge.into()),
        }
    }
}

/// An opened document.
pub struct Pages<'r> {
    document: PdfDocument<'r>,
}

impl Pages<'_> {
    /// What it is. No page is loaded for it: loading a page reads all of its content, which may take for ever.
    pub fn info(&self) -> Result<DocumentInfo, Trouble> {
        let pages = self.document.pages();
        let sizes = pages.as_range().map(|i| self.size(i)).collect::<Result<Vec<_>, _>>()?;
        Ok(DocumentInfo {
            kind: FileKind::Pdf,
            pages: sizes.len() as u32,
            unit: Unit::Points,
            sizes,
            delays_ms: Vec::new(),
        })
    }

    /// One page on white, with what was filled into its form and noted on it.
    pub fn page(&self, index: u32, size: Size) -> Result<RgbImage, Trouble> {
        let pages = self.document.pages();
        let number = i32::try_from(index).unwrap_or(i32::MAX);
        if number >= pages.len() {
            return Err(Trouble::NoSuchPage(pages.len() as u32));
        }
        let points = self.size(number)?;
        let (width, height) = (f64::from(points.width), f64::from(points.height));
        let wanted = match size {
            Size::Width(pixels) => f64::from(pixels),
            Size::Dpi(dpi) => width / POINTS_PER_INCH * f64::from(dpi),
        };
        let (width, height) = shown_size(width, height, wanted);
        let page = pages.get(number).map_err(|e| refusal(&e))?;
        let (w, h) = (width as i32, height as i32);
        // no memory for the bitmap is the only way in which this can fail
        let mut bitmap = PdfBitmap::empty(w, h, PdfBitmapFormat::BGR).map_err(|_| Refusal::TimeOrMemory)?;
        let config = PdfRenderConfig::new().set_fixed_size(w, h).set_format(PdfBitmapFormat::BGR);
        page.render_into_bitmap_with_config(&mut bitmap, &config).map_err(|e| refusal(&e))?;
        let rgb = without_padding(bitmap.as_raw_bytes(), width as usize * 3, height as usize);
        Ok(RgbImage::from_raw(width, height, rgb).ok_or(Refusal::Damaged)?)
    }

    /// What one page says, wherever on it the words stand, also outside what is shown.
    pub fn text(&self, index: u32) -> Result<PageText, Trouble> {
        let pages = self.document.pages();
        let number = i32::try_from(index).unwrap_or(i32::MAX);
        if number >= pages.len() {
            return Err(Trouble::NoSuchPage(pages.len() as u32));
        }
        let page = pages.get(number).map_err(|e| refusal(&e))?;
        let words = page.text().map_err(|e| refusal(&e))?;
        if usize::try_from(words.len()).unwrap_or(0) > MAX_PAGE_CHARACTERS {
            return Err(Refusal::TooLarge.into());
        }
        // character by character: the library's own way leaves out what lies outside a sheet that begins at 0, 0
        let mut text: String = words.chars().iter().filter_map(|sign| sign.unicode_char()).map(plain).collect();
        let noted = page.annotations();
        for note in noted.iter() {
            let contents = note.contents();
            for words in [contents, note.as_form_field().and_then(filled_in)].into_iter().flatten() {
                if !words.trim().is_empty() {
                    text.push('\n');
                    text.push_str(&words);
                }
            }
            if text.len() > MAX_PAGE_CHARACTERS * 4 {
                return Err(Refusal::TooLarge.into());
            }
        }
        let wordless = text.trim().is_empty() && (!page.objects().is_empty() || !noted.is_empty());
        Ok(PageText { text, wordless })
    }

    fn size(&self, number: i32) -> Result<PageSize, Refusal> {
        let size = self.document.pages().page_size(number).map_err(|e| refusal(&e))?;
        let (width, height) = (size.width().value, size.height().value);
        if !(width > 0.0 && height > 0.0) {
            return Err(Refusal::Damaged);
        }
        if width > MAX_SIDE as f32 || height > MAX_SIDE as f32 {
            return Err(Refusal::TooLarge);
        }
        Ok(PageSize { width, height })
    }
}

/// What somebody has written into, or chosen in, a field of a form.
fn filled_in(field: &PdfFormField) -> Option<String> {
    let typed = field.as_text_field().and_then(|field| field.value());
    let chosen = || field.as_combo_box_field().and_then(|field| field.value());
    typed.or_else(chosen).or_else(|| field.as_list_box_field().and_then(|field| field.value()))
}

/// The library marks a hyphen at the end of a line by a sign of its own.
fn plain(sign: char) -> char {
    match sign {
        '\u{2}' | '\u{ad}' | '\u{fffe}' => '-',
        '\0' => ' ',
        other => other,
    }
}

/// The library starts each row at a multiple of four bytes; nobody else does.
fn without_padding(mut bytes: Vec<u8>, row: usize, rows: usize) -> Vec<u8> {
    let stride = bytes.len() / rows.max(1);
    if stride > row {
        for n in 1..rows {
            bytes.copy_within(n * stride..n * stride + row, n * row);
        }
    }
    bytes.truncate(row * rows);
    bytes
}

fn has_end_marker(bytes: &[u8]) -> bool {
    let padding = bytes.iter().rev().take_while(|b| b.is_ascii_whitespace() || **b == 0).count();
    let bytes = bytes.get(..bytes.len() - padding).unwrap_or_default();
    let tail = bytes.get(bytes.len().saturating_sub(END_MARKER_WITHIN)..).unwrap_or_default();
    tail.windows(5).any(|w| w == b"%%EOF")
}

fn refusal(error: &PdfiumError) -> Refusal {
    match error {
        PdfiumError::PdfiumLibraryInternalError(
            PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
        ) => Refusal::NeedsPassword,
        _ => Refusal::Damaged,
    }
}
