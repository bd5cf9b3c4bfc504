import { fileURLToPath } from "node:url";
import vueI18n from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { cutLatinFonts } from "./build/latin-fonts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The content policy allows no data: addresses; the design system's style sheet has one. It becomes a file. */
function dataUrlsToFiles(): Plugin {
  return {
    name: "data-urls-to-files",
    generateBundle(_, bundle) {
      for (const piece of Object.values(bundle)) {
        if (piece.type !== "asset" || !piece.fileName.endsWith(".css")) continue;
        piece.source = String(piece.source).replace(/url\(["']?data:image\/svg\+xml;base64,([^)"']+)["']?\)/g, (_whole, coded: string) => {
          const id = this.emitFile({ type: "asset", name: "mark.svg", source: Buffer.from(coded, "base64") });
          return `url(${this.getFileName(id).replace("assets/", "./")})`;
        });
      }
    },
  };
}

/** The modules of the first picture that later ones use too. */
const FIRST = /node_modules\/(@vue|vue|vue-router|@intlify|@tanstack|@tauri-apps)\/|\/src\/(ipc|state|components|text\/(index|sv\/first|format))|plugin-vue:export-helper/;

export default defineConfig(async ({ command, mode }) => {
  const test = mode === "test";
  const latinFonts = here("./node_modules/.latin-fonts");
  if (!test) await cutLatinFonts(latinFonts);
  return {
    base: "./",
    resolve: { alias: { "@": here("./src"), "@latin-fonts": latinFonts } },
    plugins: [
      vue(),
      dataUrlsToFiles(),
      // Sentences are compiled to data when the screen is built, so the running page needs neither a compiler nor eval.
      ...(test ? [] : [vueI18n({ include: [here("./src/text/{sv,en}/{first,rest}.ts")], strictMessage: false, runtimeOnly: true, dropMessageCompiler: command === "build" })]),
    ],
    define: {
      // The in-memory backend is for development, tests and screenshots; a production build drops it.
      __FAKE__: JSON.stringify(test || command === "serve" || mode === "fake"),
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __INTLIFY_PROD_DEVTOOLS__: "false",
    },
    server: { host: "127.0.0.1", port: 1420, strictPort: true },
    preview: { host: "127.0.0.1", port: 1421, strictPort: true },
    build: {
      outDir: "dist",
      target: ["es2022", "safari16.4"],
      // The content policy allows no data: addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // What the first picture needs comes in one piece: each further piece is a way to the shell and back.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: "start", test: FIRST }] } } },
      reportCompressedSize: false,
    },
    test: {
      environment: "happy-dom",
      include: ["test/**/*.test.ts"],
      setupFiles: ["test/setup.ts"],
      // On a busy machine the first case of a file waits for the rooms that are fetched for it.
      testTimeout: 30_000,
      restoreMocks: true,
    },
  };
});
