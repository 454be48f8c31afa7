/** OpenAI's token arithmetic (providers.md §1.5). A rate of 5 USD per million tokens is 5 micro-USD a token. */

export type Quality = "low" | "medium" | "high"

export interface Usage {
  readonly text: number
  readonly image: number
  readonly output: number
}

const table: Readonly<Record<Quality, Readonly<Record<string, number>>>> = {
  low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
  medium: { "1024x1024": 1056, "1024x1536": 1584, "1536x1024": 1568 },
  high: { "1024x1024": 4160, "1024x1536": 6240, "1536x1024": 6208 }
}

const steps = { low: 16, medium: 48, high: 96 } as const

export const isSecond = (model: string): boolean => model.startsWith("gpt-image-2")

/** Output tokens of one picture. */
export const outputTokens = (model: string, quality: Quality, width: number, height: number): number => {
  if (!isSecond(model)) return table[quality][`${width}x${height}`] ?? 0
  const f = steps[quality]
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const s = Math.floor((2 * f * short + long) / (2 * long))
  return Math.ceil((f * s * (2_000_000 + width * height)) / 4_000_000)
}

export const textTokens = (prompt: string): number => Math.max(1, Math.ceil([...prompt].length / 4))

/** No exact formula is public: 3,050 (high fidelity) or 135 for 1024×1024, by area. */
export const inputImageTokens = (model: string, fidelity: string, width: number, height: number): number =>
  Math.max(
    1,
    Math.round(((isSecond(model) || fidelity === "high" ? 3050 : 135) * width * height) / 1_048_576)
  )

/** Models without a published rate in providers.md (gpt-image-1, -mini, chatgpt-image-latest) are taken at 1.5's rates. */
export const micros = (model: string, usage: Usage): number =>
  usage.text * 5 + usage.image * 8 + usage.output * (isSecond(model) ? 30 : 32)
