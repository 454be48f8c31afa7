/**
 * What the service takes: each kind of request beside a bare node:http server that answers the same bytes, in turn; creates; memory
 * over many requests; and 200 agents whose server is killed under them. Prints a table and leaves bench/out/service.json and
 * service.md. CPU is the server's alone, so it tells more than the rates on a machine that does other work.
 *
 *     node bench/service.mjs [--seconds N] [--agents SECONDS] [--flat REQUESTS]
 */
import { execFileSync, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { load, requestOf, usage } from "./support/load.mjs"
import { median } from "./support/measure.mjs"

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const slice = option("seconds", 1.5) * 1000
const agentsFor = option("agents", 60) * 1000
const flat = option("flat", 100_000)
const rounds = 5
const connections = 16
const root = fileURLToPath(new URL("..", import.meta.url))
const out = join(root, "bench/out")
const bin = process.env.BENCH_BIN ?? join(root, "dist/bin/image-skill.cjs")
const home = mkdtempSync(join(tmpdir(), "service-"))
const data = join(home, "data")
const env = { HOME: home, PATH: process.env.PATH }

const started = (argv) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "inherit"] })
    child.stdout.once("data", (line) => resolve({ child, line: line.toString() }))
    child.once("exit", (code) => reject(new Error(`${argv.join(" ")} ended with ${code}`)))
  })
const running = new Set()
const stop = (child) => {
  running.delete(child)
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGKILL")
  return ended
}

// So much that no limit is in the way of what is measured.
const policy = join(home, "policy.json")
writeFileSync(
  policy,
  JSON.stringify({ preview_credits: 1_000_000, daily_jobs: 1_000_000, requests: null, signups: null })
)
const serve = async (port) => {
  const { child, line } = await started([bin, "serve", "--port", port, "--data", data, "--policy", policy])
  running.add(child)
  return { child, port: JSON.parse(line).data.port }
}

const ask = async (port, request) => {
  const answers = []
  await load({
    connections: 1,
    count: 1,
    port,
    next: () => requestOf(request),
    seen: (status, body) => answers.push({ status, body: Buffer.from(body) })
  })
  return answers[0]
}

const signUp = async (port, name) => {
  const body = JSON.stringify({
    agent_contact: `${name}@example.com`,
    agent_name: name,
    runtime: "bench",
    return_token: true
  })
  return JSON.parse((await ask(port, { method: "POST", path: "/v1/agent-signups", body })).body).data.token
}

/** Load for a while, with the CPU that the server took for each request. */
const timed = async (pid, options) => {
  const before = usage(pid).cpu_ms
  const result = await load({ connections, ms: slice, ...options })
  return {
    ...result,
    rate: result.requests / result.seconds,
    cpu_ms: (usage(pid).cpu_ms - before) / result.requests
  }
}

const onlyOk = (name, { statuses }) => {
  if (Object.keys(statuses).some((status) => status !== "200")) {
    throw new Error(`${name}: ${JSON.stringify(statuses)}`)
  }
}

const middle = (runs, field) => median(runs.map((run) => run[field]))

const reads = async (service, token) => {
  const authorization = { authorization: `Bearer ${token}` }
  const kinds = [
    { name: "GET /healthz", path: "/healthz" },
    { name: "GET /v1/models", path: "/v1/models" },
    { name: "GET /v1/models/local.canvas", path: "/v1/models/local.canvas" },
    { name: "GET /v1/whoami", path: "/v1/whoami", headers: authorization },
    { name: "GET /v1/quota", path: "/v1/quota", headers: authorization },
    { name: "GET /v1/activity?limit=20", path: "/v1/activity?limit=20", headers: authorization }
  ]
  const results = []
  for (const kind of kinds) {
    const { body } = await ask(service.port, kind)
    const file = join(home, "answer")
    writeFileSync(file, body)
    const { child, line } = await started([join(root, "bench/support/bare.mjs"), file])
    running.add(child)
    const next = () => requestOf(kind)
    const pair = { bare: [], own: [] }
    // The first round warms both up and is not counted.
    for (let round = -1; round < rounds; round++) {
      const bare = await timed(child.pid, { port: Number(line), next })
      const own = await timed(service.child.pid, { port: service.port, next })
      onlyOk(kind.name, own)
      if (round < 0) continue
      pair.bare.push(bare)
      pair.own.push(own)
    }
    await stop(child)
    results.push({
      name: kind.name,
      bytes: body.length,
      rate: middle(pair.own, "rate"),
      p50_ms: middle(pair.own, "p50_ms"),
      p99_ms: middle(pair.own, "p99_ms"),
      cpu_ms: middle(pair.own, "cpu_ms"),
      bare_rate: middle(pair.bare, "rate"),
      bare_cpu_ms: middle(pair.bare, "cpu_ms"),
      of_bare: median(pair.own.map(({ rate }, round) => rate / pair.bare[round].rate)),
      rss_mib: usage(service.child.pid).rss_mib
    })
  }
  return results
}

