// Real attacks of the corpus, sampled 1 in 100 into sFlow on top of clean traffic: is the vector named rightly, and how
// soon?
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sensitivities, type Sensitivity } from '../src/contract/rule.ts'
import { demoNetworks } from '../src/sim/internet.ts'
import { addressBytes } from '../src/sim/prefix.ts'
import { AttackLab, type Told } from './attacks/attack-lab.ts'
import { CaptureReplay } from './attacks/capture-replay.ts'
import { CleanDay } from './attacks/clean-day.ts'
import { printTable } from './attacks/table.ts'
import { needs, repository } from './requirements.ts'

const folder = '../shared/corpus/StopDDoS+packet-captures'
const sampling = 100
const victim = '203.0.113.10'
const learningSeconds = 330
const attackSeconds = 20
const calmSeconds = 15

interface Trial {
  readonly file: string
  readonly speed: number
  /** Named first. */
  readonly vectors: readonly string[]
  /** May be named too: smaller parts of the capture. */
  readonly besides: readonly string[]
  /** Seconds until it is told, at the most; null for not at all. */
  readonly delays: Readonly<Record<Sensitivity, number | null>>
}

// The captures are short, and thinned out by whoever published them: beside their own pace they are played faster.
const synAck = { file: 'amp.TCP.reflection.SYNACK.pcap', vectors: ['syn_ack_reflection'], besides: ['rst_flood', 'udp_flood'] }
const ike = { file: 'amp.UDP.isakmp.pcap', vectors: ['ike_amplification'], besides: [] }
const snmp = { file: 'amp.UDP.snmp.src161.pcapng', vectors: ['snmp_amplification'], besides: ['icmp_flood'] }
const dns = { file: 'amp.dns.RRSIG.fragmented.pcap', vectors: ['dns_amplification', 'ip_fragments'], besides: ['udp_flood'] }
const trials: readonly Trial[] = [
  { ...synAck, speed: 1, delays: { low: null, medium: 3, high: 2 } },
  { ...synAck, speed: 4, delays: { low: 3, medium: 2, high: 2 } },
  { ...ike, speed: 1, delays: { low: null, medium: null, high: 3 } },
  { ...ike, speed: 20, delays: { low: 3, medium: 2, high: 2 } },
  { ...snmp, speed: 1, delays: { low: 3, medium: 2, high: 2 } },
  { ...dns, speed: 500, delays: { low: null, medium: 4, high: 2 } },
  { ...dns, speed: 5000, delays: { low: 3, medium: 2, high: 2 } },
]

const rows: string[][] = []

describe.skipIf(needs({ paths: [folder] }))('captures of real attacks', () => {
  const lab = new AttackLab({ prefixes: [...demoNetworks], sampling })
  const clean = new CleanDay({ seed: 5, packets: 10_000, sampling })
  const second = (): void => {
    lab.send(clean.flows(lab.second))
    lab.endSecond()
  }

  beforeAll(() => {
    for (let i = 0; i < learningSeconds; i++) second()
  }, 120_000)

  afterAll(() => printTable(['capture', 'pace', 'packets/s', 'Mb/s', 'low', 'medium', 'high'], rows))

  it.each(trials)('$file at $speed times its pace', { timeout: 120_000 }, (trial) => {
    for (let i = 0; i < calmSeconds; i++) second()
    // Whatever ran before is over, and the clean traffic is not taken for an attack.
    expect(lab.told.map(({ verdict }) => verdict?.beyond)).toEqual([false, false, false])
    const start = lab.second
    for (const { fired } of lab.told) fired.length = 0
    const replay = new CaptureReplay({
      file: join(repository, folder, trial.file),
      sampling,
      speed: trial.speed,
      victim: addressBytes(victim),
    })
    for (let i = 0; i < attackSeconds; i++) {
      for (const datagram of replay.second()) lab.receive(datagram)
      second()
    }
    rows.push([
      trial.file,
      `${trial.speed}×`,
      replay.packetsPerSecond.toFixed(0),
      (replay.bitsPerSecond / 1e6).toFixed(1),
      ...lab.told.map((told) => describeTold(told, start)),
    ])
    // Told by whom it should be, and in time.
    const late = lab.told.filter((told) => (delayOf(told, start) ?? Infinity) > (trial.delays[told.sensitivity] ?? Infinity))
    const silent = lab.told.filter(({ fired }) => fired.length === 0).map(({ sensitivity }) => sensitivity)
    expect(late.map((told) => [told.sensitivity, delayOf(told, start)])).toEqual([])
    expect(silent).toEqual(sensitivities.filter((sensitivity) => trial.delays[sensitivity] === null))
    for (const told of lab.told.filter(({ fired }) => fired.length > 0)) expectNamed(told, trial)
  })
})

/** The capture's own vectors first, then only what else is in it; the victim; packets to show. */
function expectNamed({ fired, verdict }: Told, { vectors, besides }: Trial): void {
  const named = fired.at(-1)?.vectors ?? []
  expect(named.slice(0, vectors.length).toSorted()).toEqual([...vectors].toSorted())
  expect(named.slice(vectors.length).filter((name) => !besides.includes(name))).toEqual([])
  expect(verdict?.targets).toEqual([`${victim}/32`])
  expect(verdict?.packets?.length).toBeGreaterThan(0)
}

/** Seconds of the attack that it took. */
function delayOf({ fired }: Told, start: number): number | null {
  return fired[0] === undefined ? null : fired[0].second - start + 1
}

function describeTold(told: Told, start: number): string {
  const delay = delayOf(told, start)
  return delay === null ? '–' : `${delay} s: ${told.fired.at(-1)?.vectors.join(', ')}`
}
