/** What a service lets in at once. */
export interface Limits {
  readonly connections: number
  /** Connections of one source (`sourceOf`), or its requests under way through trusted proxies: nobody alone takes them all. */
  readonly connectionsOfOne: number
  /** What the bodies that are being read may take together, in bytes. */
  readonly bodies: number
  /** What those of one source may take. */
  readonly bodiesOfOne: number
  /** How much is read of somebody who showed no token that is known, in bytes. */
  readonly strangersBody: number
  /** The slowest that a body may come, in bytes per second over a body's patience. */
  readonly leastRate: number
}

/** The limits of `serve`. */
export const limits: Limits = {
  connections: 2_000,
  connectionsOfOne: 500,
  bodies: 512 * 1024 * 1024,
  bodiesOfOne: 128 * 1024 * 1024,
  strangersBody: 64 * 1024,
  leastRate: 1_000
}
