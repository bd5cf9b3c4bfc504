import { fileURLToPath } from "node:url";
import vueI18n from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ command, mode }) => {
  const test = mode === "test";
  return {
    base: "./",
    resolve: { alias: { "@": here("./src") } },
    plugins: [
      vue(),
      // Sentences are compiled to data when the screen is built, so the running page needs neither a compiler nor eval.
      ...(test ? [] : [vueI18n({ include: [here("./src/text/sv.ts"), here("./src/text/en.ts")], strictMessage: false, runtimeOnly: true, dropMessageCompiler: command === "build" })]),
    ],
    define: {
      // The in-memory backend is for development, tests and screenshots; a production build drops it.
      __FAKE__: JSON.stringify(test || command === "serve" || mode === "fake"),
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_I18N_LEGACY_API__: "false",
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
      reportCompressedSize: false,
    },
    test: {
      environment: "happy-dom",
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      setupFiles: ["test/setup.ts"],
      restoreMocks: true,
    },
  };
});
