import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { type Address, readAddress, unmapped } from "../../Schema/Address.js"

/** The address that a socket tells; `undefined` when it tells none any more. A link-local one's zone is this machine's own matter. */
export const addressOf = (remote: string | undefined): Address | undefined => {
  const address = readAddress((remote ?? "").replace(/%.*$/, ""))
  return address === undefined ? undefined : unmapped(address)
}

/** Who is counted as one by what a network address tells: an IPv4 address, or the /64 that an IPv6 host may choose from freely. */
export const sourceOf = (remote: Address | undefined): string => {
  if (remote === undefined) return "unknown"
  const address = unmapped(remote)
  const [a = 0, b = 0] = address
  return address.length === 2
    ? [a >> 8, a & 255, b >> 8, b & 255].join(".")
    : `${address
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(":")}::/64`
}

/** Counts what each source holds of something that has an end. */
export interface Shares {
  /** Takes so much for a source; `false`, and nothing is taken, when that is more than its share or than there is. */
  readonly take: (source: string, amount: number) => boolean
  readonly give: (source: string, amount: number) => void
}

/** Shares of so much in all, of which one source may hold so much. */
export const makeShares = (inAll: number, ofOne: number): Shares => {
  const held = new Map<string, number>()
  let all = 0
  return {
    take: (source, amount) => {
      const own = (held.get(source) ?? 0) + amount
      if (own > ofOne || all + amount > inAll) return false
      all += amount
      held.set(source, own)
      return true
    },
    give: (source, amount) => {
      const left = (held.get(source) ?? 0) - amount
      all -= amount
      if (left > 0) held.set(source, left)
      else held.delete(source)
    }
  }
}

/**
 * Takes one of a source's share for a request, until its answer has ended or its connection has: Node tells answers that wait behind
 * another one of neither. `false` when the share is used up.
 */
export type Enter = (source: string, request: IncomingMessage, response: ServerResponse) => boolean

/** Counts the requests under way of each source, of which one may have so many. */
export const makeEnter = (ofOne: number): Enter => {
  const shares = makeShares(Number.POSITIVE_INFINITY, ofOne)
  const held = new WeakMap<Socket, Set<() => void>>()
  return (source, { socket }, response) => {
    // What has ended already tells of no end any more.
    if (socket.destroyed || response.destroyed) return true
    if (!shares.take(source, 1)) return false
    const ends = held.get(socket) ?? new Set()
    if (!held.has(socket)) {
      held.set(socket, ends)
      socket.once("close", () => {
        for (const end of ends) end()
      })
    }
    const end = () => {
      if (ends.delete(end)) shares.give(source, 1)
    }
    ends.add(end)
    response.once("close", end)
    return true
  }
}
