import { readdirSync, readFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "vitest"
import ts from "typescript"

const root = path.resolve(import.meta.dirname, "..")
const source = path.join(root, "src")

interface Import {
  readonly from: string
  /** A path under src, or a package's specifier. */
  readonly to: string
  readonly kind: "static" | "type" | "dynamic"
}

interface Module {
  readonly file: string
  readonly tree: ts.SourceFile
  readonly imports: ReadonlyArray<Import>
}

const filesUnder = (folder: string, ending: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))
    .sort()

const visit = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  const clause = node.importClause
  if (clause === undefined) return false
  if (clause.isTypeOnly) return true
  const named = clause.namedBindings
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every(({ isTypeOnly: only }) => only)
  )
}

const read = (absolute: string): Module => {
  const file = path.relative(source, absolute)
  const tree = ts.createSourceFile(file, readFileSync(absolute, "utf8"), ts.ScriptTarget.ES2022, true)
  const imports: Array<Import> = []
  const add = (specifier: string, kind: Import["kind"]) =>
    imports.push({
      from: file,
      to: specifier.startsWith(".")
        ? path.relative(source, path.resolve(path.dirname(absolute), specifier)).replace(/\.js$/, ".ts")
        : specifier,
      kind
    })
  visit(tree, (node) => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    )
      add(node.moduleSpecifier.text, isTypeOnly(node) ? "type" : "static")
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments
      if (specifier !== undefined && ts.isStringLiteralLike(specifier)) add(specifier.text, "dynamic")
    }
  })
  return { file, tree, imports }
}

const modules = filesUnder(source, ".ts").map(read)
const imports = modules.flatMap((module) => module.imports)
const inside = imports.filter(({ to }) => modules.some(({ file }) => file === to))

const room = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : file)

/** Which rooms a room may import, statically or as types. Its own is always allowed. */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  Schema: [],
  "Version.ts": [],
  "Stack.ts": [],
  "Once.ts": [],
  "Errors.ts": ["Schema"],
  Operations: ["Schema", "Errors.ts"],
  Api: ["Operations", "Schema", "Errors.ts", "Version.ts"],
  Services: ["Operations", "Errors.ts", "Schema", "Once.ts", "Stack.ts", "Version.ts"],
  Render: ["Operations", "Errors.ts", "Schema"],
  Server: ["Api", "Operations", "Errors.ts", "Schema", "Once.ts", "Stack.ts", "Version.ts"],
  Commands: ["Services", "Render", "Operations", "Errors.ts", "Schema", "Once.ts", "Stack.ts", "Version.ts"],
  Documents: ["Commands", "Services", "Operations", "Errors.ts", "Schema", "Version.ts"],
  Testing: ["Commands", "Render", "Services", "Operations", "Errors.ts", "Schema", "Once.ts", "Version.ts"],
  "index.ts": ["Services", "Operations", "Errors.ts", "Schema", "Version.ts"],
  "Main.ts": ["Commands", "Render", "Services", "Schema"],
  Launcher: []
}

interface Exception {
  readonly from: RegExp
  readonly to: RegExp
  readonly because: string
}

/** Where the code departs from a rule, and why it may. */
const exceptions: ReadonlyArray<Exception> = [
  {
    from: /^Render\/Write\.ts$/,
    to: /^Services\/Output\.ts$/,
    because: "writing the document is what the Output tag is for"
  },
  {
    from: /^Server\//,
    to: /^Services\/(?:Entropy|Env|Deadlines|Files|Observer|Telemetry|CommandRunner|Process|Signals)\.ts$/,
    because: "service tags; Entropy carries makeId beside its tag"
  },
  {
    from: /^Server\/(?:Transport|Handlers\/Cli)\.ts$/,
    to: /^Services\/HttpClient\.ts$/,
    because: "the embedded transport answers with the client's own light response instead of a web Response"
  },
  {
    from: /^Server\/Providers\//,
    to: /^Services\/(?:HttpClient|Deadlines|RemoteImage)\.ts$/,
    because: "hosted engines are called over the same bounded transport as the service itself"
  },
  {
    from: /^Server\/Providers\/Wire\//,
    to: /^Services\/Http\/(?:Address|Connect|Fault|Node)\.ts$/,
    because:
      "engines at operators' addresses need the transport's parts with limits and address checks of their own"
  },
  {
    from: /^Server\/index\.ts$/,
    to: /^Services\/(?:Env|ImageSkill|Layers|Library)\.ts$/,
    because: "the entry ./server joins client and embedded service into layerLocal"
  }
]

const excused = ({ from, to }: Import): boolean =>
  exceptions.some((exception) => exception.from.test(from) && exception.to.test(to))

const shown = (found: ReadonlyArray<Import>, rule: string): ReadonlyArray<string> =>
  found.map(({ from, kind, to }) => `src/${from} → ${to} (${kind}): ${rule}`)

