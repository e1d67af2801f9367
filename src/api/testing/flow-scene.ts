// A server with known flows in a real ClickHouse, for tests that ask questions about them.
import { startTestFlowStore, type TestFlowStore } from './test-flow-store.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import type { TestFlows } from '../../app/testing/test-context.ts'
import type { FlowStore } from '../../store/flow-store.ts'

export interface FlowScene {
  readonly flows: TestFlowStore
  readonly server: TestServer
  /** Id of the rule `web`. */
  readonly rule: string
  close(): Promise<void>
}

/** 2026-01-01T11:00:00Z, an hour before the clock of the test. */
const start = Date.UTC(2026, 0, 1, 11) / 1000
const at = (seconds: number) => `toDateTime(${start + seconds}, 'UTC')`
const ip = (text: string) => `toIPv6('${text}')`
const [here, there] = [ip('203.0.113.1'), ip('198.51.100.1')]

/** A TCP connection as core-1 sees it, both ways, and in part core-2; a DNS flood, sampled; the hour before; another account. */
function rows(rule: string): Record<string, string | number>[] {
  const common = { account: 1, export_protocol: "'netflow9'", sampling_rate: 1, sampling_source: "'account'" }
  const core1 = { ...common, router: ip('192.0.2.1') }
  const core2 = { ...common, router: ip('192.0.2.2') }
  const web = { src_addr: there, dst_addr: here, src_port: 443, dst_port: 50_000, protocol: 6, src_as: 13_335, direction: "'inbound'" }
  const back = { src_addr: here, dst_addr: there, src_port: 50_000, dst_port: 443, protocol: 6, dst_as: 13_335, direction: "'outbound'" }
  const flood = { src_addr: ip('2001:db8::1'), dst_addr: ip('2001:db8::2'), src_port: 53, dst_port: 53_000, protocol: 17, in_if: 7 }
  const rule_ids = `[unhex('${rule}')]`
  return [
    { ...core1, ...web, time_received: at(10), in_if: 3, out_if: 4, bytes: 1000, packets: 10, rule_ids },
    { ...core2, ...web, time_received: at(11), in_if: 8, bytes: 900, packets: 9 },
    { ...core1, ...back, time_received: at(70), in_if: 4, out_if: 3, bytes: 3000, packets: 30 },
    { ...core2, ...flood, time_received: at(3310), sampling_rate: 100, sampling_source: "'header'", bytes: 500, packets: 2 },
    { ...core1, ...web, time_received: at(-1800), bytes: 500, packets: 5 },
    { ...core1, ...web, account: 2, time_received: at(10), src_as: 64_666, bytes: 1_000_000, packets: 1000 },
  ]
}

/** Answers this as long as the engine lets it: no table is that long in a test. */
const endless = 'SELECT count() AS endless FROM system.numbers'
/** Number that is asked for by the question that takes long: `src_port 4242`. */
export const longNumber = 4242

/** Passes everything on, but for the question that takes long. */
function storeOf(store: FlowStore): TestFlows {
  return {
    get ready() {
      return store.ready
    },
    query: (sql, options = {}) => {
      const isEndless = Object.values(options.params ?? {}).includes(longNumber)
      return isEndless ? store.query(endless, { ...options, params: {} }) : store.query(sql, options)
    },
    progress: (id) => store.progress(id),
    download: (sql, options) => store.download(sql, options),
  }
}

/** `core-1` is 192.0.2.1, whose interface 3 is xe-0/0/3. A question with `longNumber` among its values runs until it is ended. */
export async function startFlowScene(): Promise<FlowScene> {
  const flows = await startTestFlowStore()
  const server = await startTestServer({ flows: storeOf(flows.store) })
  const { account, context } = server
  await server.call('POST', `${account}/mnm/config`, { name: 'test', default_sampling: 1, router_ips: ['192.0.2.1', '192.0.2.2'] })
  await server.call('PATCH', `${account}/drawbridge/routers/192.0.2.1`, { name: 'core-1' })
  const fields = { name: 'web', type: 'threshold', prefixes: ['203.0.113.0/24'], packet_threshold: 1 }
  const made = await server.call('POST', `${account}/mnm/rules`, fields)
  const { id: rule } = made.body.result as { id: string }
  const names = { exporter: '192.0.2.1', protocol: 9, domain: 0, kind: 'interface', description: '' } as const
  context.telemetry.watch.noteMemory({ ...names, id: 3, name: 'xe-0/0/3' })
  await flows.insert(rows(rule))
  return {
    flows,
    server,
    rule,
    async close() {
      await server.close()
      await flows.close()
    },
  }
}
