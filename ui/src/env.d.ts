/// <reference types="vite/client" />
declare const __FAKE__: boolean;
interface Window {
  __TAURI_INTERNALS__?: unknown;
}
declare module "*.vue" {
  import type { DefineComponent } from "vue";
  const component: DefineComponent<object, object, unknown>;
  export default component;
}
