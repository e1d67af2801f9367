// Whether everything that a signature says of an attack is told in Japanese: conditions, vectors, charts, junk, warnings, formats.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../base/seeded-random.ts'
import { attackVectors } from '../../contract/attack-vectors.ts'
import { numberFields, protocolWords, type NumberFieldName, type PacketFilter } from '../../contract/packet-filter.ts'
import { defaultSignatureAsk, junkKinds, renderingFormats, type JunkFinding, type SignatureReport } from '../../contract/signature.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { randomFilters } from '../../filter/testing/random-filters.ts'
import { measureSignature } from '../../signature/derive.ts'
import { servicePorts } from '../../signature/describe/byte-meanings.ts'
import { conditionsOf } from '../../signature/describe/leaves.ts'
import { fieldOf, meaningOf } from '../../signature/describe/meaning.ts'
import { titleOf } from '../../signature/describe/titles.ts'
import { variabilityOf } from '../../signature/describe/variability.ts'
import { sampleWarnings } from '../../signature/jobs/packet-sources.ts'
import { JunkMeter } from '../../signature/junk/junk-meter.ts'
import { randomAddress, randomBytes, wholePacket, type WholePacket } from '../../signature/junk/testing/whole-packets.ts'
import { renderSignature } from '../../signature/renderings.ts'
import { SpreadMeter } from '../../signature/spread/spread-meter.ts'
import { everydayPackets } from '../../signature/testing/made-packets.ts'
import { listFeed, type ListedPacket } from '../../signature/testing/packet-list.ts'
import { warningsOf, type Judged } from '../../signature/warnings.ts'
import { hex } from '../../wire/testing/bytes.ts'
import { phraseBook } from './ja/server/phrase-book.ts'
import { phraseReader } from './phrases.ts'

