import type { Config } from "../Schema/Config.js"
import { builtInAddress } from "./Target.js"

/** The origin of an address; `null` when it is none, such as `local`. */
export const originOf = (address: string): string | null =>
  URL.canParse(address) ? new URL(address).origin : null

/**
 * A configuration whose token is bound to its origin. An older client kept one token beside one address; once the address
 * changes, nothing else would tell whose token it was (contract §3).
 */
export const bound = (config: Config): Config => {
  if (config.credentials !== undefined || typeof config.token !== "string") return config
  const origin = originOf(config.api_base_url ?? builtInAddress)
  return {
    ...config,
    credentials:
      origin === null ? {} : { [origin]: { token: config.token, saved_at: config.saved_at ?? null } }
  }
}

/** A configuration with a token for an origin, also as the one last saved. */
export const withToken = (
  config: Config,
  saved: {
    readonly origin: string
    readonly apiBaseUrl: string
    readonly token: string
    readonly at: string
    /** Whose token it is, where that is known. */
    readonly actor?: Readonly<Record<string, unknown>>
  }
): Config => ({
  ...bound(config),
  version: 1,
  api_base_url: saved.apiBaseUrl,
  token: saved.token,
  saved_at: saved.at,
  actor: saved.actor ?? null,
  credentials: { ...bound(config).credentials, [saved.origin]: { token: saved.token, saved_at: saved.at } }
})

/** A configuration without an origin's token; everything else stays. */
export const withoutToken = (config: Config, origin: string): Config => {
  const { credentials = {}, token, ...rest } = bound(config)
  const { [origin]: _, ...left } = credentials
  // The last saved token goes too, unless it is still the token of another origin.
  const stays = Object.values(left).some((credential) => credential.token === token)
  return { ...rest, credentials: left, token: stays && token !== undefined ? token : null }
}
