/** xAI's prices (providers.md §2.5), in micro-USD; a micro-USD is 10,000 ticks. */
export const isQuality = (model: string): boolean => model.startsWith("grok-imagine-image-quality")

export const micros = (model: string, resolution: string, sources: number, outputs: number): number =>
  isQuality(model)
    ? sources * 10_000 + outputs * (resolution === "2k" ? 70_000 : 50_000)
    : sources * 2_000 + outputs * 20_000

export const ticks = (micro: number): number => micro * 10_000
