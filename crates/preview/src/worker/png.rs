//! PNG: every colour type and depth down to 8 bits while reading, so that 16 bits never cost double.

use super::pixels::{onto_white, over_white};
use ::png::{ColorType, Decoder, DecodingError, Limits, Transformations};
use image::RgbImage;
use mottaget_preview::limits::image_fits;
use mottaget_preview::verdict::Refusal;
use std::io::Cursor;

/// Most bytes that the decoder may hold beside the pixels: rows, palette, compressed side chunks.
const SIDE_BYTES: usize = 64 * 1024 * 1024;

/// The image (of an animated one the still that stands first in the file), on white.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, Refusal> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: SIDE_BYTES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(refusal)?;
    let (width, height) = (header.width, header.height);
    if !image_fits(width, height) {
        return Err(Refusal::TooLarge);
    }
    let mut reader = decoder.read_info().map_err(refusal)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or(Refusal::TooLarge)?];
    let frame = reader.next_frame(&mut data).map_err(refusal)?;
    if (frame.width, frame.height) != (width, height) {
        return Err(Refusal::Damaged);
    }
    data.truncate(frame.buffer_size());
    let rgb = match frame.color_type {
        ColorType::Rgb => data,
        ColorType::Rgba => onto_white(&data),
        ColorType::Grayscale => data.iter().flat_map(|&v| [v; 3]).collect(),
        ColorType::GrayscaleAlpha => data
            .chunks_exact(2)
            .flat_map(|pair| if let [v, a] = *pair { [over_white(v, a); 3] } else { [0; 3] })
            .collect(),
        // EXPAND leaves no palette
        ColorType::Indexed => return Err(Refusal::Damaged),
    };
    RgbImage::from_raw(width, height, rgb).ok_or(Refusal::Damaged)
}

fn refusal(error: DecodingError) -> Refusal {
    match error {
        DecodingError::LimitsExceeded => Refusal::TooLarge,
        DecodingError::IoError(_) | DecodingError::Format(_) | DecodingError::Parameter(_) => Refusal::Damaged,
    }
}
