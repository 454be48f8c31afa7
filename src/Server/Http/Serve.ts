import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as Scope from "effect/Scope"
import type { ImageSkillError } from "../../Errors.js"
import type { Network } from "../../Schema/Address.js"
import type { CommandRunner } from "../../Services/CommandRunner.js"
import { layerServed, type Machine, machineProcess } from "../App.js"
import { Driver } from "../Domain/Driver.js"
import { Policy } from "../Domain/Policy.js"
import { Manual } from "../Manual.js"
import { DataFolder } from "../Storage/DataFolder.js"
import type { Document } from "./Documents.js"
import { makeEdge } from "./Edge.js"
import { inUrl, isLoopbackHost } from "./Hosts.js"
import { listen, type Patience, patience } from "./Listen.js"
import { type Limits, limits as defaultLimits } from "./Limits.js"
import type { Log } from "./Log.js"
import { trustedIn } from "./Proxies.js"
import { sweep } from "./Sweep.js"

/** How a service is started. */
export interface ServeOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** The address under which callers reach the service; its own unless given. */
  readonly publicUrl: string | null
  readonly dataFolder: string
  readonly policy?: Partial<typeof Policy.Service>
  readonly log: Log
  /** What the service serves about itself; nothing unless given. */
  readonly documents?: ReadonlyArray<Document>
  /** Runs the commands of /v1/cli; without it there are none. */
  readonly commands?: Layer.Layer<CommandRunner>
  /** The environment with the keys of engines and of Stripe; this process's own unless given. */
  readonly machine?: Machine
  readonly patience?: Patience
  readonly limits?: Limits
  /** The proxies in front, whose `X-Forwarded-For` tells who asks; nobody's unless given. */
  readonly trustedProxies?: ReadonlyArray<Network>
  /** Where an error code is described below the public address. */
  readonly docsUrlAt?: (publicUrl: string, code: string) => string
  /** How long requests under way may take to end once the service stops, in milliseconds. */
  readonly drainMs?: number
}

/** A service that answers. */
export interface Served {
  readonly address: string
  readonly port: number
  readonly publicUrl: string
  readonly dataFolder: string
  /** Takes nothing new, lets what is under way end, and closes; the work of jobs goes on when the service is back. */
  readonly stop: Effect.Effect<void>
}

const drainDefaultMs = 20_000
// For those who wait for jobs to be told which.
const goodbyeMs = 1_000

/** Starts the service: its address first, so that a port in use is known before a data folder is touched (contract §9). */
export const serve = (options: ServeOptions): Effect.Effect<Served, ImageSkillError> =>
  Effect.gen(function* () {
    const patient = options.patience ?? patience
    const limits = options.limits ?? defaultLimits
    const isTrusted = trustedIn(options.trustedProxies ?? [])
    const { log } = options
    const scope = yield* Scope.make()
    const listening = yield* listen(options.host, options.port, patient, limits, isTrusted)
    const address = `http://${inUrl(options.host)}:${listening.port}`
    const publicUrl = (options.publicUrl ?? address).replace(/\/+$/, "")
    const { docsUrlAt } = options
    const docsUrl = docsUrlAt === undefined ? null : (code: string) => docsUrlAt(publicUrl, code)
    const closeAll = Effect.promise(() => {
      const closed = listening.close()
      listening.force()
      return closed
    }).pipe(Effect.zipRight(Scope.close(scope, Exit.void)))

    return yield* Effect.gen(function* () {
      const context = yield* Layer.buildWithScope(
        layerServed(
          options.dataFolder,
          () => publicUrl,
          Policy.layerPreview(options.policy ?? {}),
          options.machine ?? machineProcess,
          options.commands,
          docsUrl === null ? Layer.empty : Layer.succeed(Manual, { docsUrl })
        ),
        scope
      )
      const base = yield* Effect.runtime<never>()
      const service = Runtime.make({
        context,
        // Not those of whoever starts the service: in a region that cannot be interrupted, no request could be either.
        runtimeFlags: Runtime.defaultRuntime.runtimeFlags,
        fiberRefs: base.fiberRefs
      })
      const edge = makeEdge(service, {
        loopback: isLoopbackHost(options.host),
        host: options.host,
        publicUrl,
        documents: options.documents ?? [],
        log,
        bodyIdleMs: patient.header,
        limits,
        isTrusted,
        ...(docsUrl === null ? {} : { docsUrl })
      })
      listening.attach(edge.onRequest)
      yield* Effect.forkIn(Effect.interruptible(Effect.provide(sweep(log), context)), scope)
      log("info", "ready", { port: listening.port })

      const stop = Effect.gen(function* () {
        log("info", "draining", { active: edge.active() })
        const closed = listening.close()
        yield* Effect.promise(() => closed).pipe(
          Effect.timeoutFail({
            duration: options.drainMs ?? drainDefaultMs,
            onTimeout: () => "late" as const
          }),
          Effect.catchAll(() =>
            Effect.promise(async () => {
              log("warn", "drain_ended_early", { active: edge.active() })
              await Effect.runPromise(Context.get(context, Driver).leave)
              await edge.idle(goodbyeMs)
              await edge.interrupt()
              // A moment for the last answers to leave.
              await new Promise((resolve) => setTimeout(resolve, 100))
              listening.force()
              await closed
            })
          )
        )
        yield* Scope.close(scope, Exit.void)
        log("info", "stopped")
      })
      return {
        address,
        port: listening.port,
        publicUrl,
        dataFolder: Context.get(context, DataFolder).root,
        stop
      }
    }).pipe(Effect.onError(() => closeAll))
  })
