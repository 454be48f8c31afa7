/** An accepted element: known name, known attributes, canonical values. */
export interface SvgNode {
  readonly name: string
  /** Line of its start tag, counted from 1. */
  readonly line: number
  readonly parent: SvgNode | null
  readonly attributes: Map<string, string>
  readonly children: Array<SvgNode>
}

/** All elements below and including one, in document order. */
export function* descendants(node: SvgNode): Generator<SvgNode> {
  yield node
  for (const child of node.children) yield* descendants(child)
}
