// Compares what we send with what tshark reads in it: every kind of message, and many made by chance from fixed seeds.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../../test/requirements.ts'
import type { FlowSpecMatch, NumberRange } from '../../contract/advertisement.ts'
import { anyPrefix, plainAttributes } from '../testing/bgp.ts'
import { hex } from '../testing/bytes.ts'
import { pcap } from '../testing/capture-writer.ts'
import { ethernet, ipv4, tcp } from '../testing/packets.ts'
import type { PathAttributes } from './bgp-attributes.ts'
import { actionCommunity } from './bgp-communities.ts'
import { nlriText } from './bgp-describe.ts'
import { bgpFamilies, familyNumbers, type BgpFamily } from './bgp-family.ts'
import { flowSpecNlri } from './bgp-flowspec.ts'
import { encodeKeepalive } from './bgp-framer.ts'
import { prefixNlri, type BgpPrefix } from './bgp-nlri.ts'
import { encodeNotification, shutdownCommunication } from './bgp-notification.ts'
import { encodeOpen } from './bgp-open.ts'
import { encodeAnnouncement, encodeEndOfRib, encodeWithdrawal } from './bgp-update.ts'

const run = promisify(execFile)
const skipped = needs({ commands: ['tshark'] })

/** A message, and texts that lines of tshark's reading have, in this order. */
interface Sample {
  readonly name: string
  readonly message: Uint8Array
  readonly lines: readonly string[]
}

const as4 = { as4: true }
const perFamily = 60

const afiText = (family: BgpFamily) => (familyNumbers[family].afi === 1 ? 'IPv4 (1)' : 'IPv6 (2)')
const safiText = (family: BgpFamily) => (familyNumbers[family].safi === 1 ? 'Unicast (1)' : 'Flow Spec Filter (133)')

const open: Sample = {
  name: 'OPEN',
  message: encodeOpen({
    as: 4_200_000_000,
    holdSeconds: 90,
    routerId: hex('c0000201'),
    families: bgpFamilies,
    as4: true,
    routeRefresh: true,
    gracefulRestart: {
      restarting: true,
      notification: true,
      seconds: 120,
      families: [
        { family: 'ipv4', forwarding: true },
        { family: 'ipv6-flowspec', forwarding: false },
      ],
    },
  }),
  lines: [
    'Type: OPEN Message (1)',
    'My AS: 23456 (AS_TRANS)',
    'Hold Time: 90',
    'BGP Identifier: 192.0.2.1',
    ...bgpFamilies.flatMap((family) => [
      'Type: Multiprotocol extensions capability (1)',
      `AFI: ${afiText(family)}`,
      `SAFI: ${safiText(family)}`,
    ]),
    'Type: Route refresh capability (2)',
    'Type: Graceful Restart capability (64)',
    'Restart state: Yes',
    'Graceful notification: Yes',
    'Time: 120',
    'AFI: IPv4 (1)',
    'SAFI: Unicast (1)',
    'Preserve forwarding state: Yes',
    'AFI: IPv6 (2)',
    'SAFI: Flow Spec Filter (133)',
    'Preserve forwarding state: No',
    'AS Number: 4200000000',
  ],
}

const others: readonly Sample[] = [
  open,
  { name: 'KEEPALIVE', message: encodeKeepalive(), lines: ['Length: 19', 'Type: KEEPALIVE Message (4)'] },
  {
    name: 'NOTIFICATION with a text',
    message: encodeNotification({ code: 6, subcode: 2, data: shutdownCommunication('maintenance') }),
    lines: ['Major error Code: Cease (6)', 'Administratively Shutdown (2)', 'Shutdown Communication: maintenance'],
  },
  {
    name: 'NOTIFICATION with data',
    message: encodeNotification({ code: 1, subcode: 2, data: hex('0012') }),
    lines: ['Major error Code: Message Header Error (1)', 'Bad Message Length (2)', 'Data: 0012'],
  },
  { name: 'End-of-RIB of ipv4', message: encodeEndOfRib('ipv4'), lines: ['Withdrawn Routes Length: 0', 'Total Path Attribute Length: 0'] },
  ...bgpFamilies.slice(1).map((family) => ({
    name: `End-of-RIB of ${family}`,
    message: encodeEndOfRib(family),
    lines: ['Type Code: MP_UNREACH_NLRI (15)', 'Length: 3', afiText(family), safiText(family)],
  })),
]

