import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readReference } from "../../src/Services/AssetReference.js"
import { Invocation } from "../../src/Services/Invocation.js"
import { Target } from "../../src/Services/Target.js"
import { TokenSource } from "../../src/Services/TokenSource.js"
import { type Ground, layerGround } from "../support/StandIn.js"

const data = "/home/agent/.local/share/image-skill"

// Contract §3: flag, environment, config, built-in.
const targets: ReadonlyArray<Ground & { readonly why: string; readonly is: string | null }> = [
  { why: "nothing chosen", is: "remote https://api.image-skill.com default" },
  { why: "config", config: { api_base_url: "https://c.test" }, is: "remote https://c.test config" },
  { why: "config says local", config: { api_base_url: "local" }, is: `embedded ${data} config` },
  {
    why: "config without address",
    config: { api_base_url: null },
    is: "remote https://api.image-skill.com default"
  },
  {
    why: "environment over config",
    env: { IMAGE_SKILL_API_BASE_URL: "https://e.test" },
    config: { api_base_url: "https://c.test" },
    is: "remote https://e.test env"
  },
  { why: "environment says local", env: { IMAGE_SKILL_API_BASE_URL: "local" }, is: `embedded ${data} env` },
  {
    why: "a blank environment is absent",
    env: { IMAGE_SKILL_API_BASE_URL: "  " },
    config: { api_base_url: "https://c.test" },
    is: "remote https://c.test config"
  },
  {
    why: "flag over all",
    flags: { apiBaseUrl: "https://f.test" },
    env: { IMAGE_SKILL_API_BASE_URL: "local" },
    config: { api_base_url: "local" },
    is: "remote https://f.test flag"
  },
  {
    why: "--local over all",
    flags: { local: true },
    env: { IMAGE_SKILL_API_BASE_URL: "https://e.test" },
    is: `embedded ${data} flag`
  },
  {
    why: "a data folder",
    flags: { local: true },
    env: { IMAGE_SKILL_DATA_DIR: "/d/x" },
    is: "embedded /d/x flag"
  },
  {
    why: "an XDG data home",
    flags: { local: true },
    env: { XDG_DATA_HOME: "/x" },
    is: "embedded /x/image-skill flag"
  },
  {
    why: "a relative XDG data home counts as unset",
    flags: { local: true },
    env: { XDG_DATA_HOME: "x" },
    is: `embedded ${data} flag`
  },
  {
    why: "a path prefix is kept",
    flags: { apiBaseUrl: "https://f.test/tenant/a///" },
    is: "remote https://f.test/tenant/a flag"
  },
  {
    why: "http on loopback",
    flags: { apiBaseUrl: "http://127.0.0.1:80" },
    is: "remote http://127.0.0.1 flag"
  },
  { why: "http on ::1", flags: { apiBaseUrl: "http://[::1]:9" }, is: "remote http://[::1]:9 flag" },
  {
    why: "http on localhost",
    flags: { apiBaseUrl: "http://localhost:9" },
    is: "remote http://localhost:9 flag"
  },
  { why: "http elsewhere", flags: { apiBaseUrl: "http://f.test" }, is: null },
  { why: "http on what looks like loopback", flags: { apiBaseUrl: "http://127.0.0.1.evil.test" }, is: null },
  {
    why: "http elsewhere, allowed",
    flags: { apiBaseUrl: "http://f.test" },
    env: { IMAGE_SKILL_ALLOW_INSECURE_HTTP: "1" },
    is: "remote http://f.test flag"
  },
  {
    why: "http elsewhere, allowed in another word",
    flags: { apiBaseUrl: "http://f.test" },
    env: { IMAGE_SKILL_ALLOW_INSECURE_HTTP: "true" },
    is: null
  },
  ...[
    "not a url",
    "ftp://f.test",
    "file:///x",
    "https://u:CANARY@f.test",
    "https://CANARY@f.test",
    "https://f.test/?k=CANARY",
    "https://f.test/#x",
    "javascript:x",
    "http://127.0.0.1:99999",
    "//f.test",
    "data:,x"
  ].map((address) => ({ why: address, flags: { apiBaseUrl: address }, is: null })),
  { why: "a bad address in the config", config: { api_base_url: "nonsense" }, is: null }
]

