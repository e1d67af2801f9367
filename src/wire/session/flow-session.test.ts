// What the decode command's tests do not reach: limits, and templates that are known from before.
import { describe, expect, it } from 'vitest'
import { createFlowBatch } from '../../contract/flow-batch.ts'
import { maxRecordsPerDatagram } from '../record-writer.ts'
import { netflow9, type HeaderValues } from '../testing/datagram-writer.ts'
import { fileLimits, FlowSession, type SessionLimits } from './flow-session.ts'

const batch = createFlowBatch(maxRecordsPerDatagram)
const source = new Uint32Array(4)
const addresses = [
  [8, 4],
  [12, 4],
] as const

/** A session that counts. */
function counting(limits: Partial<SessionLimits> = {}) {
  const counts = { records: 0, refused: 0, withoutTemplate: 0 }
  const listener = {
    records: ({ records }: { readonly records: number }) => void (counts.records += records),
    templateRefused: () => void counts.refused++,
    setWithoutTemplate: () => void counts.withoutTemplate++,
  }
  const session = new FlowSession({ ...fileLimits, ...limits }, listener, batch)
  const decode = (bytes: Uint8Array, at = 0) => session.decode({ bytes, source, timeNs: BigInt(at) * 1_000_000n })
  return { session, counts, decode }
}

function template(id: number, fields: readonly (readonly [number, number])[], header: HeaderValues = {}): Uint8Array {
  return netflow9((writer) => writer.set(0, (set) => set.template(id, fields)), header)
}

function record(id: number, header: HeaderValues = {}): Uint8Array {
  return netflow9((writer) => writer.set(id, (set) => set.ipv4('192.0.2.1').ipv4('192.0.2.2')), header)
}

describe('limits', () => {
  it('refuse templates beyond their number, not the change of one', () => {
    const { counts, decode } = counting({ templates: 2 })
    for (const id of [300, 301, 302]) decode(template(id, addresses))
    expect(counts.refused).toBe(1)
    decode(template(301, [...addresses, [1, 4]]))
    expect(counts.refused).toBe(1)
    decode(record(300))
    decode(record(302))
    expect(counts).toEqual({ records: 1, refused: 1, withoutTemplate: 1 })
  })

  it('refuse templates beyond so many fields in all', () => {
    const { counts, decode } = counting({ fields: 4 })
    decode(template(300, addresses))
    decode(template(301, [...addresses, [1, 4]]))
    expect(counts.refused).toBe(1)
    // What takes the place of another counts only for what it has more.
    decode(template(300, [...addresses, [1, 4], [2, 4]]))
    expect(counts.refused).toBe(1)
  })

  it('forget domains beyond their number', () => {
    const { session, counts, decode } = counting({ domains: 1 })
    for (const domain of [1, 2]) decode(template(300, addresses, { domain }))
    for (const domain of [1, 2]) decode(record(300, { domain }))
    expect([...session.domains()].map(({ domain }) => domain)).toEqual([1])
    expect(counts).toEqual({ records: 1, refused: 1, withoutTemplate: 1 })
  })

  it('end the waiting of sets for their template', () => {
    const { session, counts, decode } = counting({ pendingMs: 1000 })
    decode(record(300), 5000)
    expect(session.setsWaiting).toBe(1)
    decode(template(300, addresses), 6000)
    expect({ waiting: session.setsWaiting, givenUp: session.setsGivenUp, records: counts.records }).toEqual({
      waiting: 0,
      givenUp: 1,
      records: 0,
    })
  })
})

it('takes templates that are known from before, and what waits for them', () => {
  const { session, counts, decode } = counting()
  decode(record(300))
  const fields = addresses.map(([element, length]) => ({ element, length, enterprise: 0 }))
  session.remember('::', { protocol: 9, domain: 0, id: 300, fields, scope: null })
  expect(counts.records).toBe(1)
  decode(record(300))
  expect(counts).toEqual({ records: 2, refused: 0, withoutTemplate: 1 })
  const [domain] = session.domains()
  expect(domain?.declared.get(300)).toMatchObject({ announcements: 0, records: 2 })
})
