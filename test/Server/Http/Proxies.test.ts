import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import { serve as operation } from "../../../src/Operations/Serve.js"
import { readAddress, readNetwork } from "../../../src/Schema/Address.js"
import { makeCallerOf, trustedIn } from "../../../src/Server/Http/Proxies.js"
import { runCommand } from "../../../src/Testing/index.js"
import { networks } from "./Served.js"

/** Who a request from a socket with such headers is counted for. */
const callerOf =
  (trusted: ReadonlyArray<string>) =>
  (remote: string | undefined, forwarded?: string): string =>
    makeCallerOf(trustedIn(networks(...trusted)))({
      socket: { remoteAddress: remote },
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded }
    } as unknown as IncomingMessage).source

const ours = ["10.0.0.0/8", "::ffff:192.0.2.0/120", "fd00:1::/32", "127.0.0.1"]

describe("who asks", () => {
  for (const [why, remote, forwarded, caller] of [
    ["the socket, when it is no proxy", "203.0.113.9", undefined, "203.0.113.9"],
    ["the socket, when a stranger sends the header", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["the socket, when a stranger names a proxy", "203.0.113.9", "198.51.100.1, 10.0.0.1", "203.0.113.9"],
    ["a neighbour of a trusted address", "127.0.0.2", "198.51.100.1", "127.0.0.2"],
    ["the client that the proxy saw", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["the same, with what the client sent on its left", "10.0.0.1", "8.8.8.8, 198.51.100.1", "198.51.100.1"],
    ["the same, when the client names proxies", "10.0.0.1", "10.0.0.2,10.0.0.3,198.51.100.1", "198.51.100.1"],
    ["the client behind two proxies", "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"],
    ["the same, spoofed", "10.0.0.1", "8.8.8.8, 10.9.9.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
    ["a second proxy that is not trusted", "10.0.0.1", "198.51.100.1, 203.0.113.2", "203.0.113.2"],
    ["the proxy, when it says nothing", "10.0.0.1", undefined, "10.0.0.1"],
    ["the proxy, when it says nothing in a header", "10.0.0.1", "", "10.0.0.1"],
    ["the proxy, when it says blanks", "10.0.0.1", " \t ", "10.0.0.1"],
    ["the proxy, when the last place is empty", "10.0.0.1", "198.51.100.1,", "10.0.0.1"],
    ["the proxy, when there are only commas", "10.0.0.1", ",,,", "10.0.0.1"],
    ["the client behind empty places", "10.0.0.1", ",, 198.51.100.1", "198.51.100.1"],
    ["the proxy, when it could not tell", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
    ["the last trusted proxy before garbage", "10.0.0.1", "198.51.100.1, _hidden, 10.0.0.2", "10.0.0.2"],
    ["a client inside, behind no other", "10.0.0.1", "10.0.0.77", "10.0.0.77"],
    ["no name", "10.0.0.1", "localhost", "10.0.0.1"],
    ["no number", "10.0.0.1", "3325256705", "10.0.0.1"],
    ["no octal", "10.0.0.1", "010.8.8.8", "10.0.0.1"],
    ["no network", "10.0.0.1", "198.51.100.0/24", "10.0.0.1"],
    ["no IPv4 address in brackets", "10.0.0.1", "[198.51.100.1]", "10.0.0.1"],
    ["no IPv4 address with a zone", "10.0.0.1", "198.51.100.1%eth0", "10.0.0.1"],
    ["no address with something behind it", "10.0.0.1", "198.51.100.1 8.8.8.8", "10.0.0.1"],
    ["a port is not an address", "10.0.0.1", "198.51.100.1:51234", "198.51.100.1"],
    ["nor in the middle", "10.0.0.1", "198.51.100.1:51234, 10.0.0.2:80", "198.51.100.1"],
    ["an IPv6 client's network", "10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["the same, of another address there", "10.0.0.1", "2001:0DB8:1:2::1", "2001:db8:1:2::/64"],
    ["the same, in brackets", "10.0.0.1", "[2001:db8:1:2::9]", "2001:db8:1:2::/64"],
    ["the same, with a port", "10.0.0.1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
    ["the same, with a zone", "10.0.0.1", "fe80::9%eth0", "fe80:0:0:0::/64"],
    ["no half bracket", "10.0.0.1", "[2001:db8:1:2::9", "10.0.0.1"],
    ["a mapped client is its IPv4 address", "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
    ["the same, in hexadecimal", "10.0.0.1", "::ffff:c633:6401", "198.51.100.1"],
    ["a mapped proxy is its IPv4 address", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["the same, in the header", "10.0.0.1", "198.51.100.1, ::ffff:10.0.0.2", "198.51.100.1"],
    ["a network that was named as a mapped one", "192.0.2.200", "198.51.100.1", "198.51.100.1"],
    ["an IPv6 proxy", "fd00:1:2::3", "198.51.100.1", "198.51.100.1"],
    ["an IPv6 stranger next to it", "fd00:2::3", "198.51.100.1", "fd00:2:0:0::/64"],
    ["nobody, when the socket has gone", undefined, "198.51.100.1", "unknown"]
  ] as const) {
    it(`is ${why}: ${remote} ← ${forwarded}`, () => expect(callerOf(ours)(remote, forwarded)).toBe(caller))
  }

  it("is the socket's address as long as nobody names a proxy", () => {
    for (const remote of ["127.0.0.1", "10.0.0.1"])
      expect(callerOf([])(remote, "198.51.100.1, 10.0.0.1")).toBe(remote)
  })

  const octet = fc.integer({ min: 0, max: 255 })
  const stranger = fc
    .tuple(fc.integer({ min: 11, max: 126 }), octet, octet, octet)
    .map((parts) => parts.join("."))
  const proxy = fc.tuple(octet, octet, octet).map((parts) => `10.${parts.join(".")}`)
  const spelled = (address: fc.Arbitrary<string>) =>
    fc
      .tuple(
        address,
        fc.constantFrom("", " ", "  \t"),
        fc.constantFrom(
          (text: string) => text,
          (text: string) => `${text}:65535`,
          (text: string) => `::ffff:${text}`,
          (text: string) => `[::FFFF:${text}]:1`
        )
      )
      .map(([text, blank, spell]) => ({ text, written: `${blank}${spell(text)}${blank}` }))
  const anything = fc.oneof(
    fc.string(),
    fc.constantFrom("[", "]:80", "::", "unknown", "%", "10.0.0.1, 10.0.0.2", "8.8.8.8,", ",", "\u00a0"),
    proxy,
    stranger
  )

  it("is whom the nearest trusted proxy saw, whatever the client wrote before", () => {
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 6 }),
        spelled(stranger),
        fc.array(spelled(proxy), { maxLength: 3 }),
        proxy,
        (left, client, between, socket) => {
          const header = [...left, client.written, ...between.map(({ written }) => written)].join(",")
          expect(callerOf(ours)(socket, header)).toBe(client.text)
          // Nor does it help to come without one.
          expect(callerOf(ours)(client.text, header)).toBe(client.text)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("is never whom a stranger could have named, when a proxy writes what cannot be read", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 6 }), proxy, proxy, (left, near, socket) => {
        expect(callerOf(ours)(socket, [...left, "?"].join(","))).toBe(socket)
        expect(callerOf(ours)(socket, [...left, "?", near].join(","))).toBe(near)
      })
    )
  })

  it("is found in linear time, also in the longest header", () => {
    for (const header of ["10.0.0.1,".repeat(100_000), ",".repeat(1_000_000), `${"1.".repeat(500_000)}x`]) {
      const started = performance.now()
      callerOf(ours)("10.0.0.1", `${header}10.0.0.1`)
      callerOf(ours)("10.0.0.1", header)
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
})

describe("a network", () => {
  it("is an address, or one with the number of bits that count", () => {
    expect(
      ["10.0.0.7", "10.0.0.7/8", "::1", "fd00::/8", "::ffff:10.0.0.0/104", "0.0.0.0/0"].map(readNetwork)
    ).toEqual([
      { base: [0x0a00, 7], bits: 32 },
      { base: [0x0a00, 7], bits: 8 },
      { base: [0, 0, 0, 0, 0, 0, 0, 1], bits: 128 },
      { base: [0xfd00, 0, 0, 0, 0, 0, 0, 0], bits: 8 },
      { base: [0x0a00, 0], bits: 8 },
      { base: [0, 0], bits: 0 }
    ])
    for (const text of [
      "",
      "/8",
      "10.0.0.7/",
      "10.0.0.7/33",
      "::1/129",
      "10.0.0.7/08",
      "10.0.0.7/8/8",
      "a/8",
      "::1%lo/64"
    ])
      expect([text, readNetwork(text)]).toEqual([text, undefined])
  })

  it("holds what shares its bits, at every length", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 1, max: 32 }), (number, bits) => {
        const text = (value: number) => [24, 16, 8, 0].map((at) => (value >>> at) & 255).join(".")
        const isIn = trustedIn(networks(`${text(number)}/${bits}`))
        const flipped = (at: number) => readAddress(text((number ^ (1 << (32 - at))) >>> 0)) ?? []
        expect(isIn(flipped(bits))).toBe(false)
        if (bits < 32) expect(isIn(flipped(bits + 1))).toBe(true)
      })
    )
  })
})

describe("--trusted-proxy", () => {
  for (const given of ["nobody", "10.0.0.0/33", "proxy.example.com", "0.0.0.0/0", "::/0", "::ffff:0:0/96"]) {
    it(`refuses ${given}`, () =>
      Effect.gen(function* () {
        const { envelope, exitCode } = yield* runCommand(["serve", "--trusted-proxy", given])
        expect([exitCode, envelope.ok]).toEqual([2, false])
        expect(JSON.stringify(envelope)).toContain("--trusted-proxy: expected an IP address")
      }).pipe(Effect.runPromise))
  }

  it("stands once for each proxy in a suggested command", () =>
    expect(operation.argv({ trusted_proxy: ["10.0.0.7", "::1"] })).toEqual([
      "serve",
      "--trusted-proxy",
      "10.0.0.7",
      "--trusted-proxy",
      "::1"
    ]))
})
