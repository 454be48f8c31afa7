import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { basename } from "node:path"
import { build } from "esbuild"

const common = {
  bundle: true,
  platform: "node",
  minify: true,
  // ASCII, so that the launcher may read one byte as one character.
  charset: "ascii",
  legalComments: "none",
  write: false,
  logLevel: "error"
}

const require = createRequire(import.meta.url)

const optional = ["libsql", "sharp"]

const failOn = (message) => {
  throw new Error(message)
}

/**
 * Effect asks at load time whether standard output is a terminal, which opens the stream: 2-3 ms for a logger that is not used. None
 * of our own code may rely on `process.stdout`, therefore.
 */
const withoutStdout = { "process.stdout": "undefined" }

/** The program of the process that decodes callers' pictures, beside the bin. */
export const pixelChild = "PixelChild.cjs"

export const bundlePixelChild = async () => {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["src/Server/Providers/Local/Child/PixelChild.ts"],
    format: "cjs",
    target: "node20",
    external: optional
  })
  return outputFiles[0].text
}

/**
 * First pass: Main and whatever it imports dynamically, split by esbuild so that nothing stands twice. Second pass: all that Main
 * imports statically becomes one unit, every other chunk a unit of its own, as CommonJS. Chunks shared with Main's unit are
 * exported from it as parts.
 */
export const bundleUnits = async () => {
  const split = await build({
    ...common,
    entryPoints: ["src/Main.ts"],
    splitting: true,
    format: "esm",
    target: "node20",
    outdir: "/",
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    external: optional,
    define: { ...withoutStdout, __PIXEL_CHILD__: JSON.stringify(pixelChild) },
    inject: ["scripts/build/shims.mjs"],
    plugins: [lazySchema, lazyPackages],
    metafile: true
  })
  const outputs = new Map(
    Object.entries(split.metafile.outputs).map(([path, output]) => [
      basename(path),
      {
        exports: output.exports,
        imports: output.imports.map((each) => ({ ...each, path: basename(each.path) })),
        isEntry: output.entryPoint !== undefined,
        text: split.outputFiles.find((file) => basename(file.path) === basename(path)).text
      }
    ])
  )
  const inputs = Object.keys(split.metafile.inputs)
  for (const input of inputs) {
    if (input.startsWith("src/") && readFileSync(input, "utf8").includes("process.stdout")) {
      failOn(`${input} uses process.stdout, which the bin does without`)
    }
  }

  const client = new Set()
  const include = (name) => {
    if (client.has(name) || !outputs.has(name)) return
    client.add(name)
    for (const { kind, path } of outputs.get(name).imports) if (kind === "import-statement") include(path)
  }
  include("Main.js")
  const parts = [...client].filter((name) => name !== "Main.js").sort()
  const shared = [...outputs.keys()].filter((name) => !client.has(name) && !outputs.get(name).isEntry).sort()
  const unitOf = (name) =>
    outputs.get(name).isEntry ? name.replace(/(?:-[A-Z0-9]{8})?\.js$/, "") : `Shared${shared.indexOf(name)}`
  const idOf = (name) =>
    name === "Main.js"
      ? "unit:Main"
      : client.has(name)
        ? `unit:Main/part${parts.indexOf(name)}`
        : `unit:${unitOf(name)}`
  const others = [...outputs.keys()].filter((name) => !client.has(name)).sort()
  const names = ["Main", ...others.map(unitOf)]
  if (new Set(names).size !== names.length) failOn(`two units have one name: ${names.join(", ")}`)

  const units = [
    await unit("Main", outputs, idOf, (name) => client.has(name), [
      `export { main } from "./Main.js"`,
      ...parts.flatMap((name, index) => part(`part${index}`, name, outputs.get(name).exports))
    ])
  ]
  for (const name of others) {
    units.push(
      await unit(unitOf(name), outputs, idOf, (each) => each === name, [`export * from "./${name}"`])
    )
  }
  return { inputs, units }
}

/** A group of exports, made when another unit first asks for it: a client's run never does. */
const part = (group, file, names) => [
  `import { ${names.map((name) => `${name} as ${group}_${name}`).join(", ")} } from "./${file}"`,
  `export const ${group} = () => ({ ${names.map((name) => `get ${name}() { return ${group}_${name} }`).join(", ")} })`
]

const unit = async (name, outputs, idOf, isInside, lines) => {
  const inMemory = {
    name: "in-memory",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\// }, ({ namespace, path }) => {
        if (namespace !== "chunk" && namespace !== "file") return undefined
        const file = basename(path)
        return isInside(file) ? { path: file, namespace: "chunk" } : { path: idOf(file), external: true }
      })
      onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({
        contents: withPlainModules(outputs.get(path).text),
        loader: "js"
      }))
    }
  }
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: lines.join("\n"), resolveDir: "/", sourcefile: "unit.mjs" },
    format: "cjs",
    target: "node20",
    // A script that `vm` runs cannot import; `require` serves, and loads just as late.
    supported: { "dynamic-import": false },
    external: optional,
    plugins: [
      inMemory,
      lazyBuiltins([...outputs].filter(([file]) => isInside(file)).map(([, { text }]) => text))
    ]
  })
  // esbuild leaves regular expressions as they are; there the escape means the character itself.
  const code = `(function(exports,require,module){${outputFiles[0].text.trimEnd()}\n})`.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
  const sha = createHash("sha256").update(code).digest("hex").slice(0, 16)
  return { name, code, sha, file: `${name}-${sha.slice(0, 8)}.cjs` }
}

