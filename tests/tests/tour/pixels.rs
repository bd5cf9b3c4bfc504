//! What can be seen in a picture of the window: a page that comes out white is white here too.

use crate::window::Answer;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A part of the window's picture, in its pixels.
#[derive(Clone, Copy)]
pub struct Part {
    pub x: u64,
    pub y: u64,
    pub width: u64,
    pub height: u64,
}

/// A colour of a drawing, and how much of the visible part it covers at least, in thousandths.
pub type Block = ([u8; 3], usize);

/// Scaling and JPEG move a colour by a little.
const NEAR: u8 = 14;

/// The blocks of colour that each of the tour's files is known by.
pub fn blocks_of(name: &str) -> Answer<&'static [Block]> {
    match name {
        // the line above the heading, and the letters
        "lakemedelslista.pdf" | "svar.pdf" => Ok(&[([11, 92, 99], 4), ([0, 0, 0], 1)]),
        // lid and glass, label, pills
        "burk.jpg" => Ok(&[([12, 92, 99], 25), ([191, 227, 225], 40), ([244, 184, 96], 4)]),
        "svar.jpg" => Ok(&[([100, 12, 96], 25), ([223, 191, 228], 40), ([95, 244, 176], 4)]),
        _ => Err(format!("nobody has said how {name} looks")),
    }
}

/// What of the blocks is missing in that part of the picture; nothing if all are there.
pub fn missing(png: &[u8], part: Part, blocks: &[Block]) -> Answer<Option<String>> {
    let bytes = raw(png, part)?;
    let all = bytes.len() / 3;
    if all == 0 {
        return Ok(Some("the page has no room on the screen".to_owned()));
    }
    for (colour, least) in blocks {
        let same = |pixel: &&[u8]| pixel.iter().zip(colour).all(|(seen, wanted)| seen.abs_diff(*wanted) <= NEAR);
        let seen = bytes.chunks_exact(3).filter(same).count();
        if seen * 1000 < all * least {
            return Ok(Some(format!("{seen} of {all} pixels are {colour:?}, that is fewer than {least} in 1000")));
        }
    }
    Ok(None)
}

/// Red, green and blue of each pixel in the part.
fn raw(png: &[u8], Part { x, y, width, height }: Part) -> Answer<Vec<u8>> {
    let mut tool = Command::new("convert")
        .args([
            "png:-",
            "-crop",
            &format!("{width}x{height}+{x}+{y}"),
            "+repage",
            "-alpha",
            "off",
            "-depth",
            "8",
            "rgb:-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("convert: {error}"))?;
    tool.stdin.take().ok_or("no input")?.write_all(png).map_err(|error| format!("convert: {error}"))?;
    let out = tool.wait_with_output().map_err(|error| format!("convert: {error}"))?;
    if out.status.success() { Ok(out.stdout) } else { Err(format!("convert: {}", out.status)) }
}
