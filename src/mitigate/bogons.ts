// Address space that is nobody's to announce, and space that is only for networks of one's own: the special-purpose
// registries of IANA (RFC 6890) and the rest of IPv6 outside of global unicast (RFC 4291 §2.4).
import { overlapsPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'

interface SpecialSpace {
  readonly cidr: string
  readonly name: string
  /** `inside`: has its use inside one's own network, so it may be registered; `never`: is announced by nobody. */
  readonly use: 'never' | 'inside'
}

/** Of rows that overlap the first one names the space. */
const specialSpaces: readonly SpecialSpace[] = [
  { cidr: '0.0.0.0/8', name: '"this network" (RFC 791)', use: 'never' },
  { cidr: '10.0.0.0/8', name: 'private (RFC 1918)', use: 'inside' },
  { cidr: '100.64.0.0/10', name: 'shared address space (RFC 6598)', use: 'inside' },
  { cidr: '127.0.0.0/8', name: 'loopback (RFC 1122)', use: 'never' },
  { cidr: '169.254.0.0/16', name: 'link-local (RFC 3927)', use: 'never' },
  { cidr: '172.16.0.0/12', name: 'private (RFC 1918)', use: 'inside' },
  { cidr: '192.0.0.0/24', name: 'IETF protocol assignments (RFC 6890)', use: 'never' },
  { cidr: '192.0.2.0/24', name: 'documentation (RFC 5737)', use: 'inside' },
  { cidr: '192.31.196.0/24', name: 'AS112 anycast (RFC 7535)', use: 'never' },
  { cidr: '192.52.193.0/24', name: 'AMT anycast (RFC 7450)', use: 'never' },
  { cidr: '192.88.99.0/24', name: '6to4 relay anycast (RFC 7526)', use: 'never' },
  { cidr: '192.168.0.0/16', name: 'private (RFC 1918)', use: 'inside' },
  { cidr: '192.175.48.0/24', name: 'AS112 anycast (RFC 7534)', use: 'never' },
  { cidr: '198.18.0.0/15', name: 'benchmarking (RFC 2544)', use: 'inside' },
  { cidr: '198.51.100.0/24', name: 'documentation (RFC 5737)', use: 'inside' },
  { cidr: '203.0.113.0/24', name: 'documentation (RFC 5737)', use: 'inside' },
  { cidr: '224.0.0.0/4', name: 'multicast (RFC 5771)', use: 'never' },
  { cidr: '255.255.255.255/32', name: 'limited broadcast (RFC 919)', use: 'never' },
  { cidr: '240.0.0.0/4', name: 'reserved (RFC 1112)', use: 'never' },

  { cidr: '::/128', name: 'the unspecified address (RFC 4291)', use: 'never' },
  { cidr: '::1/128', name: 'loopback (RFC 4291)', use: 'never' },
  { cidr: '64:ff9b::/96', name: 'IPv4/IPv6 translation (RFC 6052)', use: 'never' },
  { cidr: '64:ff9b:1::/48', name: 'IPv4/IPv6 translation (RFC 8215)', use: 'never' },
  { cidr: '100::/64', name: 'discard-only (RFC 6666)', use: 'never' },
  { cidr: '2001::/32', name: 'Teredo (RFC 4380)', use: 'never' },
  { cidr: '2001::/23', name: 'IETF protocol assignments (RFC 2928)', use: 'never' },
  { cidr: '2001:db8::/32', name: 'documentation (RFC 3849)', use: 'inside' },
  { cidr: '2002::/16', name: '6to4 (RFC 3056)', use: 'never' },
  { cidr: '2620:4f:8000::/48', name: 'AS112 anycast (RFC 7534)', use: 'never' },
  { cidr: '3fff::/20', name: 'documentation (RFC 9637)', use: 'inside' },
  { cidr: '5f00::/16', name: 'segment routing (RFC 9602)', use: 'never' },
  { cidr: 'fc00::/7', name: 'unique local (RFC 4193)', use: 'inside' },
  { cidr: 'fe80::/10', name: 'link-local (RFC 4291)', use: 'never' },
  { cidr: 'fec0::/10', name: 'site-local (RFC 3879)', use: 'never' },
  { cidr: 'ff00::/8', name: 'multicast (RFC 4291)', use: 'never' },
  // What is left of everything but 2000::/3 and fc00::/7.
  ...['::/3', '4000::/2', '8000::/2', 'c000::/3', 'e000::/4', 'f000::/5', 'f800::/6', 'fe00::/9'].map((cidr) => ({
    cidr,
    name: 'outside of global unicast, 2000::/3',
    use: 'never' as const,
  })),
]

const spaces = specialSpaces.map((space) => ({ space, prefix: prefixOf(space.cidr) }))
const [mapped, compatible] = [prefixOf('::ffff:0:0/96'), prefixOf('::/96')]

/** What the prefix has in common with special space; the worst one of several, undefined for none. */
export function specialSpace(prefix: IpPrefix): SpecialSpace | undefined {
  const found = spaces.filter((row) => overlapsPrefix(row.prefix, prefix)).map(({ space }) => space)
  return found.find(({ use }) => use === 'never') ?? found[0]
}

/** The IPv4 address in an IPv4-mapped or IPv4-compatible prefix (RFC 4291 §2.5.5); `::` and `::1` are neither. */
export function embeddedIpv4(prefix: IpPrefix): IpPrefix | undefined {
  const isEmbedded = overlapsPrefix(mapped, prefix) || overlapsPrefix(compatible, prefix)
  if (!isEmbedded || prefix.length < 96 || prefix.bytes.subarray(0, 15).every((byte) => byte === 0)) return undefined
  return { family: 4, bytes: prefix.bytes.subarray(12), length: prefix.length - 96 }
}

function prefixOf(cidr: string): IpPrefix {
  const parsed = parseIpPrefix(cidr)
  if (parsed === undefined || parsed.hostBits) throw new Error(`${cidr} is no prefix`)
  return parsed.prefix
}
