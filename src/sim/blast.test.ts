import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RecordingHost } from '../wire/testing/recording-host.ts'
import { blast, type BlastConfig } from './blast.ts'
import { simProtocols } from './exporters/exporter.ts'
import { UdpListener } from './testing/udp-listener.ts'

let listener: UdpListener

beforeEach(async () => {
  listener = await UdpListener.open()
})
afterEach(() => listener.close())

async function run(config: Partial<BlastConfig>) {
  const target = { address: '127.0.0.1', port: listener.port, from: undefined }
  const result = await blast({ ...target, protocol: 'netflow9', records: 3001, rate: 20_000, ...config })
  await listener.until(() => listener.received.length >= result.datagrams)
  return result
}

/** What arrived, added up by the product's decoder; one exporter for each port, as a collector sees it. */
function received() {
  const hosts = new Map<number, RecordingHost>()
  const sums = { datagrams: 0, records: 0, bytes: 0, packets: 0 }
  for (const { data, port } of listener.received) {
    const host = hosts.get(port) ?? new RecordingHost()
    hosts.set(port, host)
    host.batch.rows = 0
    host.decode(data)
    const { bytes, packets } = host.batch.columns
    sums.datagrams++
    for (let row = 0; row < host.batch.rows; row++) {
      sums.records++
      sums.bytes += bytes[row * 2] + bytes[row * 2 + 1] * 2 ** 32
      sums.packets += packets[row * 2] + packets[row * 2 + 1] * 2 ** 32
    }
  }
  return { sums, hosts: [...hosts.values()] }
}

function gaps({ sequences }: RecordingHost): number {
  return sequences.filter(({ sequence }, at) => at > 0 && sequence !== sequences[at - 1].sequence + sequences[at - 1].units).length
}

describe.each(simProtocols)('%s', (protocol) => {
  it.each([{ portable: true }, { portable: false }])('sends what it says, %j', async (how) => {
    const { seconds: _, sendErrors, ...sent } = await run({ protocol, sampling: 10, ...how })
    const { sums, hosts } = received()
    expect(sums).toEqual(sent)
    expect(sent.records).toBe(3001)
    expect(sendErrors).toBe(0)
    expect(hosts.map(({ faults, withoutTemplate }) => faults.length + withoutTemplate.length)).toEqual([0])
    expect(hosts.map(gaps)).toEqual([0])
  })
})

describe('blast', () => {
  it('sends the same again and again when there are more records than prepared datagrams', async () => {
    const { records, bytes } = await run({ records: 102_400 + 250, rate: 400_000 })
    const { sums, hosts } = received()
    expect(sums).toMatchObject({ records, bytes })
    expect(hosts.map(gaps)).toEqual([0])
  })

  it('keeps sequence numbers a stream', async () => {
    const { records } = await run({ streams: 3, records: 5000 })
    const { sums, hosts } = received()
    expect(sums.records).toBe(records)
    expect(hosts.map(gaps)).toEqual([0, 0, 0])
    expect(new Set(listener.received.map(({ data }) => data.readUInt32BE(16)))).toEqual(new Set([1, 2, 3]))
  })

  it.skipIf(process.platform !== 'linux')('sends from the address that it is told', async () => {
    await run({ from: '127.0.0.9', records: 10 })
    await run({ from: '127.0.0.9', records: 10, portable: true })
    expect(new Set(listener.received.map(({ address }) => address))).toEqual(new Set(['127.0.0.9']))
  })

  it('goes on when nobody listens, and says so', async () => {
    const other = await UdpListener.open()
    const { port } = other
    other.close()
    const target = { address: '127.0.0.1', port, from: undefined }
    for (const portable of [true, false]) {
      const result = await blast({ ...target, protocol: 'netflow5', records: 3000, rate: 30_000, portable })
      expect(result.records).toBe(3000)
      expect(result.sendErrors).toBeGreaterThan(0)
    }
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.timeout(50)
    const { records } = await run({ records: 1e9, rate: 10_000, signal })
    expect(records).toBeLessThan(1e9)
  })

  it('says why an address cannot be used', async () => {
    const target = { address: '127.0.0.1', port: listener.port, from: '192.0.2.1' }
    await expect(blast({ ...target, protocol: 'netflow9', records: 1, rate: 1 })).rejects.toThrow('cannot send from 192.0.2.1')
  })
})