const read = phraseReader(phraseBook)
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
/** What is left of an English sentence; names and what is typed are the same in every language. */
const english = /\b(the|of|an?|to|from|with|without|and|or|that|its?|is|are|has|have|not|no|any|by|longer|more|bytes|packets|ports?)\b/
const typed = /`[^`]*`|'[^']*'|\bw+rite\b|tshark .*? FILE|bit_slice|checksum-checksをno|-[a-z] \S+/g

/** Texts that are not wholly told in Japanese. @param raw takes out of the translation what it takes over as it is */
function untold(texts: Iterable<string>, raw: (told: string) => string = (told) => told): string[] {
  return [...new Set(texts)].filter((text) => {
    const told = raw(read(text) ?? '').replaceAll(typed, '')
    return !japanese.test(told) || english.test(told)
  })
}

/** What the page shows of a condition, as it puts it together. */
function shownOf(condition: PacketFilter, conditions: readonly PacketFilter[]): string[] {
  const [field, meaning] = [fieldOf(condition), meaningOf(condition, conditions)]
  return [meaning === '' ? field : `${field}: ${meaning}`, variabilityOf(condition, conditions).why]
}

function shownOfAll(conditions: readonly PacketFilter[]): string[] {
  return [titleOf(conditions), ...conditions.flatMap((condition) => shownOf(condition, conditions))]
}

const shown = (filter: string) => shownOfAll(conditionsOf(parseFilter(filter)))
const number = (field: NumberFieldName, value: number): PacketFilter => ({ kind: 'number', field, spans: [[value, value]] })
const port = (side: 'source' | 'destination', ...values: readonly number[]): PacketFilter => ({
  kind: 'port',
  side,
  spans: values.map((value) => [value, value]),
})

/** The table of meanings, which its module keeps to itself. */
function byteRows() {
  const table = readFileSync('src/signature/describe/byte-meanings.ts', 'utf8')
  const rows = table.matchAll(/\{ of: '(\w+)', at: (\d+), value: '(\w+)'(?:, mask: '(\w+)')?, text: '([^']+)' \}/g)
  return [...rows].map(([, of = '', at, value = '', mask = null, text = '']) => ({ of, at: Number(at), value, mask, text }))
}

describe('a condition', () => {
  it('is told with every field, and every value that means something', () => {
    const numbers = (Object.keys(numberFields) as NumberFieldName[]).flatMap((field) =>
      [...Array.from({ length: 256 }, (_, value) => value), 54_321].map((value) => number(field, value)),
    )
    const ports = (['source', 'destination'] as const).flatMap((side) =>
      Array.from({ length: 65_536 }, (_, value) => shownOf(port(side, value), [port(side, value)])[0] ?? ''),
    )
    const flags = fc.sample(fc.record({ set: fc.nat(255), unset: fc.nat(255) }), { numRuns: 2000, seed: 4 })
    const parts = (['any', 'first', 'later'] as const).map((part): PacketFilter => ({ kind: 'fragment', part }))
    const others: PacketFilter[] = [
      ...numbers,
      ...flags.map(({ set, unset }): PacketFilter => ({ kind: 'tcp_flags', set, unset })),
      ...parts,
    ]
    expect(untold([...ports, ...others.flatMap((condition) => shownOf(condition, [condition]))])).toEqual([])
    const misused = attackVectors.flatMap((vector) =>
      'ports' in vector ? [number('protocol', 17), port('source', vector.ports[0][0])] : [],
    )
    expect(untold(misused.flatMap((condition, at) => shownOf(condition, misused.slice(at - 1, at + 1))))).toEqual([])
  })

  it('is told with what its bytes mean, alone and in the title of a vector', () => {
    const rows = byteRows()
    expect(rows.length).toBeGreaterThan(70)
    const texts = rows.flatMap(({ of, at, value, mask, text }) => {
      const base = of === 'tcp' || of === 'udp' ? 'transport' : 'payload'
      const [service] = of in servicePorts ? servicePorts[of as keyof typeof servicePorts] : [9999]
      const protocol = number('protocol', of === 'tcp' ? 6 : 17)
      const all = [protocol, port('destination', service), { kind: 'bytes', base, offset: at, value, mask } as const]
      expect(meaningOf(all[2], all)).toContain(text)
      return shownOfAll(all)
    })
    expect(untold(texts)).toEqual([])
  })

  it.each([
    ['udp and src port 53 and len >= 1400', 'DNS増幅攻撃、1400バイト以上'],
    ['tcp and src port in {80, 443} and flags syn,ack and len 44', 'SYN-ACKリフレクション攻撃、送信元ポート80、443、44バイト'],
    ['udp and src port 1000 and dst port in {80, 443} and len < 100', 'UDPフラッド、送信元ポート1000、宛先ポート80、443、99バイト以下'],
    [
      'udp and src port in {1, 3} and dst port 53 and payload[2:2] 0x8680',
      'UDPフラッド、送信元ポート1、3、宛先ポート53、DNS応答、権威応答、切り詰めあり、再帰可能',
    ],
    ['udp and src port 123 and payload[0:4] 0xd700032a', 'NTP増幅攻撃、monlistなどのNTPプライベートモード（7）、monlist（MON_GETLIST_1）'],
    ['flags syn,!ack and transport[20:4] 0x020405b4', 'SYNフラッド、最大セグメントサイズ1460'],
    ['udp and payload[3:5] 0x4142434445', 'UDPフラッド、文字列「ABCDE」'],
    ['udp and payload[8:4] 0x58585858', 'UDPフラッド、0x58のパディング'],
    ['udp and fragment later', 'UDPのフラグメントフラッド'],
    ['proto 253', 'IPプロトコル253のフラッド'],
    ['proto sctp and dst port 80', 'SCTPのフラッド、宛先ポート80'],
    ['src 192.0.2.0/24', '任意のプロトコルのパケット'],
  ])('%s', (filter, title) => {
    expect(read(titleOf(conditionsOf(parseFilter(filter))))).toBe(title)
  })

  it('is told whatever somebody asks for', () => {
    const filters = fc.sample(randomFilters, { numRuns: 300, seed: 11 })
    const texts = filters.flatMap((filter) => shownOfAll(conditionsOf(filter)))
    const protocols = [...Object.values(protocolWords), 253].flatMap((protocol) => [
      titleOf([number('protocol', protocol)]),
      titleOf([number('protocol', protocol), { kind: 'fragment', part: 'any' }]),
    ])
    expect(untold([...texts, ...protocols], (told) => told.replaceAll(/「.*」/g, ''))).toEqual([])
    expect(untold(shown('udp and not src port 53'))).toEqual([])
  })
})

type Made = (index: number, chance: SeededRandom) => WholePacket

function packetsOf(made: Made, seed: number): ListedPacket[] {
  const chance = new SeededRandom(seed)
  return Array.from({ length: 600 }, (_, index) => ({ bytes: wholePacket(made(index, chance)) }))
}

const everyday: Made = (index, chance) => ({
  protocol: 'tcp',
  source: `${[17, 52, 104, 142, 151, 185][index % 6]}.${chance.below(40)}.7.${chance.below(9) + 1}`,
  ttl: [48, 52, 57, 113, 246][chance.below(5)] ?? 60,
  payload: new TextEncoder().encode(`HTTP/1.1 200 OK\r\nDate: ${chance.below(1e9)}\r\n`),
})
const strange: readonly Made[] = [
  (_, chance) => ({ protocol: 'udp', payload: randomBytes(200, chance) }),
  () => ({ protocol: 'udp', payload: new Uint8Array(60).fill(7) }),
  () => ({ protocol: 'udp', payload: hex('01 02 03 04 05 06 07 08 09 0a') }),
  (index) => ({ protocol: (['tcp', 'udp', 'icmp'] as const)[index % 3] ?? 'tcp', checksum: 0xbad, payload: new Uint8Array(9) }),
  // The folded sum of the pseudo header is what a host leaves to its network card; one of two is wrong altogether.
  (index) => ({
    protocol: 'udp',
    source: '198.51.100.9',
    destination: '203.0.113.7',
    checksum: index % 2 === 0 ? ((0xc633 + 0x6409 + 0xcb00 + 0x7107 + 17 + 8) & 0xffff) + 1 : 0xbad,
  }),
  (index) => ({ protocol: 'tcp', flags: [0x00, 0x03, 0x06, 0x3f, 0x01][index % 5] ?? 0 }),
  (_, chance) => ({ protocol: 'tcp', source: randomAddress(chance), flags: 2, ttl: 55, sourcePort: chance.below(65_536) }),
  (index) =>
    [
      { protocol: 'udp', udpLength: 900 } as const,
      { protocol: 'udp', sourcePort: 0 } as const,
      { protocol: 'tcp', source: '1.2.3.4', destination: '1.2.3.4' } as const,
      { protocol: 'tcp', options: hex('02ff05b4') } as const,
    ][index % 4] ?? { protocol: 'tcp' },
]

async function junkOf(attack: readonly ListedPacket[], baseline: readonly ListedPacket[] | null): Promise<JunkFinding[]> {
  const meter = new JunkMeter()
  await listFeed('attack', attack).each((packet) => meter.add(packet, 'attack'))
  if (baseline !== null) await listFeed('baseline', baseline).each((packet) => meter.add(packet, 'baseline'))
  return meter.findings()
}

describe('packets that nobody could want', () => {
  it('are told of with their reasons, beside every kind of baseline', async () => {
    const found: JunkFinding[] = []
    for (const [seed, made] of strange.entries()) {
      const attack = packetsOf(made, seed + 1)
      for (const baseline of [null, packetsOf(everyday, 90), attack.slice(0, 9), attack.slice(0, 300)])
        found.push(...(await junkOf(attack, baseline)))
    }
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(junkKinds))
    expect(untold(found.map(({ why }) => why))).toEqual([])
  })

  it('have all their signs in one sentence', async () => {
    const spoofed = (await junkOf(packetsOf(strange[6] ?? everyday, 7), null)).find(({ kind }) => kind === 'spoofed_sources')
    expect(read(spoofed?.why ?? '')).toMatch(
      /^パケットの100%は、2回以下しか現れない送信元からです（送信元は約600個）。さらに、送信元がアドレス空間に.*。また、1?\d%は誰も.*。また、100%は距離に関係なくTTLが55です。また、送信元ポートが.*。送信元によるフィルターは役に立ちません。比較する正常トラフィックがありません。$/,
    )
  })
})

describe('the charts', () => {
  it('have titles and labels in Japanese', async () => {
    const meter = new SpreadMeter()
    for (const [seed, made] of [everyday, ...strange].entries())
      await listFeed('attack', packetsOf(made, seed + 1)).each((packet) => meter.add(packet, 'attack'))
    await listFeed('baseline', everydayPackets(3000, 2)).each((packet) => meter.add(packet, 'baseline'))
    const pieces: readonly Made[] = [0x2000, 0x00b9].map((fragment) => () => ({ protocol: 'udp', fragment }))
    for (const made of pieces) await listFeed('baseline', packetsOf(made, 3)).each((packet) => meter.add(packet, 'baseline'))
    const spreads = meter.spreads(null)
    expect(spreads.length).toBeGreaterThan(14)
    expect(untold(spreads.map(({ title }) => title).filter((title) => title !== 'TTL'))).toEqual([])
    const labels = spreads.flatMap(({ title, bins }) => bins.map(({ label }) => [title, label] as const))
    const worded = labels.filter(([, label]) => /[a-z]{3}/.test(label) && !/^[\da-f]{8}$/.test(label))
    expect(untold(worded.map((words) => words.join(': ')))).toEqual([])
    const words = [
      'TCP flags: none',
      "Don't-fragment bit: set",
      'Fragments: whole packet',
      'Fragments: first fragment',
      'Fragments: later fragment',
    ]
    expect(worded.map((pair) => pair.join(': '))).toEqual(expect.arrayContaining(words))
    // What is no word is shown as it is.
    const others = labels.filter((words) => !worded.includes(words))
    expect(others.filter((words) => read(words.join(': ')) !== undefined)).toEqual([])
  })
})

const share = { hits: 30, of: 100, share: 0.3, low: 0.2, high: 0.4 }

/** A report of which only figures matter. */
async function judged(change: Partial<SignatureReport>, more: Partial<Judged> = {}): Promise<Judged> {
  const packets = packetsOf(everyday, 1)
  const feeds = { attack: listFeed('attack.pcap', packets), baseline: null }
  const { warnings: _, ...report } = await measureSignature(parseFilter('tcp'), feeds, defaultSignatureAsk)
  const attack = { input: report.attack, isTruncated: false, isSampled: false }
  return { report: { ...report, ...change }, learnt: null, attack, baseline: null, fewSources: [], ...more }
}

describe('the warnings', () => {
  it('are told in Japanese, with vectors and filters in them', async () => {
    const vectors = [
      {
        title: 'DNS amplification',
        share: 0.2,
        conditions: conditionsOf(parseFilter('udp and src port in {53, 5353}')),
        held: 0.5,
        spared: 0.1,
      },
      { title: 'UDP flood', share: 0.05, conditions: conditionsOf(parseFilter('udp')), held: 0.9, spared: 0.9 },
    ] as unknown as NonNullable<Judged['learnt']>['failed']
    const learnt: NonNullable<Judged['learnt']> = { parts: [], failed: vectors, transfers: vectors, withEveryday: true }
    const baseline = (await judged({})).attack
    const cut = { input: { ...baseline.input, cut: 600 }, isTruncated: true, isSampled: true }
    const none = { input: { ...baseline.input, packets: 0 }, isTruncated: false, isSampled: false }
    const all = [
      await judged({ filter: null }, { learnt }),
      await judged({ filter: null, baseline: baseline.input as SignatureReport['baseline'] }, { learnt, attack: cut, baseline: none }),
      await judged({ held: share, ask: { ...defaultSignatureAsk, max_parts: 1 } }, { learnt, fewSources: [0, 2] }),
      await judged({ false: share, baseline: baseline.input as SignatureReport['baseline'] }),
      await judged({ false: { ...share, share: 0 } }, { learnt }),
      await judged({ false: { ...share, share: 0 }, ask: { ...defaultSignatureAsk, max_false: 0 } }),
    ]
    const taken = [
      { kind: 'incident', id: '0123456789abcdef0123456789abcdef' },
      { kind: 'samples', from: '2026-01-31T12:00:00Z', to: '2026-01-31T13:00:00Z', filter: null },
    ] as const
    const texts = [...all.flatMap(warningsOf), ...taken.flatMap((source) => sampleWarnings(source, 200_000))]
    expect(texts.length).toBeGreaterThan(15)
    const filter = /udp( and src port in \{53, 5353\})?/g
    expect(untold(texts, (told) => told.replaceAll(filter, ''))).toEqual([])
    expect(texts.map(read)).toContain(
      '一致せず、ほかのトラフィックとも区別できないもの：DNS増幅攻撃（キャプチャの20%）、UDPフラッド（キャプチャの5%）。',
    )
  })
})

describe('a format of other systems', () => {
  it('has its title and all notes in Japanese', () => {
    const filters = fc.sample(randomFilters, { numRuns: 500, seed: 12 })
    const ports = Array.from({ length: 66 }, (_, index) => index * 2).join(', ')
    const special = [
      'dst 192.0.2.0/24',
      'ip4 and ip6',
      'udp and payload[250:4] 0x01020304',
      'src 192.0.2.0/24 and src 10.0.0.0/8',
      `udp and src port in {${ports}}`,
      'proto in {0-200} and ttl 5',
      'dscp in {1, 3} and udp',
    ]
    const made = [...filters, ...special.map(parseFilter)].flatMap((filter) =>
      renderingFormats.map((format) => renderSignature(filter, format, { name: 'x', report: null })),
    )
    expect(untold(made.map(({ title }) => title))).toEqual([])
    const notes = made.flatMap((rendering) => rendering.notes)
    // Conditions stand in them as they are.
    expect(untold(notes, (told) => told.replaceAll(/除外した条件：.*?（/gs, '（'))).toEqual([])
    const reasons = new Set(notes.flatMap((note) => [...note.matchAll(/Left out, because (.+?): /g)].map(([, reason]) => reason)))
    // All that are in the modules of the formats.
    expect(reasons.size).toBe(23)
  })
})

describe('what became of a signature', () => {
  it.each([
    [
      'there are no sampled packets of this time and filter (none at all is kept); name another time, or capture packets; samples come from sFlow routers and from agents that always sample',
      'この時間とフィルターに該当するサンプルのパケットがありません（保存済みのサンプルなし）。別の時間を指定するか、パケットをキャプチャしてください。サンプルはsFlowルーターと、常時サンプルを有効にしたエージェントから届きます',
    ],
    [
      'the packets cannot be read: the file is neither pcap nor pcapng nor raw datagrams (it is compressed; unpack it with gunzip first); look at the file with tcpdump -r, and derive it from a whole one',
      'パケットを読み取れません：ファイルが圧縮されています。先にgunzipで展開してください。ファイルをtcpdump -rで確認し、完全なファイルから生成してください',
    ],
    [
      'the packets cannot be read: a pcapng block has an impossible length (option 9); look at the file with tcpdump -r, and derive it from a whole one',
      'パケットを読み取れません：pcapngのブロック長が正しくありません（option 9）。ファイルをtcpdump -rで確認し、完全なファイルから生成してください',
    ],
    [
      'its packets had to make room for others (signatures.keep_mib); derive it again from its source',
      'パケットは空き容量のために削除されました（signatures.keep_mib）。元のデータからもう一度生成してください',
    ],
  ])('%s', (sentence, translation) => {
    expect(read(sentence)).toBe(translation)
  })
})

describe('words of somebody', () => {
  it.each([
    'refused',
    'none',
    'set',
    'mail',
    'truncated',
    'no answers',
    'new connection',
    '10 bytes',
    'port 80, 443',
    'us, 44 bytes',
    'see 3 others',
    'edge 1; capture again',
  ])('%s stays as it is', (text) => {
    expect(read(text)).toBeUndefined()
  })
})