const word = fc.nat(0xffffffff)

const anyAttributes: fc.Arbitrary<PathAttributes> = fc.record({
  origin: fc.constantFrom('IGP' as const, 'EGP' as const, 'INCOMPLETE' as const),
  asPath: fc.array(fc.integer({ min: 1, max: 0xffffffff }), { minLength: 1, maxLength: 17 }),
  nextHop: fc.constant(null),
  med: fc.option(word),
  localPref: fc.option(word),
  // Of an AS that is not reserved: tshark has names for the others.
  communities: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 64_000 }), fc.nat(0xffff)), { maxLength: 64 })
    .map((list) => list.map(([as, value]) => as * 65_536 + value)),
  largeCommunities: fc.array(fc.tuple(word, word, word), { maxLength: 20 }),
  extendedCommunities: fc.constant([]),
})

/** Attributes by type; a next hop stands elsewhere. */
function attributeLines({ origin, asPath, med, localPref, communities, largeCommunities }: PathAttributes): string[] {
  return [
    `Origin: ${origin}`,
    ...asPath.map((as) => `AS4: ${as}`),
    ...(med === null ? [] : [`Multiple exit discriminator: ${med}`]),
    ...(localPref === null ? [] : [`Local preference: ${localPref}`]),
    ...communities.flatMap((community) => [`Community AS: ${community >>> 16}`, `Community value: ${community & 0xffff}`]),
    ...largeCommunities.flatMap(([a, b, c]) => [`Global Administrator: ${a}`, `Local Data Part 1: ${b}`, `Local Data Part 2: ${c}`]),
  ]
}

/** One prefix each: of several tshark may believe that they are fewer, with path identifiers before them. */
function unicastSamples(family: 'ipv4' | 'ipv6'): Sample[] {
  const version = family === 'ipv4' ? 4 : 6
  return fc.sample(fc.tuple(anyPrefix(version), anyAttributes), { numRuns: perFamily, seed: 4271 }).flatMap(([prefix, chosen], index) => {
    const nlri = [prefixNlri(prefix)]
    const attributes = { ...chosen, nextHop: version === 4 ? hex('c0000201') : hex('20010db8000000000000000000000001') }
    const text = nlriText(nlri[0], family)
    const [announcement] = encodeAnnouncement({ family, nlri, attributes }, as4)
    const [withdrawal] = encodeWithdrawal(family, nlri)
    const own = attributeLines(attributes)
    const lines =
      version === 4
        ? [...own.slice(0, 1 + attributes.asPath.length), 'Next hop: 192.0.2.1', ...own.slice(1 + attributes.asPath.length), text]
        : ['IPv6 Address: 2001:db8::1', text, ...own]
    return [
      { name: `announcement ${index} of ${family}`, message: announcement, lines },
      { name: `withdrawal ${index} of ${family}`, message: withdrawal, lines: ['Withdrawn Routes', text] },
    ]
  })
}

const range = fc.tuple(fc.nat(0xffff), fc.nat(0xffff)).map(([a, b]): NumberRange => [Math.min(a, b), Math.max(a, b)])
/** Apart from each other, so that none are merged. */
const ranges = fc
  .array(range, { minLength: 1, maxLength: 4 })
  .map((list) => list.sort((a, b) => a[0] - b[0]))
  .filter((list) => list.every(([from], index) => index === 0 || from > list[index - 1][1] + 1))
