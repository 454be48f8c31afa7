import { type Address, isWithin, readAddress, readNetwork, unmapped } from "../../Schema/Address.js"

const within = (address: Address, network: string): boolean => {
  const found = readNetwork(network)
  return found !== undefined && isWithin(address, found)
}

// The registries of special-purpose addresses (RFC 6890 and its updates), with what clouds put on public ones.
const refused = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32", // Azure's host agent
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "2001::/23", // protocol assignments: Teredo, benchmarking, ORCHID
  "2001:db8::/32",
  "2002::/16", // 6to4 reaches whatever IPv4 address is in it
  "3fff::/20"
]

const globalV6 = "2000::/3"
const loopbacks = ["127.0.0.0/8", "::1/128"]
// Only two kinds stand for an IPv4 address in today's use: mapped ones, and NAT64's well-known prefix.
const nat64 = "64:ff9b::/96"

const unwrap = (address: Address): Address => (within(address, nat64) ? address.slice(6) : unmapped(address))

// ISATAP puts the IPv4 address of a private network behind any prefix.
const isIsatap = (address: Address): boolean =>
  address.length === 8 && ((address[4] ?? 0) & 0xfdff) === 0 && address[5] === 0x5efe

/** Whether a text is an IP address in its usual spelling: dotted decimal, or IPv6 without brackets and zone. */
export const isAddress = (text: string): boolean => readAddress(text) !== undefined

/** Whether a text is the address of one machine on the public internet; anything that is special or no address is not (reliability §1.5). */
export const isPublicAddress = (text: string): boolean => {
  const given = readAddress(text)
  if (given === undefined) return false
  const address = unwrap(given)
  return (
    (address.length === 2 || within(address, globalV6)) &&
    !isIsatap(address) &&
    !refused.some((special) => within(address, special))
  )
}

/** Whether a text is an address of this machine's loopback. */
export const isLoopbackAddress = (text: string): boolean => {
  const address = readAddress(text)
  return address !== undefined && loopbacks.some((loopback) => within(unwrap(address), loopback))
}

// The ports that browsers refuse too (Fetch §2.9): what listens there may take a request for commands of its own.
const closed = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080
])

/** Whether the web keeps away from a port; the empty text is a scheme's own port. */
export const isBlockedPort = (port: string): boolean => port !== "" && closed.has(Number(port))
