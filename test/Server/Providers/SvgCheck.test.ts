import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { checkSvg } from "../../../src/Server/Providers/Local/Svg/index.js"

const open =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
const inside = (body: string): string => `${open}${body}</svg>`
const onRect = (attributes: string): string => inside(`<rect width="5" height="5" ${attributes}/>`)
const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join("")

/** Ten levels of ten references: ten thousand million rectangles. */
const laughs = `<defs><g id="l0"><rect width="1" height="1"/></g>${times(
  10,
  (level) => `<g id="l${level + 1}">${times(10, () => `<use href="#l${level}"/>`)}</g>`
)}</defs><use href="#l10"/>`

const patternLaughs = `<defs>${times(
  8,
  (level) =>
    `<pattern id="p${level + 1}" width="1" height="1">${times(
      8,
      () => `<rect width="1" height="1" ${level === 0 ? "" : `fill="url(#p${level})"`}/>`
    )}</pattern>`
)}</defs><rect width="1" height="1" fill="url(#p8)"/>`

/** Each mask is masked by the one before it, twice over. */
const maskLaughs = `<defs><mask id="m0"><rect width="1" height="1"/></mask>${times(
  20,
  (level) =>
    `<mask id="m${level + 1}" mask="url(#m${level})"><rect width="1" height="1" mask="url(#m${level})"/></mask>`
)}</defs><rect width="1" height="1" mask="url(#m20)"/>`