const bytesInOrder = (most: number) =>
  fc.uniqueArray(fc.nat(most), { minLength: 1, maxLength: 6 }).map((list) => list.sort((a, b) => a - b))

const anyMatch = fc.record(
  {
    protocol: bytesInOrder(255),
    source_port: ranges,
    destination_port: ranges,
    icmp_type: bytesInOrder(255),
    icmp_code: bytesInOrder(255),
    tcp_flags: fc.tuple(fc.integer({ min: 1, max: 255 }), fc.nat(255)).map(([set, unset]) => ({ set, unset: unset & ~set })),
    packet_length: ranges,
    dscp: bytesInOrder(63),
    fragment: fc.subarray(['is', 'first', 'last'] as const, { minLength: 1 }),
  },
  { requiredKeys: [] },
)

const anyAction = fc.oneof(
  fc.record({ kind: fc.constant('rate' as const), bytes_per_second: fc.nat(999_999) }),
  fc.record({
    kind: fc.constant('redirect' as const),
    route_target: fc.tuple(fc.nat(0xffff), fc.nat(0xffffffff)).map((parts) => parts.join(':')),
  }),
)

function matchLines({
  protocol,
  source_port,
  destination_port,
  icmp_type,
  icmp_code,
  tcp_flags,
  packet_length,
  dscp,
  fragment,
}: Partial<FlowSpecMatch>): string[] {
  const values = (name: string, list: readonly number[] | undefined) =>
    list === undefined ? [] : [`${name} filter (${list.map((value) => `=${value}`).join(' || ')})`]
  const spans = (name: string, list: readonly NumberRange[] | undefined) =>
    list === undefined
      ? []
      : [`${name} filter (${list.map(([from, to]) => (from === to ? `=${from}` : `>=${from} && <=${to}`)).join(' || ')})`]
  const byte = (value: number) => `0x${value.toString(16).padStart(2, '0')}`
  const fragmentByte = fragment?.includes('is') ? 6 : (fragment ?? []).reduce((bits, name) => bits | { is: 6, first: 4, last: 8 }[name], 0)
  return [
    ...values('Protocol / Next Header', protocol),
    ...spans('Destination port', destination_port),
    ...spans('Source port', source_port),
    ...values('ICMP type', icmp_type),
    ...values('ICMP code', icmp_code),
    ...(tcp_flags === undefined ? [] : ['Match bit: Set', `TCP flags: ${byte(tcp_flags.set)}`]),
    ...(tcp_flags === undefined || tcp_flags.unset === 0 ? [] : ['logical negation: Set', `TCP flags: ${byte(tcp_flags.unset)}`]),
    ...spans('Packet Length', packet_length),
    ...(dscp ?? []).map((value) => `(${byte(value)})`),
    ...(fragment === undefined ? [] : [`Fragment Flag: ${byte(fragmentByte)}`]),
  ]
}

function flowSpecSamples(family: 'ipv4-flowspec' | 'ipv6-flowspec'): Sample[] {
  const version = family === 'ipv4-flowspec' ? 4 : 6
  const parts = fc.tuple(anyMatch, anyPrefix(version), fc.option(anyPrefix(version)), anyAction)
  const text = (prefix: BgpPrefix) => nlriText(prefixNlri(prefix), version === 4 ? 'ipv4' : 'ipv6')
  return fc.sample(parts, { numRuns: perFamily, seed: 8955 }).flatMap(([match, destination, source, action], index) => {
    // The prefixes are given beside the match, which is in words.
    const nlri = [flowSpecNlri({ ...match, destination: text(destination) }, destination, source)]
    const attributes = { ...plainAttributes, nextHop: null, extendedCommunities: [actionCommunity(action)] }
    const lines = [
      `Destination prefix filter (${text(destination)})`,
      ...(source === null ? [] : [`Source prefix filter (${text(source)})`]),
      ...matchLines(match),
    ]
    const [as = '', number = ''] = action.kind === 'redirect' ? action.route_target.split(':') : []
    const done = action.kind === 'redirect' ? [`2-Octet AS: ${as}`, `4-Octet AN: ${number}`] : [`Rate shaper: ${action.bytes_per_second}`]
    return [
      { name: `rule ${index} of ${family}`, message: encodeAnnouncement({ family, nlri, attributes }, as4)[0], lines: [...lines, ...done] },
      { name: `rule ${index} of ${family} that goes`, message: encodeWithdrawal(family, nlri)[0], lines },
    ]
  })
}

