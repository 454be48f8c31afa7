import { refuse, snippet, tag } from "./Refusal.js"
import { descendants, type SvgNode } from "./Tree.js"
import { referredId } from "./Values.js"

/** Elements by id. */
export type Ids = ReadonlyMap<string, SvgNode>

const targets: { readonly [attribute: string]: ReadonlyArray<string> } = {
  fill: ["linearGradient", "radialGradient", "pattern"],
  stroke: ["linearGradient", "radialGradient", "pattern"],
  "clip-path": ["clipPath"],
  mask: ["mask"],
  filter: ["filter"],
  "marker-start": ["marker"],
  "marker-mid": ["marker"],
  "marker-end": ["marker"]
}

const hrefTargets: { readonly [element: string]: ReadonlyArray<string> } = {
  linearGradient: ["linearGradient", "radialGradient"],
  radialGradient: ["linearGradient", "radialGradient"],
  pattern: ["pattern"],
  use: "svg g symbol use path rect circle ellipse line polyline polygon".split(" ")
}

/** What one element's attributes refer to. */
export const referencesOf = (node: SvgNode, ids: Ids): ReadonlyArray<SvgNode> =>
  [...node.attributes].flatMap(([name, value]) => {
    if (name !== "href" && targets[name] === undefined) return []
    const id = referredId(name, value)
    return id === null ? [] : (ids.get(id) ?? [])
  })

const checkTargets = (node: SvgNode, ids: Ids): void => {
  for (const [name, value] of node.attributes) {
    const wanted = name === "href" ? hrefTargets[node.name] : targets[name]
    const id = referredId(name, value)
    if (id === null || (name !== "href" && wanted === undefined)) continue
    const found = ids.get(id)
    if (found === undefined) {
      refuse(node.line, `${name} on ${tag(node.name)} refers to "${snippet(id, 20)}", which does not exist`)
    } else if (wanted === undefined || !wanted.includes(found.name)) {
      refuse(
        node.line,
        `${name} on ${tag(node.name)} refers to an element of the wrong kind, ${tag(found.name)}`
      )
    }
  }
}

/** Refuses a document in which an element contains or refers to itself, by whatever way. */
const checkCycles = (root: SvgNode, ids: Ids): void => {
  const state = new Map<SvgNode, "open" | "done">()
  const stack: Array<{ readonly node: SvgNode; readonly next: Array<SvgNode> }> = []
  const enter = (node: SvgNode): void => {
    state.set(node, "open")
    stack.push({ node, next: [...node.children, ...referencesOf(node, ids)] })
  }
  enter(root)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const following = top.next.pop()
    if (following === undefined) {
      state.set(top.node, "done")
      stack.pop()
    } else if (state.get(following) === "open") {
      refuse(top.node.line, `${tag(top.node.name)} refers to what contains it`)
    } else if (!state.has(following)) enter(following)
  }
}

/** Finds ids, and checks that every reference has a target of the right kind and that none leads back to itself. */
export const checkReferences = (root: SvgNode): Ids => {
  const ids = new Map<string, SvgNode>()
  for (const node of descendants(root)) {
    const id = node.attributes.get("id")
    if (id === undefined) continue
    if (ids.has(id)) refuse(node.line, `the id "${snippet(id, 20)}" is used twice`)
    ids.set(id, node)
  }
  for (const node of descendants(root)) checkTargets(node, ids)
  checkCycles(root, ids)
  return ids
}
