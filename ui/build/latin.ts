// The letters of Swedish, English and their neighbours, with the signs and blanks that the screen itself writes.

/** First and last code point of each run. The fonts are cut to these, and the style sheet says so. */
export const LATIN: readonly (readonly [number, number])[] = [
  [0x0020, 0x007e],
  [0x00a0, 0x017f],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
];
