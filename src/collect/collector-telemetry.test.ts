// Sums over collector threads: ledger, rates, loss, senders, listeners.
import { describe, expect, it } from 'vitest'
import { exportProtocol, samplingSource } from '../contract/flow-columns.ts'
import { Telemetry } from './collector-telemetry.ts'
import { createLedger } from './exporter.ts'
import { packReports } from './exporter-reports.ts'
import type { ExporterReport, StatusMessage } from './messages.ts'
import { protocolBit } from './protocol-bits.ts'

const router = { account: 1, address: '192.0.2.1', samplingOverride: null, accountSampling: 1 }

function report(overrides: Partial<ExporterReport> = {}, records = 0, lost = 0): ExporterReport {
  return {
    address: router.address,
    ledger: { ...createLedger(), records_decoded: records, sequence_lost: lost },
    sequenceUnits: 0,
    bits: 0,
    packets: 0,
    lastSeen: 1000,
    protocols: protocolBit(exportProtocol.netflow9),
    lastRate: 100,
    lastSource: samplingSource.options,
    clockSkewMs: -1500,
    templates: 2,
    setsWaiting: 1,
    ...overrides,
  }
}

type Overrides = Omit<Partial<StatusMessage>, 'exporters'> & { readonly exporters?: readonly ExporterReport[] }

function status(worker: number, { exporters = [], ...overrides }: Overrides = {}): StatusMessage {
  return {
    kind: 'status',
    worker,
    ledger: createLedger(),
    setsWaiting: 0,
    whole: true,
    exporters: packReports(exporters.map((one) => ({ ...one, templateCount: () => one.templates }))),
    senders: [],
    sendersForgotten: 0,
    listeners: [],
    faults: {},
    evicted: { templates: 0, domains: 0, samplers: 0, notes: 0 },
    ...overrides,
  }
}

function telemetry(): { telemetry: Telemetry; setNow: (ms: number) => void } {
  let now = 0
  return { telemetry: new Telemetry({ now: () => now, receiveBufferAsked: 1000, routers: () => [router] }), setNow: (ms) => (now = ms) }
}

describe('telemetry', () => {
  it('balances the ledger: decoded is stored, dropped or in flight', () => {
    const { telemetry: it } = telemetry()
    it.noteStatus(status(0, { ledger: { ...createLedger(), records_decoded: 60 }, exporters: [report({}, 60)], setsWaiting: 2 }))
    it.noteStatus(status(1, { ledger: { ...createLedger(), records_decoded: 40 }, exporters: [report({}, 40)] }))
    it.noteStored({ [router.address]: 70 })
    it.noteDropped({ [router.address]: 5 })
    const expected = { records_decoded: 100, records_stored: 70, records_dropped_spool_full: 5, records_in_flight: 25 }
    expect(it.ledger()).toMatchObject({ ...expected, sets_waiting: 2 })
    expect(it.routers(1)[0]?.ledger).toMatchObject({ ...expected, sets_waiting: 2 })
  })

  it('takes rates over ten seconds and loss over five minutes', () => {
    const { telemetry: it, setNow } = telemetry()
    for (let second = 0; second <= 20; second++) {
      setNow(second * 1000)
      it.noteStatus(
        status(0, { exporters: [report({ bits: second * 8000, packets: second * 10, sequenceUnits: second * 9 }, second * 50, second)] }),
      )
    }
    const [found] = it.routers(1)
    expect(found).toMatchObject({ flows_per_second: 50, bits_per_second: 8000, packets_per_second: 10, loss: 0.1 })
    expect(found).toMatchObject({ sampling_rate: 100, sampling_source: 'options', clock_skew: -1.5, protocols: ['netflow9'] })
  })

  it('shows a silent router of the account, and none of another', () => {
    const { telemetry: it } = telemetry()
    expect(it.routers(1)).toMatchObject([{ address: '192.0.2.1', last_seen: null, flows_per_second: 0, loss: null }])
    expect(it.routers(2)).toEqual([])
  })

  it('merges senders and listeners of several threads', () => {
    const { telemetry: it } = telemetry()
    const sender = {
      address: '198.51.100.1',
      agentAddress: null,
      protocols: protocolBit(exportProtocol.ipfix),
      datagrams: 3,
      firstSeen: 1000,
      lastSeen: 2000,
    }
    const listener = { host: '::', port: 2055, receiveBuffer: 500, kernelDrops: 4 }
    it.noteStatus(status(0, { senders: [sender], listeners: [listener] }))
    it.noteStatus(status(1, { senders: [{ ...sender, datagrams: 2, lastSeen: 3000 }], listeners: [{ ...listener, receiveBuffer: 400 }] }))
    expect(it.unregistered()).toEqual([
      {
        address: '198.51.100.1',
        agent_address: null,
        protocols: ['ipfix'],
        datagrams: 5,
        first_seen: '1970-01-01T00:00:01.000Z',
        last_seen: '1970-01-01T00:00:03.000Z',
      },
    ])
    expect(it.listeners()).toEqual([{ address: '[::]:2055', receive_buffer: 400, receive_buffer_asked: 1000, kernel_drops: 8 }])
  })

  it('knows when a router or a stranger was last heard, by whichever thread', () => {
    const { telemetry: it } = telemetry()
    const sender = { address: '198.51.100.1', agentAddress: null, protocols: 0, datagrams: 1, firstSeen: 1000, lastSeen: 2000 }
    it.noteStatus(status(0, { senders: [sender], exporters: [report({ lastSeen: 5000 })] }))
    it.noteStatus(status(1, { senders: [{ ...sender, lastSeen: 3000 }], exporters: [report({ lastSeen: 4000 })] }))
    expect([router.address, '198.51.100.1', '198.51.100.2'].map((address) => it.lastHeard(address))).toEqual([5000, 3000, 0])
  })
})
