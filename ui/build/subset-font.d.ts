// The part of the package's interface that is used here; it brings no types of its own.
declare module "subset-font" {
  /** `text` holds the letters to keep, `keepFeatures` the OpenType features by their four letters. */
  export default function subsetFont(font: Buffer, text: string, options: { targetFormat: "woff2"; keepFeatures: readonly string[] }): Promise<Buffer>;
}
