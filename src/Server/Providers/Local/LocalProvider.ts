import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../../../Errors.js"
import type { JsonObject } from "../../../Schema/Open.js"
import { MicroUsd } from "../../../Schema/Money.js"
import { sniff } from "../../Domain/Media/Sniff.js"
import { refusePixels, uprightSize } from "../../Domain/Media/Pixels.js"
import { type Delivery, type MediaInput, type Plan, type Provider, ProviderFault } from "../Provider.js"
import { canvasSides } from "./CanvasParameters.js"
import { type CanvasDrawing, draw } from "./Canvas/index.js"
import { child, pixels, refused } from "./Pixels.js"
import { checkSvg, rasterTrusted, type SvgFormat } from "./Svg/index.js"
import {
  checkParameters,
  promptToParameters,
  refuseMask,
  type TransformParameters
} from "./Transform/index.js"

/** The engine inside this process: offline, deterministic, free to run again (contract §9). */
export const localProvider: Provider = {
  id: "local",
  resubmit: "safe",
  availability: Effect.succeed({ available: true }),
  check: (plan) => Effect.suspend(() => (checks[plan.model.id] ?? (() => Effect.void))(plan)),
  report: (plan) => reports[plan.model.id]?.(plan) ?? null,
  submit: (plan) =>
    Effect.suspend(() => engines[plan.model.id]?.(plan) ?? Effect.fail(refused(notOurs(plan)))).pipe(
      Effect.map((delivery) => ({ _tag: "Delivered", delivery }))
    ),
  collect: (plan) => Effect.fail(refused(notOurs(plan)))
}

const notOurs = (plan: Plan): ImageSkillError =>
  failure("CAPABILITY_DENIED", `${plan.model.id} is not run by the local engine`)

const delivery = (outputs: ReadonlyArray<Uint8Array>, report: JsonObject | null): Delivery => ({
  outputs: outputs.map((bytes) => ({ bytes })),
  actualCost: MicroUsd.make(0),
  report,
  warnings: []
})

/** The aspect ratio that a drawing brings itself. */
const ownRatio = "auto"

/** The sides in pixels that an aspect ratio and a longer side make. */
const sidesOf = (ratio: string | null, long: number): { readonly width: number; readonly height: number } => {
  const [across = 1, down = 1] = (ratio ?? "1:1").split(":").map(Number)
  const short = Math.max(1, Math.round((long * Math.min(across, down)) / Math.max(across, down)))
  return across >= down ? { width: long, height: short } : { width: short, height: long }
}

// The same prompt starts from the same seed, so that an unseeded request is repeatable too.
const seedOf = (text: string): number => {
  let hash = 2_166_136_261
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619)
  return hash >>> 0
}

const drawingOf = (plan: Plan, output: number): CanvasDrawing => {
  const prompt = plan.prompt ?? ""
  const { long_edge, seed } = plan.parameters as { long_edge?: number; seed?: number }
  const size = sidesOf(plan.aspectRatio, long_edge ?? canvasSides.usual)
  return draw({ prompt, ...size, seed: seed ?? seedOf(prompt), output })
}

const canvas = (plan: Plan): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const { format = "png" } = plan.parameters as { format?: SvgFormat }
    const drawings = Array.from({ length: plan.outputCount }, (_, output) => drawingOf(plan, output))
    const outputs = yield* Effect.forEach(drawings, ({ svg }) => pixels(() => rasterTrusted(svg, format)))
    const [first] = drawings
    return delivery(outputs, first === undefined ? null : { ...first.report })
  })

const svg = (plan: Plan): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const {
      background,
      format = "png",
      long_edge,
      svg: markup
    } = plan.parameters as {
      svg: string
      format?: SvgFormat
      background?: string
      long_edge?: number
    }
    const checked = checkSvg(markup)
    if (!checked.ok) return yield* Effect.fail(refused(svgInvalid(checked.reason)))
    const ratio = plan.aspectRatio === ownRatio ? `${checked.width}:${checked.height}` : plan.aspectRatio
    const size = sidesOf(ratio, long_edge ?? canvasSides.usual)
    const bytes = yield* pixels(() =>
      child.run({ work: "svg", ...size, format, ...(background === undefined ? {} : { background }) }, [
        Buffer.from(checked.svg)
      ])
    )
    return delivery([bytes], null)
  })

