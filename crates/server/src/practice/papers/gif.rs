//! GIF by hand: a fixed palette, codes that are never packed (GIF89a specification, appendix F).

use super::canvas::{Canvas, Colour};

/// Codes between two clear codes: fewer than make the code longer than eight bits.
const RUN: usize = 126;

/// The pictures as a GIF file; more than one move for ever, each for `hundredths` of a second.
pub fn encode(frames: &[Canvas], hundredths: u16) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    let (width, height) = frames.first().map_or((1, 1), |frame| (frame.width, frame.height));
    file.extend(short(width));
    file.extend(short(height));
    // A palette of 128 colours for the whole file.
    file.extend([0b1111_0110, 0, 0]);
    for place in 0..128_u8 {
        file.extend(colour(place));
    }
    if frames.len() > 1 {
        file.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00");
    }
    for frame in frames {
        file.extend([0x21, 0xf9, 4, 0b0000_0100]);
        file.extend(hundredths.to_le_bytes());
        file.extend([0, 0]);
        file.extend([0x2c, 0, 0, 0, 0]);
        file.extend(short(frame.width));
        file.extend(short(frame.height));
        file.push(0);
        image(&mut file, frame);
    }
    file.push(0x3b);
    file
}

fn short(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes()
}

/// The palette: 4 steps of red, 8 of green, 4 of blue.
fn colour(place: u8) -> Colour {
    let step = |value: u8, most: u8| u8::try_from(u16::from(value) * 255 / u16::from(most)).unwrap_or(255);
    [step(place >> 5, 3), step((place >> 2) & 7, 7), step(place & 3, 3)]
}

fn nearest([red, green, blue]: Colour) -> u8 {
    let step = |value: u8, most: u16| u8::try_from((u16::from(value) * most + 127) / 255).unwrap_or(0);
    (step(red, 3) << 5) | (step(green, 7) << 2) | step(blue, 3)
}

/// Every pixel is a code of its own, eight bits long, since a clear code (128) comes before codes would grow.
fn image(file: &mut Vec<u8>, frame: &Canvas) {
    file.push(7);
    let mut codes = Vec::new();
    for run in frame.pixels().chunks(RUN) {
        codes.push(128);
        codes.extend(run.iter().map(|pixel| nearest(*pixel)));
    }
    codes.push(129);
    for block in codes.chunks(255) {
        file.push(u8::try_from(block.len()).unwrap_or(255));
        file.extend(block);
    }
    file.push(0);
}
