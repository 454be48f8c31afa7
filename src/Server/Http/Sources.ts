import { isIP } from "node:net"

/** Who is counted as one by what a network address tells: an IPv4 address, or the /64 that an IPv6 host may choose from freely. */
export const sourceOf = (remote: string | undefined): string => {
  const address = (remote ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")
  if (isIP(address) !== 6) return address === "" ? "unknown" : address
  const [head = "", tail] = address.split("::")
  const first = head === "" ? [] : head.split(":")
  const last = tail === undefined || tail === "" ? [] : tail.split(":")
  const whole = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0"), ...last]
  return `${whole.slice(0, 4).join(":")}::/64`
}

/** Counts what each source holds of something that has an end. */
export interface Shares {
  /** Takes so much for a source; `false`, and nothing is taken, when that is more than its share or than there is. */
  readonly take: (source: string, amount: number) => boolean
  readonly give: (source: string, amount: number) => void
}

/** Shares of so much in all, of which one source may hold so much. */
export const makeShares = (inAll: number, ofOne: number): Shares => {
  const held = new Map<string, number>()
  let all = 0
  return {
    take: (source, amount) => {
      const own = (held.get(source) ?? 0) + amount
      if (own > ofOne || all + amount > inAll) return false
      all += amount
      held.set(source, own)
      return true
    },
    give: (source, amount) => {
      const left = (held.get(source) ?? 0) - amount
      all -= amount
      if (left > 0) held.set(source, left)
      else held.delete(source)
    }
  }
}
