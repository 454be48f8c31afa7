import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { dual } from "effect/Function"
import { globalValue } from "effect/GlobalValue"
import * as Layer from "effect/Layer"
import { layerSucceed } from "../Stack.js"

/** How long each part of an exchange with a hosted service may take (reliability §3(d)). */
export interface DeadlinesShape {
  /** Name look-up, TCP, proxy tunnel and TLS handshake together. */
  readonly connect: Duration.Duration
  /** From the last byte of the request to the end of the response's header. */
  readonly firstByte: Duration.Duration
  /** The longest silence while a body is sent or received. */
  readonly idle: Duration.Duration
  /** A body slower than `bytesPerSecond`, measured over `over`, is given up. */
  readonly minimumRate: { readonly bytesPerSecond: number; readonly over: Duration.Duration }
  /** A whole exchange that only reads, from look-up to the last byte of the body. */
  readonly readTotal: Duration.Duration
  /** A whole exchange that makes pictures; its answer comes only once they are done. */
  readonly createTotal: Duration.Duration
  /** How often a request that only reads is made in all, when it fails in a way that may pass. */
  readonly readAttempts: number
  /** How long such a request may wait between its tries, all waits together. */
  readonly readPause: Duration.Duration
}

const hosted: DeadlinesShape = {
  connect: Duration.seconds(10),
  firstByte: Duration.seconds(30),
  idle: Duration.seconds(30),
  minimumRate: { bytesPerSecond: 1_000, over: Duration.seconds(30) },
  readTotal: Duration.seconds(60),
  createTotal: Duration.seconds(180),
  readAttempts: 3,
  readPause: Duration.seconds(5)
}

const scaled = (factor: number): DeadlinesShape => ({
  ...hosted,
  connect: Duration.times(hosted.connect, factor),
  firstByte: Duration.times(hosted.firstByte, factor),
  idle: Duration.times(hosted.idle, factor),
  minimumRate: { ...hosted.minimumRate, over: Duration.times(hosted.minimumRate.over, factor) },
  readTotal: Duration.times(hosted.readTotal, factor),
  createTotal: Duration.times(hosted.createTotal, factor),
  readPause: Duration.times(hosted.readPause, factor)
})

/** The deadlines of every exchange with a hosted service (reliability §3(d)). */
export class Deadlines extends Context.Tag("image-skill/Services/Deadlines")<Deadlines, DeadlinesShape>() {
  /** The real deadlines: connect 10 s, first byte 30 s, idle 30 s, 1 kB/s over 30 s, read 60 s, create 180 s; three tries of a read, 5 s apart in all. */
  static readonly layer: Layer.Layer<Deadlines> = layerSucceed(Deadlines, hosted)

  /** The real deadlines times `factor` (bytes per second stay), so that tests of slow networks are fast. */
  static readonly layerScaled = (factor: number): Layer.Layer<Deadlines> =>
    Layer.succeed(Deadlines, scaled(factor))

  /** The real deadlines, but no waiting between two tries: for services in memory. */
  static readonly layerWithoutPause: Layer.Layer<Deadlines> = Layer.succeed(Deadlines, {
    ...hosted,
    readPause: Duration.zero
  })
}

/** What one request asks for instead of the general deadlines; `maxBytes` caps the decoded body, in bytes. */
export interface RequestLimits {
  readonly firstByte?: Duration.DurationInput
  readonly total?: Duration.DurationInput
  readonly maxBytes?: number
}

/** The limits that the current fiber's requests start with; a response keeps those of its request. */
export const currentLimits: FiberRef.FiberRef<RequestLimits> = globalValue(
  Symbol.for("image-skill/Services/Deadlines/currentLimits"),
  () => FiberRef.unsafeMake<RequestLimits>({})
)

/** Runs an effect whose requests have these limits; what is not named keeps its surrounding value. */
export const withRequestLimits: {
  (limits: RequestLimits): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, limits: RequestLimits): Effect.Effect<A, E, R>
} = dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, limits: RequestLimits): Effect.Effect<A, E, R> =>
    Effect.locallyWith(self, currentLimits, (outer) => ({ ...outer, ...limits }))
)

/** The default cap on a decoded body, in bytes: room for any JSON answer of the contract. */
export const defaultMaxBytes = 8 * 1024 * 1024

/** Every limit of one exchange, resolved to milliseconds and bytes. */
export interface ExchangeLimits {
  readonly connect: number
  readonly firstByte: number
  readonly idle: number
  readonly rateWindow: number
  readonly bytesPerSecond: number
  readonly total: number
  readonly maxBytes: number
}

/** Resolves the limits of one exchange from the general deadlines and what its request asks for. */
export const resolveLimits = (deadlines: DeadlinesShape, limits: RequestLimits): ExchangeLimits => ({
  connect: Duration.toMillis(deadlines.connect),
  firstByte: Duration.toMillis(limits.firstByte ?? deadlines.firstByte),
  idle: Duration.toMillis(deadlines.idle),
  rateWindow: Duration.toMillis(deadlines.minimumRate.over),
  bytesPerSecond: deadlines.minimumRate.bytesPerSecond,
  total: Duration.toMillis(limits.total ?? deadlines.readTotal),
  maxBytes: limits.maxBytes ?? defaultMaxBytes
})
