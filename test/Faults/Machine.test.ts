import * as fs from "node:fs"
import * as path from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import {
  type Ended,
  type Expected,
  fine,
  holds,
  httpService,
  png,
  type Reply,
  runIn,
  type Seen,
  type Start,
  token,
  worked,
  workFolder
} from "../support/FaultRun.js"

// reliability §1.3, §1.5 and §3(e): what the caller's machine may do wrong, over real files.

interface Scene {
  readonly home: string
  readonly work: string
  readonly config: string
  readonly url: string
}

interface Row extends Expected {
  readonly why: string
  readonly argv: (scene: Scene) => ReadonlyArray<string>
  readonly prepare?: (scene: Scene) => void
  readonly reply?: (request: Seen, self: string) => Reply
  readonly env?: (scene: Scene) => Readonly<Record<string, string>>
  readonly start?: Partial<Start>
  /** `METHOD path` of the requests; none unless given. */
  readonly sent?: ReadonlyArray<string>
  /** What lies in the work folder afterwards, beside what was prepared; nothing unless given. */
  readonly left?: ReadonlyArray<string>
  readonly also?: (ended: Ended, scene: Scene, seen: ReadonlyArray<Seen>) => void
}

const runRow = (row: Row) =>
  Effect.gen(function* () {
    const home = yield* workFolder
    const service = yield* httpService(row.reply ?? (() => fine({ actor: { actor_type: "agent" } })))
    const scene = {
      home,
      work: path.join(home, "work"),
      config: path.join(home, ".config/image-skill/config.json"),
      url: service.url
    }
    row.prepare?.(scene)
    const before = worked(home)
    const ended = yield* runIn(home, {
      argv: [...row.argv(scene), "--api-base-url", service.url],
      env: { ...row.env?.(scene) },
      haste: 20,
      ...row.start
    })
    holds(ended, row)
    expect(service.seen.map(({ method, path: at }) => `${method} ${at}`)).toEqual(row.sent ?? [])
    expect(worked(home).filter((name) => !before.includes(name))).toEqual(row.left ?? [])
    row.also?.(ended, scene, service.seen)
  }).pipe(Effect.scoped, Effect.runPromise)

const put = (at: string, content: string | Uint8Array, mode = 0o600): void => {
  fs.mkdirSync(path.dirname(at), { recursive: true })
  fs.writeFileSync(at, content, { mode })
}
const mode = (at: string): string => (fs.statSync(at).mode & 0o777).toString(8)

const saving = ["auth", "save", "--token-stdin"]
const noToken = { IMAGE_SKILL_TOKEN: "" }
const unreadable = { exit: 9, code: "CONFIG_READ_FAILED", retryable: false }

const corrupt: Readonly<Record<string, string | Uint8Array>> = {
  empty: "",
  truncated: '{"version":1,"token":"isk_r_CANARY',
  "an array": "[]",
  "NUL bytes": "\u0000".repeat(32),
  "a byte order mark": '\ufeff{"version":1}',
  "a wrong type": '{"token":{"a":1}}',
  "no UTF-8": new Uint8Array([0x7b, 0xff]),
  "2 MB": `{"x":"${"y".repeat(2 * 1024 * 1024)}"}`
}

