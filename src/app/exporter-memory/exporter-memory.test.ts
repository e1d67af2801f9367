// What exporters told comes back after a restart: each kind, without one taking another's place.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ExporterMemory } from '../../collect/messages.ts'
import { openTestContext, type TestContext } from '../testing/test-context.ts'
import { ExporterMemoryStore } from './exporter-memory.ts'

let context: TestContext
beforeEach(async () => {
  context = await openTestContext()
})
afterEach(() => context.close())

const origin = { exporter: '192.0.2.1', protocol: 9, domain: 0 }
const told: readonly ExporterMemory[] = [
  { ...origin, kind: 'sampler', id: null, rate: 100 },
  // The rate of interface 0 and of interface 3: see interfaceSampler.
  { ...origin, kind: 'sampler', id: -1, rate: 200 },
  { ...origin, kind: 'sampler', id: -4, rate: 300 },
  { ...origin, kind: 'sampler', id: 1, rate: 400 },
  { ...origin, kind: 'interface', id: 1, name: 'eth0', description: 'uplink' },
  { ...origin, kind: 'vrf', id: 1, name: 'customer' },
  { ...origin, kind: 'application', application: '13:453', name: 'https' },
  { ...origin, kind: 'application', application: '13:80', name: 'http' },
]

it('keeps every kind beside the others', async () => {
  const store = new ExporterMemoryStore(context, { error: () => undefined })
  await store.start()
  for (const memory of told) store.remember(memory)
  await store.stop()
  const recalled = await store.recall(60_000)
  expect(recalled.length).toBe(told.length)
  expect(recalled).toEqual(expect.arrayContaining([...told]))
})
