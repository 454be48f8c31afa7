import fc from "fast-check"
import { SaxesParser } from "saxes"
import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { shade } from "../../../src/Server/Providers/Local/Canvas/Colour.js"
import { type CanvasRequest, draw, vocabulary } from "../../../src/Server/Providers/Local/Canvas/index.js"
import { group } from "../../../src/Server/Providers/Local/Canvas/Parts.js"
import { random } from "../../../src/Server/Providers/Local/Canvas/Random.js"
import { render } from "../../../src/Server/Providers/Local/Canvas/Render.js"
import { plan } from "../../../src/Server/Providers/Local/Canvas/Scenario.js"
import type { Style } from "../../../src/Server/Providers/Local/Canvas/Styles/Style.js"
import type { Subject } from "../../../src/Server/Providers/Local/Canvas/Subject.js"
import { subjects } from "../../../src/Server/Providers/Local/Canvas/Subjects/index.js"

const request = (prompt: string, more: Partial<CanvasRequest> = {}): CanvasRequest => ({
  prompt,
  width: 512,
  height: 512,
  seed: 1,
  output: 0,
  ...more
})

const elements = (svg: string): ReadonlySet<string> => {
  const names = new Set<string>()
  const parser = new SaxesParser()
  parser.on("opentag", ({ name }) => names.add(name))
  parser.on("error", (error) => {
    throw error
  })
  parser.write(svg).close()
  return names
}

const allowed = new Set(["svg", "defs", "g", "path", "linearGradient", "radialGradient", "stop", "pattern"])

const boxes = (prompt: string, more: Partial<CanvasRequest> = {}) => {
  const { layout, mentions } = plan(request(prompt, more))
  return mentions.map(({ subject }, index) => {
    const own = layout.placements.filter(({ mention }) => mention === index)
    return {
      subject,
      count: own.length,
      order: layout.placements.findIndex(({ mention }) => mention === index),
      left: Math.min(...own.map(({ x }) => x)),
      right: Math.max(...own.map(({ x, w }) => x + w)),
      top: Math.min(...own.map(({ y }) => y)),
      bottom: Math.max(...own.map(({ y, h }) => y + h))
    }
  })
}

const pair = (prompt: string, more: Partial<CanvasRequest> = {}) => {
  const [one, two] = boxes(prompt, more)
  if (one === undefined || two === undefined) throw new Error(`two subjects expected in ${prompt}`)
  return [one, two] as const
}

describe("the same request", () => {
  it.each(vocabulary.styles.map(({ id }) => id))("gives the same bytes in the style %s", (style) => {
    const asked = request(`${style} two red foxes and a boat at night in the rain`)
    expect(draw(asked)).toEqual(draw({ ...asked }))
  })

  it("varies with the seed and the output, and keeps the subject", () => {
    const drawings = [request("a fox"), request("a fox", { seed: 2 }), request("a fox", { output: 1 })].map(
      draw
    )
    expect(new Set(drawings.map(({ svg }) => svg)).size).toBe(3)
    expect(new Set(drawings.map(({ report }) => JSON.stringify(report))).size).toBe(1)
  })
})