const createOf = (token, fields) =>
  requestOf({
    method: "POST",
    path: "/v1/create",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({
      prompt: "a red fox beside a lighthouse at sunset",
      model: "local.canvas",
      ...fields
    })
  })

const creates = async (service, token) => {
  const row = (name, runs) => ({
    name,
    rate: middle(runs, "rate"),
    p50_ms: middle(runs, "p50_ms"),
    p99_ms: middle(runs, "p99_ms"),
    cpu_ms: middle(runs, "cpu_ms"),
    rss_mib: usage(service.child.pid).rss_mib
  })
  const dry = []
  for (let round = -1; round < rounds; round++) {
    const plan = await timed(service.child.pid, {
      port: service.port,
      next: () => createOf(token, { dry_run: true })
    })
    onlyOk("dry run", plan)
    if (round >= 0) dry.push(plan)
  }
  // Apart from the thousands of dry runs, whose garbage would be collected at the expense of some dozens of creates.
  const live = []
  const engine = []
  for (let round = -1; round < rounds; round++) {
    const work = await timed(service.child.pid, {
      connections: 8,
      ms: 2 * slice,
      port: service.port,
      next: () => createOf(token, { model_parameters: small(), idempotency_key: randomUUID() })
    })
    onlyOk("create", work)
    if (round < 0) continue
    live.push(work)
    engine.push(Number(execFileSync(process.execPath, [engineAlone, "80", "8"], { env })))
  }
  return {
    rows: [row("POST /v1/create, dry run", dry), row("POST /v1/create, 8 at once", live)],
    engine_cpu_ms: median(engine),
    overhead_cpu_ms: median(live.map(({ cpu_ms }, round) => cpu_ms - engine[round]))
  }
}

const engineAlone = join(root, "bench/support/engine.mjs")

// Another seed each time: the same bytes would be stored once.
let seed = 0
const small = () => ({ long_edge: 256, seed: seed++ })

const memory = async (service) => {
  const steps = []
  for (let step = 0; step < 5; step++) {
    await load({
      connections,
      count: flat / 5,
      port: service.port,
      next: (index) => requestOf({ path: index % 2 === 0 ? "/v1/models" : "/healthz" })
    })
    steps.push(usage(service.child.pid).rss_mib)
  }
  return { requests: flat, rss_mib: steps }
}

/**
 * 200 agents create under keys of their own, and try again under the same key whenever the connection breaks; half way the server is
 * killed and started again. What is acknowledged must be there, once, and the ledger must hold.
 */
