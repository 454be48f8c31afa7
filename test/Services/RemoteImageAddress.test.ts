import * as net from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { Deadlines } from "../../src/Services/Deadlines.js"
import { Env } from "../../src/Services/Env.js"
import {
  isAddress,
  isBlockedPort,
  isLoopbackAddress,
  isPublicAddress
} from "../../src/Services/Http/Address.js"
import { RemoteImage } from "../../src/Services/RemoteImage.js"
import { faultProxy } from "../support/FaultProxy.js"

const special: ReadonlyArray<readonly [string, number, net.IPVersion]> = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["168.63.129.16", 32, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"]
]

const publicAddresses = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "93.184.216.34",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.1",
  "168.63.129.15",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.0.3.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2001:4860:4860::8888",
  "2001:200::1",
  "2a00:1450:4001:80b::200e",
  "2620:fe::fe",
  "3fff:1000::1",
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::8.8.8.8",
  "64:ff9b::808:808"
]

const otherAddresses = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "::127.0.0.1",
  "::8.8.8.8",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::FFFF:10.0.0.1",
  "0:0:0:0:0:ffff:169.254.169.254",
  "::ffff:0:10.0.0.1",
  "64:ff9b::10.0.0.1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::8.8.8.8",
  "100::1",
  "2001::1",
  "2001:0:808:808::80ff:fffe",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:db8::1",
  "2002:a00:1::1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "2606:4700::5efe:10.0.0.1",
  "2606:4700::200:5efe:a00:1",
  "3fff::1",
  "4000::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fd12:3456:789a::1",
  "fe80::1",
  "febf::1",
  "fec0::1",
  "ff02::1",
  "ff0e::1",
  // no addresses at all
  "",
  "localhost",
  "fe80::1%eth0",
  "127.1",
  "010.0.0.1",
  "1.2.3.4.5",
  "256.1.1.1",
  "1:2:3:4:5:6:7",
  "1::2::3",
  "[::1]",
  "1:2:3:4:5:6:7:8::"
]

describe("isPublicAddress", () => {
  it.each(publicAddresses)("takes %s", (address) => expect(isPublicAddress(address)).toBe(true))
  it.each(otherAddresses)("refuses %s", (address) => expect(isPublicAddress(address)).toBe(false))

  it("agrees with Node on every IPv4 address near an edge and anywhere", () => {
    const list = new net.BlockList()
    for (const [address, bits, family] of special) list.addSubnet(address, bits, family)
    const start = (address: string): number => address.split(".").reduce((all, part) => all * 256 + +part, 0)
    const edges = special.flatMap(([address, bits]) => [start(address), start(address) + 2 ** (32 - bits)])
    const near = fc
      .tuple(fc.constantFrom(...edges), fc.integer({ min: -2, max: 2 }))
      .map(([edge, offset]) => Math.min(2 ** 32 - 1, Math.max(0, edge + offset)))
    fc.assert(
      fc.property(fc.oneof(near, fc.integer({ min: 0, max: 2 ** 32 - 1 })), (value) => {
        const address = dotted(value)
        expect(isPublicAddress(address)).toBe(!list.check(address))
        expect(isPublicAddress(`::ffff:${address}`)).toBe(!list.check(address))
      }),
      { numRuns: 20_000 }
    )
  })

  it("takes nothing outside 2000::/3 but what stands for IPv4", () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, (all) => {
        if ((all[0] ?? 0) >> 13 === 1 || all[0] === 0x64) return
        if (all.slice(0, 5).every((group) => group === 0)) return
        expect(isPublicAddress(all.map((group) => group.toString(16)).join(":"))).toBe(false)
      }),
      { numRuns: 5_000 }
    )
  })
})

describe("isAddress", () => {
  it("agrees with Node on what an address is", () => {
    const piece = fc.constantFrom(
      "0",
      "1",
      "ffff",
      "10",
      "abcde",
      ":",
      "::",
      ".",
      "127.0.0.1",
      "256",
      "01",
      "g"
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join("")),
      fc
        .array(fc.constantFrom("0", "1", "fe80", ""), { minLength: 2, maxLength: 9 })
        .map((all) => all.join(":")),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended()
    )
    fc.assert(
      fc.property(text, (value) => {
        expect(isAddress(value)).toBe(net.isIP(value) !== 0)
      }),
      { numRuns: 20_000 }
    )
  })

  it("knows loopback", () => {
    const yes = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"]
    const no = ["::", "0.0.0.0", "10.0.0.1", "localhost", "126.0.0.1", "::2", "::ffff:128.0.0.1"]
    expect(yes.filter((address) => !isLoopbackAddress(address))).toEqual([])
    expect(no.filter(isLoopbackAddress)).toEqual([])
  })

  it("knows the ports of the web", () => {
    expect(["", "80", "443", "8080", "8443", "3000", "65535"].filter(isBlockedPort)).toEqual([])
    expect(["0", "22", "25", "110", "6667", "10080"].filter((port) => !isBlockedPort(port))).toEqual([])
  })
})

