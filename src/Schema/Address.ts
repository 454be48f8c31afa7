/** An IP address as its 16-bit groups: two for IPv4, eight for IPv6. */
export type Address = ReadonlyArray<number>

/** The addresses that share so many leading bits with one of them. */
export interface Network {
  readonly base: Address
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly bits: number
}

const readV4 = (text: string): Address | undefined => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1)
  if (parts === undefined || parts.some((part) => Number(part) > 255 || /^0\d/.test(part))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [a * 256 + b, c * 256 + d]
}

const readV6 = (text: string): Address | undefined => {
  const end = text.lastIndexOf(":") + 1
  const dotted = text.includes(".") ? readV4(text.slice(end)) : []
  if (end === 0 || dotted === undefined) return undefined
  const hex = dotted.map((group) => group.toString(16)).join(":")
  const halves = (hex === "" ? text : text.slice(0, end) + hex).split("::")
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")))
  const missing = 8 - head.length - tail.length
  const right = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...tail]
  return right && groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined
}

/** Reads an IP address in its usual spelling: dotted decimal, or IPv6 without brackets and zone; `undefined` when it is none. */
export const readAddress = (text: string): Address | undefined => readV4(text) ?? readV6(text)

// IPv4-mapped addresses are what a socket that takes both families calls an IPv4 peer (RFC 4291 §2.5.5.2).
const isMapped = (address: Address): boolean =>
  address.length === 8 && address[5] === 0xffff && address.slice(0, 5).every((group) => group === 0)

/** The IPv4 address that an IPv4-mapped IPv6 address stands for; any other address as it is. */
export const unmapped = (address: Address): Address => (isMapped(address) ? address.slice(6) : address)

/** Reads `ADDRESS` or `ADDRESS/BITS`, where an address alone is all of its network and a mapped one is IPv4's; `undefined` when it is none. */
export const readNetwork = (text: string): Network | undefined => {
  const [, address = "", given] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const base = readAddress(address)
  if (base === undefined) return undefined
  const most = base.length * 16
  const bits = given === undefined ? most : Number(given)
  if (bits > most) return undefined
  return bits >= 96 && isMapped(base) ? { base: base.slice(6), bits: bits - 96 } : { base, bits }
}

/** Whether an address is in a network of its own family. */
export const isWithin = (address: Address, { base, bits }: Network): boolean =>
  address.length === base.length &&
  address.every((group, at) => {
    const shift = 16 - Math.max(0, Math.min(16, bits - at * 16))
    return group >> shift === (base[at] ?? 0) >> shift
  })
