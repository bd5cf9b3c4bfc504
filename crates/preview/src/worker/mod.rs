//! Everything that touches a stranger's bytes; part of the program only, never of the app.

pub mod confine;
pub mod gif;
pub mod jpeg;
pub mod memory;
pub mod pdf;
pub mod pixels;
pub mod png;
pub mod serve;
pub mod shell;
pub mod still;

use image::RgbImage;
use mottaget_domain::attachment::{FileKind, sniff};
use mottaget_preview::protocol::Size;
use mottaget_preview::verdict::Refusal;
use mottaget_preview::{DocumentInfo, PageText};
use pdf::Renderer;
use std::borrow::Cow;
use std::rc::Rc;

/// Why there are no pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The document can't be shown.
    Refused(Refusal),
    /// It has no such page; so many it has.
    NoSuchPage(u32),
    /// The PDF library could not be loaded.
    NoRenderer(String),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A document that was understood, ready for any page.
pub enum Opened<'r> {
    /// Pages are rendered when asked for.
    Pdf(pdf::Pages<'r>),
    /// Frames are decoded when asked for.
    Gif(Box<gif::Animation>),
    /// Decoded once and kept.
    Still(still::Still),
}

/// Understands a document, by its content alone (R89).
pub fn open<'r>(bytes: Vec<u8>, renderer: Result<&'r Renderer, &String>) -> Result<Opened<'r>, Trouble> {
    if bytes.len() > mottaget_preview::limits::MAX_INPUT_BYTES {
        return Err(Refusal::TooLarge.into());
    }
    Ok(match sniff(&bytes).ok_or(Refusal::NotOneOfFour)? {
        FileKind::Pdf => {
            let renderer = renderer.map_err(|why| Trouble::NoRenderer(why.clone()))?;
            Opened::Pdf(renderer.open(bytes)?)
        }
        FileKind::Gif => Opened::Gif(Box::new(gif::Animation::open(Rc::from(bytes))?)),
        FileKind::Jpeg => Opened::Still(still::Still::new(FileKind::Jpeg, jpeg::decode(bytes)?)),
        FileKind::Png => Opened::Still(still::Still::new(FileKind::Png, png::decode(&bytes)?)),
    })
}

impl Opened<'_> {
    /// What it is.
    pub fn info(&mut self) -> Result<DocumentInfo, Trouble> {
        match self {
            Self::Pdf(pages) => pages.info(),
            Self::Gif(animation) => Ok(animation.info()),
            Self::Still(still) => Ok(still.info()),
        }
    }

    /// The pixels of one page, counted from 0. `Size::Dpi` matters to a PDF only.
    pub fn page(&mut self, index: u32, size: Size) -> Result<Cow<'_, RgbImage>, Trouble> {
        match (self, size) {
            (Self::Pdf(pages), _) => pages.page(index, size).map(Cow::Owned),
            (Self::Gif(animation), Size::Width(width)) => animation.frame(index, width),
            (Self::Gif(animation), Size::Dpi(_)) => animation.frame(index, u32::MAX),
            (Self::Still(still), Size::Width(width)) => still.page(index, width),
            (Self::Still(still), Size::Dpi(_)) => still.page(index, u32::MAX),
        }
    }

    /// What one page says, counted from 0. A picture says nothing that could be read here.
    pub fn text(&mut self, index: u32) -> Result<PageText, Trouble> {
        if let Self::Pdf(pages) = self {
            return pages.text(index);
        }
        let pages = self.info()?.pages;
        if index < pages {
            Ok(PageText { wordless: true, ..PageText::default() })
        } else {
            Err(Trouble::NoSuchPage(pages))
        }
    }
}
