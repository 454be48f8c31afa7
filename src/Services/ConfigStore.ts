import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type ArtifactStorage, failure } from "../Errors.js"
import { Config } from "../Schema/Config.js"
import { layerEffect } from "../Stack.js"
import { Env } from "./Env.js"
import { type FileProblem, Files } from "./Files.js"
import { foldersOf } from "./Folders.js"

const limit = 1024 * 1024
const ConfigJson = Schema.parseJson(Config, { space: 2 })

/** The saved configuration: addresses and tokens per origin (contract §3). */
export class ConfigStore extends Context.Tag("image-skill/ConfigStore")<
  ConfigStore,
  {
    /** Absolute path of the config file. */
    readonly path: string
    /** The saved configuration, `null` when there is none; one that is there but unreadable is `CONFIG_READ_FAILED`. */
    readonly load: Effect.Effect<Config | null, ArtifactStorage>
    /** Changes the configuration and writes it whole, mode 0600; `PUBLIC_CLI_CONFIG_WRITE_FAILED` leaves the old one intact. */
    readonly update: (change: (config: Config) => Config) => Effect.Effect<void, ArtifactStorage>
    /** Proves with real bytes that the configuration could be written. */
    readonly probe: Effect.Effect<void, ArtifactStorage>
  }
>() {
  /** In the file that the environment names. */
  static readonly layer = layerEffect(
    ConfigStore,
    Effect.gen(function* () {
      const files = yield* Files
      const at = foldersOf(yield* Env).config
      const folder = path.dirname(at)

      const unreadable = (cause: string) =>
        failure("CONFIG_READ_FAILED", `the config file cannot be used (${cause}); it was left as it is`, {
          details: { path: at, cause },
          recovery: { next_step: "move the file away, or point IMAGE_SKILL_CONFIG_PATH at another one" }
        })
      const unwritable = ({ cause, path: place }: FileProblem) =>
        failure("PUBLIC_CLI_CONFIG_WRITE_FAILED", `the config file cannot be written (${cause})`, {
          details: { path: at, cause, ...(cause === "link_outside" ? { leads_to: place } : {}) },
          recovery: {
            next_step:
              cause === "link_outside"
                ? "the config file is a link out of its folder, which is not written through: set IMAGE_SKILL_CONFIG_PATH to the file behind it"
                : cause.startsWith("link_")
                  ? "the config file is a link to what is missing or another user's: remove the link"
                  : "set IMAGE_SKILL_CONFIG_PATH to a path in a writable folder"
          }
        })
      // A link stays a link: a token that is written or removed in its place only would stay in the file behind it.
      const place = Effect.zipRight(files.makeFolder(folder), files.behindLinks(at))

      const load = files.read(at, limit).pipe(
        Effect.map((bytes): Uint8Array | null => bytes),
        Effect.catchIf(
          ({ cause }) => cause === "enoent",
          () => Effect.succeed(null)
        ),
        Effect.mapError(({ cause }) => unreadable(cause)),
        Effect.flatMap((bytes) =>
          bytes === null
            ? Effect.succeed(null)
            : decodeText(bytes).pipe(
                Effect.flatMap((text) => Schema.decode(ConfigJson, { onExcessProperty: "preserve" })(text)),
                // A parse error would print the value, which may be a token.
                Effect.mapError(() => unreadable("not_a_config"))
              )
        )
      )
      const write = (real: string, config: Config) =>
        Schema.encode(ConfigJson, { onExcessProperty: "preserve" })(config).pipe(
          Effect.orDie,
          Effect.flatMap((text) =>
            files.write(real, Stream.make(new TextEncoder().encode(`${text}\n`)), {
              replace: true,
              mode: 0o600
            })
          )
        )
      return {
        path: at,
        load,
        update: (change) => {
          const changed = (real: string) =>
            Effect.flatMap(load, (config) => write(real, newest(config, change(config ?? { version: 1 }))))
          // Read once before anything is made, so that an unusable config is told as such.
          return load.pipe(
            Effect.zipRight(place),
            // From reading to writing one process at a time, or one would write over the other's token.
            Effect.flatMap((real) => files.withLock(`${real}.lock`, changed(real))),
            Effect.mapError((error) => (error._tag === "FileProblem" ? unwritable(error) : error))
          )
        },
        probe: place.pipe(
          Effect.flatMap((real) => files.probe(path.dirname(real))),
          Effect.mapError(unwritable)
        )
      }
    })
  )
  /** In memory, holding `initial`; nothing touches a disk. */
  static readonly layerMemory = (initial: Config | null = null) =>
    Layer.sync(ConfigStore, () => {
      let saved = initial
      return {
        path: "/memory/config.json",
        load: Effect.sync(() => saved),
        update: (change) =>
          Effect.sync(() => {
            saved = change(saved ?? { version: 1 })
          }),
        probe: Effect.void
      }
    })
}

// A newer program's file stays a newer program's file: what we do not know of it survives, its version too.
const newest = (old: Config | null, changed: Config): Config => ({
  ...changed,
  version: Math.max(old?.version ?? 1, changed.version ?? 1)
})

const decodeText = (bytes: Uint8Array) =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    catch: () => "invalid_utf8"
  })