const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".")

// What the web calls an address is more than Node does: these are all one IPv4 address.
const spellings = (value: number): ReadonlyArray<string> => {
  const parts = dotted(value).split(".").map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = parts
  const hex = (high: number, low: number): string => (high * 256 + low).toString(16)
  const octal = (part: number): string => `0${part.toString(8)}`
  const wide = [...dotted(value)].map((digit) =>
    digit === "." ? "。" : String.fromCharCode(digit.charCodeAt(0) + 0xfee0)
  )
  const v6 = `${hex(a, b)}:${hex(c, d)}`
  return [
    dotted(value),
    `${dotted(value)}.`,
    `${value}`,
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase().padStart(8, "0")}`,
    octal(value),
    parts.map(octal).join("."),
    parts.map((part) => `0x${part.toString(16)}`).join("."),
    `${octal(a)}.0x${b.toString(16)}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    wide.join(""),
    [...dotted(value)].map((digit) => `%${digit.charCodeAt(0).toString(16)}`).join(""),
    `[::ffff:${dotted(value)}]`,
    `[::FFFF:${v6.toUpperCase()}]`,
    `[0:0:0:0:0:ffff:${v6}]`,
    `[0000:0000::ffff:${v6}]`,
    `[::${v6}]`,
    `[64:ff9b::${v6}]`,
    `[64:ff9b:0:0:0:0:${dotted(value)}]`,
    `[64:ff9b:1::${v6}]`,
    `[2002:${v6}::1]`,
    `[2001:0:${v6}::1]`,
    `[2001::${hex(a ^ 255, b ^ 255)}:${hex(c ^ 255, d ^ 255)}]`,
    `[2606:4700::5efe:${v6}]`
  ]
}

const privateV4 = fc
  .tuple(fc.constantFrom(...special), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
  .map(([[address, bits], at]) => {
    const start = address.split(".").reduce((all, part) => all * 256 + +part, 0)
    return start + Math.floor(at * 2 ** (32 - bits))
  })

const privateV6 = fc
  .tuple(
    fc.constantFrom(
      "fc",
      "fd",
      "fe8",
      "fe9",
      "fea",
      "feb",
      "fec",
      "ff0",
      "ff1",
      "2001:db8::",
      "100::",
      "3fff::"
    ),
    fc.hexaString({ minLength: 4, maxLength: 4 }),
    fc.hexaString({ minLength: 1, maxLength: 4 })
  )
  .map(([prefix, fill, end]) =>
    prefix.includes(":") ? `[${prefix}${end}]` : `[${(prefix + fill).slice(0, 4)}::${fill}:${end}]`
  )

const url = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: privateV4.chain((value) => fc.constantFrom(...spellings(value))) },
      { weight: 1, arbitrary: privateV6 }
    ),
    fc.constantFrom("http", "https", "HTTP", "hTTps"),
    fc.constantFrom("", ":80", ":8080", ":443"),
    fc.constantFrom("", "/", "/a.png", "?u=https://a.example", "/#@a.example", "/@a.example/a.png")
  )
  .map(([host, scheme, port, rest]) => `${scheme}://${host}${port}${rest}`)

const noLookup = () => Promise.reject(new Error("a literal address was looked up"))

const env = (values: Record<string, string>) => Layer.merge(Env.layerOf(values), Deadlines.layer)

