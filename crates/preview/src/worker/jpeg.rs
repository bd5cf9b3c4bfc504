//! JPEG: size and completeness read from the markers before decoding, then decoded and turned upright (EXIF).

use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, RgbImage, imageops, metadata::Orientation};
use mottaget_preview::limits::image_fits;
use mottaget_preview::verdict::Refusal;
use std::io::Cursor;

/// The image, upright.
pub fn decode(bytes: Vec<u8>) -> Result<RgbImage, Refusal> {
    let markers = read_markers(&bytes).ok_or(Refusal::Damaged)?;
    if !image_fits(markers.width, markers.height) {
        return Err(Refusal::TooLarge);
    }
    if !markers.complete || markers.width == 0 || markers.height == 0 {
        return Err(Refusal::Damaged);
    }
    let mut decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if decoder.dimensions() != (markers.width, markers.height) {
        // two sizes in one file: don't guess which of them the next program believes
        return Err(Refusal::Damaged);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::Damaged)?.into_rgb8();
    Ok(upright(image, orientation))
}

/// Undoes the way in which the camera was held.
fn upright(mut image: RgbImage, orientation: Orientation) -> RgbImage {
    match orientation {
        Orientation::NoTransforms => {}
        Orientation::FlipHorizontal => imageops::flip_horizontal_in_place(&mut image),
        Orientation::FlipVertical => imageops::flip_vertical_in_place(&mut image),
        Orientation::Rotate180 => imageops::rotate180_in_place(&mut image),
        Orientation::Rotate90 => image = imageops::rotate90(&image),
        Orientation::Rotate270 => image = imageops::rotate270(&image),
        Orientation::Rotate90FlipH => {
            image = imageops::rotate90(&image);
            imageops::flip_horizontal_in_place(&mut image);
        }
        Orientation::Rotate270FlipH => {
            image = imageops::rotate270(&image);
            imageops::flip_horizontal_in_place(&mut image);
        }
    }
    image
}

#[derive(Debug, PartialEq, Eq)]
struct Markers {
    width: u32,
    height: u32,
    /// The end marker is there. The decoder itself fills what is missing with grey and says nothing.
    complete: bool,
}

/// Walks the segments of ITU-T T.81, annex B; `None` if no frame header is found.
fn read_markers(bytes: &[u8]) -> Option<Markers> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut size = None;
    while let Some((marker, after)) = next_marker(rest) {
        rest = after;
        match marker {
            0xd9 => return size.map(|(width, height)| Markers { width, height, complete: true }),
            // no body: stuffing, restart markers, TEM
            0x00 | 0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let Some((body, after)) = segment(rest) else { break };
        rest = after;
        // frame headers; C4, C8 and CC of that range are tables
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            size = size.or(frame_size(body));
        }
    }
    size.map(|(width, height)| Markers { width, height, complete: false })
}

/// The next marker and what follows it; data between is skipped.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.iter().position(|&b| b == 0xff)?;
    let mut rest = bytes.get(at + 1..)?;
    loop {
        let (&byte, after) = rest.split_first()?;
        if byte != 0xff {
            return Some((byte, after));
        }
        rest = after;
    }
}

fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(u16::from_be_bytes(*bytes.first_chunk()?));
    Some((bytes.get(2..length)?, bytes.get(length..)?))
}

fn frame_size(body: &[u8]) -> Option<(u32, u32)> {
    match *body {
        [_precision, h1, h0, w1, w0, ..] => {
            Some((u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_marker_inside_a_segment_is_not_the_end() {
        // APP1 that contains FFD9 (a thumbnail does), a frame header of 3 x 2, scan data with stuffing, and then nothing
        let cut =
            b"\xff\xd8\xff\xe1\0\x04\xff\xd9\xff\xc0\0\x0b\x08\0\x02\0\x03\x01\0\0\0\xff\xda\0\x02ab\xff\0\xff\xd0c";
        assert_eq!(read_markers(cut), Some(Markers { width: 3, height: 2, complete: false }));
        let whole = [&cut[..], b"\xff\xd9trailing bytes of a camera"].concat();
        assert_eq!(read_markers(&whole), Some(Markers { width: 3, height: 2, complete: true }));
    }

    #[test]
    fn no_frame_header_is_no_picture() {
        assert_eq!(read_markers(b"\xff\xd8\xff\xd9"), None);
        assert_eq!(read_markers(b"\xff\xd8\xff"), None);
        assert_eq!(read_markers(b"\xff\xd8\xff\xc0\0\x01"), None);
    }
}
