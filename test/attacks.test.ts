// One simulated attack of each vector on top of clean traffic: named rightly, by the right target, and how soon?
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attackVectors } from '../src/contract/attack-vectors.ts'
import { trialAttacks } from '../src/sim/attack-kinds.ts'
import { Attack } from '../src/sim/attacks.ts'
import { demoNetworks } from '../src/sim/internet.ts'
import { Random } from '../src/sim/random.ts'
import { AttackLab, type Told } from './attacks/attack-lab.ts'
import { CleanDay } from './attacks/clean-day.ts'
import { printTable } from './attacks/table.ts'

const sampling = 1000
/** Twice what the lowest sensitivity asks for. */
const packetsPerSecond = 200_000
const learningSeconds = 330
const attackSeconds = 12
const calmSeconds = 15
/** Two seconds in a row, and until the window of three seconds is full enough for the lowest sensitivity. */
const latest = { low: 4, medium: 3, high: 2 } as const

const rows: string[][] = []

describe('simulated attacks', () => {
  const lab = new AttackLab({ prefixes: [...demoNetworks], sampling })
  const clean = new CleanDay({ seed: 8, packets: 20_000, sampling })
  const random = new Random(4)

  function second(attack?: Attack): void {
    lab.send(clean.flows(lab.second))
    if (attack) lab.send(Array.from({ length: packetsPerSecond / sampling }, () => attack.flow(1)))
    lab.endSecond()
  }

  beforeAll(() => {
    for (let i = 0; i < learningSeconds; i++) second()
  })

  afterAll(() => printTable(['attack of 200 000 packets/s', 'low', 'medium', 'high', 'target'], rows))

  it('has one for each vector', () => {
    const tried = new Set<string>(trialAttacks().map(({ vector }) => vector))
    expect(attackVectors.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it.each(trialAttacks())('$name', (kind) => {
    for (let i = 0; i < calmSeconds; i++) second()
    expect(lab.told.map(({ verdict }) => verdict?.beyond)).toEqual([false, false, false])
    for (const { fired } of lab.told) fired.length = 0
    const attack = new Attack(kind, { start: 0, end: 1 }, random)
    const target = kind.targets === 1 ? hostText(attack.flow(1).destination) : demoNetworks[0]
    const start = lab.second
    for (let i = 0; i < attackSeconds; i++) second(attack)
    rows.push([kind.name, ...lab.told.map((told) => delayText(told, start)), lab.told[0]?.verdict?.targets?.join() ?? ''])
    for (const { sensitivity, fired, verdict } of lab.told) {
      expect(fired[0]?.second).toBeLessThan(start + latest[sensitivity])
      expect([...new Set(fired.flatMap(({ vectors }) => vectors))]).toEqual([kind.vector])
      expect(verdict?.targets).toEqual([target])
    }
  })
})

function delayText({ fired }: Told, start: number): string {
  return fired[0] === undefined ? '–' : `${fired[0].second - start + 1} s`
}

function hostText(address: Uint8Array): string {
  if (address.length === 4) return `${address.join('.')}/32`
  const groups = Array.from({ length: 8 }, (_, index) => (((address[index * 2] ?? 0) << 8) | (address[index * 2 + 1] ?? 0)).toString(16))
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/128`
}
