import { SaxesParser, type SaxesTagNS } from "saxes"
import { isSvgNamespace, readAttributes } from "./Attributes.js"
import { maxMarkup } from "./Parameters.js"
import { refuse, snippet, SvgRefusal, tag } from "./Refusal.js"
import type { SvgNode } from "./Tree.js"
import { elements } from "./Vocabulary.js"

/** Most elements of a document as it is written. */
const maxElements = 5000
/** Deepest nesting of elements. */
const maxDepth = 64
/** Most attributes of one element. */
const maxAttributes = 60

/** Elements whose text is theirs; it is read past and left out. */
const described: ReadonlySet<string> = new Set(["title", "desc"])

/** Builds the tree element by element, refusing at the first thing that is not accepted. */
class Builder {
  root: SvgNode | null = null
  private rootNamespace = ""
  private count = 0
  private readonly open: Array<SvgNode> = []

  start(opened: SaxesTagNS, line: number): void {
    const { local: name, uri } = opened
    const parent = this.open.at(-1) ?? null
    if (parent === null) this.rootNamespace = uri
    this.count += 1
    if (this.count > maxElements) refuse(line, `the document has more than ${maxElements} elements`)
    if (this.open.length >= maxDepth) refuse(line, `elements are nested deeper than ${maxDepth}`)
    if (parent === null && name !== "svg") refuse(line, `the root is ${tag(name)}, not <svg>`)
    if (!isSvgNamespace(uri, this.rootNamespace) || !elements.has(name)) {
      refuse(line, `element ${tag(opened.name)} is not accepted`)
    }
    if (parent !== null && described.has(parent.name)) {
      refuse(line, `${tag(parent.name)} may hold only text`)
    }
    const raw = Object.values(opened.attributes)
    if (raw.length > maxAttributes) refuse(line, `${tag(name)} has more than ${maxAttributes} attributes`)
    const node: SvgNode = { name, line, parent, attributes: readAttributes(raw, name, line), children: [] }
    if (parent === null) this.root = node
    else if (!described.has(name)) parent.children.push(node)
    this.open.push(node)
  }

  end(): void {
    this.open.pop()
  }

  text(text: string, line: number): void {
    const parent = this.open.at(-1)
    if (/^[ \t\r\n]*$/.test(text) || (parent !== undefined && described.has(parent.name))) return
    refuse(line, `text in ${tag(parent?.name ?? "document")} is not drawn: turn letters into paths`)
  }
}

/** Parses markup as strict XML into a tree of accepted elements. */
export const parseSvg = (markup: string): SvgNode => {
  if (markup.length > maxMarkup) refuse(1, `the markup is longer than ${maxMarkup} characters`)
  if (/\p{Surrogate}/u.test(markup)) refuse(1, "the markup holds half a character")
  const builder = new Builder()
  const parser = new SaxesParser({ xmlns: true, position: true })
  parser.on("doctype", () => refuse(parser.line, "a DOCTYPE is not accepted"))
  parser.on("processinginstruction", () => refuse(parser.line, "a processing instruction is not accepted"))
  parser.on("cdata", () => refuse(parser.line, "a CDATA section is not accepted"))
  parser.on("xmldecl", ({ encoding, version }) => {
    if (version !== undefined && version !== "1.0") refuse(parser.line, "only XML 1.0 is accepted")
    if (encoding !== undefined && encoding.toLowerCase() !== "utf-8") {
      refuse(parser.line, "an encoding other than UTF-8 is not accepted")
    }
  })
  parser.on("opentag", (opened) => builder.start(opened, parser.line))
  parser.on("closetag", () => builder.end())
  parser.on("text", (text) => builder.text(text, parser.line))
  parser.on("error", (error) => {
    // Saxes puts "line:column: " before its message, and may quote the input in it.
    const message = error.message.replace(/^\d+:\d+: /, "")
    refuse(parser.line, `not well-formed XML (${snippet(message, 60)})`)
  })
  parser.write(markup).close()
  if (builder.root === null) throw new SvgRefusal("line 1: there is no <svg> element")
  return builder.root
}
