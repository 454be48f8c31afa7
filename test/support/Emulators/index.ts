import { automatic1111Faults } from "./Automatic1111/Faults.js"
import { type AutomaticOptions, automatic1111Protocol } from "./Automatic1111/Protocol.js"
import { comfyFaults } from "./Comfy/Faults.js"
import { type ComfyOptions, comfyProtocol } from "./Comfy/Protocol.js"
import { compatibleFaults } from "./Compatible/Faults.js"
import { type CompatibleProfile, compatibleProtocol } from "./Compatible/Protocol.js"
import { start } from "./Core/Kernel.js"
import type { Billed, FaultTable } from "./Core/Protocol.js"
import type { Emulator, EmulatorOptions, ProviderName } from "./Core/Types.js"
import { falFaults } from "./Fal/Faults.js"
import { type FalOptions, falProtocol } from "./Fal/Protocol.js"
import { openaiFaults } from "./Openai/Faults.js"
import { openaiProtocol } from "./Openai/Protocol.js"
import { xaiFaults } from "./Xai/Faults.js"
import { xaiProtocol } from "./Xai/Protocol.js"

export type {
  Decide,
  Emulator,
  EmulatorOptions,
  Fault,
  JobView,
  Point,
  ProviderName,
  Request,
  Submission,
  Visit
} from "./Core/Types.js"
export { blackPng, maskPng, picture } from "./Media/Pictures.js"

export const startOpenai = (options: EmulatorOptions = {}): Promise<Emulator> =>
  start(openaiProtocol(), options)
export const startXai = (options: EmulatorOptions = {}): Promise<Emulator> => start(xaiProtocol(), options)
export const startFal = ({
  polls,
  rounding,
  validate,
  ...options
}: EmulatorOptions & Partial<FalOptions> = {}): Promise<Emulator> =>
  start(
    falProtocol({
      polls: polls ?? { queued: 1, running: 1 },
      rounding: rounding ?? "ceil",
      validate: validate ?? "submit"
    }),
    options
  )
export const startCompatible = ({
  profile,
  auth,
  relativeUrls,
  ...options
}: EmulatorOptions & Partial<CompatibleProfile> = {}): Promise<Emulator> =>
  start(
    compatibleProtocol({
      profile: profile ?? "localai",
      auth: auth ?? false,
      relativeUrls: relativeUrls ?? false
    }),
    options
  )

export const startComfyui = ({
  ids,
  polls,
  ...options
}: EmulatorOptions & Partial<ComfyOptions> = {}): Promise<Emulator> =>
  start(comfyProtocol({ ids: ids ?? "given", polls: polls ?? { queued: 1, running: 1 } }), options)

export const startAutomatic1111 = ({
  auth,
  polls,
  server,
  ...options
}: EmulatorOptions & Partial<AutomaticOptions> = {}): Promise<Emulator> =>
  start(
    automatic1111Protocol({
      auth: auth ?? true,
      polls: polls ?? { queued: 0, running: 0 },
      server: server ?? "automatic1111"
    }),
    options
  )

export const starters: Readonly<Record<ProviderName, (options?: EmulatorOptions) => Promise<Emulator>>> = {
  openai: startOpenai,
  xai: startXai,
  fal: startFal,
  compatible: startCompatible,
  comfyui: startComfyui,
  automatic1111: startAutomatic1111
}

const tables: Readonly<Record<ProviderName, FaultTable>> = {
  openai: openaiFaults,
  xai: xaiFaults,
  fal: falFaults,
  compatible: compatibleFaults,
  comfyui: comfyFaults,
  automatic1111: automatic1111Faults
}

export const faultNames = (provider: ProviderName): ReadonlyArray<string> => Object.keys(tables[provider])

export interface FaultInfo {
  readonly summary: string
  /** Whether the vendor charges for a submission that meets it. */
  readonly billed: Billed
  readonly kind: "wire" | "reply" | "twist"
}

export const faultInfo = (provider: ProviderName, name: string): FaultInfo => {
  const spec = tables[provider][name]
  if (!spec) throw new Error(`${provider} knows no fault "${name}"`)
  return {
    summary: spec.summary,
    billed: spec.billed,
    kind: "wire" in spec ? "wire" : "reply" in spec ? "reply" : "twist"
  }
}
