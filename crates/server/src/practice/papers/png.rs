//! PNG by hand: true colour, the pixels stored without packing (PNG specification; RFC 1950, RFC 1951 section 3.2.4).

use super::canvas::Canvas;

/// The picture as a PNG file.
pub fn encode(canvas: &Canvas) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(length(canvas.width));
    header.extend(length(canvas.height));
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    let mut lines = Vec::new();
    for row in canvas.rows() {
        lines.push(0);
        lines.extend(row.iter().flatten());
    }
    chunk(&mut file, b"IDAT", &stored(&lines));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn length(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(0).to_be_bytes()
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    file.extend(length(content.len()));
    let mut checked = name.to_vec();
    checked.extend(content);
    let sum = crc32(&checked);
    file.extend(checked);
    file.extend(sum.to_be_bytes());
}

/// A zlib stream of blocks that are not packed.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        let size = u16::try_from(block.len()).unwrap_or(0);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(size.to_le_bytes());
        stream.extend((!size).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // Sums of so few bytes can't overflow.
    for part in bytes.chunks(3_000) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    (b << 16) | a
}

fn crc32(bytes: &[u8]) -> u32 {
    let steps: Vec<u32> = (0..256).map(crc_of_byte).collect();
    let mut sum = u32::MAX;
    for byte in bytes {
        let place = (sum & 0xff) ^ u32::from(*byte);
        sum = (sum >> 8) ^ steps.get(place as usize).copied().unwrap_or(0);
    }
    !sum
}

fn crc_of_byte(byte: u32) -> u32 {
    (0..8).fold(byte, |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_published() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }
}
