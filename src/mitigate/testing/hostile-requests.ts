// Requests that must be refused, hostile and mistaken ones, with what has to be there before each of them: the guard, the
// REST API, the command line and rules are held to this one table.
import type { Refusal } from '../../contract/advertisement.ts'
import { ownedPrefixDefaults, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'

/** What was there before the request. */
export interface Situation {
  /** Limits of the section `advertise` that are other than the usual. */
  readonly limits?: Readonly<Partial<Record<'max_announcements' | 'max_flowspec_rules' | 'max_changes_per_hour', number>>>
  /** Bodies that are announced. */
  readonly announced?: readonly Readonly<Record<string, unknown>>[]
  /** The prefix of the request was announced and withdrawn so often just now. */
  readonly flaps?: number
  readonly stopped?: boolean
}

export interface HostileRequest {
  readonly name: string
  /** Body of `POST …/advertisements` without `why`. */
  readonly body: Readonly<Record<string, unknown>>
  readonly refusal: Refusal
  readonly situation?: Situation
  /** Only rules are refused this; people may do it. */
  readonly ruleOnly?: true
  /** Values of a type that the API's body has no place for: there it is refused before the guard sees it. */
  readonly untyped?: true
}

/** Drivers that are configured where the table is used. */
export const configuredDrivers = ['bgp', 'webhook'] as const

const owned = (cidr: string, fields: Partial<OwnedPrefixFields> = {}): OwnedPrefixFields => {
  const defaults = ownedPrefixDefaults(cidr.includes(':') ? 6 : 4, Number(cidr.split('/')[1]))
  return { cidr, origin_as: 64_500, ...defaults, ...fields }
}

/** Registered for the account that asks. */
export const registeredPrefixes: readonly OwnedPrefixFields[] = [
  owned('198.18.0.0/16', { divert_max_length: 24, flowspec: true, drivers: ['bgp', 'webhook'] }),
  owned('198.18.64.0/20', { flowspec: true, blackhole_min_length: 28 }),
  owned('198.18.128.0/24', { blackhole_min_length: 24 }),
  owned('203.0.113.0/24'),
  owned('192.0.2.0/24', { locked: true, lock_reason: 'moved to another site' }),
  owned('10.9.0.0/16', { divert_max_length: 24 }),
  owned('10.9.1.0/24', { locked: true, lock_reason: 'resold' }),
  owned('198.51.100.0/24', { automatic: false }),
  owned('100.64.0.0/16', { drivers: ['cloudflare'] }),
  owned('100.65.0.0/16', { blackhole_min_length: null, flowspec: true }),
  owned('2001:db8::/32', { divert_max_length: 48, flowspec: true }),
  owned('fd00:9::/48', { locked: true, lock_reason: 'renumbering' }),
]

/** Registered for another account. */
export const foreignPrefixes: readonly OwnedPrefixFields[] = [owned('172.16.0.0/16', { divert_max_length: 24 })]

const divert = (name: string, prefix: unknown, refusal: Refusal): HostileRequest => ({ name, body: { prefix, purpose: 'divert' }, refusal })
const untyped = (name: string, prefix: unknown): HostileRequest => ({ ...divert(name, prefix, 'malformed'), untyped: true })
const blackhole = (name: string, prefix: string, refusal: Refusal): HostileRequest => ({
  name,
  body: { prefix, purpose: 'blackhole' },
  refusal,
})

const destination = '198.18.5.0/24'
const discard = { kind: 'discard' }
const rule = (match: Readonly<Record<string, unknown>>, action: unknown = discard) => ({
  prefix: match['destination'] ?? destination,
  purpose: 'flowspec',
  flowspec: { match: { destination, ...match }, action },
})
const flowspec = (name: string, match: Readonly<Record<string, unknown>>, action: unknown = discard): HostileRequest => ({
  name,
  body: rule(match, action),
  refusal: 'flowspec',
})
const https = { protocol: [6], destination_port: [[443, 443]] }

const malformed: readonly HostileRequest[] = [
  divert('an empty prefix', '', 'malformed'),
  divert('words', 'everything', 'malformed'),
  divert('an address without a length', '203.0.113.7', 'malformed'),
  divert('a length alone', '/24', 'malformed'),
  divert('no length behind the slash', '203.0.113.0/', 'malformed'),
  divert('two lengths', '203.0.113.0/24/24', 'malformed'),
  divert('a length beyond 32', '203.0.113.0/33', 'malformed'),
  divert('an IPv6 length beyond 128', '2001:db8::/129', 'malformed'),
  divert('a negative length', '203.0.113.0/-1', 'malformed'),
  divert('a length with a sign', '203.0.113.0/+24', 'malformed'),
  divert('a length with a leading zero', '203.0.113.0/024', 'malformed'),
  divert('a hexadecimal length', '203.0.113.0/0x18', 'malformed'),
  divert('a length with a fraction', '203.0.113.0/24.0', 'malformed'),
  divert('a length with an exponent', '203.0.113.0/2e1', 'malformed'),
  divert('a net mask', '203.0.113.0/255.255.255.0', 'malformed'),
  divert('a space before it', ' 203.0.113.0/24', 'malformed'),
  divert('a space in it', '203.0.113.0 /24', 'malformed'),
  divert('a line break behind it', '203.0.113.0/24\n', 'malformed'),
  divert('a zero byte', '203.0.113.0\0/24', 'malformed'),
  divert('a second prefix behind a comma', '203.0.113.0/24,0.0.0.0/0', 'malformed'),
  divert('a second route in the line of a BGP daemon', '203.0.113.0/24 next-hop self; announce route 0.0.0.0/0', 'malformed'),
  divert('an octal octet', '0313.0.0161.0/24', 'malformed'),
  divert('an octet beyond 255', '203.0.256.0/24', 'malformed'),
  divert('three octets', '203.0.113/24', 'malformed'),
  divert('a decimal address', '3405803776/24', 'malformed'),
  divert('digits of another script', '２０３.0.113.0/24', 'malformed'),
  divert('an IPv6 zone', 'fe80::1%eth0/64', 'malformed'),
  divert('two gaps', '2001::db8::/32', 'malformed'),
  divert('nine groups', '2001:db8:0:0:0:0:0:0:0/32', 'malformed'),
  divert('a group of five digits', '2001:0db80::/32', 'malformed'),
  divert('brackets', '[2001:db8::]/32', 'malformed'),
  divert('a very long text', `${'1'.repeat(100_000)}/24`, 'malformed'),
  untyped('a number', 3_405_803_776),
  untyped('null', null),
  untyped('a list of prefixes', ['203.0.113.0/24']),
  untyped('an object', { cidr: '203.0.113.0/24' }),
]

const neverAnnounced: readonly HostileRequest[] = [
  divert('the default route', '0.0.0.0/0', 'default_route'),
  divert('the IPv6 default route', '::/0', 'default_route'),
  divert('the default route, with bits of an owned prefix', '203.0.113.0/0', 'default_route'),
  divert('the IPv6 default route in full', '0:0:0:0:0:0:0:0/0', 'default_route'),
  blackhole('the default route as a blackhole', '0.0.0.0/0', 'default_route'),
  divert('the lower half of the default route', '0.0.0.0/1', 'default_route'),
  divert('the upper half of the default route', '128.0.0.0/1', 'default_route'),
  divert('a piece of the default route around an owned prefix', '198.0.0.0/7', 'default_route'),
  divert('all global unicast of IPv6', '2000::/3', 'default_route'),
  { name: 'the default route as FlowSpec', body: { ...rule(https), prefix: '0.0.0.0/0' }, refusal: 'default_route' },
  divert('this network', '0.0.0.0/8', 'bogon'),
  divert('loopback', '127.0.0.1/32', 'bogon'),
  divert('link-local', '169.254.0.0/16', 'bogon'),
  divert('multicast', '224.0.0.0/4', 'default_route'),
  divert('a multicast group', '239.1.2.0/24', 'bogon'),
  divert('class E', '240.0.0.0/8', 'bogon'),
  divert('broadcast', '255.255.255.255/32', 'bogon'),
  divert('the 6to4 relay', '192.88.99.0/24', 'bogon'),
  divert('a prefix with a bogon in it', '192.0.0.0/16', 'bogon'),
  divert('IPv6 loopback', '::1/128', 'bogon'),
  divert('the unspecified address', '::/128', 'bogon'),
  divert('IPv6 link-local', 'fe80::/64', 'bogon'),
  divert('IPv6 multicast', 'ff02::1/128', 'bogon'),
  divert('Teredo', '2001::/32', 'bogon'),
  divert('6to4', '2002:cb00:7100::/40', 'bogon'),
  divert('NAT64', '64:ff9b::cb00:7100/120', 'bogon'),
  divert('unassigned IPv6 space', '4000::/32', 'bogon'),
  divert('an owned prefix mapped into IPv6', '::ffff:203.0.113.0/120', 'mapped'),
  divert('the same in hexadecimal', '::ffff:cb00:7100/120', 'mapped'),
  divert('the IPv4 default route mapped into IPv6', '::ffff:0:0/96', 'mapped'),
  divert('an IPv4-compatible address', '::203.0.113.7/128', 'mapped'),
  divert('host bits', '203.0.113.7/24', 'host_bits'),
  divert('host bits within the last octet', '203.0.113.1/31', 'host_bits'),
  divert('IPv6 host bits', '2001:db8::1/48', 'host_bits'),
]

const ownership: readonly HostileRequest[] = [
  divert('a foreign prefix', '8.8.8.0/24', 'not_owned'),
  divert('a foreign IPv6 prefix', '2606:4700::/32', 'not_owned'),
  divert('the neighbouring prefix', '203.0.112.0/24', 'not_owned'),
  divert('a prefix of another account', '172.16.0.0/16', 'not_owned'),
  divert('a piece of a prefix of another account', '172.16.3.0/24', 'not_owned'),
  blackhole('a host of another account', '172.16.3.4/32', 'not_owned'),
  divert('one bit shorter', '203.0.112.0/23', 'shorter'),
  divert('shorter, around several owned prefixes', '198.18.0.0/15', 'shorter'),
  divert('IPv6 one bit shorter', '2001:db8::/31', 'shorter'),
  blackhole('shorter as a blackhole', '198.18.0.0/15', 'shorter'),
  divert('longer than is diverted', '203.0.113.0/25', 'too_long'),
  divert('a host where only the prefix is diverted', '203.0.113.7/32', 'too_long'),
  divert('longer than the registered prefix inside another allows', '198.18.64.0/24', 'too_long'),
  divert('IPv6 longer than is diverted', '2001:db8::/49', 'too_long'),
  blackhole('a whole prefix as a blackhole', '203.0.113.0/24', 'too_short'),
  blackhole('a blackhole one bit too short', '203.0.113.2/31', 'too_short'),
  blackhole('an IPv6 network as a blackhole', '2001:db8::/64', 'too_short'),
  blackhole('a blackhole where none is allowed', '100.65.1.1/32', 'purpose'),
  { name: 'an unknown purpose', body: { prefix: '203.0.113.0/24', purpose: 'hijack' }, refusal: 'purpose', untyped: true },
  { name: 'FlowSpec where none is allowed', body: rule({ destination: '203.0.113.7/32', ...https }), refusal: 'purpose' },
  divert('a locked prefix', '192.0.2.0/24', 'locked'),
  blackhole('a host in a locked prefix', '192.0.2.7/32', 'locked'),
  divert('a locked IPv6 prefix', 'fd00:9::/48', 'locked'),
  divert('a prefix around a locked one', '10.9.0.0/16', 'locked'),
  divert('a locked prefix inside one that is not', '10.9.1.0/24', 'locked'),
  { ...divert('a rule with a prefix that is for people', '198.51.100.0/24', 'automatic'), ruleOnly: true },
]

const drivers: readonly HostileRequest[] = [
  divert('a prefix whose only driver is not configured', '100.64.0.0/16', 'driver'),
  blackhole('a blackhole by a driver that can only divert', '100.64.0.1/32', 'driver'),
  {
    name: 'a driver that the registered prefix does not name',
    body: { prefix: '203.0.113.0/24', purpose: 'divert', driver: 'webhook' },
    refusal: 'driver',
  },
  {
    name: 'a driver that is not configured',
    body: { prefix: '100.64.0.0/16', purpose: 'divert', driver: 'cloudflare' },
    refusal: 'driver',
  },
  {
    name: 'a driver that does not exist',
    body: { prefix: '203.0.113.0/24', purpose: 'divert', driver: 'exabgp' },
    refusal: 'driver',
    untyped: true,
  },
]

const owned24 = { prefix: '203.0.113.0/24', purpose: 'divert' }

const bounds: readonly HostileRequest[] = [
  {
    ...divert('one more than may be announced', '198.18.1.0/24', 'cap'),
    situation: { limits: { max_announcements: 1 }, announced: [owned24] },
  },
  {
    ...blackhole('one more host than may be announced', '198.18.1.1/32', 'cap'),
    situation: { limits: { max_announcements: 2 }, announced: [owned24, { prefix: '203.0.113.7/32', purpose: 'blackhole' }] },
  },
  {
    name: 'one more FlowSpec rule than may be announced',
    body: rule(https),
    refusal: 'flowspec_cap',
    situation: { limits: { max_flowspec_rules: 1 }, announced: [rule({ protocol: [17] })] },
  },
  {
    name: 'a FlowSpec rule where none may be announced',
    body: rule(https),
    refusal: 'flowspec_cap',
    situation: { limits: { max_flowspec_rules: 0 } },
  },
  {
    ...blackhole('a blackhole of what is diverted', '198.18.128.0/24', 'conflict'),
    situation: { announced: [{ prefix: '198.18.128.0/24', purpose: 'divert' }] },
  },
  {
    ...divert('a diversion of what is blackholed', '198.18.128.0/24', 'conflict'),
    situation: { announced: [{ prefix: '198.18.128.0/24', purpose: 'blackhole' }] },
  },
  {
    name: 'a FlowSpec rule with another action for the same match',
    body: rule({ destination_port: [[443, 443]], protocol: [6, 6] }, { kind: 'rate', bytes_per_second: 1e6 }),
    refusal: 'conflict',
    situation: { announced: [rule(https)] },
  },
  { ...divert('anything while stopped', '203.0.113.0/24', 'stopped'), situation: { stopped: true } },
  { ...blackhole('a host while stopped', '203.0.113.7/32', 'stopped'), situation: { stopped: true } },
  {
    ...divert('a rule that has announced too often', '203.0.113.0/24', 'damped'),
    ruleOnly: true,
    situation: { limits: { max_changes_per_hour: 2 }, flaps: 2 },
  },
  { name: 'an end that is over', body: { ...owned24, until: '2001-09-09T01:46:40Z' }, refusal: 'lifetime' },
  { name: 'an end in a thousand years', body: { ...owned24, until: '3026-01-01T00:00:00Z' }, refusal: 'lifetime' },
  { name: 'more minutes than allowed', body: { ...owned24, minutes: 100_000 }, refusal: 'lifetime' },
  { name: 'an end that is no time', body: { ...owned24, until: 'for ever' }, refusal: 'lifetime', untyped: true },
]

const everything = (name: string, match: Readonly<Record<string, unknown>>, action: unknown = discard): HostileRequest => ({
  ...flowspec(name, match, action),
  refusal: 'too_short',
})
const counted = (most: number) => Array.from({ length: most + 1 }, (_, value) => value)

const flowspecs: readonly HostileRequest[] = [
  everything('FlowSpec that drops a whole network', {}),
  everything('the same as a rate of 0', {}, { kind: 'rate', bytes_per_second: 0 }),
  everything('the same as a rate of less than a packet', {}, { kind: 'rate', bytes_per_second: 1 }),
  everything('the same with a source that is everybody', { source: '0.0.0.0/0' }),
  everything('the same with all protocols', { protocol: counted(255) }),
  everything('the same with all lengths, in two ranges', {
    packet_length: [
      [1000, 65_535],
      [0, 999],
    ],
  }),
  everything('the same with all code points', { dscp: counted(63) }),
  { ...everything('FlowSpec that drops all where nothing may be blackholed', { destination: '100.65.1.1/32' }), refusal: 'purpose' },
  { name: 'FlowSpec without a rule', body: { prefix: destination, purpose: 'flowspec' }, refusal: 'flowspec' },
  { name: 'a diversion with a rule', body: { ...rule(https), purpose: 'divert' }, refusal: 'flowspec' },
  { name: 'a rule for another prefix than the request', body: { ...rule(https), prefix: '198.18.6.0/24' }, refusal: 'flowspec' },
  {
    name: 'a rule for a foreign prefix under an owned one',
    body: { ...rule({ ...https, destination: '8.8.8.0/24' }), prefix: destination },
    refusal: 'flowspec',
  },
  { ...flowspec('a rule for a foreign prefix', { ...https, destination: '8.8.8.0/24' }), refusal: 'not_owned' },
  { ...flowspec('a rule for more than the registered prefix', { ...https, destination: '198.18.0.0/15' }), refusal: 'shorter' },
  flowspec('a field that does not exist', { ...https, vlan: [7] }),
  { ...flowspec('a match that is a list', {}), body: { ...rule({}), flowspec: { match: [], action: discard } } },
  flowspec('an empty list', { protocol: [] }),
  flowspec('a protocol beyond 255', { protocol: [256] }),
  flowspec('a negative protocol', { protocol: [-6] }),
  flowspec('a protocol with a fraction', { protocol: [6.5] }),
  flowspec('a protocol in words', { protocol: ['tcp'] }),
  flowspec('a port beyond 65535', { destination_port: [[443, 65_536]] }),
  flowspec('a range that ends before it begins', { source_port: [[1024, 53]] }),
  flowspec('a port that is no range', { destination_port: [443] }),
  flowspec('more ranges than a rule may have', { source_port: Array.from({ length: 65 }, (_, index) => [index * 3, index * 3]) }),
  flowspec('a length beyond 65535', { packet_length: [[0, 65_536]] }),
  flowspec('a code point beyond 63', { dscp: [64] }),
  flowspec('an ICMP code beyond 255', { icmp_code: [256] }),
  flowspec('TCP flags without a flag', { tcp_flags: { set: 0, unset: 0 } }),
  flowspec('a TCP flag that is to be set and unset', { tcp_flags: { set: 0x12, unset: 0x10 } }),
  flowspec('TCP flags beyond eight bits', { tcp_flags: { set: 0x1ff, unset: 0 } }),
  flowspec('an unknown fragment', { fragment: ['middle'] }),
  flowspec('ports of ICMP', { protocol: [1], destination_port: [[53, 53]] }),
  flowspec('TCP flags of UDP', { protocol: [17], tcp_flags: { set: 2, unset: 0 } }),
  flowspec('an ICMP type of TCP', { protocol: [6], icmp_type: [8] }),
  flowspec('an ICMP type with a port', { icmp_type: [8], source_port: [[53, 53]] }),
  flowspec('a source of the other IP version', { source: '2001:db8::/32' }),
  flowspec('a source with host bits', { source: '8.8.8.8/24' }),
  flowspec('a source that is no prefix', { source: 'anybody' }),
  { ...flowspec('no action', https), body: { ...rule(https), flowspec: { match: { destination, ...https } } } },
  flowspec('an unknown action', https, { kind: 'accept' }),
  flowspec('a negative rate', https, { kind: 'rate', bytes_per_second: -1 }),
  flowspec('a rate beyond what 32 bits of float can hold', https, { kind: 'rate', bytes_per_second: 1e39 }),
  flowspec('a rate that is no number', https, { kind: 'rate', bytes_per_second: null }),
  flowspec('a route target without a number', https, { kind: 'redirect', route_target: '65000' }),
  flowspec('a route target of seven bytes', https, { kind: 'redirect', route_target: '70000:70000' }),
  flowspec('a route target of AS 0', https, { kind: 'redirect', route_target: '0:100' }),
  flowspec('a route target with a leading zero', https, { kind: 'redirect', route_target: '65000:0100' }),
]

export const hostileRequests: readonly HostileRequest[] = [
  ...malformed,
  ...neverAnnounced,
  ...ownership,
  ...drivers,
  ...bounds,
  ...flowspecs,
]
