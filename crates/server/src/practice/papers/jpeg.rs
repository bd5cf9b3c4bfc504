//! JPEG by hand: baseline, one table of each kind for all three components (ITU-T T.81, tables of annex K).

use super::canvas::Canvas;

/// Steps of the coefficients, row by row: annex K.1, a quarter of it for a good picture.
const STEPS: [u8; 64] = [
    4, 3, 3, 4, 6, 10, 13, 15, 3, 3, 4, 5, 7, 15, 15, 14, 4, 3, 4, 6, 10, 14, 17, 14, 4, 4, 6, 7, 13, 22, 20, 16, 5, 6,
    9, 14, 17, 27, 26, 19, 6, 9, 14, 16, 20, 26, 28, 23, 12, 16, 20, 22, 26, 30, 30, 25, 18, 23, 24, 25, 28, 25, 26,
    25,
];

/// The order in which coefficients are written.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Codes of each length from one bit, for the first coefficient (table K.3).
const FIRST_LENGTHS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const FIRST_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Codes of each length from one bit, for the others (table K.5).
const OTHER_LENGTHS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
const OTHER_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14,
    0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09,
    0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a,
    0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65,
    0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
    0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
    0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca,
    0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
    0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

/// The picture as a JPEG file.
pub fn encode(canvas: &Canvas) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xe0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00");
    let mut steps = vec![0];
    steps.extend(ZIGZAG.iter().filter_map(|place| STEPS.get(usize::from(*place))));
    segment(&mut file, 0xdb, &steps);
    let mut frame = vec![8];
    frame.extend(u16::try_from(canvas.height).unwrap_or(0).to_be_bytes());
    frame.extend(u16::try_from(canvas.width).unwrap_or(0).to_be_bytes());
    frame.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    segment(&mut file, 0xc0, &frame);
    segment(&mut file, 0xc4, &table(0x00, &FIRST_LENGTHS, &FIRST_VALUES));
    segment(&mut file, 0xc4, &table(0x10, &OTHER_LENGTHS, &OTHER_VALUES));
    segment(&mut file, 0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    file.extend(scan(canvas));
    file.extend([0xff, 0xd9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    file.extend([0xff, marker]);
    file.extend(u16::try_from(content.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    file.extend(content);
}

fn table(class: u8, lengths: &[u8], values: &[u8]) -> Vec<u8> {
    [&[class], lengths, values].concat()
}

/// For each value its code and length (annex C).
fn codes(lengths: &[u8], values: &[u8]) -> Vec<(u32, u32)> {
    let mut codes = vec![(0, 0); 256];
    let mut code = 0;
    let mut values = values.iter();
    for (bits, count) in (1..).zip(lengths) {
        for _ in 0..*count {
            if let Some(slot) = values.next().and_then(|value| codes.get_mut(usize::from(*value))) {
                *slot = (code, bits);
            }
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// Bits on their way into bytes; a byte of ones is followed by an empty one.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    word: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        for place in (0..bits).rev() {
            self.word = (self.word << 1) | ((value >> place) & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = u8::try_from(self.word & 0xff).unwrap_or(0);
                self.bytes.push(byte);
                if byte == 0xff {
                    self.bytes.push(0);
                }
                (self.word, self.count) = (0, 0);
            }
        }
    }

    fn code(&mut self, codes: &[(u32, u32)], value: u32) {
        let (code, bits) = codes.get(value as usize).copied().unwrap_or_default();
        self.put(code, bits);
    }
}

fn scan(canvas: &Canvas) -> Vec<u8> {
    let (first, other) = (codes(&FIRST_LENGTHS, &FIRST_VALUES), codes(&OTHER_LENGTHS, &OTHER_VALUES));
    let mut bits = Bits::default();
    let mut last = [0_i32; 3];
    for top in (0..canvas.height).step_by(8) {
        for left in (0..canvas.width).step_by(8) {
            for (component, last) in (0..3).zip(&mut last) {
                let block = coefficients(samples(canvas, left, top, component));
                write_block(&mut bits, &block, last, &first, &other);
            }
        }
    }
    // Filled up with ones.
    while bits.count != 0 {
        bits.put(1, 1);
    }
    bits.bytes
}

/// Eight rows of eight.
type Square = [[f32; 8]; 8];

/// One component of eight by eight pixels (JFIF: brightness and two differences of colour).
fn samples(canvas: &Canvas, left: usize, top: usize, component: u8) -> Square {
    let (r, g, b, zero) = match component {
        0 => (0.299, 0.587, 0.114, 128.0),
        1 => (-0.168_74, -0.331_26, 0.5, 0.0),
        _ => (0.5, -0.418_69, -0.081_31, 0.0),
    };
    std::array::from_fn(|y| {
        std::array::from_fn(|x| {
            let [red, green, blue] = canvas.at(left + x, top + y);
            r * f32::from(red) + g * f32::from(green) + b * f32::from(blue) - zero
        })
    })
}

/// Half the cosine of n sixteenths of a half turn.
const HALF_COS: [f32; 8] = [0.5, 0.490_393, 0.461_940, 0.415_735, 0.353_553, 0.277_785, 0.191_342, 0.097_545];

/// How much of each of the eight waves is in eight samples (annex A.3.3), sums and differences taken first.
fn waves([a, b, c, d, e, f, g, h]: [f32; 8]) -> [f32; 8] {
    let [_, c1, c2, c3, c4, c5, c6, c7] = HALF_COS;
    let (s0, s1, s2, s3) = (a + h, b + g, c + f, d + e);
    let (d0, d1, d2, d3) = (a - h, b - g, c - f, d - e);
    [
        c4 * (s0 + s1 + s2 + s3),
        c1 * d0 + c3 * d1 + c5 * d2 + c7 * d3,
        c2 * (s0 - s3) + c6 * (s1 - s2),
        c3 * d0 - c7 * d1 - c1 * d2 - c5 * d3,
        c4 * (s0 - s1 - s2 + s3),
        c5 * d0 - c1 * d1 + c7 * d2 + c3 * d3,
        c6 * (s0 - s3) - c2 * (s1 - s2),
        c7 * d0 - c5 * d1 + c3 * d2 - c1 * d3,
    ]
}

fn turned(square: &Square) -> Square {
    std::array::from_fn(|x| square.map(|row| row.get(x).copied().unwrap_or(0.0)))
}

/// How much of each wave, across and then down, in steps.
fn coefficients(samples: Square) -> Vec<i32> {
    let both = turned(&turned(&samples.map(waves)).map(waves));
    #[allow(clippy::cast_possible_truncation, reason = "coefficients of 8-bit samples lie within ±2048")]
    let whole = |(amount, step): (&f32, u8)| (amount / f32::from(step)).round() as i32;
    both.iter().flatten().zip(STEPS).map(whole).collect()
}

/// How many bits a number needs, and those bits: negative ones count down from all ones.
fn magnitude(value: i32) -> (u32, u32) {
    let bits = 32 - value.unsigned_abs().leading_zeros();
    let low = if value < 0 { value - 1 } else { value };
    (bits, low.cast_unsigned() & ((1_u32 << bits) - 1))
}

fn write_block(bits: &mut Bits, block: &[i32], last: &mut i32, first: &[(u32, u32)], other: &[(u32, u32)]) {
    let mut ordered = ZIGZAG.iter().map(|place| block.get(usize::from(*place)).copied().unwrap_or(0));
    let mean = ordered.next().unwrap_or(0);
    let (size, value) = magnitude(mean - *last);
    *last = mean;
    bits.code(first, size);
    bits.put(value, size);
    let mut zeros = 0;
    for amount in ordered {
        if amount == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 15 {
            bits.code(other, 0xf0);
            zeros -= 16;
        }
        let (size, value) = magnitude(amount);
        bits.code(other, (zeros << 4) | size);
        bits.put(value, size);
        zeros = 0;
    }
    if zeros > 0 {
        bits.code(other, 0);
    }
}
