import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { failure } from "../../Errors.js"
import type { cli } from "../../Operations/Cli.js"
import { CommandRunner } from "../../Services/CommandRunner.js"
import { fromBytes } from "../../Services/HttpClient.js"
import type { Handler } from "./Handler.js"

/** Runs a command as the caller: its requests come back into this service under the caller's own token, one level deep. */
export const runCommand: Handler<typeof cli> = ({ argv }, { again }) =>
  Effect.flatMap(
    Effect.serviceOption(CommandRunner),
    Option.match({
      onNone: () =>
        Effect.fail(
          failure("PUBLIC_CLI_COMMAND_NOT_AVAILABLE", "commands are run by a service that serves others")
        ),
      onSome: (runner) =>
        runner
          .run(
            argv,
            Layer.succeed(
              HttpClient.HttpClient,
              HttpClient.make((request, url) =>
                again({
                  method: request.method,
                  path: url.pathname,
                  query: url.searchParams,
                  headers: request.headers,
                  body: request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
                }).pipe(
                  Effect.map(({ body, headers, status }) =>
                    fromBytes(request, { status, headers, body: new TextEncoder().encode(body) })
                  )
                )
              )
            )
          )
          .pipe(Effect.map(({ envelope, exitCode }) => ({ data: {}, envelope, exitCode })))
    })
  )