describe("composition", () => {
  it.each([1, 2, 3, 5, 7, 12])("draws %d of a kind", (count) => {
    expect(boxes(`${count} foxes`)[0]?.count).toBe(count)
    expect(boxes(`${count} birds`)[0]?.count).toBe(count)
  })

  const seeds = [1, 2, 3, 4, 5]

  it.each(seeds)("keeps relations, seed %d", (seed) => {
    const [fox, car] = pair("a fox to the left of a car", { seed })
    expect(fox.right).toBeLessThanOrEqual(car.left + 1)

    const [cup, book] = pair("a cup right of a book", { seed })
    expect(cup.left).toBeGreaterThanOrEqual(book.right - 1)

    const [cat, table] = pair("a cat on a table", { seed })
    expect(cat.bottom).toBeLessThan((table.top + table.bottom) / 2)
    expect(cat.bottom).toBeGreaterThan(table.top - 1)
    expect((cat.left + cat.right) / 2).toBeGreaterThan(table.left)
    expect((cat.left + cat.right) / 2).toBeLessThan(table.right)

    const [bird, house] = pair("a bird above a house", { seed })
    expect(bird.bottom).toBeLessThan(house.top)

    const [dog, desk] = pair("a dog under a table", { seed })
    expect(dog.top).toBeGreaterThan(desk.top)
    expect((dog.top + dog.bottom) / 2).toBeGreaterThan((desk.top + desk.bottom) / 2)

    const [dragon, knight] = pair("a dragon behind a knight", { seed })
    expect(dragon.order).toBeLessThan(knight.order)
    expect(dragon.bottom).toBeLessThan(knight.bottom)

    const [person, castle] = pair("a person in front of a castle", { seed })
    expect(person.order).toBeGreaterThan(castle.order)
    expect(person.bottom).toBeGreaterThan(castle.bottom)

    const [sheep, moon] = pair("a sheep under the moon", { seed })
    expect(sheep.top).toBeGreaterThan((moon.top + moon.bottom) / 2)
  })

  it("keeps the subject inside the frame at every shape", () => {
    for (const [width, height] of [
      [64, 64],
      [400, 100],
      [100, 400],
      [4096, 1024],
      [1024, 4096],
      [640, 480]
    ] as const) {
      for (const { id, words } of vocabulary.subjects) {
        const { stage, layout } = plan(request(`one ${words[0] ?? id}`, { width, height }))
        for (const { x, y, w, h } of layout.placements) {
          expect(x).toBeGreaterThan(-1)
          expect(y).toBeGreaterThan(-1)
          expect(x + w).toBeLessThan(stage.w + 1)
          expect(y + h).toBeLessThan(stage.h + 1)
          // A subject that fills neither side would be lost in the picture.
          expect(Math.max(w / stage.w, h / stage.h), `${id} ${width}x${height}`).toBeGreaterThan(0.4)
        }
      }
    }
  })

  it("paints a named colour", () => {
    const fill = (prompt: string) => draw(request(`flat ${prompt} in a studio`)).svg
    expect(fill("blue car")).not.toBe(fill("red car"))
  })

  it("leaves out what the prompt rules out", () => {
    const stars =
      draw(request("a castle at night")).svg.length -
      draw(request("a castle at night without stars")).svg.length
    expect(stars).toBeGreaterThan(2000)
  })
})

const masked: Style = {
  id: "mask",
  words: [],
  sparse: true,
  paint: ({ d, fill, stroke, width, opacity }) =>
    opacity < 0.5 || (fill !== null && typeof fill !== "string")
      ? ""
      : `<path d="${d}" fill="${fill === null ? "none" : "#000"}"${stroke === null ? "" : ` stroke="#000" stroke-width="${width}" stroke-linecap="round"`}/>`,
  under: () => `<path d="M0 0H100V100H0Z" fill="#fff"/>`,
  over: () => ""
}

const size = 64

const silhouette = async (subject: Subject): Promise<Uint8Array> => {
  const scale = 96 / Math.max(subject.w, subject.h)
  const main = subject.colour
  const parts = subject.draw({
    main,
    light: shade(main, 0.08),
    dark: shade(main, -0.1),
    accent: subject.accent,
    random: random("mask"),
    night: false
  })
  const placed = group(parts, { x: (100 - subject.w * scale) / 2, y: (100 - subject.h * scale) / 2, scale })
  const svg = render(
    [{ role: "subject", depth: 0, nodes: [placed] }],
    { w: 100, h: 100, focus: { x: 0, y: 0, w: 100, h: 100 } },
    {
      style: masked,
      light: { lamp: [1, 1, 1], onSubject: 1, haze: "#ffffff", hazeAmount: 0, night: false },
      palette: (colour) => colour,
      random: random("mask")
    },
    { width: size, height: size }
  )
  const pixels = await sharp(Buffer.from(svg)).flatten({ background: "#fff" }).greyscale().raw().toBuffer()
  return Uint8Array.from(pixels, (value) => (value < 128 ? 1 : 0))
}

