import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Rendering, SignatureReport } from '../contract/signature.ts'
import { SeededRandom } from '../base/seeded-random.ts'
import { randomAddress, randomBytes, wholePacket } from '../signature/junk/testing/whole-packets.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import { linkType } from '../wire/packet-tables.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let folder = ''
let attack = ''
let normal = ''
let out = ''
let err = ''

const capture = (packets: readonly Uint8Array[]) =>
  pcap(
    packets.map((packet, index) => ({ seconds: 1_700_000_000 + index, fraction: 0, packet })),
    { linkType: linkType.raw },
  )

beforeAll(async () => {
  const random = new SeededRandom(3)
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-signature-'))
  attack = join(folder, 'attack.pcap')
  normal = join(folder, 'normal traffic.pcap')
  const flood = Array.from({ length: 600 }, () =>
    wholePacket({
      protocol: 'tcp',
      source: randomAddress(random),
      flags: 2,
      window: 512,
      ttl: 55,
      sourcePort: random.below(65_536),
      destinationPort: 80,
    }),
  )
  const usual = Array.from({ length: 1500 }, (_, index) =>
    wholePacket({
      protocol: index % 5 === 0 ? 'udp' : 'tcp',
      source: `${[17, 52, 104, 142][index % 4]}.3.${random.below(30)}.9`,
      flags: index % 9 === 0 ? 2 : 0x18,
      window: 1024 + random.below(60_000),
      ttl: 40 + random.below(90),
      destinationPort: index % 2 === 0 ? 80 : 443,
      payload: randomBytes(random.below(400), random),
    }),
  )
  await writeFile(attack, capture(flood))
  await writeFile(normal, capture(usual))
  await writeFile(join(folder, 'notes.txt'), 'this is no capture')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  process.exitCode = undefined
  vi.restoreAllMocks()
})

const run = (...argv: string[]) => runProgram(createProgram(cliCommands), ['signature', ...argv])

describe('signature', () => {
  it('tells the verdict first, then its evidence, the junk, and what to do next', async () => {
    expect(await run(attack, '--baseline', normal)).toBe(0)
    const [verdict = '', , filter = ''] = out.split('\n')
    expect(verdict).toMatch(
      /^One vector: holds 100 % \(99\.\d+ % to 100 %\) of the attack, 100 % of its bytes; 0(\.0\d)? % \(.*\) of normal traffic\.$/,
    )
    expect(filter).toMatch(/^ {2}tcp and /)
    expect(out).toContain('Attack    attack.pcap: 600 IP packets\nBaseline  normal traffic.pcap: 1 500 IP packets\n')
    expect(out).toMatch(/\n1\. .*\n {3}holds 100 % /)
    expect(out).toContain('sources), and they spread over the address space as evenly as chance')
    expect(out).toContain(`Next: drawbridge signature ${attack} --baseline '${normal}' --verify\n`)
    expect(out).not.toContain('differs by')
    expect(err).toBe('')
  })

  it('draws the fields that differ most when asked', async () => {
    expect(await run(attack, '--baseline', normal, '--plots')).toBe(0)
    expect(out).toMatch(/differs by .*\d %: attack, then baseline; \* in the signature\n/)
    expect(out).toMatch(/^\* \S+ +█+ +100 % /m)
  })

  it('prints the report as JSON', async () => {
    expect(await run(attack, '--baseline', normal, '--json', '--max-false', '0.1%', '--max-parts', '2')).toBe(0)
    const report = JSON.parse(out) as SignatureReport
    expect(report.ask).toEqual({ max_false: 0.001, min_recall: 0.95, max_parts: 2, sources: false })
    expect(report.held).toMatchObject({ hits: 600, of: 600 })
    expect(report.false?.hits).toBeLessThanOrEqual(1)
    expect(report.junk.map(({ kind }) => kind)).toContain('spoofed_sources')
    expect(report.spreads[0]?.distance).toBeGreaterThan(0.9)
  })

  it('prints one rendering alone, and how to use it beside', async () => {
    expect(await run(attack, '--baseline', normal, '--format', 'nftables', '--name', 'night shift')).toBe(0)
    expect(out).toMatch(
      /^#!\/usr\/sbin\/nft -f\n# night shift: a signature by Drawbridge\.\n# Held 100 % of the attack and .*% of normal traffic when it was measured\.\n/,
    )
    expect(err).toContain('nftables rules: It drops whatever it holds')
  })

  it('measures what a wider rendering holds', async () => {
    const asked = ['--filter', 'tcp and tcp.window 512', '--format', 'flowspec', '--json']
    expect(await run(attack, '--baseline', normal, ...asked)).toBe(0)
    const rendering = JSON.parse(out) as Rendering
    expect(rendering).toMatchObject({
      format: 'flowspec',
      exact: false,
      flowspec: [{ protocol: [6] }],
      held: { hits: 600, of: 600 },
      false: { hits: 1200, of: 1500 },
    })
    expect(err).toContain('FlowSpec rules: It holds 100 % (')
    expect(err).toContain('of the attack and 80 % (')
  })

  it('measures a filter that somebody has written', async () => {
    expect(await run(attack, '--baseline', normal, '--filter', 'flags syn,!ack')).toBe(0)
    expect(out).toMatch(
      /^One vector: holds 100 % .* of the attack, 100 % of its bytes; (8|9)(\.\d)? % \(.*\) of normal traffic\.\n\n {2}flags syn,!ack\n/,
    )
  })

  it('says that there is none where attack and baseline are alike', async () => {
    expect(await run(normal, '--baseline', normal)).toBe(1)
    expect(out).toMatch(/^No signature: /)
    expect(await run(normal, '--baseline', normal, '--format', 'bpf')).toBe(1)
    expect(err).toMatch(/^drawbridge: there is no signature\. .*\nNext: the same command without --format/)
  })

  it.each([
    [['--max-false', '2'], 'give a share from 0 to 1'],
    [['--min-recall', ''], 'give a share from 0 to 1'],
    [['--max-parts', '9'], 'give a whole number from 1 to 8'],
    [['--format', 'iptables'], 'Allowed choices are filter, nftables, bpf'],
    [['--filter', 'udp and prot 5'], 'the filter cannot be read: expected a condition, not "prot"; did you mean proto?'],
  ])('refuses %j', async (argv, message) => {
    expect(await run(attack, ...argv)).toBe(2)
    expect(err).toContain(message)
  })

  it('points at the place of a fault in a filter', async () => {
    expect(await run(attack, '--filter', 'udp and port 70000')).toBe(2)
    expect(err).toContain(`  udp and port 70000\n  ${' '.repeat(13)}^^^^^\nNext: `)
  })

  it('says what is wrong with a file', async () => {
    expect(await run(join(folder, 'missing.pcap'))).toBe(1)
    expect(err).toContain('missing.pcap: no such file; check the path')
    expect(await run(folder)).toBe(1)
    expect(err).toContain('it is a folder; name a file in it')
    expect(await run(join(folder, 'notes.txt'))).toBe(1)
    expect(err).toMatch(/cannot use .*notes\.txt: .*\nNext: give a pcap or pcapng capture/)
  })
})