describe("imports", () => {
  it("are all understood: every relative one leads to a module of src", () => {
    const files = new Set(modules.map(({ file }) => file))
    const lost = imports.filter(
      ({ to }) => to.endsWith(".ts") && !to.startsWith("@") && !to.startsWith("effect") && !files.has(to)
    )
    expect(shown(lost, "there is no such file")).toEqual([])
    expect(inside.length).toBeGreaterThan(300)
  })

  it("go only in the declared directions between rooms", () => {
    const wrong = inside.filter((found) => {
      const [from, to] = [room(found.from), room(found.to)]
      if (from === to || found.kind === "dynamic") return false
      return !(mayImport[from] ?? []).includes(to) && !excused(found)
    })
    expect(shown(wrong, "this room may not import that one")).toEqual([])
    const unknown = [...new Set(modules.map(({ file }) => room(file)))].filter((name) => !(name in mayImport))
    expect(unknown, "rooms without a rule").toEqual([])
  })

  it("name no exception that is not needed", () => {
    const planned = /CommandRunner|Process|Deadlines|Files|Telemetry|Providers/
    const idle = exceptions.filter(
      (exception) =>
        !planned.test(`${exception.from} ${exception.to}`) &&
        !inside.some(({ from, to }) => exception.from.test(from) && exception.to.test(to))
    )
    expect(idle.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it("reach the server only dynamically, from Main, the harness and the commands that are about the service itself", () => {
    const wrong = inside.filter(
      ({ from, kind, to }) =>
        room(to) === "Server" &&
        room(from) !== "Server" &&
        !(kind === "dynamic" && /^(?:Main\.ts|Testing\/.*|Commands\/(?:Serve|Admin|Trust).*)$/.test(from)) &&
        kind !== "type"
    )
    expect(shown(wrong, "the server is loaded by a dynamic import of Main or Testing only")).toEqual([])
    expect(
      inside.some(({ from, kind, to }) => from === "Main.ts" && kind === "dynamic" && room(to) === "Server")
    ).toBe(true)
  })

  it("use @effect/cli only in Commands", () => {
    const wrong = imports.filter(({ from, to }) => to.startsWith("@effect/cli") && room(from) !== "Commands")
    expect(shown(wrong, "@effect/cli stays in Commands")).toEqual([])
    expect(imports.some(({ to }) => to.startsWith("@effect/cli"))).toBe(true)
  })

  it("use @effect/platform-node only where layers are wired", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        to.startsWith("@effect/platform-node") &&
        !/^(?:Main\.ts|Server\/(?:App\.ts|Http[./]|Serve))/.test(from)
    )
    expect(shown(wrong, "@effect/platform-node stays where layers are wired")).toEqual([])
  })

  it("use SQL only in Server/Storage", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        (to.startsWith("@effect/sql") || to === "libsql" || to === "better-sqlite3") &&
        !from.startsWith("Server/Storage/")
    )
    expect(shown(wrong, "SQL stays in Server/Storage")).toEqual([])
    const tagged = modules
      .filter(({ file }) => !file.startsWith("Server/Storage/"))
      .flatMap(({ file, tree }) => {
        const found: Array<string> = []
        visit(tree, (node) => {
          if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "sql")
            found.push(place(file, tree, node))
        })
        return found
      })
    expect(tagged, "sql`` stays in Server/Storage").toEqual([])
    expect(imports.some(({ to }) => to.startsWith("@effect/sql"))).toBe(true)
  })

  it("reach SQL's domain names, not its tables and transactions, from outside Storage", () => {
    const internals =
      /^Server\/Storage\/(?:Sqlite\w*|Tables|Migrator|Durable|Engine|BlobFiles|BlobStream)\.ts$/
    const wrong = inside.filter(
      ({ from, to }) =>
        internals.test(to) &&
        !from.startsWith("Server/Storage/") &&
        !/^Server\/App\.ts$/.test(from) &&
        !(to === "Server/Storage/Engine.ts" && from.startsWith("Server/"))
    )
    expect(shown(wrong, "Storage's dialect and tables are its own")).toEqual([])
  })

  it("reach another room's inside no deeper than its own files, its index or a shared service", () => {
    const wrong = inside.filter(({ from, to }) => {
      const parts = to.split("/")
      return (
        room(from) !== room(to) &&
        parts.length > 2 &&
        !/^Services\/Http\/(?:Fake|Fault|Address|Proxy)\.ts$/.test(to) &&
        !(from === "Commands/Serve.ts" && to === "Server/Http/index.ts") &&
        !(from === "Commands/AdminCommand.ts" && to === "Server/Admin/index.ts") &&
        room(from) !== "Testing" &&
        !exceptions.some((exception) => exception.from.test(from) && exception.to.test(to))
      )
    })
    expect(shown(wrong, "a room's folders are its own")).toEqual([])
  })

  it("make no cycle", () => {
    const edges = new Map<string, ReadonlyArray<string>>()
    for (const { file } of modules)
      edges.set(
        file,
        inside.filter(({ from, kind }) => from === file && kind === "static").map(({ to }) => to)
      )
    const done = new Set<string>()
    const cycles: Array<string> = []
    const walk = (file: string, trail: ReadonlyArray<string>): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "))
      else if (!done.has(file)) for (const to of edges.get(file) ?? []) walk(to, [...trail, file])
      done.add(file)
    }
    for (const { file } of modules) walk(file, [])
    expect(cycles, "cycles of imports").toEqual([])
  })
})