describe("a URL that names an address", () => {
  it.live("never reaches a private one, however it is spelled", () =>
    Effect.gen(function* () {
      const images = yield* RemoteImage
      const run = Runtime.runPromise(yield* Effect.runtime<never>())
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(url, async (text) => {
            const error = await run(Effect.flip(images.fetch(text)))
            expect([error.code, error.details?.["cause"], error.retryable]).toEqual([
              "REMOTE_UPLOAD_FETCH_FAILED",
              "private_address",
              false
            ])
          }),
          { numRuns: 3_000 }
        )
      )
    }).pipe(Effect.provide(RemoteImage.layerWith({ lookup: noLookup }).pipe(Layer.provide(env({})))))
  )

  const verdicts: ReadonlyArray<readonly [string, string]> = [
    ["http://8.8.8.8/a.png", "allowed"],
    ["http://93.184.216.34:8080/", "allowed"],
    ["http://0x08080808/", "allowed"],
    ["http://134744072/", "allowed"],
    ["http://8.8/", "allowed"],
    ["http://[2606:4700:4700::1111]/a.png?b=c", "allowed"],
    ["http://[::ffff:8.8.8.8]/", "allowed"],
    ["http://[64:ff9b::808:808]/", "allowed"],
    ["HTTP://8.8.8.8/#fragment@127.0.0.1", "allowed"],
    ["http://127.0.0.1/", "private_address"],
    ["http://127.0.0.1:80/latest/meta-data", "private_address"],
    ["http://127.1/", "private_address"],
    ["http://127.0.1/", "private_address"],
    ["http://2130706433/", "private_address"],
    ["http://0x7f000001/", "private_address"],
    ["http://0x7f.0.0.1/", "private_address"],
    ["http://0177.0.0.1/", "private_address"],
    ["http://017700000001/", "private_address"],
    ["http://0/", "private_address"],
    ["http://0.0.0.0:8080/", "private_address"],
    ["http://127.0.0.1./", "private_address"],
    ["http://①②⑦.⓪.⓪.①/", "private_address"],
    ["http://127。0。0。1/", "private_address"],
    ["http://%31%32%37.0.0.1/", "private_address"],
    ["http:127.0.0.1", "private_address"],
    ["http:///127.0.0.1", "private_address"],
    ["http://169.254.169.254/latest/meta-data/iam", "private_address"],
    ["http://[::1]/", "private_address"],
    ["http://[::]/", "private_address"],
    ["http://[::ffff:127.0.0.1]/", "private_address"],
    ["http://[::ffff:a9fe:a9fe]/", "private_address"],
    ["http://[fd00:ec2::254]/", "private_address"],
    ["http://[fe80::1]/", "private_address"],
    ["https://10.0.0.1/", "private_address"],
    ["https://192.168.0.1:8443/", "private_address"],
    ["https://[fc00::1]/", "private_address"],
    ["http://127.0.0.1/#@8.8.8.8/", "private_address"],
    ["http://127.0.0.1/?@8.8.8.8/", "private_address"],
    ["http://8.8.8.8@127.0.0.1/", "userinfo"],
    ["http://127.0.0.1@8.8.8.8/", "userinfo"],
    ["http://user:pw@8.8.8.8/", "userinfo"],
    ["http://:pw@8.8.8.8/", "userinfo"],
    ["http://1.1.1.1 &@8.8.8.8# @3.3.3.3/", "userinfo"],
    ["http://127.0.0.1\\@8.8.8.8/", "invalid_url"],
    ["http://8.8.8.8\\@127.0.0.1/", "invalid_url"],
    ["http://8.8.\n8.8/", "invalid_url"],
    ["ht\ttp://8.8.8.8/", "invalid_url"],
    ["http://8.8.8.8\u0000/", "invalid_url"],
    ["http://[fe80::1%25eth0]/", "invalid_url"],
    ["http://127.0.0.1%00.a.example/", "invalid_url"],
    ["http://256.1.1.1/", "invalid_url"],
    ["http://1.2.3.4.5/", "invalid_url"],
    ["http://08.1.1.1/", "invalid_url"],
    ["http://4294967296/", "invalid_url"],
    ["http://8.8.8.8:99999/", "invalid_url"],
    [`http://${"a.".repeat(200)}example/`, "invalid_url"],
    ["http://", "invalid_url"],
    ["", "invalid_url"],
    ["a.png", "invalid_url"],
    ["//8.8.8.8/a.png", "invalid_url"],
    ["ftp://8.8.8.8/a.png", "unsupported_scheme"],
    ["file:///etc/passwd", "unsupported_scheme"],
    ["data:image/png;base64,AAAA", "unsupported_scheme"],
    ["javascript:alert(1)", "unsupported_scheme"],
    ["gopher://8.8.8.8/", "unsupported_scheme"],
    ["blob:https://8.8.8.8/x", "unsupported_scheme"],
    ["http://127.0.0.1:22/", "private_address"],
    ["http://8.8.8.8:22/", "blocked_port"],
    ["http://8.8.8.8:25/", "blocked_port"],
    ["http://8.8.8.8:0/", "blocked_port"],
    ["https://8.8.8.8:6667/", "blocked_port"]
  ]
  // The proxy stands for the internet: what it is asked for was allowed.
  it.scopedLive.each(verdicts)("%j is %s", ([text, verdict]) =>
    Effect.gen(function* () {
      const proxy = yield* faultProxy({ status: 418 })
      const error = yield* RemoteImage.pipe(
        Effect.flatMap((images) => images.fetch(text)),
        Effect.flip,
        Effect.provide(
          RemoteImage.layerWith({ lookup: noLookup }).pipe(Layer.provide(env({ ALL_PROXY: proxy.url })))
        )
      )
      const cause = error.details?.["cause"]
      expect(cause === "http_status" ? "allowed" : cause).toBe(verdict)
      expect(proxy.seen).toHaveLength(verdict === "allowed" ? 1 : 0)
      const sent = ["allowed", "private_address", "blocked_port"].includes(verdict)
      expect(error._tag).toBe(sent ? "ProviderFailure" : "InvalidArguments")
    })
  )
})
