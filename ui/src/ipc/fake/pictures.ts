// Drawn pages for the in-memory backend's previews, so that paging, zoom and animation can be tried without files.
import type { FileKind } from "../bindings";

const SIZES: Record<FileKind, { width: number; height: number }> = {
  pdf: { width: 595, height: 842 }, gif: { width: 320, height: 240 }, jpeg: { width: 1200, height: 900 }, png: { width: 900, height: 600 },
};

export const sizeOf = (kind: FileKind) => SIZES[kind];

export function drawPage(kind: FileKind, title: string, page: number, pages: number): string {
  const { width, height } = SIZES[kind];
  const unit = width / 100;
  const lines = Array.from({ length: 14 }, (_, n) => `<rect x="${unit * 10}" y="${unit * (26 + n * 5)}" width="${unit * (58 + ((n * 37 + page * 13) % 22))}" height="${unit * 1.4}" rx="${unit * 0.6}" fill="#b9c4c8"/>`).join("");
  const dot = `<circle cx="${width * (0.2 + (0.6 * page) / Math.max(1, pages - 1))}" cy="${height * 0.6}" r="${unit * 9}" fill="#0b5c63"/>`;
  const body = kind === "pdf" ? lines : kind === "gif" ? dot : `<path d="M0 ${height * 0.75} L${width * 0.35} ${height * 0.45} L${width * 0.6} ${height * 0.7} L${width * 0.8} ${height * 0.5} L${width} ${height * 0.72} V${height} H0 Z" fill="#7fa7a4"/>${dot}`;
  const safe = title.replace(/[<&"]/g, "");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${kind === "pdf" ? "#fff" : "#eaf1f1"}"/><text x="${unit * 10}" y="${unit * 18}" font-family="sans-serif" font-size="${unit * 3.4}" fill="#26323a">${safe.slice(0, 40)}</text>${body}<text x="${unit * 88}" y="${height - unit * 5}" font-family="sans-serif" font-size="${unit * 3}" fill="#5a6a72" text-anchor="end">${page + 1} / ${pages}</text></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