const agents = async (service) => {
  const tokens = await Promise.all(
    Array.from({ length: 200 }, (_, index) => signUp(service.port, `agent-${index}`))
  )
  const until = performance.now() + agentsFor
  const acknowledged = []
  let again = 0
  let givenUp = 0
  let current = service
  const create = (token, body) =>
    fetch(`http://127.0.0.1:${service.port}/v1/create`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body
    })
      .then(async (response) => ({ status: response.status, body: await response.json() }))
      .catch(() => null)
  const agent = async (token) => {
    while (performance.now() < until) {
      const body = JSON.stringify({
        prompt: "a red fox",
        model: "local.canvas",
        model_parameters: small(),
        idempotency_key: randomUUID()
      })
      const patience = performance.now() + 60_000
      let answer = await create(token, body)
      while (answer?.status !== 200 && performance.now() < patience) {
        again += 1
        await sleep(200)
        answer = await create(token, body)
      }
      if (answer?.status === 200) acknowledged.push({ token, job: answer.body.data.job_id })
      else givenUp += 1
    }
  }
  const kill = async () => {
    await sleep(agentsFor / 2)
    await stop(current.child)
    current = await serve(String(service.port))
  }
  await Promise.all([kill(), ...tokens.map(agent)])

  let lost = givenUp
  for (const { job, token } of acknowledged) {
    const { body, status } = await ask(service.port, {
      path: `/v1/jobs/${job}`,
      headers: { authorization: `Bearer ${token}` }
    })
    if (status !== 200 || JSON.parse(body).data.job.status !== "completed") lost += 1
  }
  const verified = JSON.parse(
    execFileSync(process.execPath, [bin, "admin", "verify", "--data", data], { env, maxBuffer: 1 << 26 })
  )
  return {
    service: current,
    result: {
      agents: tokens.length,
      seconds: agentsFor / 1000,
      acknowledged: acknowledged.length,
      jobs: new Set(acknowledged.map(({ job }) => job)).size,
      tried_again: again,
      lost,
      verified: verified.ok && verified.data.sound
    }
  }
}

try {
  let service = await serve("0")
  const token = await signUp(service.port, "bench")
  for (let index = 0; index < 30; index++) {
    await ask(service.port, {
      method: "POST",
      path: "/v1/create",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ prompt: "a red fox", model: "local.canvas", model_parameters: small() })
    })
  }
  const read = await reads(service, token)
  const created = await creates(service, token)
  const flatness = flat > 0 ? await memory(service) : null
  const crowd = agentsFor > 0 ? await agents(service) : null
  if (crowd !== null) service = crowd.service

  const number = (value, digits) => value.toFixed(digits)
  const table = [
    "| request | bytes | req/s | ÷ bare | p50 ms | p99 ms | CPU µs | bare's CPU µs | RSS MiB |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...[...read, ...created.rows].map(
      (row) =>
        `| ${row.name} | ${row.bytes ?? ""} | ${number(row.rate, 0)} | ${row.of_bare === undefined ? "" : number(row.of_bare, 2)} | ${number(row.p50_ms, 2)} | ${number(row.p99_ms, 1)} | ${number(row.cpu_ms * 1000, 0)} | ${row.bare_cpu_ms === undefined ? "" : number(row.bare_cpu_ms * 1000, 0)} | ${number(row.rss_mib, 0)} |`
    ),
    "",
    `A create of 256², 8 at once, takes ${number(created.overhead_cpu_ms, 1)} ms of CPU beyond the ${number(created.engine_cpu_ms, 1)} that the engine takes alone.`,
    ...(flatness === null
      ? []
      : [
          "",
          `Memory over ${flat} requests, after each fifth: ${flatness.rss_mib.map((each) => number(each, 0)).join(", ")} MiB.`
        ]),
    ...(crowd === null
      ? []
      : [
          "",
          `${crowd.result.agents} agents for ${crowd.result.seconds} s, the server killed half way: ${crowd.result.acknowledged} creates acknowledged, ${crowd.result.jobs} jobs, ${crowd.result.tried_again} tries again, ${crowd.result.lost} lost; the ledger and every asset verified: ${crowd.result.verified}.`
        ])
  ].join("\n")
  const note = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${connections} connections, medians of ${rounds} rounds of ${slice / 1000} s in turn.`
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "service.md"), `${note}\n\n${table}\n`)
  writeFileSync(
    join(out, "service.json"),
    `${JSON.stringify({ node: process.version, reads: read, creates: created, memory: flatness, agents: crowd?.result ?? null }, null, 2)}\n`
  )
  console.log(`${note}\n\n${table}`)
  if (crowd !== null && (crowd.result.lost > 0 || !crowd.result.verified)) process.exitCode = 1
} finally {
  for (const child of running) child.kill("SIGKILL")
  rmSync(home, { recursive: true, force: true })
}
