import { jsonOf, record } from "../Wire/Json.js"
import type { Graph } from "./Graphs.js"

/** The places of a workflow that a request fills, written `{{name}}` where their value belongs. */
export const slotNames = [
  "prompt",
  "negative_prompt",
  "checkpoint",
  "seed",
  "steps",
  "cfg",
  "denoise",
  "width",
  "height",
  "count",
  "image",
  "mask",
  "prefix"
] as const

/** A place of a workflow that a request fills. */
export type Slot = (typeof slotNames)[number]

/** What stands in the slots of one request. */
export type Values = Readonly<Partial<Record<Slot, string | number>>>

const slot = /\{\{([a-z_]+)\}\}/g
const whole = /^\{\{([a-z_]+)\}\}$/

const valueOf = (values: Values, name: string | undefined): string | number | undefined =>
  name !== undefined && Object.hasOwn(values, name) ? values[name as Slot] : undefined

const filled = (given: unknown, values: Values): unknown => {
  if (Array.isArray(given)) return given.map((each) => filled(each, values))
  if (typeof given === "object" && given !== null) {
    return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, filled(each, values)]))
  }
  if (typeof given !== "string") return given
  // A slot that is the whole text keeps its value's type: a seed is a number.
  return (
    valueOf(values, whole.exec(given)?.[1]) ??
    given.replace(slot, (text, name: string) => String(valueOf(values, name) ?? text))
  )
}

/** A workflow with its slots filled, in one pass: what a prompt says is never taken for a slot. */
export const fill = (graph: Graph, values: Values): Graph => filled(graph, values) as Graph

/** The slots that a workflow has. */
export const slotsOf = (graph: Graph): ReadonlySet<string> =>
  new Set([...JSON.stringify(graph).matchAll(slot)].map(([, name = ""]) => name))

/** Reads an operator's workflow as ComfyUI exports it for its API; a text says what is wrong with it. */
export const readWorkflow = (text: string): Graph | string => {
  const nodes = Object.entries(record(jsonOf(text)))
  if (nodes.length === 0) return "is no JSON object of nodes"
  const isNode = (node: unknown) =>
    typeof record(node)["class_type"] === "string" && Object.hasOwn(record(node), "inputs")
  if (!nodes.every(([, node]) => isNode(node))) return "is not in the API format (Export (API))"
  const graph = Object.fromEntries(nodes) as Graph
  const slots = slotsOf(graph)
  const strange = [...slots].find((name) => !(slotNames as ReadonlyArray<string>).includes(name))
  if (strange !== undefined) return `has the slot {{${strange.slice(0, 40)}}}, which nothing fills`
  return slots.has("prompt") ? graph : "has no {{prompt}}"
}
