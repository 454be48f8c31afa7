/** Tells which proxy an address is reached through: null means directly. */
export type ProxyFor = (url: URL) => URL | null

/** The variables that choose a proxy. */
export type ProxyVariable = "HTTP_PROXY" | "HTTPS_PROXY" | "ALL_PROXY" | "NO_PROXY"

const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")

/** Whether a host name or address is this machine's loopback; decided by its spelling, without a look-up. */
export const isLoopback = (hostname: string): boolean => {
  const host = bare(hostname)
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    /^127(\.\d{1,3}){3}$/.test(host) ||
    host === "::1" ||
    /^::ffff:7f[0-9a-f]{2}:/.test(host)
  )
}

const ipv4 = (host: string): number | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number)
  return parts === undefined || parts.some((part) => part > 255)
    ? undefined
    : parts.reduce((all, part) => all * 256 + part, 0)
}

const inNetwork = (host: string, network: string, bits: number): boolean => {
  const [address, base] = [ipv4(host), ipv4(network)]
  if (address === undefined || base === undefined || bits > 32) return false
  const size = 2 ** (32 - bits)
  return Math.floor(address / size) === Math.floor(base / size)
}

const defaultPort = (url: URL): string => url.port || (url.protocol === "https:" ? "443" : "80")

const exempts = (rule: string, url: URL): boolean => {
  if (rule === "*") return true
  const host = bare(url.hostname)
  const cidr = /^([\d.]+)\/(\d{1,2})$/.exec(rule)
  if (cidr !== null) return inNetwork(host, cidr[1] ?? "", Number(cidr[2]))
  const withPort = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(rule)
  if (withPort !== null && withPort[2] !== defaultPort(url)) return false
  const name = bare(withPort?.[1] ?? rule).replace(/^\*?\./, "")
  return name !== "" && (host === name || host.endsWith(`.${name}`))
}

// A value that cannot be read must stop the request: going direct could send it past a wall that someone built.
const parse = (value: string): URL => {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  return URL.canParse(text) ? new URL(text) : new URL("invalid:")
}

/**
 * Reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (lower case first, empty is absent) into a choice of proxy; loopback is
 * never proxied, and an unreadable value gives an `invalid:` URL that the transport refuses (contract §3).
 */
export const proxyFor = (env: (name: ProxyVariable) => string | undefined): ProxyFor => {
  // The lower-case spelling is as common as the other, but no name of its own in the table of variables.
  const read = (name: ProxyVariable): string | undefined =>
    [env(name.toLowerCase() as ProxyVariable), env(name)].map((value) => value?.trim()).find((value) => value)
  const exempt = (read("NO_PROXY") ?? "").split(/[\s,]+/).filter((rule) => rule !== "")
  return (url) => {
    if (isLoopback(url.hostname) || exempt.some((rule) => exempts(rule, url))) return null
    const value = read(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read("ALL_PROXY")
    return value === undefined ? null : parse(value)
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The `proxy-authorization` header of a proxy URL's userinfo, when it has one. */
export const proxyHeaders = (proxy: URL): Record<string, string> =>
  proxy.username === "" && proxy.password === ""
    ? {}
    : {
        "proxy-authorization": `Basic ${Buffer.from(`${decoded(proxy.username)}:${decoded(proxy.password)}`).toString("base64")}`
      }
