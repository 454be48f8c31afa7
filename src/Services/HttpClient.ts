import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { layerEffect } from "../Stack.js"
import { Deadlines } from "./Deadlines.js"
import { execute, type NodeOptions } from "./Http/Node.js"

export { type CauseName, type NetworkCause, NetworkFault, networkCause, type Phase } from "./Http/Fault.js"
export type { NodeOptions } from "./Http/Node.js"
export { isLoopback, type ProxyFor, proxyFor } from "./Http/Proxy.js"
export { fromBytes } from "./Http/Response.js"
export { wholeBody } from "./Http/Send.js"

/**
 * The hosted transport over node:http: one connection a request, no redirects, no trace headers, bounded time and bytes; fails
 * with the platform's errors, which `networkCause` reads (contract §11, reliability §3(d)).
 */
export const layerNode = (options: NodeOptions = {}): Layer.Layer<HttpClient.HttpClient, never, Deadlines> =>
  layerEffect(
    HttpClient.HttpClient,
    Effect.map(Deadlines, (deadlines) =>
      HttpClient.make(execute(deadlines, options)).pipe(HttpClient.withTracerPropagation(false))
    )
  )
