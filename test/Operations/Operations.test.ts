import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { allCommands } from "../../src/Commands/index.js"
import { type Code, codes } from "../../src/Errors.js"
import { create, edit } from "../../src/Operations/Create.js"
import { operations, serviceOperations } from "../../src/Operations/index.js"
import { flag, operand, toggle } from "../../src/Operations/Operation.js"
import { suggest, toAction } from "../../src/Operations/Suggest.js"
import { upload } from "../../src/Operations/Upload.js"
import { Action } from "../../src/Schema/Action.js"
import { liveCreate, readOnly } from "../../src/Schema/Effects.js"

const all = Object.entries(operations)

describe("every operation", () => {
  for (const [id, operation] of all) {
    it(`${id} is declared whole`, () => {
      expect(operation.id).toBe(id)
      // What telemetry can name.
      expect(id).toMatch(/^[a-z0-9]+(?:[.-][a-z0-9]+){0,3}$/)
      expect(operation.summary).toMatch(/^\S.{5,140}[^.\s]$/)
      for (const code of operation.codes) expect(Object.keys(codes)).toContain(code satisfies Code)
      expect(new Set(operation.codes).size).toBe(operation.codes.length)
    })
  }

  it("with words of its own has one command, and every command has an operation", () => {
    const spoken = all
      .filter(([, { command }]) => command.length > 0)
      .map(([, { command }]) => command.join(" "))
    const commands = allCommands.map(({ path }) => path.join(" "))
    expect(spoken.filter((words) => commands.filter((command) => command === words).length !== 1)).toEqual([])
    expect(commands.filter((words) => !spoken.includes(words))).toEqual([])
  })
})

describe("every request", () => {
  it("has a route of its own", () => {
    const routes = Object.values(serviceOperations).map(
      ({ wire }) => `${wire.method} ${wire.path.replaceAll(/:\w+/g, ":")}`
    )
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([])
  })

  for (const [id, { wire }] of Object.entries(serviceOperations)) {
    it(`${id} holds the fields that its path and headers take`, () => {
      const fields = "fields" in wire.request ? Object.keys(wire.request.fields as object) : []
      const named = [...wire.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      const headers = {
        ...("headers" in wire ? wire.headers : {}),
        ...("alsoHeaders" in wire ? wire.alsoHeaders : {})
      }
      for (const name of [...named, ...Object.keys(headers)]) expect(fields).toContain(name)
      if (wire.method !== "POST")
        expect(Object.keys("headers" in wire ? (wire.headers ?? {}) : {})).toEqual([])
    })
  }
})

describe("effects", () => {
  it("of what finishes a job are told: it may submit it, and debits what is held for it", () => {
    for (const { effects } of [operations["jobs.wait"], operations["jobs.recover"]]) {
      expect(effects({ job_id: "job_1" })).toEqual({
        ...readOnly,
        provider_call: true,
        credit_debit: true,
        media_write: true,
        no_spend: false
      })
    }
  })

  it("are those of the input: a dry run reads only, a live one spends", () => {
    for (const operation of [create, edit]) {
      const input = { prompt: "x", input: "image_1" }
      expect(operation.effects(input)).toEqual(liveCreate)
      expect(operation.effects({ ...input, dry_run: false })).toEqual(liveCreate)
      expect(operation.effects({ ...input, dry_run: true })).toEqual(readOnly)
    }
  })

  it("of a GET never spend, pay, sign up or write", () => {
    for (const [id, operation] of Object.entries(serviceOperations))
      if (operation.wire.method === "GET") expect(operation.effects({} as never), id).toEqual(readOnly)
  })

  it("are the action's, with what is missing and whether a token is needed here", () => {
    const action = toAction(
      suggest("x", "y", edit, { input: "image_1", prompt: "PROMPT" }, ["prompt"]),
      ["node", "/a b/bin.cjs"],
      ["--local"]
    )
    expect(Schema.is(Action)(action)).toBe(true)
    expect(action).toMatchObject({
      command: "node '/a b/bin.cjs' edit --input image_1 --prompt PROMPT --local",
      copy_runnable: false,
      missing_inputs: ["prompt"],
      requires_auth: false,
      effect: liveCreate
    })
    expect(toAction(suggest("x", "y", edit, { input: "image_1" }), ["image-skill"], []).requires_auth).toBe(
      true
    )
  })
})

describe("what an operation reaches beside the service", () => {
  it("is told by its input", () => {
    expect(create.touches({ prompt: "x" })).toEqual([])
    expect(create.touches({ prompt: "x", download: "./x" })).toContain("files")
    expect(edit.touches({ input: "image_1" })).toEqual([])
    expect(edit.touches({ input: "./photo.png" })).toContain("files")
    expect(edit.touches({ input: "https://a.test/x.png" })).toContain("network")
    expect(upload.touches({ source: "./x.png" })).toContain("files")
    expect(upload.touches({ source: "https://a.test/x.png" })).toContain("network")
  })
})

describe("words", () => {
  it("keep what begins with a dash, and what reads like a boolean's value", () => {
    expect([flag("a", "-x"), flag("a", "x"), flag("a", 0), flag("a", undefined)]).toEqual([
      ["--a=-x"],
      ["--a", "x"],
      ["--a", "0"],
      []
    ])
    expect([toggle("a", true), toggle("a", false), toggle("a", undefined)]).toEqual([["--a"], [], []])
    expect([operand("x"), operand("-x"), operand("no"), operand("1"), operand("nothing")]).toEqual([
      ["x"],
      ["--", "-x"],
      ["--", "no"],
      ["--", "1"],
      ["nothing"]
    ])
  })
})
