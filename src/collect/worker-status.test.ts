// What a thread reports each second: everything once, then what has changed, and everything again now and then.
import { beforeEach, describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { parseWords } from './address-words.ts'
import { Collector } from './collector.ts'
import { Telemetry } from './collector-telemetry.ts'
import { StatusReporter } from './worker-status.ts'

const routers = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({
  account: 1,
  address,
  samplingOverride: null,
  accountSampling: 1,
}))
const config = { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 60_000, pendingBytes: 100_000, pendingMs: 30_000 }
const start = 1_700_000_000_000

let collector: Collector
let reporter: StatusReporter

beforeEach(() => {
  collector = new Collector(
    config,
    {
      enricher: new Enricher(joinTables({})),
      exchange: (full) => full,
      remember: () => undefined,
      forget: () => undefined,
    },
    createFlowBatch(1000 + maxRecordsPerDatagram),
  )
  collector.register(routers)
  reporter = new StatusReporter(0, collector)
})

/** A data set without a template. */
function send(router: string, now = start): void {
  const bytes = netflow9((d) => d.set(256, (s) => s.uint(1, 4)))
  collector.handle(bytes, bytes.length, parseWords(router), now)
}

function reported(): readonly string[] {
  return reporter.next([]).exporters.addresses
}

describe('a report', () => {
  it('has the exporters of whom something has changed', () => {
    expect(reported()).toEqual([])
    send('192.0.2.1')
    send('192.0.2.2')
    expect(reported()).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(reported()).toEqual([])
    send('192.0.2.2')
    expect(reported()).toEqual(['192.0.2.2'])
  })

  it('has those that changed without sending', () => {
    send('192.0.2.1')
    reported()
    collector.tick(start + config.pendingMs + 20_000)
    expect(reported()).toEqual(['192.0.2.1'])
  })

  it('has all of them once a minute', () => {
    send('192.0.2.1')
    const whole = Array.from({ length: 61 }, () => reporter.next([])).filter((message) => message.whole)
    expect(whole.map(({ exporters }) => exporters.addresses)).toEqual([['192.0.2.1'], ['192.0.2.1']])
  })

  it('has one that was registered anew', () => {
    send('192.0.2.1')
    reported()
    collector.register([])
    collector.register(routers)
    send('192.0.2.1')
    expect(reported()).toEqual(['192.0.2.1'])
  })
})

describe('the main thread', () => {
  it('knows all of every exporter, whatever came in which report', () => {
    let now = start
    const telemetry = new Telemetry({ now: () => now, receiveBufferAsked: 0, routers: () => routers })
    for (let second = 0; second < 70; second++) {
      now = start + second * 1000
      for (const [index, { address }] of routers.entries()) if (second % (index + 2) === 0) send(address, now)
      telemetry.noteStatus(reporter.next([]))
    }
    const statuses = telemetry.allRouters()
    expect(statuses.map(({ ledger }) => ledger.datagrams_received)).toEqual([35, 24, 18])
    for (const { address, last_seen, ledger } of statuses) {
      const exporter = collector.table.findByText(address)
      expect(ledger).toMatchObject({ ...exporter?.ledger, sets_waiting: exporter?.setsWaiting })
      expect(last_seen).toBe(new Date(exporter?.lastSeen ?? 0).toISOString())
    }
    expect(statuses.map(({ clock_skew }) => clock_skew)).toEqual([-68, -69, -68])
  })

  it('forgets a router that is registered no more', () => {
    const telemetry = new Telemetry({ now: () => start, receiveBufferAsked: 0, routers: () => routers })
    send('192.0.2.1')
    telemetry.noteStatus(reporter.next([]))
    telemetry.noteRegistered([])
    expect(telemetry.allRouters()[0]?.last_seen).toBeNull()
  })
})
