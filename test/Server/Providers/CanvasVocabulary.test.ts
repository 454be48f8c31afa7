import { describe, expect, it } from "vitest"
import { draw, engineDescription, vocabulary } from "../../../src/Server/Providers/Local/Canvas/index.js"

const report = (prompt: string) => draw({ prompt, width: 256, height: 256, seed: 1, output: 0 }).report

const subjectsOf = (prompt: string) =>
  report(prompt).depicted.subjects.map(({ subject, count, colour }) => [subject, count, colour])

describe("the published vocabulary", () => {
  it("is large enough and names each thing once", () => {
    expect(vocabulary.subjects.length).toBeGreaterThanOrEqual(60)
    expect(vocabulary.settings.length).toBeGreaterThanOrEqual(12)
    expect(vocabulary.times.length).toBeGreaterThanOrEqual(4)
    expect(vocabulary.weathers.length).toBeGreaterThanOrEqual(6)
    expect(vocabulary.styles.length).toBeGreaterThanOrEqual(9)
    for (const list of Object.values(vocabulary)) {
      const ids = list.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { words } of list) expect(words.length).toBeGreaterThan(0)
    }
    const words = vocabulary.subjects.flatMap((subject) => subject.words)
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([])
  })

  it("reads every subject word as its subject", () => {
    const misread = vocabulary.subjects.flatMap(({ id, words }) =>
      words.filter((word) => subjectsOf(`one ${word}`)[0]?.[0] !== id).map((word) => `${word} is not ${id}`)
    )
    expect(misread).toEqual([])
  })

  it("reads every setting, style and time word", () => {
    const misread = [
      ...vocabulary.settings.flatMap(({ id, words }) =>
        words.filter((word) => report(`in the ${word}`).depicted.setting !== id)
      ),
      ...vocabulary.styles.flatMap(({ id, words }) =>
        words.filter((word) => report(`${word} fox`).depicted.style !== id)
      ),
      ...vocabulary.times.flatMap(({ id, words }) =>
        words.filter((word) => report(`a fox, ${word}`).depicted.time_of_day !== id)
      )
    ]
    expect(misread).toEqual([])
  })

  it("calls the engine a draft renderer", () => {
    expect(engineDescription).toMatch(/draft renderer/)
    expect(engineDescription.match(/\./g)).toHaveLength(1)
  })
})

describe("reading a prompt", () => {
  it.each([
    ["a fox", [["fox", 1, null]]],
    ["three foxes", [["fox", 3, null]]],
    ["a pair of owls", [["owl", 2, null]]],
    [
      "7 birds and 2 boats",
      [
        ["bird", 7, null],
        ["boat", 2, null]
      ]
    ],
    ["a dozen mushrooms", [["mushroom", 12, null]]],
    ["four hundred foxes", [["fox", 12, null]]],
    ["mice", [["mouse", 3, null]]]
  ])("counts in %j", (prompt, expected) => {
    expect(subjectsOf(prompt)).toEqual(expected)
  })

  it.each([
    [
      "a red fox and a blue car",
      [
        ["fox", 1, "red"],
        ["car", 1, "blue"]
      ]
    ],
    [
      "red fox, blue car",
      [
        ["fox", 1, "red"],
        ["car", 1, "blue"]
      ]
    ],
    [
      "a fox and a green car",
      [
        ["fox", 1, null],
        ["car", 1, "green"]
      ]
    ],
    ["the house is yellow", [["house", 1, "yellow"]]],
    ["a dark green bottle", [["bottle", 1, "green"]]]
  ])("gives a colour to the noun that follows in %j", (prompt, expected) => {
    expect(subjectsOf(prompt)).toEqual(expected)
  })

  it("prefers the longest phrase", () => {
    expect(report("a field camera").depicted.subjects[0]).toMatchObject({
      word: "field camera",
      subject: "camera"
    })
    expect(subjectsOf("hot-air balloon")).toEqual([["balloon", 1, null]])
    expect(subjectsOf("a music note")).toEqual([["music note", 1, null]])
  })

  it("honours negations", () => {
    expect(subjectsOf("a beach without people or dogs, and a red boat")).toEqual([["boat", 1, "red"]])
    expect(report("a meadow with no clouds").depicted.weather).toBe("clear")
    expect(report("a street, no rain, at night").depicted).toMatchObject({
      weather: "clear",
      time_of_day: "night"
    })
    expect(report("a city without people at night").depicted.time_of_day).toBe("night")
    expect(report("a fox but not in a forest").depicted.subjects).toHaveLength(1)
    expect(report("a beach without people").not_depicted).toEqual([])
  })

  it("speaks of the thing already named", () => {
    const { subjects, relations } = report("a cat on a table and a dog under the table").depicted
    expect(subjects.map(({ subject }) => subject)).toEqual(["cat", "table", "dog"])
    expect(relations).toEqual([
      { relation: "on", subject: "cat", object: "table" },
      { relation: "under", subject: "dog", object: "table" }
    ])
  })

  it("says what it did not draw", () => {
    expect(report("a fox juggling quaternions").not_depicted).toEqual(["juggling", "quaternions"])
    expect(report("xyzzy plugh").depicted.subjects).toEqual([])
    expect(report("xyzzy plugh").not_depicted).toEqual(["xyzzy", "plugh"])
    const many = report(Array.from({ length: 60 }, (_, index) => `Zorb${index}${"q".repeat(60)}`).join(" "))
    expect(many.not_depicted).toHaveLength(20)
    for (const word of many.not_depicted) {
      expect(word.length).toBeLessThanOrEqual(40)
      expect(word).toBe(word.toLowerCase())
    }
  })

  it("reads time, weather, palette and style", () => {
    expect(
      report("pastel watercolor of a castle in the mountains at sunset in the fog").depicted
    ).toMatchObject({
      setting: "mountains",
      time_of_day: "sunset",
      weather: "fog",
      palette: "pastel",
      style: "watercolour"
    })
  })
})