/**
 * Takes what is not ours as it is. For `import * as path` and `import("node:http")` a CommonJS bundle would make a copy with a getter for
 * each export, again at each place, and of a package each time.
 */
const withPlainModules = (text) => {
  const plain = text
    .replace(/import\*as ([\w$]+) from"(?:node:)?(fs|os|path|url)";/g, (_, name, module) =>
      text.includes(`${name}.default`)
        ? failOn(`node:${module} is asked for its default`)
        : `const ${name}=require("node:${module}");`
    )
    .replace(
      /import\("(?:node:)?(dns\/promises|http|net|tls)"\)/g,
      'Promise.resolve().then(()=>{const m=require("node:$1");return{__proto__:m,default:m}})'
    )
    .replace(/import\("(libsql|sharp)"\)/g, 'Promise.resolve().then(()=>({default:require("$1")}))')
  const left =
    /import[^;"]*\*as[^;"]*from"(?:node:)?(?:fs|os|path|url)"|import\("(?:node:)?(?:http|net|tls)"\)/.exec(
      plain
    )
  return left === null ? plain : failOn(`not taken as it is: ${left[0]}`)
}

/**
 * Loads Node's slow modules (1 to 3 ms each) when one of their exports is first used, not when somebody imports them; and none for random
 * bytes. `texts` are the unit's sources.
 */
const lazyBuiltins = (texts) => ({
  name: "lazy-builtins",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(?:node:)?(?:child_process|crypto|fs\/promises|zlib)$/ }, ({ namespace, path }) => {
      const name = path.replace(/^node:/, "")
      return namespace === "chunk"
        ? { path: name, namespace: "lazy" }
        : { path: `node:${name}`, external: true }
    })
    onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => {
      const getters = importedFrom(path, texts).map((name) => {
        const source = name === "randomBytes" ? "./random.cjs" : `node:${path}`
        return `get ${name}() { return require("${source}").${name} }`
      })
      return {
        contents: `module.exports = { ${getters.join(", ")} }`,
        loader: "js",
        resolveDir: import.meta.dirname
      }
    })
  }
})

/** The names by which minified sources import from one of Node's modules; all that it has when one takes it whole. */
const importedFrom = (builtin, texts) => {
  const clauses = texts.flatMap((text) =>
    [...text.matchAll(new RegExp(`import([^;"]*)from"(?:node:)?${builtin}"`, "g"))].map(
      ([, clause]) => clause
    )
  )
  const listed = clauses.map((clause) => /^\s*\{(.*)\}\s*$/.exec(clause)?.[1].split(","))
  const names = listed.every((each) => each !== undefined)
    ? listed.flat().map((name) => name.trim().split(" as ")[0])
    : Object.keys(require(`node:${builtin}`))
  return [...new Set(names)].sort()
}

/** Our own sources get schemas that wait (see lazy-schema.mjs); libraries get Effect's. */
const lazySchema = {
  name: "lazy-schema",
  setup({ onResolve }) {
    const ours = `${process.cwd()}/src/`
    onResolve({ filter: /^effect\/Schema$/ }, ({ importer }) =>
      importer.startsWith(ours) ? { path: `${import.meta.dirname}/lazy-schema.mjs` } : undefined
    )
  }
}

/** Evaluates packages that few runs need when one of their exports is first used; this one allocates 256 kB, to compare misspelt words. */
const lazyPackages = {
  name: "lazy-packages",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^fastest-levenshtein$/ }, ({ namespace, path }) =>
      namespace === "lazy-package" ? undefined : { path, namespace: "lazy-package" }
    )
    onLoad({ filter: /.*/, namespace: "lazy-package" }, ({ path }) => ({
      contents: `module.exports = { ${Object.keys(require(path))
        .map((name) => `get ${name}() { return require("${path}").${name} }`)
        .join(", ")} }`,
      loader: "js",
      resolveDir: import.meta.dirname
    }))
  }
}

/** The launcher, in a syntax that every Node can read which can start it. */
export const bundleLauncher = async (tables) => {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["src/Launcher/Launcher.ts"],
    format: "cjs",
    target: "es2015",
    banner: { js: "#!/usr/bin/env node" },
    define: Object.fromEntries(Object.entries(tables).map(([key, value]) => [key, JSON.stringify(value)])),
    plugins: [unprefixedBuiltins]
  })
  return outputFiles[0].text
}

/** The process that runs Main for the answers and the cache. */
export const bundleRunner = async () => {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["scripts/build/run.mjs"],
    format: "cjs",
    target: "node20"
  })
  return outputFiles[0].text
}

// Node before 14.18 knows no `node:` in front of a module's name, and must get as far as being told that it is too old.
const unprefixedBuiltins = {
  name: "unprefixed-builtins",
  setup({ onResolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path: path.slice("node:".length), external: true }))
  }
}
