//! GIF: frames are counted without their pixels first, then decoded one after the other as they are asked for.

use super::Trouble;
use super::pixels::{onto_white, to_width};
use ::gif::{DecodeOptions, DecodingError};
use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, Frames, ImageDecoder, ImageError, RgbImage};
use mottaget_domain::attachment::FileKind;
use mottaget_preview::limits::{self, image_fits};
use mottaget_preview::verdict::Refusal;
use mottaget_preview::{DocumentInfo, PageSize, Unit};
use std::borrow::Cow;
use std::io::Cursor;
use std::rc::Rc;

/// An opened GIF and the place in it that was last shown.
pub struct Animation {
    bytes: Rc<[u8]>,
    width: u32,
    height: u32,
    delays_ms: Vec<u32>,
    playing: Option<Playing>,
}

struct Playing {
    frames: Frames<'static>,
    /// Index of the frame that comes next out of `frames`.
    next: u32,
    /// The frame before it, so that the same one at another size costs nothing.
    last: Option<RgbImage>,
}

impl Animation {
    /// Understands the file and decodes its first frame.
    pub fn open(bytes: Rc<[u8]>) -> Result<Self, Refusal> {
        let (width, height, delays_ms) = count(&bytes)?;
        let mut animation = Self { bytes, width, height, delays_ms, playing: None };
        animation.seek(0)?;
        Ok(animation)
    }

    /// What it is.
    pub fn info(&self) -> DocumentInfo {
        let size = PageSize { width: self.width as f32, height: self.height as f32 };
        let delays_ms = if self.delays_ms.len() > 1 { self.delays_ms.clone() } else { Vec::new() };
        DocumentInfo {
            kind: FileKind::Gif,
            pages: self.pages(),
            unit: Unit::Pixels,
            sizes: vec![size; self.delays_ms.len()],
            delays_ms,
        }
    }

    /// One frame as the viewer of the animation sees it, with all that earlier frames left.
    pub fn frame(&mut self, index: u32, width: u32) -> Result<Cow<'_, RgbImage>, Trouble> {
        if index >= self.pages() {
            return Err(Trouble::NoSuchPage(self.pages()));
        }
        Ok(to_width(Cow::Borrowed(self.seek(index)?), width))
    }

    fn pages(&self) -> u32 {
        self.delays_ms.len() as u32
    }

    fn seek(&mut self, index: u32) -> Result<&RgbImage, Refusal> {
        let mut playing = match self.playing.take() {
            Some(playing) if index + 1 >= playing.next && playing.last.is_some() => playing,
            _ => Playing { frames: self.rewind()?, next: 0, last: None },
        };
        while playing.next <= index {
            // the old frame goes before the next one comes, so that they are never both in memory
            playing.last = None;
            let frame = playing.frames.next().ok_or(Refusal::Damaged)?.map_err(|e| refusal(&e))?;
            playing.next += 1;
            if playing.next > index {
                let rgba = frame.into_buffer();
                let (w, h) = rgba.dimensions();
                let rgb = RgbImage::from_raw(w, h, onto_white(rgba.as_raw())).ok_or(Refusal::Damaged)?;
                playing.last = Some(rgb);
            }
        }
        self.playing.insert(playing).last.as_ref().ok_or(Refusal::Damaged)
    }

    fn rewind(&self) -> Result<Frames<'static>, Refusal> {
        let decoder = GifDecoder::new(Cursor::new(Rc::clone(&self.bytes))).map_err(|e| refusal(&e))?;
        if decoder.dimensions() != (self.width, self.height) {
            return Err(Refusal::Damaged);
        }
        Ok(decoder.into_frames())
    }
}

/// Canvas and delays, without decoding a pixel; every limit is checked here.
fn count(bytes: &[u8]) -> Result<(u32, u32, Vec<u32>), Refusal> {
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(bytes).map_err(decoding_refusal)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    let canvas = u64::from(width) * u64::from(height);
    if !image_fits(width, height) || canvas > limits::MAX_CANVAS_PIXELS {
        return Err(Refusal::TooLarge);
    }
    if canvas == 0 {
        return Err(Refusal::Damaged);
    }
    let mut delays = Vec::new();
    while let Some(frame) = decoder.next_frame_info().map_err(decoding_refusal)? {
        if u64::from(frame.width) * u64::from(frame.height) > limits::MAX_CANVAS_PIXELS {
            return Err(Refusal::TooLarge);
        }
        delays.push(shown_delay(frame.delay));
        let frames = delays.len() as u64;
        if frames > limits::MAX_FRAMES.into() || frames * canvas > limits::MAX_ANIMATION_PIXELS {
            return Err(Refusal::TooLarge);
        }
    }
    if delays.is_empty() {
        return Err(Refusal::Damaged);
    }
    Ok((width, height, delays))
}

/// Milliseconds from hundredths of a second, as all browsers play it: what is not slower than 10 ms becomes 100 ms.
fn shown_delay(hundredths: u16) -> u32 {
    match hundredths {
        0 | 1 => 100,
        n => u32::from(n) * 10,
    }
}

fn decoding_refusal(_: DecodingError) -> Refusal {
    Refusal::Damaged
}

fn refusal(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooLarge,
        _ => Refusal::Damaged,
    }
}