const config: ReadonlyArray<Row> = [
  ...Object.entries(corrupt).flatMap(([why, content]): ReadonlyArray<Row> => {
    const same = (_: Ended, scene: Scene) =>
      expect(fs.readFileSync(scene.config).equals(Buffer.from(content))).toBe(true)
    return [
      {
        why: `a config that is ${why} is not taken for none`,
        prepare: (scene) => put(scene.config, content),
        argv: () => ["whoami"],
        env: () => noToken,
        ...unreadable,
        also: same
      },
      {
        why: `a config that is ${why} is not overwritten`,
        prepare: (scene) => put(scene.config, content),
        argv: () => saving,
        start: { stdin: `${token}\n` },
        env: () => noToken,
        ...unreadable,
        also: same
      },
      {
        why: `a config that is ${why} keeps a sign-up from beginning`,
        prepare: (scene) => put(scene.config, content),
        argv: () => [
          "signup",
          "--agent",
          "--agent-contact",
          "a@b.test",
          "--agent-name",
          "N",
          "--runtime",
          "R"
        ],
        ...unreadable,
        also: same
      }
    ]
  }),
  {
    why: "a config that is a folder",
    prepare: ({ config: at }) => fs.mkdirSync(at, { recursive: true }),
    argv: () => ["whoami"],
    env: () => noToken,
    ...unreadable
  },
  {
    why: "a config that others could read is private once it is written again",
    prepare: ({ config: at }) => {
      put(at, '{"version":1,"mine":true}', 0o644)
      fs.chmodSync(at, 0o666)
    },
    argv: () => saving,
    start: { stdin: `${token}\n` },
    env: () => noToken,
    exit: 0,
    also: (_, { config: at }) => {
      expect(mode(at)).toBe("600")
      expect(JSON.parse(fs.readFileSync(at, "utf8"))).toMatchObject({ mine: true, token })
    }
  },
  {
    why: "a config that is a link out of its folder is neither written through nor replaced",
    prepare: ({ config: at, home }) => {
      put(path.join(home, "victim"), '{"version":1}', 0o644)
      fs.mkdirSync(path.dirname(at), { recursive: true })
      fs.symlinkSync(path.join(home, "victim"), at)
    },
    argv: () => saving,
    start: { stdin: `${token}\n` },
    env: () => noToken,
    exit: 9,
    code: "PUBLIC_CLI_CONFIG_WRITE_FAILED",
    also: (_, { config: at, home }) => {
      expect([fs.readFileSync(path.join(home, "victim"), "utf8"), mode(path.join(home, "victim"))]).toEqual([
        '{"version":1}',
        "644"
      ])
      expect(fs.lstatSync(at).isSymbolicLink()).toBe(true)
    }
  },
  ...["", "relative/config", "./x"].map(
    (value): Row => ({
      why: `XDG_CONFIG_HOME=${JSON.stringify(value)} is no folder`,
      argv: () => saving,
      start: { stdin: `${token}\n` },
      env: () => ({ ...noToken, XDG_CONFIG_HOME: value, IMAGE_SKILL_CONFIG_PATH: "" }),
      exit: 0,
      also: (_, { config: at }) =>
        expect([mode(at), mode(path.dirname(at)), fs.existsSync("relative")]).toEqual(["600", "700", false])
    })
  ),
  {
    why: "a config folder that cannot be made",
    prepare: ({ home }) => put(path.join(home, ".config"), "a file"),
    argv: () => saving,
    start: { stdin: `${token}\n` },
    env: () => noToken,
    ...unreadable
  },
  {
    why: "a config folder that is a file keeps a sign-up from beginning",
    prepare: ({ home }) => put(path.join(home, ".config/image-skill"), "a file"),
    argv: () => ["signup", "--agent", "--agent-contact", "a@b.test", "--agent-name", "N", "--runtime", "R"],
    ...unreadable
  },
  {
    why: "a newer program's config keeps its version",
    prepare: (scene) => put(scene.config, '{"version":99,"later":{"x":1}}'),
    argv: () => saving,
    start: { stdin: `${token}\n` },
    env: () => noToken,
    exit: 0,
    also: (_, scene) =>
      expect(JSON.parse(fs.readFileSync(scene.config, "utf8"))).toMatchObject({
        version: 99,
        later: { x: 1 }
      })
  },
  {
    why: "auth save takes nothing that is no token",
    argv: () => saving,
    start: { stdin: "hunter2-CANARY\n" },
    env: () => noToken,
    exit: 3,
    code: "TOKEN_INVALID",
    also: (_, { config: at }) => expect(fs.existsSync(at)).toBe(false)
  },
  {
    why: "auth logout says that the service still honours the token",
    prepare: ({ config: at, url }) =>
      put(at, JSON.stringify({ version: 1, mine: 1, credentials: { [url]: { token } } })),
    argv: () => ["auth", "logout"],
    env: () => noToken,
    exit: 0,
    also: ({ envelope }, { config: at }) => {
      expect(envelope.warnings.join()).toMatch(/still honours/)
      expect(JSON.parse(fs.readFileSync(at, "utf8"))).toMatchObject({ mine: 1, credentials: {} })
    }
  },
  {
    why: "a token as a flag is taken, with a warning",
    argv: () => ["whoami", "--token", token],
    env: () => noToken,
    exit: 0,
    sent: ["GET /v1/whoami"],
    also: ({ envelope }) => expect(envelope.warnings.join()).toMatch(/process lists/)
  },
  ...(
    [
      ["two lines", `${token}\nCANARY\n`, "INVALID_ARGUMENTS", 2],
      ["an inner NUL", `isk_r_CANARY\u0000x\n`, "TOKEN_INVALID", 3],
      ["typographic quotes", "“isk_r_CANARY”\n", "TOKEN_INVALID", 3],
      ["5 kB", `${"isk_r_CANARY".repeat(500)}\n`, "INVALID_ARGUMENTS", 2],
      ["nothing", "", "AUTH_REQUIRED", 3]
    ] as const
  ).map(
    ([what, stdin, code, exit]): Row => ({
      why: `a token on standard input of ${what}`,
      argv: () => ["whoami", "--token-stdin"],
      env: () => noToken,
      start: { stdin },
      exit,
      code
    })
  ),
  {
    why: "a token of the environment that is no latin-1",
    argv: () => ["whoami"],
    env: () => ({ IMAGE_SKILL_TOKEN: "isk_r_CANARY…" }),
    exit: 3,
    code: "TOKEN_INVALID"
  },
  {
    why: "a sign-up whose answer lacks warnings and actor keeps its token",
    argv: () => ["signup", "--agent", "--agent-contact", "a@b.test", "--agent-name", "N", "--runtime", "R"],
    env: () => noToken,
    reply: () => ({ json: { ok: true, data: { token, agent_id: "agt_1" } } }),
    exit: 0,
    sent: ["POST /v1/agent-signups"],
    also: (_, { config: at, url }) =>
      expect(JSON.parse(fs.readFileSync(at, "utf8"))).toMatchObject({ credentials: { [url]: { token } } })
  },
  {
    why: "a sign-up whose answer repeats the token elsewhere shows it nowhere",
    argv: () => ["signup", "--agent", "--agent-contact", "a@b.test", "--agent-name", "N", "--runtime", "R"],
    env: () => noToken,
    reply: () => fine({ token, agent_id: "agt_1", note: token, deep: [{ [token]: token }] }),
    exit: 0,
    sent: ["POST /v1/agent-signups"]
  }
]

