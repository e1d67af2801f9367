// Real attacks of the corpus mixed with clean captures of it: what is learnt from one half holds how much of the other half,
// beside the rule that people write first, the commonest source port and its protocol?
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSignatureAsk, type Share } from '../../src/contract/signature.ts'
import type { PacketFilter } from '../../src/contract/packet-filter.ts'
import { packetTest } from '../../src/filter/packet-test.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'
import { deriveSignature } from '../../src/signature/derive.ts'
import { SeededRandom } from '../../src/base/seeded-random.ts'
import { openFeed } from '../../src/signature/files.ts'
import { shareOf } from '../../src/signature/shares.ts'
import { listedPackets, listFeed, type ListedPacket } from '../../src/signature/testing/packet-list.ts'
import { createPacketLayout, locateHeaders, type PacketLayout } from '../../src/wire/packet-layout.ts'
import { linkType } from '../../src/wire/packet-tables.ts'
import { printTable } from '../attacks/table.ts'
import { needs, repository } from '../requirements.ts'

const corpus = '../shared/corpus'
const attacks = `${corpus}/StopDDoS+packet-captures`

/** Applications, tunnels and services as people use them: no attack is among them. */
const cleanFolders = [`${corpus}/CESNET+FlowTest/pcap`, `${corpus}/the-tcpdump-group+tcpdump/tests`, `${corpus}/OISF+suricata-verify/tests`]

interface Trial {
  readonly file: string
  /**
   * The attack's packets, where a capture holds its victim's normal traffic as well; that is clean then. Here: answers for
   * records of one name, which go to port 22, and their fragments; others are looked up by the victim itself.
   */
  readonly attack?: string
  readonly leastRecall: number
}

const trials: readonly Trial[] = [
  { file: 'amp.TCP.reflection.SYNACK.pcap', leastRecall: 0.9 },
  { file: 'amp.UDP.isakmp.pcap', leastRecall: 0.99 },
  { file: 'amp.UDP.snmp.src161.pcapng', leastRecall: 0.9 },
  { file: 'amp.dns.RRSIG.fragmented.pcap', attack: 'udp and (src port 53 and dst port 22 or fragment)', leastRecall: 0.9 },
]

type Half = 'learning' | 'testing'

/** Of each file about half, by chance: every other packet would be all questions and no answers. */
function half(packets: readonly ListedPacket[], which: Half): ListedPacket[] {
  const random = new SeededRandom(packets.length)
  return packets.filter(() => random.unit() < 0.5 === (which === 'learning'))
}

async function readPackets(path: string): Promise<ListedPacket[]> {
  return listedPackets(await openFeed(join(repository, path)))
}

async function readClean(): Promise<ListedPacket[]> {
  const files = cleanFolders.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(pcap|pcapng)$/.test(file))
      .toSorted()
      .map((file) => join(folder, file)),
  )
  const packets: ListedPacket[] = []
  for (const file of files) {
    // The suites hold damaged files on purpose.
    packets.push(...(await readPackets(file).catch(() => [])))
  }
  return packets
}

function located({ bytes }: ListedPacket): PacketLayout {
  const layout = createPacketLayout()
  layout.bytes = bytes
  layout.end = bytes.length
  locateHeaders(layout, 0, linkType.raw)
  return layout
}

function held(filter: PacketFilter, packets: readonly ListedPacket[]): Share {
  const test = packetTest(filter)
  return shareOf(packets.filter((packet) => test(located(packet))).length, packets.length)
}

/** The commonest pair of protocol and source port, as a rule. */
function plainRule(packets: readonly ListedPacket[]): string {
  const counts = new Map<string, number>()
  for (const packet of packets) {
    const { bytes, transport, protocol, end } = located(packet)
    const hasPort = (protocol === 6 || protocol === 17) && transport >= 0 && end - transport >= 2
    const rule = hasPort ? `proto ${protocol} and src port ${(bytes[transport] << 8) | bytes[transport + 1]}` : `proto ${protocol}`
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? ''
}

const percent = ({ share, low, high }: Share) => `${(share * 100).toFixed(2)} % (${(low * 100).toFixed(2)}–${(high * 100).toFixed(2)})`

const rows: string[][] = []

describe.skipIf(needs({ paths: [corpus] }))('signatures of real attacks', () => {
  let clean: ListedPacket[] = []

  beforeAll(async () => {
    clean = await readClean()
  })

  afterAll(() => {
    printTable(['capture', 'rule', 'recall on the unseen half', 'false on the unseen half', 'filter'], rows)
  })

  it.each(trials)('hold the unseen half of $file', async ({ file, attack: label, leastRecall }) => {
    const packets = await readPackets(join(attacks, file))
    const isAttack = label === undefined ? () => true : packetTest(parseFilter(label))
    const attack = packets.filter((packet) => isAttack(located(packet)))
    const normal = [...clean, ...packets.filter((packet) => !isAttack(located(packet)))]
    // A third of the clean half to learn from stands among the attack, as in every capture that somebody takes.
    const known = half(normal, 'learning')
    const random = new SeededRandom(1)
    const isAmong = known.map(() => random.below(3) === 0)
    const mixed = [...half(attack, 'learning'), ...known.filter((_, index) => isAmong[index])]
    const baseline = known.filter((_, index) => !isAmong[index])
    const report = await deriveSignature({ attack: listFeed(file, mixed), baseline: listFeed('clean', baseline) }, defaultSignatureAsk)
    const unseen = { attack: half(attack, 'testing'), clean: half(normal, 'testing') }
    const measure = (text: string) => ({ recall: held(parseFilter(text), unseen.attack), wrong: held(parseFilter(text), unseen.clean) })
    const ours = measure(report.filter ?? 'not len >= 0')
    const plain = measure(plainRule(mixed))
    rows.push([file, 'signature', percent(ours.recall), percent(ours.wrong), report.filter ?? 'none'])
    rows.push(['', 'plain', percent(plain.recall), percent(plain.wrong), plainRule(mixed)])
    expect(ours.recall.share).toBeGreaterThanOrEqual(leastRecall)
    expect(ours.wrong.share).toBeLessThanOrEqual(0.005)
    // Better by what counts: what is held of the attack less what is held of others, each as a share.
    expect(ours.recall.share - ours.wrong.share).toBeGreaterThanOrEqual(plain.recall.share - plain.wrong.share)
  })
})
