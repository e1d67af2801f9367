// A whole day of busy but clean traffic, second by second: no sensitivity may tell of an attack.
import { describe, expect, it } from 'vitest'
import { ddosSensitivities } from '../src/contract/attack-vectors.ts'
import { demoNetworks } from '../src/sim/internet.ts'
import { AttackLab, labStart } from './attacks/attack-lab.ts'
import { CleanDay } from './attacks/clean-day.ts'

const day = 86_400

describe('clean traffic', () => {
  // What the lower sensitivities ask for is more in every respect, and all learn the same: the highest speaks for them.
  it('gives no alarm in 24 hours at the highest sensitivity', { timeout: 600_000 }, () => {
    expect(ddosSensitivities.high.factor).toBe(Math.min(...Object.values(ddosSensitivities).map(({ factor }) => factor)))
    const sampling = Number(process.env['DRAWBRIDGE_TRIAL_SAMPLING'] ?? 4000)
    const lab = new AttackLab({ prefixes: [...demoNetworks], sampling, sensitivities: ['high'] })
    const clean = new CleanDay({ seed: 11, packets: 24_000, sampling })
    while (lab.second < labStart + day) {
      lab.send(clean.flows(lab.second))
      lab.endSecond()
    }
    console.log(`${lab.rows} samples in 24 h`)
    expect(lab.told.map(({ fired }) => fired)).toEqual([[]])
  })
})