describe("silhouettes", () => {
  // Of the area that either of two subjects covers, at least this part belongs to one alone.
  const leastDifference = 0.1

  it("differ between every two subjects", async () => {
    const masks = await Promise.all(subjects.map(silhouette))
    const alike: Array<string> = []
    for (let one = 0; one < masks.length; one++) {
      const first = masks[one] ?? new Uint8Array()
      const covered = first.reduce((sum, value) => sum + value, 0)
      expect(covered, subjects[one]?.id).toBeGreaterThan(size * size * 0.03)
      for (let two = one + 1; two < masks.length; two++) {
        const second = masks[two] ?? new Uint8Array()
        let [either, apart] = [0, 0]
        for (let pixel = 0; pixel < first.length; pixel++) {
          const [a, b] = [first[pixel] ?? 0, second[pixel] ?? 0]
          either += a | b
          apart += a ^ b
        }
        if (apart / either < leastDifference)
          alike.push(`${subjects[one]?.id} ${subjects[two]?.id} ${(apart / either).toFixed(3)}`)
      }
    }
    expect(alike).toEqual([])
  })
})

describe("the markup", () => {
  it("renders every subject at several shapes to a picture that is not blank", async () => {
    const shapes = [
      [96, 96],
      [160, 40],
      [40, 160]
    ] as const
    for (const [index, { id, words }] of vocabulary.subjects.entries()) {
      const [width, height] = shapes[index % shapes.length] ?? [96, 96]
      const prompt = `one ${words[0] ?? id}`
      const with_ = draw(request(prompt, { width, height }))
      expect(with_.report.depicted.subjects[0]?.subject).toBe(id)
      const image = await sharp(Buffer.from(with_.svg)).png().toBuffer()
      const { width: w, height: h } = await sharp(image).metadata()
      expect([w, h]).toEqual([width, height])
      const { channels } = await sharp(image).stats()
      expect(Math.max(...channels.map(({ stdev }) => stdev)), id).toBeGreaterThan(6)
    }
  })

  it("draws every setting in every style with plain shapes and a bounded size", () => {
    for (const setting of vocabulary.settings) {
      for (const style of vocabulary.styles) {
        const { svg } = draw(request(`${style.words[0]} fox, ${setting.words[0]}`))
        for (const name of elements(svg)) expect(allowed.has(name), name).toBe(true)
        expect(svg).not.toMatch(/<text|font|NaN|Infinity|undefined/)
        const wide = draw(
          request(`${style.words[0]} fox, ${setting.words[0]}`, { width: 4096, height: 1024 })
        ).svg
        expect(Math.max(svg.length, wide.length), `${setting.id} ${style.id}`).toBeLessThan(200_000)
      }
    }
  })

  it("never copies the prompt", () => {
    const { svg } = draw(request("zqxjkvwy <script>zqxjkvwy</script> a fox"))
    expect(svg).not.toMatch(/zqxj|script/)
  })

  it("is well-formed for any prompt", () => {
    const word = fc.constantFrom(
      ...Object.values(vocabulary).flatMap((list) => list.flatMap(({ words }) => words)),
      "and",
      "with",
      "the",
      "of",
      "is",
      ","
    )
    const prompt = fc.oneof(
      fc.fullUnicodeString({ maxLength: 120 }),
      fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 24 }).map((words) => words.join(" "))
    )
    fc.assert(
      fc.property(
        prompt,
        fc.integer(),
        fc.nat({ max: 3 }),
        fc.constantFrom([256, 256], [64, 256], [1024, 256]),
        (text, seed, output, [width = 64, height = 64]) => {
          const { svg, report } = draw({ prompt: text, width, height, seed, output })
          for (const name of elements(svg)) expect(allowed.has(name)).toBe(true)
          expect(svg).not.toMatch(/NaN|Infinity|undefined/)
          expect(report.not_depicted.length).toBeLessThanOrEqual(20)
          for (const left of report.not_depicted) expect(left.length).toBeLessThanOrEqual(40)
        }
      ),
      { numRuns: 300, seed: 20 }
    )
  })
})