function place(file: string, tree: ts.SourceFile, node: ts.Node): string {
  return `src/${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText().slice(0, 60)}`
}

/** What only named adapters may do, who they are, and why. */
const adapters: ReadonlyArray<{
  readonly what: string
  readonly test: (node: ts.Node) => boolean
  readonly allowed: Readonly<Record<string, string>>
}> = [
  {
    what: "process.exit",
    test: (node) => ts.isPropertyAccessExpression(node) && node.getText() === "process.exit",
    allowed: {}
  },
  {
    what: "console.*",
    test: (node) => ts.isPropertyAccessExpression(node) && node.expression.getText() === "console",
    allowed: {}
  },
  {
    what: "Date.now or new Date()",
    test: (node) =>
      (ts.isPropertyAccessExpression(node) && node.getText() === "Date.now") ||
      (ts.isNewExpression(node) &&
        node.expression.getText() === "Date" &&
        (node.arguments?.length ?? 0) === 0),
    allowed: {
      "Server/Http/": "sockets and log lines are timed in callbacks of node:http, outside any fiber"
    }
  },
  {
    what: "Math.random",
    test: (node) => ts.isPropertyAccessExpression(node) && node.getText() === "Math.random",
    allowed: {}
  },
  {
    what: "JSON.parse",
    test: (node) => ts.isPropertyAccessExpression(node) && node.getText() === "JSON.parse",
    allowed: {
      "Services/Answer.ts":
        "reads a service's answer before any schema: what is no JSON has codes of its own",
      "Commands/Flags.ts": "reads --model-parameters-json, of which a parse error would print the value",
      "Commands/Parse.ts": "undoes its own JSON.stringify around @effect/cli",
      "Services/Http/Response.ts": "the platform's own response.json, which has an error of its own",
      "Server/Decode.ts": "reads a request's body before any schema",
      "Server/Providers/Local/Child/PixelChild.ts":
        "a process without Effect, whose JSON Schema checks what it read",
      "Server/Storage/": "columns of JSON that this service wrote itself; one that is broken is a defect"
    }
  }
]

describe("adapters", () => {
  for (const { allowed, test, what } of adapters) {
    it(`alone use ${what}`, () => {
      const found = modules.flatMap(({ file, tree }) => {
        const places: Array<string> = []
        visit(tree, (node) => {
          if (test(node)) places.push(place(file, tree, node))
        })
        return places.map((at) => ({ file, at }))
      })
      const wrong = found.filter(
        ({ file }) =>
          !Object.keys(allowed).some((owner) => file.startsWith(owner)) && room(file) !== "Launcher"
      )
      expect(
        wrong.map(({ at }) => at),
        `${what} outside its adapters`
      ).toEqual([])
    })
  }

  it("read the process's environment and streams only in their own adapters", () => {
    const owners = /^(?:Services\/(?:Env|Output|Stdin|Signals|Process)\.ts|Launcher\/.*)$/
    const found = modules
      .filter(({ file }) => !owners.test(file))
      .flatMap(({ file, tree }) => {
        const places: Array<string> = []
        visit(tree, (node) => {
          if (
            ts.isPropertyAccessExpression(node) &&
            /^process\.(?:env|argv|stdin|stdout|stderr|on|once)$/.test(node.getText())
          )
            places.push(place(file, tree, node))
        })
        return places
      })
    const reasons: Readonly<Record<string, string>> = {
      "Services/Http/Node.ts": "default of NODE_TLS_REJECT_UNAUTHORIZED for callers that give no environment",
      "Server/Domain/Crash.ts":
        "the crash points of the crash matrix, read once and off unless a test names one",
      "Server/Providers/Local/Child/PixelChild.ts": "the whole of a process: its pipes and words are its own",
      "Server/Providers/Local/Child/Program.ts": "the child's program lies beside the file that was started"
    }
    expect(found.filter((at) => !Object.keys(reasons).some((file) => at.startsWith(`src/${file}:`)))).toEqual(
      []
    )
  })
})

describe("documents", () => {
  it("hold no path of a machine on which they were made", () => {
    const documents = ["docs", "examples", "bench", "scripts"]
      .flatMap((folder) => {
        try {
          return [".md", ".json", ".mjs", ".ts"].flatMap((ending) =>
            filesUnder(path.join(root, folder), ending)
          )
        } catch {
          return []
        }
      })
      .concat(
        readdirSync(root)
          .filter((name) => name.endsWith(".md"))
          .map((name) => path.join(root, name))
      )
    expect(documents.length).toBeGreaterThan(0)
    const found = documents.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line, index) =>
          /(?:^|[^\w.~$/])\/(?:home|root|Users|work|private|var\/folders)\/[\w.-]/.test(line)
            ? [`${path.relative(root, file)}:${index + 1} ${line.trim().slice(0, 100)}`]
            : []
        )
    )
    expect(found).toEqual([])
  })
})
