import type { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import { type Address, isWithin, type Network, readAddress, unmapped } from "../../Schema/Address.js"
import { addressOf, sourceOf } from "./Sources.js"

/** Whether an address is that of a proxy whose word is believed. */
export type IsTrusted = (address: Address) => boolean

/** Believes the addresses of some networks; of none, unless the operator names them. */
export const trustedIn = (networks: ReadonlyArray<Network>): IsTrusted => {
  // The usual service has no proxy, and looks at nothing.
  if (networks.length === 0) return () => false
  return (address) => networks.some((network) => isWithin(address, network))
}

/**
 * Who a request comes from: the socket's own address, unless that is a trusted proxy's. Then the addresses of `X-Forwarded-For` are
 * walked from the right, where each proxy writes whom it saw, up to the first that is not a trusted proxy. What a client wrote stands
 * further left and is never reached. What cannot be read ends the walk at the last trusted proxy.
 */
export const clientOf = (socket: Address, forwarded: string, isTrusted: IsTrusted): Address => {
  let client = socket
  let end = forwarded.length
  while (end >= 0 && isTrusted(client)) {
    const comma = forwarded.lastIndexOf(",", end - 1)
    const seen = readHop(forwarded.slice(comma + 1, end))
    if (seen === undefined) return client
    client = seen
    end = comma
  }
  return client
}

// `[ffff:…:255.255.255.255%zone]:65535`; nothing much longer is an address.
const longest = 100

// Some proxies write the port behind the address, and then brackets around an IPv6 one.
const hop = /^(?:(\d[\d.]*)(?::\d{1,5})?|\[([\da-f:.]+)(?:%[^\]]*)?\](?::\d{1,5})?|([\da-f:.]+)(?:%.*)?)$/i

const readHop = (text: string): Address | undefined => {
  const bare = text.trim()
  const [, v4, bracketed, v6] = (bare.length <= longest ? hop.exec(bare) : null) ?? []
  const address = readAddress(v4 ?? bracketed ?? v6 ?? "")
  // Brackets and zones are IPv6's.
  return address === undefined || (v4 === undefined && address.length === 2) ? undefined : unmapped(address)
}

/** Who a request is counted for. */
export interface Caller {
  readonly source: string
  readonly viaProxy: boolean
}

/** Finds the caller of each request; what does not change with the request is found once for a connection. */
export const makeCallerOf = (isTrusted: IsTrusted): ((request: IncomingMessage) => Caller) => {
  const peers = new WeakMap<Socket, { readonly proxy: Address | null; readonly direct: Caller }>()
  const peerOf = (socket: Socket) => {
    const address = addressOf(socket.remoteAddress)
    const proxy = address !== undefined && isTrusted(address) ? address : null
    const peer = { proxy, direct: { source: sourceOf(address), viaProxy: false } }
    peers.set(socket, peer)
    return peer
  }
  return ({ headers, socket }) => {
    const { direct, proxy } = peers.get(socket) ?? peerOf(socket)
    if (proxy === null) return direct
    // Node joins repeated headers in their order.
    const forwarded = [headers["x-forwarded-for"] ?? ""].flat().join(",")
    return { source: sourceOf(clientOf(proxy, forwarded, isTrusted)), viaProxy: true }
  }
}
