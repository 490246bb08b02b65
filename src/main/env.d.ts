// What the build puts in place of import.meta.env.
interface ImportMetaEnv {
  /** True in the development build alone. */
  readonly DEV: boolean;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
