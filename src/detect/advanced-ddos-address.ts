// Addresses of attack reports as text, and which levels of target a prefix has room for.

/** Third word of an IPv4-mapped address: bytes 00 00 ff ff, little-endian as in an `ip` column. */
const mappedWord = 0xffff0000
const ipv4Bits = 32
const ipv6Bits = 128
/** Length of the network around a host. */
const ipv4Network = 24
const ipv6Network = 64

/** CIDR text of a host and of the network around it, given the four words of an `ip` column. */
export function targetTexts(words: Uint32Array): { readonly host: string; readonly network: string } {
  const [word0 = 0, word1 = 0, word2 = 0, word3 = 0] = words
  if (word0 === 0 && word1 === 0 && word2 === mappedWord) {
    const network = `${word3 & 255}.${(word3 >>> 8) & 255}.${(word3 >>> 16) & 255}`
    return { host: `${network}.${word3 >>> 24}/${ipv4Bits}`, network: `${network}.0/${ipv4Network}` }
  }
  return {
    host: `${ipv6Text([word0, word1, word2, word3])}/${ipv6Bits}`,
    network: `${ipv6Text([word0, word1, 0, 0])}/${ipv6Network}`,
  }
}

function ipv6Text(words: readonly number[]): string {
  const groups = words.flatMap((word) => [((word & 0xff) << 8) | ((word >>> 8) & 0xff), ((word >>> 8) & 0xff00) | (word >>> 24)])
  // The URL parser writes IPv6 addresses in their canonical form (RFC 5952).
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1)
}

/** Whether a prefix holds more than one network: otherwise the network is the prefix, or is wider than it. */
export function holdsNetworks(prefix: string): boolean {
  const length = Number(prefix.slice(prefix.indexOf('/') + 1))
  return length < (prefix.includes(':') ? ipv6Network : ipv4Network)
}

/** Whether a host lies in a network, both as words of an `ip` column. */
export function isInNetwork(host: Uint32Array, network: Uint32Array): boolean {
  if (host[0] !== network[0] || host[1] !== network[1]) return false
  const ipv4 = network[0] === 0 && network[1] === 0 && network[2] === mappedWord
  // A /24 is the first three bytes of the last word; a /64 the first two words.
  return !ipv4 || (host[2] === mappedWord && (host[3] & 0xffffff) === network[3])
}
