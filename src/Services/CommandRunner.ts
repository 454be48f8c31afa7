import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { ImageSkillError } from "../Errors.js"
import type { Envelope } from "../Schema/Envelope.js"

/** What a command that was run for somebody else left. */
export interface Ran {
  readonly envelope: Envelope
  readonly exitCode: number
}

/** Runs commands for callers that are not at this machine; the service reaches commands only through this (contract §6). */
export class CommandRunner extends Context.Tag("image-skill/CommandRunner")<
  CommandRunner,
  {
    /**
     * Runs a command line that touches nothing but the service, over this transport. Anything else, and everything unknown, is
     * `PUBLIC_CLI_COMMAND_NOT_AVAILABLE` and is not begun.
     */
    readonly run: (
      argv: ReadonlyArray<string>,
      transport: Layer.Layer<HttpClient.HttpClient>
    ) => Effect.Effect<Ran, ImageSkillError>
  }
>() {}
