// Random lives of an advertiser: people, rules, drivers, time and kills in any order. What has to hold, holds after each step.
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../contract/api-errors.ts'
import type { WithdrawSignal } from '../contract/advertisement.ts'
import { AdvertisementRefused } from './advertising.ts'
import type { DriverOutcome } from './driver.ts'
import { personAsks, ruleAsks } from './testing/advertiser-lab.ts'
import { approvalRule, RandomWorld } from './testing/random-world.ts'

/** Random sequences; more of them by hand. */
const runs = Number(process.env['ADVERTISER_MODEL_RUNS'] ?? 40)

/** The first three may be announced, the last ones never. */
const prefixes = [
  '203.0.113.0/24',
  '203.0.113.64/26',
  '2001:db8:1::/48',
  '203.0.113.0/27',
  '203.0.112.0/23',
  '198.51.100.0/24',
  '0.0.0.0/0',
]
const eve = { who: 'eve@example.net', why: 'enough' }

class Step {
  readonly text: string
  readonly run: (world: RandomWorld) => Promise<void>

  constructor(text: string, run: (world: RandomWorld) => Promise<void>) {
    this.text = text
    this.run = run
  }

  /** For the counterexample. */
  [fc.toStringMethod](): string {
    return this.text
  }
}

/** Whoever asks may be refused, and nobody is answered by a process that is dead. */
async function attempt(world: RandomWorld, work: Promise<unknown>): Promise<void> {
  const { life } = world
  try {
    await work
  } catch (error) {
    if (error instanceof AdvertisementRefused || error instanceof ApiError) return
    if (life.killed) return
    throw error
  }
}

/** One of the rows that are not withdrawn, or any. */
async function pick(world: RandomWorld, index: number): Promise<string> {
  const rows = await world.rows()
  const live = rows.filter(({ state }) => state !== 'withdrawn')
  return (live.length > 0 ? live : rows).at(index % Math.max(1, live.length || rows.length))?.id ?? 'f'.repeat(32)
}

const step = (text: string, run: (world: RandomWorld) => Promise<unknown>) => new Step(text, (world) => attempt(world, run(world)))

const prefix = fc.constantFrom(...prefixes)
const incident = fc.constantFrom('one', 'two')
const index = fc.nat(5)

const outcome: fc.Arbitrary<(now: number) => DriverOutcome> = fc.constantFrom<(now: number) => DriverOutcome>(
  () => ({ kind: 'error', detail: 'no' }),
  () => ({ kind: 'locked', detail: 'locked' }),
  () => ({ kind: 'refused', detail: 'never' }),
  () => ({ kind: 'delayed', retryAt: null, detail: 'soon' }),
  (now) => ({ kind: 'delayed', retryAt: now + 120_000, detail: 'later' }),
)

const personAsksFor = fc
  .tuple(prefix, fc.constantFrom('eve@example.net', 'bob@example.net'), fc.boolean(), fc.constantFrom(null, 30, 4000))
  .map(([prefix, who, dryRun, seconds]) =>
    step(`${who} asks for ${prefix}${dryRun ? ', dry' : ''}, for ${seconds ?? 'as many as allowed'} s`, ({ life, lab }) => {
      const until = seconds === null ? {} : { until: lab.now + seconds * 1000 }
      return life.advertiser.announce(personAsks(prefix, { who, dryRun, ...until }))
    }),
  )

const ruleAsksFor = fc
  .tuple(prefix, incident, fc.constantFrom<WithdrawSignal>('time', 'edge', 'probe'), fc.boolean())
  .map(([prefix, incident, signal, approval]) =>
    step(`rule asks for ${prefix} for ${incident}, ${signal}${approval ? ', with approval' : ''}`, ({ life }) => {
      const needed = approval || prefix.includes(':')
      const who = needed ? { who: approvalRule } : {}
      return life.advertiser.announce(ruleAsks(prefix, incident, { approval, cause: { ...who, signal, hold_seconds: 60 } }))
    }),
  )

const decisions = fc.tuple(fc.constantFrom<'release' | 'approve' | 'reject'>('release', 'approve', 'reject'), index).map(([what, index]) =>
  step(`${what} ${index}`, async (world) => {
    const id = await pick(world, index)
    return await world.life.advertiser[what](1, id, eve)
  }),
)