const samples = [
  ...others,
  fullMessage(),
  ...unicastSamples('ipv4'),
  ...unicastSamples('ipv6'),
  ...flowSpecSamples('ipv4-flowspec'),
  ...flowSpecSamples('ipv6-flowspec'),
]

/** What tshark says to each message, in lines. One file for all: it takes longer to start than to read them. */
async function readByTshark(folder: string): Promise<string[][]> {
  const file = join(folder, 'bgp.pcap')
  const packets = samples.map(({ message }, seconds) => ({ seconds, fraction: 0, packet: ethernet(0x0800, ipv4(6, tcp(0x18, message))) }))
  await writeFile(file, pcap(packets))
  // Each packet is a stream of its own, on the port of our test packets.
  const alone = ['-o', 'tcp.desegment_tcp_streams:FALSE', '-o', 'tcp.analyze_sequence_numbers:FALSE']
  const reading = ['-d', 'tcp.port==443,bgp', '-o', 'bgp.asn_len:4 octet', '-V', '-O', 'bgp']
  const { stdout } = await run('tshark', ['-n', '-r', file, ...alone, ...reading], { maxBuffer: 2 ** 28 })
  return stdout
    .split(/^Frame \d+: /m)
    .slice(1)
    .map((text) => text.split('\n').map((line) => line.trim()))
}

/** Many routes in one message, all of one length: these tshark counts right. */
function fullMessage(): Sample {
  const prefixes = Array.from({ length: 500 }, (_, index): BgpPrefix => {
    const first = [0x20, 0x01, 0x0d, 0xb8, index >> 8, index & 255]
    return { family: 6, bytes: Uint8Array.from({ length: 16 }, (_, at) => first[at] ?? 0), length: 48 }
  })
  const nlri = prefixes.map(prefixNlri)
  const attributes = { ...plainAttributes, nextHop: hex('20010db8000000000000000000000001') }
  const message = encodeAnnouncement({ family: 'ipv6', nlri, attributes }, as4)[0]
  return { name: 'many routes', message, lines: nlri.map((route) => nlriText(route, 'ipv6')) }
}

/** The first text that no line has behind those of the texts before it. */
function missing(texts: readonly string[], lines: readonly string[]): string | undefined {
  let at = 0
  return texts.find((text) => {
    const found = lines.findIndex((line, index) => index >= at && line.includes(text))
    if (found !== -1) at = found + 1
    return found === -1
  })
}

describe.skipIf(skipped)('what tshark reads in our messages', { timeout: 120_000 }, () => {
  let folder = ''
  let readings: string[][] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawbridge-bgp-'))
    readings = await readByTshark(folder)
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is one message in each packet', () => {
    expect(readings).toHaveLength(samples.length)
    const counts = readings.map((lines) => lines.filter((line) => line.startsWith('Border Gateway Protocol - ')).length)
    expect(counts.filter((count) => count !== 1)).toEqual([])
  })

  it('is nothing malformed', () => {
    const wrong = samples.filter((_, index) => readings[index]?.some((line) => /malformed|BoundError|Expert Info/i.test(line)))
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('is what we meant', () => {
    const differences = samples.flatMap(({ name, lines }, index) => {
      const text = missing(lines, readings[index] ?? [])
      return text === undefined ? [] : [`${name}: ${text}`]
    })
    expect(differences).toEqual([])
    expect(samples.length).toBeGreaterThan(8 * perFamily)
  })
})
