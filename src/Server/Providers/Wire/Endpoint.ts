import { isLoopback } from "../../../Services/HttpClient.js"

/** Where a vendor is reached: an address without a final slash. */
export interface Endpoint {
  readonly base: string
  readonly origin: string
  /** Whether it is on this machine, where an operator's own server or a test's emulator runs. */
  readonly isLocal: boolean
}

/** Reads a base address; the text says what is wrong with it. A key travels over plain http only on this machine. */
export const endpointOf = (text: string, allowInsecure: boolean): Endpoint | string => {
  if (!URL.canParse(text)) return "is not a URL"
  const url = new URL(text)
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must be http or https"
  if (url.username !== "" || url.password !== "") return "must not hold a user or password"
  if (url.search !== "" || url.hash !== "") return "must not hold a query or fragment"
  const isLocal = isLoopback(url.hostname)
  if (url.protocol === "http:" && !isLocal && !allowInsecure) {
    return "must be https, except on loopback or with IMAGE_SKILL_ALLOW_INSECURE_HTTP=1"
  }
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, origin: url.origin, isLocal }
}