const wide = fc.constantFrom(
  step('stop', ({ life }) => life.advertiser.stopAll(eve, false)),
  step('stop and withdraw', ({ life }) => life.advertiser.stopAll(eve, true)),
  step('resume', ({ life }) => life.advertiser.resume(eve)),
  step('resume', ({ life }) => life.advertiser.resume(eve)),
  step('lock', (world) => world.lock(1)),
  step('unlock', (world) => world.lock(0)),
  step('unlock', (world) => world.lock(0)),
)

const signals = fc.oneof(
  fc
    .tuple(incident, fc.constantFrom<'calm' | 'breach'>('calm', 'calm', 'breach'))
    .map(([incident, state]) => step(`${incident} is ${state}`, ({ life, lab }) => life.advertiser.noteIncident(incident, state, lab.now))),
  fc.boolean().map((breaching) =>
    step(`rule is ${breaching ? 'beyond' : 'below'} its limit`, async ({ lab }) => {
      if (breaching) lab.breaching.add('rule')
      else lab.breaching.clear()
    }),
  ),
  fc
    .nat(1)
    .map((dropped_packets) =>
      step(`edge drops ${dropped_packets}`, ({ life }) =>
        life.advertiser.noteEdgeCounters(1, { prefix: '203.0.113.0/24', dropped_packets, dropped_bytes: 0, seconds: 10 }),
      ),
    ),
)

const time = fc
  .constantFrom(1, 5, 61, 150, 400)
  .map((seconds) => step(`${seconds} s pass`, ({ life, lab }) => lab.pass(life, seconds, Math.max(1, seconds / 10))))

const driver = fc.oneof(
  fc.tuple(outcome, fc.boolean()).map(([outcome, reaches]) =>
    step('the driver will answer otherwise', async ({ answers, lab }) => {
      const answer = outcome(lab.now)
      // Only of an error nobody knows whether it arrived.
      answers.push({ outcome: answer, reaches: answer.kind === 'error' && reaches })
    }),
  ),
  fc
    .boolean()
    .map((done) =>
      step('the driver goes on with what it put off', (world) =>
        world.finish(done ? { kind: 'done', already: false, detail: 'at last' } : { kind: 'error', detail: 'no' }),
      ),
    ),
)

const kills = fc.oneof(
  fc.constant(step('kill', async (world) => world.kill())),
  fc.nat(60).map((statements) => step(`kill after ${statements + 1} statements`, async ({ life }) => life.killAfter(statements + 1))),
)

/** Several at once: nobody waits for the others, drivers stand still until the end, or until the kill. */
const bursts = (one: fc.Arbitrary<Step>): fc.Arbitrary<Step> =>
  fc.tuple(fc.array(one, { minLength: 2, maxLength: 4 }), fc.boolean(), fc.nat(40)).map(([steps, killed, turns]) => {
    const text = `at once: ${steps.map((step) => step.text).join('; ')}${killed ? `; kill after ${turns} turns` : ''}`
    return new Step(text, async (world) => {
      world.frozen = true
      const all = Promise.all(steps.map((step) => step.run(world)))
      for (let turn = 0; turn < turns; turn++) await setImmediate()
      if (killed) world.kill()
      world.thaw()
      await all
    })
  })

const asking = fc.oneof({ weight: 3, arbitrary: personAsksFor }, { weight: 3, arbitrary: ruleAsksFor }, { weight: 2, arbitrary: decisions })
const anything = fc.oneof(
  { weight: 6, arbitrary: asking },
  { weight: 3, arbitrary: bursts(asking) },
  { weight: 1, arbitrary: wide },
  { weight: 3, arbitrary: signals },
  { weight: 4, arbitrary: time },
  { weight: 3, arbitrary: driver },
  { weight: 2, arbitrary: kills },
)

describe('an advertiser', () => {
  it('keeps its promises in any order of events, and over any kill', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 5, maxLength: 30, size: 'max' }), async (sequence) => {
        const world = new RandomWorld()
        try {
          await world.begin()
          for (const step of sequence) {
            await step.run(world)
            if (world.life.killed) await world.live()
            expect(await world.violations()).toEqual([])
          }
          expect(await world.settle()).toEqual([])
          expect(await world.violations()).toEqual([])
        } finally {
          await world.lab.remove()
        }
      }),
      { numRuns: runs },
    )
  })
})
