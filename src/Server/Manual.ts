import * as Context from "effect/Context"

/** Where a service describes its error codes, if it serves documents at all (contract §1). */
export class Manual extends Context.Tag("image-skill/Server/Manual")<
  Manual,
  { readonly docsUrl: (code: string) => string }
>() {}
