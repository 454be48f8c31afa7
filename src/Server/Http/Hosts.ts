import { isIP } from "node:net"

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Whether an address to listen on reaches this machine only. */
export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host)

/** A host as it stands in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/**
 * Whether a request's `Host` header is one that this service answers to. On loopback only its own names do: a web page whose name
 * was pointed at 127.0.0.1 speaks with its own name, and is refused.
 */
export const isAllowedHost = (
  header: string | undefined,
  options: { readonly loopback: boolean; readonly host: string; readonly publicUrl: string }
): boolean => {
  if (!options.loopback) return true
  if (header === undefined) return false
  const name = header.toLowerCase().replace(/:\d{1,5}$/, "")
  return (
    loopbackNames.has(name) ||
    name === inUrl(options.host) ||
    name === new URL(options.publicUrl).hostname.toLowerCase()
  )
}
