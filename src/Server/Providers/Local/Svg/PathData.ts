import { type Bounds } from "./Bounds.js"
import { maxMagnitude, numberPattern } from "./Numbers.js"

/** Most segments of one path. */
export const maxSegments = 10_000

/** What drawing a path costs, from its data. */
export interface PathShape {
  readonly segments: number
  /** Around all end points, control points and arcs; null when the path is empty. */
  readonly bounds: Bounds | null
  /** Upper bound of its length in user units. */
  readonly length: number
}

const argumentCounts: { readonly [command: string]: number } = {
  m: 2,
  l: 2,
  h: 1,
  v: 1,
  c: 6,
  s: 4,
  q: 4,
  t: 2,
  a: 7,
  z: 0
}

/** Reads the numbers of path data one by one; arc flags are single digits that may touch what follows. */
class Tokens {
  private at = 0
  private readonly number = new RegExp(numberPattern, "y")

  constructor(private readonly text: string) {}

  private skip(commas: boolean): void {
    const space = commas ? /\s*,?\s*/y : /\s*/y
    space.lastIndex = this.at
    space.exec(this.text)
    this.at = space.lastIndex
  }

  command(): string | null {
    this.skip(false)
    const letter = this.text[this.at]
    if (letter === undefined || !/[a-z]/i.test(letter)) return null
    this.at += 1
    return letter
  }

  isDone(): boolean {
    this.skip(false)
    return this.at >= this.text.length
  }

  /** A number, or null; a comma may stand before any but the first. */
  next(isFlag: boolean, isFirst: boolean): number | null {
    this.skip(!isFirst)
    if (isFlag) {
      const digit = this.text[this.at]
      this.at += 1
      return digit === "0" ? 0 : digit === "1" ? 1 : null
    }
    this.number.lastIndex = this.at
    const found = this.number.exec(this.text)
    if (found === null) return null
    this.at = this.number.lastIndex
    const value = Number(found[0])
    return Math.abs(value) <= maxMagnitude ? value : null
  }

  startsNumber(): boolean {
    const space = /\s*,?\s*(?=[-+.\d])/y
    space.lastIndex = this.at
    return space.test(this.text)
  }
}

/** Follows the pen, so that lengths and bounds are known in absolute coordinates. */
class Pen {
  x = 0
  y = 0
  private startX = 0
  private startY = 0
  private controlX = 0
  private controlY = 0
  segments = 0
  length = 0
  bounds: Bounds | null = null

  private touch(x: number, y: number): void {
    const { left, top, right, bottom } = this.bounds ?? { left: x, top: y, right: x, bottom: y }
    this.bounds = {
      left: Math.min(left, x),
      top: Math.min(top, y),
      right: Math.max(right, x),
      bottom: Math.max(bottom, y)
    }
  }

  private through(points: ReadonlyArray<readonly [number, number]>): void {
    for (const [x, y] of points) {
      this.length += Math.hypot(x - this.x, y - this.y)
      this.touch(x, y)
      this.x = x
      this.y = y
    }
  }

  draw(command: string, values: ReadonlyArray<number>): void {
    const lower = command.toLowerCase()
    const [baseX, baseY] = command === lower ? [this.x, this.y] : [0, 0]
    const [p = 0, q = 0, r = 0, s = 0, t = 0, u = 0, v = 0] = values
    const at = (x: number, y: number) => [baseX + x, baseY + y] as const
    const previous = [this.x, this.y] as const
    const mirrored = [2 * this.x - this.controlX, 2 * this.y - this.controlY] as const
    let control: readonly [number, number] | null = null
    this.segments += 1
    if (lower === "m") {
      ;[this.x, this.y] = at(p, q)
      ;[this.startX, this.startY] = [this.x, this.y]
      this.touch(this.x, this.y)
    } else if (lower === "z") this.through([[this.startX, this.startY]])
    else if (lower === "l") this.through([at(p, q)])
    else if (lower === "h") this.through([[baseX + p, previous[1]]])
    else if (lower === "v") this.through([[previous[0], baseY + p]])
    else if (lower === "c") {
      control = at(r, s)
      this.through([at(p, q), control, at(t, u)])
    } else if (lower === "s") {
      control = at(p, q)
      this.through([mirrored, control, at(r, s)])
    } else if (lower === "q") {
      control = at(p, q)
      this.through([control, at(r, s)])
    } else if (lower === "t") {
      control = mirrored
      this.through([control, at(p, q)])
    } else this.arc(Math.max(Math.abs(p), Math.abs(q)), at(u, v))
    ;[this.controlX, this.controlY] = control ?? [this.x, this.y]
  }

  /** The whole ellipse stands in for the arc; radii too small are scaled up to the chord, as SVG does. */
  private arc(radius: number, end: readonly [number, number]): void {
    const chord = Math.hypot(end[0] - this.x, end[1] - this.y)
    const reach = 2 * Math.max(radius, chord / 2)
    this.touch(this.x - reach, this.y - reach)
    this.touch(this.x + reach, this.y + reach)
    this.length += Math.PI * reach
    this.through([end])
  }
}

/** Parses path data by the SVG 1.1 grammar, or null where it breaks the grammar or a bound. */
export const readPath = (text: string): PathShape | null => {
  const tokens = new Tokens(text)
  const pen = new Pen()
  let isFirst = true
  while (!tokens.isDone()) {
    const letter = tokens.command()
    const count = letter === null ? undefined : argumentCounts[letter.toLowerCase()]
    if (letter === null || count === undefined || (isFirst && letter.toLowerCase() !== "m")) return null
    let command = letter
    let isFirstArgument = true
    do {
      const values: Array<number> = []
      for (let index = 0; index < count; index++) {
        const isFlag = count === 7 && (index === 3 || index === 4)
        const value = tokens.next(isFlag, isFirstArgument)
        if (value === null) return null
        values.push(value)
        isFirstArgument = false
      }
      pen.draw(command, values)
      if (pen.segments > maxSegments) return null
      if (Math.abs(pen.x) > maxMagnitude || Math.abs(pen.y) > maxMagnitude) return null
      // Pairs after a move are lines.
      if (command === "m") command = "l"
      if (command === "M") command = "L"
    } while (count > 0 && tokens.startsNumber())
    isFirst = false
  }
  return { segments: pen.segments, bounds: pen.bounds, length: pen.length }
}