const hostile: ReadonlyArray<readonly [name: string, markup: string, reason: RegExp]> = [
  ["nothing", "", /not well-formed|no <svg>/],
  ["text", "hello", /not well-formed/],
  ["html", "<html><body/></html>", /root is <html>/],
  ["unclosed", "<svg viewBox='0 0 1 1'>", /not well-formed/],
  ["wrong nesting", inside("<g><rect></g></rect>"), /not well-formed/],
  ["two roots", `${inside("")}${inside("")}`, /not well-formed/],
  ["duplicate attributes", onRect('fill="red" fill="blue"'), /not well-formed/],
  ["doctype", `<!DOCTYPE svg>${inside("")}`, /DOCTYPE/],
  ["external dtd", `<!DOCTYPE svg SYSTEM "http://evil/x.dtd">${inside("")}`, /DOCTYPE/],
  [
    "entity",
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${inside("<desc>&x;</desc>")}`,
    /DOCTYPE/
  ],
  [
    "billion laughs of entities",
    `<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${inside("&b;")}`,
    /DOCTYPE/
  ],
  ["undefined entity", inside("<desc>&nbsp;</desc>"), /not well-formed/],
  [
    "style sheet instruction",
    `<?xml-stylesheet href="http://evil/x.css"?>${inside("")}`,
    /processing instruction/
  ],
  ["php", inside("<?php system('id') ?>"), /processing instruction/],
  ["cdata", inside("<desc><![CDATA[<script>]]></desc>"), /CDATA/],
  ["utf-7", `<?xml version="1.0" encoding="UTF-7"?>${inside("")}`, /encoding/],
  ["xml 1.1", `<?xml version="1.1"?>${inside("")}`, /XML 1.0/],
  ["script", inside("<script>alert(1)</script>"), /element <script>/],
  ["script by prefix", inside('<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>'), /<s:script>/],
  ["script by character reference", inside("<desc>&#60;script></desc><text>x</text>"), /element <text>/],
  ["style element", inside("<style>*{fill:url(http://evil)}</style>"), /element <style>/],
  ["foreignObject", inside("<foreignObject><p/></foreignObject>"), /element <foreignObject>/],
  ["image", inside('<image href="file:///etc/passwd" width="9" height="9"/>'), /element <image>/],
  ["data image", inside('<image href="data:image/png;base64,AAAA"/>'), /element <image>/],
  ["text element", inside("<text>hi</text>"), /element <text>/],
  ["bare text", inside("<g>hello</g>"), /text in <g>/],
  ["animate", inside('<animate attributeName="href" to="http://evil"/>'), /element <animate>/],
  ["set", inside('<rect width="1" height="1"><set attributeName="fill" to="red"/></rect>'), /element <set>/],
  ["animateTransform", inside("<animateTransform/>"), /element <animateTransform>/],
  ["link", inside('<a href="javascript:alert(1)"><rect width="1" height="1"/></a>'), /element <a>/],
  ["feImage", inside('<filter id="f"><feImage href="http://evil"/></filter>'), /element <feImage>/],
  [
    "feTurbulence",
    inside('<filter id="f"><feTurbulence numOctaves="99"/></filter>'),
    /element <feTurbulence>/
  ],
  ["metadata", inside("<metadata/>"), /element <metadata>/],
  ["foreign element", inside('<h:div xmlns:h="http://www.w3.org/1999/xhtml"/>'), /element <h:div>/],
  [
    "foreign attribute",
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="urn:i" i:x="1" viewBox="0 0 1 1"/>`,
    /attribute i:x/
  ],
  ["foreign root", '<svg xmlns="http://www.w3.org/1999/xhtml" viewBox="0 0 1 1"/>', /element <svg>/],
  ["event handler", onRect('onclick="alert(1)"'), /attribute onclick/],
  [
    "load handler",
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x()"/>',
    /attribute onload/
  ],
  ["xml:base", onRect('xml:base="http://evil/"'), /attribute xml:base/],
  ["external fill", onRect('fill="url(http://evil/x.svg#a)"'), /fill on <rect>/],
  ["file fill", onRect('fill="url(file:///etc/passwd#a)"'), /fill on <rect>/],
  ["external fill behind a fallback", onRect('fill="red url(http://evil)"'), /fill on <rect>/],
  ["external filter", onRect('filter="url(x.svg#f)"'), /filter on <rect>/],
  ["filter function", onRect('filter="blur(9999px)"'), /filter on <rect>/],
  ["external use", inside('<use href="http://evil/x.svg#a"/>'), /href on <use>/],
  ["external use by xlink", inside('<use xlink:href="other.svg#a"/>'), /href on <use>/],
  ["data use", inside('<use href="data:image/svg+xml,x#a"/>'), /href on <use>/],
  ["two hrefs", inside('<g id="a"/><g id="b"/><use href="#a" xlink:href="#b"/>'), /two href/],
  ["external url in style", onRect('style="fill:url(//evil/x#a)"'), /fill on <rect>/],
  ["import in style", onRect('style="@import url(http://evil)"'), /style on <rect>/],
  ["escape in style", onRect('style="fi\\6cl:red"'), /style on <rect>/],
  ["comment in style", onRect('style="fill:/**/red"'), /style on <rect>/],
  ["behaviour in style", onRect('style="behavior:url(x.htc)"'), /style property behavior/],
  ["important in style", onRect('style="fill:red!important"'), /style on <rect>/],
  ["variables in style", onRect('style="--a:1"'), /style on <rect>/],
  ["calc", onRect('x="calc(1px + 1px)"'), /x on <rect>/],
  ["font units", onRect('x="9em"'), /x on <rect>/],
  ["huge number", onRect('x="1e999"'), /x on <rect>/],
  ["large number", onRect('x="1000001"'), /x on <rect>/],
  ["not a number", onRect('x="NaN"'), /x on <rect>/],
  ["negative width", inside('<rect width="-1" height="1"/>'), /width on <rect>/],
  ["endless transform", onRect(`transform="${times(40, () => "scale(2)")}"`), /transform on <rect>/],
  [
    "transforms out of range",
    inside(
      `${times(20, () => '<g transform="scale(1000)">')}<rect width="1" height="1"/>${times(20, () => "</g>")}`
    ),
    /out of range/
  ],
  ["broken path", inside('<path d="M0 0 L1"/>'), /d on <path>/],
  ["path without move", inside('<path d="L1 1"/>'), /d on <path>/],
  ["long path", inside(`<path d="M0 0${times(10_001, () => "h1")}"/>`), /d on <path>/],
  ["far path", inside(`<path d="M0 0${times(3, () => "h999999")}"/>`), /d on <path>/],
  ["odd points", inside('<polygon points="1 2 3"/>'), /points on <polygon>/],
  ["wide blur", inside('<filter id="f"><feGaussianBlur stdDeviation="100000"/></filter>'), /stdDeviation/],
  [
    "too many primitives",
    inside(
      `<filter id="f">${times(17, () => "<feOffset/>")}</filter><rect width="1" height="1" filter="url(#f)"/>`
    ),
    /primitives/
  ],
  ["too many elements", inside(times(5001, () => "<g/>")), /more than 5000 elements/],
  ["too deep", inside(times(64, () => "<g>") + times(64, () => "</g>")), /deeper than 64/],
  ["too many attributes", onRect(times(70, (index) => `data-a${index}="1" `)), /attributes/],
  ["too long", inside(" ".repeat(200_000)), /longer than 200000/],
  ["half a character", inside("<desc>\ud800</desc>"), /half a character/],
  ["null character", inside("<desc>\0</desc>"), /not well-formed/],
  ["missing target", onRect('fill="url(#nowhere)"'), /does not exist/],
  ["wrong target", inside('<g id="g"/><rect width="1" height="1" fill="url(#g)"/>'), /wrong kind/],
  ["duplicate id", inside('<g id="a"/><g id="a"/>'), /used twice/],
  ["use of itself", inside('<use id="u" href="#u"/>'), /contains it/],
  ["use of its parent", inside('<g id="g"><use href="#g"/></g>'), /contains it/],
  ["use in a ring", inside('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), /contains it/],
  ["ring among definitions", inside('<defs><g id="a"><use href="#a"/></g></defs>'), /contains it/],
  [
    "pattern of itself",
    inside('<pattern id="p" width="1" height="1"><rect width="1" height="1" fill="url(#p)"/></pattern>'),
    /contains it/
  ],
  [
    "pattern of itself by inheritance",
    inside(
      '<g fill="url(#p)"><pattern id="p" width="1" height="1"><rect width="1" height="1"/></pattern><rect width="1" height="1"/></g>'
    ),
    /contains it/
  ],
  [
    "patterns that inherit each other",
    inside(
      '<g fill="url(#a)"><pattern id="b" width="1" height="1"><rect width="1" height="1"/></pattern></g><g fill="url(#b)"><pattern id="a" width="1" height="1"><rect width="1" height="1"/></pattern></g><rect width="1" height="1" fill="url(#a)"/>'
    ),
    /contains it/
  ],
  ["gradient of itself", inside('<linearGradient id="g" href="#g"/>'), /contains it/],
  [
    "mask of itself",
    inside('<mask id="m"><rect width="1" height="1" mask="url(#m)"/></mask>'),
    /contains it/
  ],
  ["laughs of use", inside(laughs), /more than 20000 elements/],
  ["laughs of masks", inside(maskLaughs), /more than 20000 elements/],
  ["laughs of patterns", inside(patternLaughs), /more than 20000 elements/],
  [
    "markers at every point",
    inside(
      `<marker id="m">${times(100, () => "<circle r='1'/>")}</marker><path d="M0 0${times(900, () => "h1")}" marker-mid="url(#m)"/>`
    ),
    /more than 20000 elements/
  ],
  [
    "many long paths",
    inside(`<path id="p" d="M0 0${times(9000, () => "h1")}"/>${times(10, () => '<use href="#p"/>')}`),
    /segments/
  ],
  ["endless dashes", inside('<path d="M0 0H100000" stroke="red" stroke-dasharray=".001"/>'), /dashes/],
  ["no size", "<svg/>", /needs a viewBox/],
  ["size in per cent", '<svg width="100%" height="100%"/>', /needs a viewBox/],
  ["empty viewBox", '<svg viewBox="0 0 0 10"/>', /viewBox on <svg>/],
  ["size out of range", '<svg viewBox="0 0 1000000 0.001" height="1000"/>', /sides of <svg>/]
]

describe("checkSvg refuses", () => {
  it.each(hostile)("%s", (_, markup, reason) => {
    const checked = checkSvg(markup)
    expect(checked.ok ? `accepted: ${checked.svg.slice(0, 200)}` : checked.reason).toMatch(reason)
    if (!checked.ok) expect(checked.reason).toMatch(/^line \d+: /)
  })

  it("at the right line", () => {
    const checked = checkSvg(`${open}\n<g>\n<rect\n onclick="x"/></g></svg>`)
    expect(checked).toMatchObject({ ok: false, reason: expect.stringMatching(/^line 4: /) })
  })

  it("without repeating more than 60 characters of the input", () => {
    const long = "abcdefghij".repeat(20)
    for (const markup of [
      inside(`<${long}/>`),
      onRect(`${long}="${long}"`),
      onRect(`fill="${long}"`),
      onRect(`style="${long}:${long}"`),
      onRect(`fill="url(#${long.slice(0, 79)})"`),
      `<${long}/>`,
      inside(`<g></${long}>`),
      inside(`&${long};`)
    ]) {
      const checked = checkSvg(markup)
      const echoed = checked.ok ? long : (checked.reason.match(/[a-j]{5,}/g) ?? []).join("")
      expect(echoed.length).toBeLessThanOrEqual(60)
    }
  })

  it("in bounded time", () => {
    const started = performance.now()
    for (const [, markup] of hostile) checkSvg(markup)
    checkSvg(onRect(`transform="${"translate(".repeat(190)}"`))
    checkSvg(inside(`<path d="M0 0 ${"1".repeat(190_000)}"/>`))
    checkSvg(inside(`<path d="M${" ".repeat(190_000)}x"/>`))
    checkSvg(inside(`<polygon points="${"1,".repeat(90_000)},"/>`))
    checkSvg(`<svg ${" ".repeat(190_000)}`)
    checkSvg(`<!--${"-".repeat(190_000)}`)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe("checkSvg accepts", () => {
  it("what drawing programs write, and leaves out what has no effect", () => {
    const checked = checkSvg(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- made by hand -->
<svg:svg width="20mm" height="10mm" viewBox="0,0 200 100" version="1.1" xml:space="preserve"
  xmlns:svg="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="a" data-name="b">
  <svg:title>A &lt;title&gt; &amp; more</svg:title>
  <svg:defs><svg:linearGradient id="SVGID_1_"><svg:stop offset="0" style="stop-color:#F00; stop-opacity:.5"/></svg:linearGradient></svg:defs>
  <svg:g id="layer 1" style="font-family:Arial;fill:url('#SVGID_1_') none" fill="blue" stroke="inherit">
    <svg:path d="M10,10L20-5.5.5.5a5 5 0 0110 10z" aria-label="x"/>
  </svg:g>
  <svg:use xlink:href="#r"/><svg:rect id="r" width="10px" height="1pt"/>
</svg:svg>`)
    expect(checked).toEqual({
      ok: true,
      svg:
        '<svg xmlns="http://www.w3.org/2000/svg" height="37.795276" viewBox="0 0 200 100" width="75.590551">' +
        '<defs><linearGradient id="SVGID_1_"><stop offset="0" stop-color="#f00" stop-opacity=".5"/></linearGradient></defs>' +
        '<g fill="url(#SVGID_1_) none"><path d="M10,10L20-5.5.5.5a5 5 0 0110 10z"/></g>' +
        '<use href="#r"/><rect height="1.333333" id="r" width="10"/></svg>',
      width: expect.closeTo(75.59, 2),
      height: expect.closeTo(37.8, 1),
      viewBox: [0, 0, 200, 100],
      // The stop of the gradient and the second drawing of the rectangle are counted too.
      elements: 7,
      layers: expect.any(Number)
    })
  })

  it.each([
    [
      inside(
        '<g filter="url(#f)"><circle r="3"/></g><filter id="f"><feDropShadow dx="1" dy="1" stdDeviation="2"/></filter>'
      )
    ],
    [
      inside(
        '<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="10" height="10"><rect width="9" height="9" fill="white"/></mask><rect width="9" height="9" mask="url(#m)"/>'
      )
    ],
    [
      inside(
        '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>'
      )
    ],
    [
      inside(
        '<marker id="m" orient="auto" markerWidth="3" markerHeight="3"><path d="M0 0l1 1z"/></marker><line x2="9" y2="9" stroke="red" marker-end="url(#m)"/>'
      )
    ],
    [
      inside(
        '<symbol id="s" viewBox="0 0 2 2"><rect width="2" height="2"/></symbol><use href="#s" width="5" height="5"/>'
      )
    ],
    [
      inside(
        '<radialGradient id="a"><stop stop-color="rgb(1, 2, 3)"/></radialGradient><radialGradient id="b" href="#a"/><rect width="9" height="9" fill="url(#b)" style="mix-blend-mode:multiply"/>'
      )
    ],
    [inside('<rect width="9" height="9" fill="#fff" stroke="#abcdef"/>')],
    [inside('<rect width="9" height="9" fill="hsl(120 50% 50% / 0.5)" stroke-dasharray="1, 2px 3"/>')]
  ])("%s", (markup) => {
    expect(checkSvg(markup)).toMatchObject({ ok: true })
  })

  it("counts what references draw", () => {
    const checked = checkSvg(
      inside(`<g id="a">${times(9, () => "<circle r='1'/>")}</g>${times(5, () => '<use href="#a"/>')}`)
    )
    expect(checked).toMatchObject({ elements: 1 + 10 + 5 * 11 })
  })

  it("prices layers by what they cover", () => {
    const layersOf = (body: string): number => {
      const checked = checkSvg(inside(body))
      return checked.ok ? checked.layers : NaN
    }
    const small = layersOf('<rect width="1" height="1" opacity=".5"/>')
    const large = layersOf('<rect width="10" height="10" opacity=".5"/>')
    const blurred = layersOf(
      '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter><rect width="10" height="10" filter="url(#f)"/>'
    )
    expect(small).toBeLessThan(0.2)
    expect(large).toBeGreaterThan(1)
    expect(blurred).toBeGreaterThan(50)
  })
})

const colour = fc.constantFrom(
  "red",
  "#abc",
  "#A1B2C3",
  "none",
  "currentColor",
  "rgb(1,2,3)",
  "url(#g)",
  "url( '#p' ) red"
)
const numeric = fc.oneof(
  fc.double({ min: -1e4, max: 1e4, noNaN: true }).map(String),
  fc.constantFrom("0", "-0", "1.", ".5", "1e2", "+3", "50%", "2px", "1.5mm", "9in")
)
const attribute = fc.oneof(
  fc.tuple(fc.constantFrom("fill", "stroke"), colour),
  fc.tuple(fc.constantFrom("x", "y", "width", "height", "opacity", "rx", "stroke-width"), numeric),
  fc.constantFrom(
    ["id", "a"] as const,
    ["id", "not an id"] as const,
    ["class", "x"] as const,
    ["style", "fill:red;stroke : url(#g) ;; opacity:.5"] as const,
    ["transform", " translate(1,2)  rotate( 4 ) "] as const,
    ["clip-path", "url(#c)"] as const,
    ["filter", "url('#f')"] as const,
    ["href", "#a"] as const,
    ["onclick", "x"] as const,
    ["d", "M0 0 1 1z"] as const
  )
)
const element: fc.Arbitrary<string> = fc.letrec((tie) => ({
  node: fc
    .record({
      name: fc.constantFrom("g", "rect", "path", "circle", "use", "svg", "pattern", "title", "image"),
      attributes: fc.uniqueArray(attribute, { maxLength: 4, selector: ([name]) => name }),
      children: fc.array(fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constant(""), tie("node")), {
        maxLength: 3
      })
    })
    .map(
      ({ name, attributes, children }) =>
        `<${name}${attributes.map(([key, value]) => ` ${key}="${value}"`).join("")}>${children.join("")}</${name}>`
    )
})).node as fc.Arbitrary<string>

const servers =
  '<defs><linearGradient id="g"/><pattern id="p" width="1" height="1"/><clipPath id="c"/><filter id="f"><feFlood/></filter></defs>'

describe("the canonical form", () => {
  it("of anything accepted is accepted, and is its own canonical form", () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), fc.boolean(), (bodies, hasTarget) => {
        const first = checkSvg(
          inside(`${servers}${hasTarget ? '<circle id="a" r="1"/>' : ""}${bodies.join("")}`)
        )
        if (!first.ok) return
        accepted++
        const second = checkSvg(first.svg)
        expect(second).toMatchObject({
          ok: true,
          svg: first.svg,
          viewBox: first.viewBox,
          elements: first.elements
        })
        expect(first.svg).not.toMatch(/style=|xlink|class=|<title|onclick|<image/)
      }),
      { numRuns: 6000 }
    )
    expect(accepted).toBeGreaterThan(300)
  })

  it("never throws on damaged markup", () => {
    const whole = inside(
      `${servers}<rect width="3" height="3" fill="url(#g)" style="stroke:red" transform="scale(2)"/>`
    )
    fc.assert(
      fc.property(
        fc.nat(whole.length),
        fc.nat(20),
        fc.string({ unit: "binary", maxLength: 12 }),
        (at, cut, put) => {
          checkSvg(whole.slice(0, at) + put + whole.slice(at + cut))
        }
      ),
      { numRuns: 5000 }
    )
  })
})