describe("the target", () => {
  for (const { is, why, ...ground } of targets) {
    it.effect(why, () =>
      Effect.gen(function* () {
        const found = yield* Effect.either((yield* Target).resolve)
        if (found._tag === "Left") {
          expect(is).toBeNull()
          expect(found.left).toMatchObject({
            code: "INVALID_ARGUMENTS",
            recovery: { required_flag: "--api-base-url" }
          })
          expect(JSON.stringify(found.left)).not.toContain("CANARY")
          return
        }
        const { baseUrl, chosenBy, dataFolder, kind, origin } = found.right
        expect(`${kind} ${dataFolder ?? baseUrl} ${chosenBy}`).toBe(is)
        if (kind === "remote") expect(baseUrl.startsWith(origin)).toBe(true)
        expect((yield* Invocation).service).toBe(kind)
      }).pipe(Effect.provide(layerGround(ground)))
    )
  }
})

const origin = "https://a.test"
const saved = (token: string, at = origin) => ({ version: 1, credentials: { [at]: { token } } })

// Contract §3: --token-stdin, --token, the two variables, the config's for that origin.
const tokens: ReadonlyArray<
  Ground & { readonly why: string; readonly is: string | null; readonly code?: string }
> = [
  { why: "none", is: null },
  { why: "config", config: saved("from-config"), is: "config from-config" },
  { why: "config of another origin", config: saved("from-config", "https://b.test"), is: null },
  { why: "config of the same host over http", config: saved("from-config", "http://a.test"), is: null },
  { why: "config of another port", config: saved("from-config", "https://a.test:8443"), is: null },
  {
    why: "an older config of this address",
    config: { token: "old", api_base_url: "https://a.test/x" },
    is: "config old"
  },
  {
    why: "an older config of another address",
    config: { token: "old", api_base_url: "https://b.test" },
    is: null
  },
  { why: "an older config without address", config: { token: "old" }, is: null },
  { why: "an older config that says local", config: { token: "old", api_base_url: "local" }, is: null },
  {
    why: "the last saved token is not this origin's",
    config: { token: "last", api_base_url: origin, ...saved("b", "https://b.test") },
    is: null
  },
  { why: "a credential named by the prototype", config: { credentials: {} }, is: null },
  {
    why: "older variable",
    env: { IMAGE_SKILL_HOSTED_TOKEN: "hosted" },
    config: saved("c"),
    is: "env hosted"
  },
  {
    why: "variable over older variable",
    env: { IMAGE_SKILL_TOKEN: "env", IMAGE_SKILL_HOSTED_TOKEN: "hosted" },
    is: "env env"
  },
  { why: "a blank variable is absent", env: { IMAGE_SKILL_TOKEN: " " }, config: saved("c"), is: "config c" },
  { why: "flag over variable", flags: { token: "flag" }, env: { IMAGE_SKILL_TOKEN: "env" }, is: "flag flag" },
  {
    why: "standard input over variable",
    flags: { tokenStdin: true },
    stdin: "piped\n",
    env: { IMAGE_SKILL_TOKEN: "env" },
    is: "stdin piped"
  },
  { why: "standard input with CRLF", flags: { tokenStdin: true }, stdin: " piped \r\n", is: "stdin piped" },
  {
    why: "empty standard input never falls back",
    flags: { tokenStdin: true },
    stdin: "",
    env: { IMAGE_SKILL_TOKEN: "env" },
    is: null,
    code: "AUTH_REQUIRED"
  },
  {
    why: "a terminal never falls back",
    flags: { tokenStdin: true },
    stdin: null,
    env: { IMAGE_SKILL_TOKEN: "env" },
    is: null,
    code: "INVALID_ARGUMENTS"
  },
  {
    why: "two lines",
    flags: { tokenStdin: true },
    stdin: "CANARY\nCANARY\n",
    is: null,
    code: "INVALID_ARGUMENTS"
  },
  {
    why: "5 kB",
    flags: { tokenStdin: true },
    stdin: "CANARY".repeat(900),
    is: null,
    code: "INVALID_ARGUMENTS"
  },
  { why: "an inner newline", flags: { token: "CANARY\nx" }, is: null, code: "TOKEN_INVALID" },
  {
    why: "a character that no header holds",
    env: { IMAGE_SKILL_TOKEN: "CANARY“x”" },
    is: null,
    code: "TOKEN_INVALID"
  },
  { why: "an inner blank", config: saved("CANARY x"), is: null, code: "TOKEN_INVALID" }
]

