import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatIpAddress, ipPrefix } from '../base/ip-prefix.ts'
import type { FlowSpec } from '../contract/advertisement.ts'
import { configSchema } from '../contract/config.ts'
import { driverNames, purposes, type OwnedPrefixFields } from '../contract/owned-prefix.ts'
import type { AnnounceRequest } from './advertising.ts'
import { GuardWorld, type Aim, type WorldStep } from './testing/guard-world.ts'

const limits = { ...configSchema.parse({}).advertise, max_announcements: 4, max_flowspec_rules: 2, max_changes_per_hour: 3 }

/** The last 12 bytes of IPv6 addresses. */
const zeros = Array.from({ length: 12 }, () => [0])
/** Few bits differ, so that prefixes meet: inside, around and beside each other. */
const addresses = fc.oneof(
  fc.tuple(fc.constantFrom(10, 11, 198), fc.constantFrom(0, 18, 128), fc.constantFrom(0, 1, 64, 255), fc.constantFrom(0, 1, 128)),
  fc.tuple(...[[0x20, 0xfd], [0x01], [0x0d], [0xb8, 0xb9], ...zeros].map((values) => fc.constantFrom(...values))),
)
const texts = fc.tuple(addresses, fc.nat(128), fc.boolean()).map(([address, wanted, cut]) => {
  const bytes = Uint8Array.from(address)
  const length = wanted % (bytes.length * 8 + 1)
  return `${formatIpAddress(cut ? ipPrefix(bytes, length).bytes : bytes)}/${length}`
})
const prefixes = fc.oneof({ weight: 9, arbitrary: texts }, { weight: 1, arbitrary: fc.string() })
const accounts = fc.constantFrom(1, 2)
const drivers = fc.constantFrom(...driverNames)

const flowspecs: fc.Arbitrary<FlowSpec> = fc.record({
  match: fc.record(
    { destination: texts, protocol: fc.array(fc.nat(260), { minLength: 1, maxLength: 3 }), dscp: fc.constant([46]) },
    { requiredKeys: ['destination'] },
  ),
  action: fc.constantFrom<FlowSpec['action']>({ kind: 'discard' }, { kind: 'rate', bytes_per_second: 1e6 }),
})

const requests: fc.Arbitrary<AnnounceRequest> = fc.constantFrom(...purposes).chain((purpose) =>
  fc.record({
    account: accounts,
    purpose: fc.constant(purpose),
    prefix: prefixes,
    flowspec: purpose === 'flowspec' ? fc.option(flowspecs, { freq: 20 }) : fc.constant(null),
    driver: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: drivers }),
    cause: fc.record({
      kind: fc.constantFrom('rule', 'person'),
      who: fc.constant('somebody'),
      why: fc.constant('test'),
      rule_id: fc.constant(null),
      incident_id: fc.constant(null),
      until: fc.oneof(fc.constant(null), fc.integer({ min: -10_000_000, max: 100_000_000 })),
      hold_seconds: fc.constant(null),
      signal: fc.constant(null),
    }),
    dryRun: fc.constant(false),
    approval: fc.constant(false),
  }),
)

const fields: fc.Arbitrary<OwnedPrefixFields> = texts.chain((cidr) => {
  const lengths = fc.integer({ min: Number(cidr.split('/')[1]), max: cidr.includes(':') ? 128 : 32 })
  return fc.record({
    cidr: fc.constant(cidr),
    description: fc.constant(''),
    origin_as: fc.constant(64_500),
    drivers: fc.uniqueArray(drivers, { minLength: 1 }),
    divert_max_length: lengths,
    blackhole_min_length: fc.option(lengths),
    flowspec: fc.boolean(),
    automatic: fc.boolean(),
    approval: fc.boolean(),
    locked: fc.constant(false),
    lock_reason: fc.constant(''),
  })
})

const aims: fc.Arbitrary<Aim> = fc.record({
  at: fc.nat(10),
  more: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: -1, max: 16 }) }),
  piece: fc.nat(0xffff),
})

const steps: fc.Arbitrary<WorldStep> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('register'), account: accounts, fields }) },
  { weight: 15, arbitrary: fc.record({ do: fc.constant('announce'), request: requests, aim: fc.option(aims) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('lock', 'remove', 'withdraw'), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop'), stopped: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat(50_000_000) }) },
)

it('lets nothing through that is outside of owned space, shorter than registered or not allowed, whatever happens in whatever order', () => {
  const seen = { accepted: 0, passed: 0 }
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 60 }), (sequence) => {
      const world = new GuardWorld(limits)
      for (const step of sequence) world.take(step)
      seen.accepted += world.accepted
      seen.passed += world.passed
      expect(world.wrong).toEqual([])
    }),
    { numRuns: 100 },
  )
  // Or nothing would have been shown.
  expect(seen.accepted).toBeGreaterThan(30)
  expect(seen.passed).toBeGreaterThan(100)
})