const asset = (self: string, more: object = {}) => ({
  asset_id: "image_1",
  url: `${self}/a/image_1.png`,
  content_length: png.length,
  ...more
})
const serving =
  (bytes: Reply, more: object = {}) =>
  ({ path: at }: Seen, self: string): Reply =>
    at.startsWith("/v1/") ? fine({ asset: asset(self, more) }) : bytes
const picture: Reply = { body: png, headers: { "content-type": "image/png" } }
const getting = ["GET /v1/assets/image_1", "GET /a/image_1.png"]
const to = (name: string) => (scene: Scene) => [
  "assets",
  "get",
  "image_1",
  "--output",
  path.join(scene.work, name)
]
const kept =
  (name: string, content: string) =>
  (_: Ended, { work }: Scene): void =>
    expect(fs.readFileSync(path.join(work, name), "utf8")).toBe(content)
const altered = { exit: 9, code: "ASSET_INTEGRITY_FAILED", retryable: false }

const downloads: ReadonlyArray<Row> = [
  {
    why: "an HTML page instead of the picture",
    argv: to("o.png"),
    reply: serving({ body: "<html>", headers: { "content-type": "text/html" } }),
    sent: getting,
    ...altered
  },
  { why: "no bytes at all", argv: to("o.png"), reply: serving({ body: "" }), sent: getting, ...altered },
  {
    why: "bytes of the right length, one flipped",
    argv: to("o.png"),
    reply: serving(
      { body: png.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) },
      { sha256: "0".repeat(64) }
    ),
    sent: getting,
    ...altered
  },
  {
    why: "wrong bytes over a good file, with --overwrite",
    prepare: ({ work }) => put(path.join(work, "o.png"), "good"),
    argv: (scene) => [...to("o.png")(scene), "--overwrite"],
    reply: serving({ body: "x" }),
    sent: getting,
    ...altered,
    also: kept("o.png", "good")
  },
  ...[404, 410, 403, 500].map(
    (status): Row => ({
      why: `${status} of the media host`,
      argv: to("o.png"),
      reply: serving({ status, body: "no" }),
      sent: getting,
      exit: 7,
      code: "ASSET_DOWNLOAD_FAILED",
      retryable: status === 500
    })
  ),
  {
    why: "a redirect of the media host",
    argv: to("o.png"),
    reply: serving({ status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    sent: getting,
    exit: 7,
    code: "ASSET_DOWNLOAD_FAILED"
  },
  ...["http://127.0.0.1:1/x.png", "data:image/png;base64,AAAA", "file:///etc/passwd", "javascript:1", ""].map(
    (url): Row => ({
      why: `an asset that stands at ${url || "no address"}`,
      argv: to("o.png"),
      reply: (request, self) =>
        request.path === "/healthz" ? fine({ status: "ok" }) : serving(picture, { url })(request, self),
      sent:
        url.startsWith("http") || url.startsWith("data") || url.startsWith("java")
          ? ["GET /v1/assets/image_1", "GET /healthz"]
          : ["GET /v1/assets/image_1"],
      exit: 7,
      code: "ASSET_DOWNLOAD_FAILED"
    })
  ),
  {
    why: "a file that is there already is not touched, and nothing is asked",
    prepare: ({ work }) => put(path.join(work, "o.png"), "good"),
    argv: to("o.png"),
    exit: 9,
    code: "OUTPUT_EXISTS",
    also: kept("o.png", "good")
  },
  {
    why: "a folder takes a file named after the asset",
    argv: (scene) => ["assets", "get", "image_1", "--output", scene.work],
    reply: serving(picture, { filename: "CLAUDE.md", name: "../../evil" }),
    sent: getting,
    exit: 0,
    left: ["image_1.png"]
  },
  {
    why: "a dangling link",
    prepare: ({ work }) => fs.symlinkSync("/nowhere/x", path.join(work, "o.png")),
    argv: to("o.png"),
    exit: 9,
    code: "OUTPUT_EXISTS"
  },
  {
    why: "a link, with --overwrite: the link goes, its target stays",
    prepare: ({ home, work }) => {
      put(path.join(home, "victim"), "victim")
      fs.symlinkSync(path.join(home, "victim"), path.join(work, "o.png"))
    },
    argv: (scene) => [...to("o.png")(scene), "--overwrite"],
    reply: serving(picture),
    sent: getting,
    exit: 0,
    also: (_, { home, work }) =>
      expect([
        fs.readFileSync(path.join(home, "victim"), "utf8"),
        fs.lstatSync(path.join(work, "o.png")).isSymbolicLink()
      ]).toEqual(["victim", false])
  },
  {
    why: "a folder that is not there",
    argv: to("none/o.png"),
    exit: 9,
    code: "OUTPUT_WRITE_FAILED",
    retryable: false
  },
  {
    why: "a folder that is a file",
    prepare: ({ work }) => put(path.join(work, "f"), "x"),
    argv: to("f/o.png"),
    exit: 9,
    code: "OUTPUT_WRITE_FAILED",
    retryable: false
  },
  { why: "a trailing slash and no folder", argv: to("none/"), exit: 9, code: "OUTPUT_WRITE_FAILED" },
  { why: "a name of 300 bytes", argv: to(`${"n".repeat(296)}.png`), exit: 9, code: "OUTPUT_WRITE_FAILED" },
  { why: "a name with NUL", argv: to("a\u0000b.png"), exit: 9, code: "OUTPUT_WRITE_FAILED" },
  {
    why: "/dev/full is no place for a picture",
    argv: () => ["assets", "get", "image_1", "--output", "/dev/full", "--overwrite"],
    exit: 9,
    code: "OUTPUT_WRITE_FAILED"
  },
  {
    why: "paid pictures to a place that is taken: nothing is paid for",
    prepare: ({ work }) => put(path.join(work, "o.png"), "good"),
    argv: ({ work }) => ["create", "--prompt", "x", "--download", path.join(work, "o.png")],
    exit: 9,
    code: "OUTPUT_EXISTS"
  },
  {
    why: "paid pictures to -: nothing is paid for, and no file is named so",
    argv: () => ["create", "--prompt", "x", "--download", "-"],
    exit: 2,
    code: "INVALID_ARGUMENTS",
    also: () => expect(fs.existsSync("-")).toBe(false)
  }
]

const uploading = (name: string) => (scene: Scene) => ["upload", path.join(scene.work, name)]
const denied = { exit: 6, code: "INPUT_POLICY_DENIED", retryable: false }
const unread = { exit: 9, code: "INPUT_READ_FAILED", retryable: false }

const uploads: ReadonlyArray<Row> = [
  {
    why: "an empty file",
    prepare: ({ work }) => put(path.join(work, "a.png"), ""),
    argv: uploading("a.png"),
    ...denied
  },
  {
    why: "text that is named .png",
    prepare: ({ work }) => put(path.join(work, "a.png"), "secret CANARY"),
    argv: uploading("a.png"),
    ...denied
  },
  {
    why: "a link to a private key",
    prepare: ({ home, work }) => {
      put(path.join(home, "id_rsa"), "-----BEGIN PRIVATE KEY-----\nCANARY")
      fs.symlinkSync(path.join(home, "id_rsa"), path.join(work, "a.png"))
    },
    argv: uploading("a.png"),
    ...denied
  },
  {
    why: "26 MiB",
    prepare: ({ work }) =>
      put(path.join(work, "a.png"), Buffer.concat([png, Buffer.alloc(26 * 1024 * 1024)])),
    argv: uploading("a.png"),
    ...denied
  },
  { why: "a file that is not there", argv: uploading("none.png"), ...unread },
  { why: "a folder", argv: ({ work }) => ["upload", work], ...unread },
  { why: "a device", argv: () => ["upload", "/dev/zero"], ...unread },
  ...[
    "http://127.0.0.1/latest/meta-data",
    "http://169.254.169.254/latest/meta-data/iam",
    "http://[::1]/x.png",
    "http://[::ffff:127.0.0.1]/x.png",
    "http://localhost/x.png",
    "http://2130706433/x.png",
    "http://0177.0.0.1/x.png",
    "http://10.0.0.1/x.png"
  ].map(
    (url): Row => ({
      why: `the private address ${url}`,
      argv: () => ["upload", url],
      exit: 7,
      code: "REMOTE_UPLOAD_FETCH_FAILED",
      cause: "private_address",
      retryable: false
    })
  ),
  {
    why: "an edit whose parameters are no JSON: nothing is uploaded first",
    prepare: ({ work }) => put(path.join(work, "a.png"), png),
    argv: ({ work }) => [
      "edit",
      "--input",
      path.join(work, "a.png"),
      "--prompt",
      "x",
      "--model-parameters-json",
      "{"
    ],
    exit: 2,
    code: "INVALID_ARGUMENTS"
  },
  {
    why: "an edit whose mask is not there: nothing is uploaded first",
    prepare: ({ work }) => put(path.join(work, "a.png"), png),
    argv: ({ work }) => [
      "edit",
      "--input",
      path.join(work, "a.png"),
      "--mask",
      path.join(work, "none.png"),
      "--prompt",
      "x"
    ],
    ...unread
  },
  {
    why: "an upload that the service took without naming it",
    prepare: ({ work }) => put(path.join(work, "a.png"), png),
    argv: uploading("a.png"),
    reply: () => fine({ asset: null }),
    sent: ["POST /v1/upload"],
    exit: 9,
    code: "UPLOAD_ASSET_ID_MISSING"
  }
]

const tables = { config, downloads, uploads }
for (const [name, rows] of Object.entries(tables)) {
  describe(name, () => {
    for (const row of rows) it(row.why, () => runRow(row))
  })
}
afterAll(() =>
  process.stdout.write(`${Object.values(tables).flat().length} faults of the machine`.concat("\n"))
)