describe("the token for an origin", () => {
  for (const { code, is, why, ...ground } of tokens) {
    it.effect(why, () =>
      Effect.gen(function* () {
        const source = yield* TokenSource
        const { secrets } = yield* Invocation
        const found = yield* Effect.either(source.find(origin))
        if (found._tag === "Left") {
          expect(found.left.code).toBe(code)
          expect(JSON.stringify(found.left)).not.toContain("CANARY")
          return
        }
        expect(code).toBeUndefined()
        if (found.right === null) {
          expect(is).toBeNull()
          return
        }
        const { token, source: from } = found.right
        expect(`${from} ${Redacted.value(token)}`).toBe(is)
        expect(String(token)).toBe("<redacted>")
        expect(secrets.has(Redacted.value(token))).toBe(true)
        // Standard input is read once, whoever asks again.
        expect(yield* source.find(origin)).toEqual(found.right)
      }).pipe(Effect.provide(layerGround(ground)))
    )
  }
})

describe("an image argument", () => {
  const remote = {
    kind: "remote",
    baseUrl: "https://a.test/t",
    origin: "https://a.test",
    chosenBy: "flag",
    dataFolder: null
  } as const
  const local = {
    kind: "embedded",
    baseUrl: "x",
    origin: "http://embedded.invalid",
    chosenBy: "flag",
    dataFolder: "/data"
  } as const
  const table = [
    ["image_1", remote, { _tag: "Owned", assetId: "image_1" }],
    ["file_abc", remote, { _tag: "Owned", assetId: "file_abc" }],
    ["https://a.test/t/a/image_1.png", remote, { _tag: "Owned", assetId: "image_1" }],
    ["https://media.image-skill.com/a/image_1.png", remote, { _tag: "Owned", assetId: "image_1" }],
    ["https://b.test/a/image_1.png", remote, { _tag: "Remote", url: "https://b.test/a/image_1.png" }],
    ["https://a.test/b/image_1.png", remote, { _tag: "Remote", url: "https://a.test/b/image_1.png" }],
    [
      "https://a.test/a/image_1%2F..%2Fx.png",
      remote,
      { _tag: "Remote", url: "https://a.test/a/image_1%2F..%2Fx.png" }
    ],
    ["HTTPS://b.test/x.png", remote, { _tag: "Remote", url: "HTTPS://b.test/x.png" }],
    ["./photo.png", remote, { _tag: "File", path: "./photo.png" }],
    ["image_1.png", remote, { _tag: "File", path: "image_1.png" }],
    ["photo@2x.png", remote, { _tag: "File", path: "photo@2x.png" }],
    ["file:///data/a/image_1.png", local, { _tag: "Owned", assetId: "image_1" }],
    ["file:///data/a/../a/image_1.png", local, { _tag: "Owned", assetId: "image_1" }],
    ["file:///data/a/sub/image_1.png", local, { _tag: "Foreign" }],
    ["file:///etc/image_1.png", local, { _tag: "Foreign" }],
    ["file:///data/a/image_1.png", remote, { _tag: "Foreign" }],
    ["file:/etc/passwd", remote, { _tag: "Foreign" }],
    ["data:image/png;base64,x", remote, { _tag: "Foreign" }],
    ["ftp://b.test/x.png", remote, { _tag: "Foreign" }],
    ["gopher://b.test/1", remote, { _tag: "Foreign" }]
  ] as const
  for (const [text, service, expected] of table) {
    it(`${text} at ${service.kind}`, () => {
      expect(readReference(text, service)).toEqual(expected)
    })
  }
})