const edit = (plan: Plan): Effect.Effect<Delivery, ProviderFault> =>
  Effect.gen(function* () {
    const { input, mask } = plan
    if (input === null)
      return yield* Effect.fail(refused(failure("INVALID_ARGUMENTS", "an edit needs an input image")))
    const asked = understand(plan)
    const [source, through] = yield* Effect.all([
      input.read,
      mask === null ? Effect.succeed(null) : mask.read
    ]).pipe(Effect.mapError((error) => new ProviderFault({ acceptance: "refused", error })))
    const bytes = yield* pixels(() =>
      child.run({ work: "transform", source: source.length, parameters: asked.parameters }, [
        source,
        ...(through === null ? [] : [through])
      ])
    )
    return delivery([bytes], asked.report)
  })

/** What an edit is to do: its parameters, or what its prompt says in words that the engine knows. */
const understand = (
  plan: Plan
): { readonly parameters: TransformParameters; readonly report: JsonObject | null } => {
  if (Object.keys(plan.parameters).length > 0 || plan.prompt === null) {
    return { parameters: plan.parameters as TransformParameters, report: null }
  }
  const { not_understood, parameters, understood } = promptToParameters(plan.prompt)
  return { parameters, report: { understood, not_understood } }
}

const engines: Readonly<Record<string, (plan: Plan) => Effect.Effect<Delivery, ProviderFault>>> = {
  "local.canvas": canvas,
  "local.svg": svg,
  "local.transform": edit
}

const reports: Readonly<Record<string, (plan: Plan) => JsonObject | null>> = {
  "local.canvas": (plan) => ({ ...drawingOf(plan, 0).report }),
  "local.transform": (plan) => understand(plan).report
}

const svgInvalid = (reason: string) =>
  failure("MODEL_PARAMETERS_INVALID", reason, {
    details: { parameter: "svg" },
    recovery: {
      suggested_command: "image-skill models show local.svg",
      required_flag: "--model-parameters-json"
    }
  })

const checks: Readonly<Record<string, (plan: Plan) => Effect.Effect<void, ImageSkillError>>> = {
  "local.canvas": (plan) => {
    const { long_edge = canvasSides.usual } = plan.parameters as { long_edge?: number }
    const { height, width } = sidesOf(plan.aspectRatio, long_edge)
    const narrow = Math.max(width, height) > Math.min(width, height) * 4
    return narrow || Math.min(width, height) < canvasSides.shortest
      ? Effect.fail(
          failure(
            "INVALID_ARGUMENTS",
            `local.canvas draws from 1:4 to 4:1, with no side under ${canvasSides.shortest} pixels`,
            {
              details: { width, height },
              recovery: { required_flag: "--aspect-ratio" }
            }
          )
        )
      : Effect.void
  },
  "local.svg": (plan) => {
    const checked = checkSvg(String(plan.parameters["svg"]))
    return checked.ok ? Effect.void : Effect.fail(svgInvalid(checked.reason))
  },
  "local.transform": (plan) =>
    Effect.gen(function* () {
      const asked = understand(plan)
      if (Object.keys(asked.parameters).length === 0) {
        return yield* Effect.fail(
          failure("MODEL_PARAMETERS_INVALID", "local.transform was not told anything that it can do", {
            details: asked.report ?? {},
            recovery: {
              suggested_command: "image-skill models show local.transform",
              required_flag: "--model-parameters-json"
            }
          })
        )
      }
      if (plan.input === null) return
      const { header, size } = yield* readHeader(plan.input, "input")
      const checked = checkParameters(
        asked.parameters,
        { ...size, format: header.format },
        plan.mask !== null
      )
      if (!checked.ok) {
        return yield* Effect.fail(
          failure("MODEL_PARAMETERS_INVALID", checked.reason, { details: { parameter: checked.parameter } })
        )
      }
      if (plan.mask === null) return
      const mask = (yield* readHeader(plan.mask, "mask")).size
      const refusal = refuseMask(mask, size)
      if (refusal !== null) {
        return yield* Effect.fail(
          failure("INPUT_POLICY_DENIED", refusal, { details: { role: "mask", input: size, mask } })
        )
      }
    })
}

/** What a picture's header says, its size as it is seen: against that crops and masks are measured. */
const readHeader = (media: MediaInput, role: "input" | "mask") =>
  Effect.gen(function* () {
    const header = sniff(yield* media.read)
    const size = header === null ? null : uprightSize(header)
    const refusal = refusePixels(header)
    if (header === null || size === null || refusal !== null) {
      return yield* Effect.fail(
        failure("INPUT_POLICY_DENIED", refusal ?? `the ${role}'s header states no size`, {
          details: { role }
        })
      )
    }
    return { header, size }
  })
