import { render } from "./Render.js"
import { plan, subjectOf } from "./Scenario.js"
import { vocabulary as words } from "./Vocabulary.js"

/** What the caller asks for: text, a size in pixels, a seed and which of the outputs this is. */
export interface CanvasRequest {
  readonly prompt: string
  /** Pixels, 64 to 4096; the ratio of the sides lies between 1:4 and 4:1. */
  readonly width: number
  readonly height: number
  readonly seed: number
  /** Zero-based; the subject stays, details of composition, palette and pose vary. */
  readonly output: number
}

/** What the drawing shows of the prompt, and what it leaves out. */
export interface CanvasReport {
  readonly depicted: {
    readonly subjects: ReadonlyArray<{
      readonly word: string
      readonly subject: string
      readonly count: number
      readonly colour: string | null
    }>
    readonly setting: string
    readonly time_of_day: string
    readonly weather: string
    readonly palette: string
    readonly style: string
    readonly relations: ReadonlyArray<{
      readonly relation: string
      readonly subject: string
      readonly object: string
    }>
  }
  /** Content words that were not drawn: lower-cased, unique, at most 20 of at most 40 characters. */
  readonly not_depicted: ReadonlyArray<string>
}

/** A finished vector drawing with its report. */
export interface CanvasDrawing {
  readonly svg: string
  readonly report: CanvasReport
}

/** Draws a prompt as SVG markup; the same request always gives the same bytes. */
export const draw = (request: CanvasRequest): CanvasDrawing => {
  const scenario = plan(request)
  const { mentions, stage, layout } = scenario
  const svg = render(
    scenario.layers,
    { w: stage.w, h: stage.h, focus: layout.focus },
    { style: scenario.style, light: stage.light, palette: scenario.colour, random: scenario.random },
    { width: request.width, height: request.height }
  )
  const named = (index: number): string => subjectOf(mentions[index]?.subject ?? "").id
  const unread = scenario.unread.map((word) => Array.from(word).slice(0, 40).join(""))
  return {
    svg,
    report: {
      depicted: {
        subjects: mentions.map(({ word, subject, count, colours }) => ({
          word,
          subject,
          count,
          colour: colours[0] ?? null
        })),
        setting: scenario.setting.id,
        time_of_day: scenario.hour.id,
        weather: scenario.weather.id,
        palette: scenario.palette.id,
        style: scenario.style.id,
        relations: scenario.kept.map(({ relation, subject, object }) => ({
          relation,
          subject: named(subject),
          object: typeof object === "number" ? named(object) : object.setting
        }))
      },
      not_depicted: [...new Set(unread)].slice(0, 20)
    }
  }
}

/** One word list of the published vocabulary. */
export interface VocabularyEntry {
  readonly id: string
  readonly words: ReadonlyArray<string>
}

/** Everything the engine understands, as data. */
export const vocabulary: Readonly<Record<keyof typeof words, ReadonlyArray<VocabularyEntry>>> = words

/** One sentence for catalogues; it claims a draft renderer and nothing more. */
export const engineDescription =
  "A draft renderer: it composes a plain vector scene offline from the words of a published vocabulary, the same bytes for the same request."
