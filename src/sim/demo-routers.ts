// The routers of the demo: one of each protocol.
import type { SimProtocol } from './exporters/exporter.ts'

export interface DemoRouter {
  readonly name: string
  /** Where its datagrams come from, and its sFlow agent address. */
  readonly address: string
  readonly protocol: SimProtocol
  readonly domain: number
  /** One packet in so many. */
  readonly sampling: number
  /** Flow records (sFlow: samples) a second in the busiest minute of a day. */
  readonly recordsPerSecond: number
}

// At 1 in 1000 and about 3 kB a record, 200 records a second are some 5 Gbit/s: a mid-sized network in all.
const routers: readonly DemoRouter[] = [
  { name: 'edge-1', address: '127.0.0.2', protocol: 'netflow9', domain: 1, sampling: 1000, recordsPerSecond: 220 },
  { name: 'edge-2', address: '127.0.0.3', protocol: 'ipfix', domain: 7, sampling: 512, recordsPerSecond: 160 },
  { name: 'core-1', address: '127.0.0.4', protocol: 'sflow5', domain: 0, sampling: 2048, recordsPerSecond: 240 },
  { name: 'branch-1', address: '127.0.0.5', protocol: 'netflow5', domain: 0, sampling: 100, recordsPerSecond: 60 },
]

/** The demo's routers on this platform. Only Linux has all of 127.0.0.0/8; elsewhere they share one address. */
export function demoRouters(platform: NodeJS.Platform = process.platform): readonly DemoRouter[] {
  return platform === 'linux' ? routers : routers.map((router) => ({ ...router, address: '127.0.0.1' }))
}

/** Addresses to register, each once, with the name to show. */
export function demoRegistrations(platform: NodeJS.Platform = process.platform): { address: string; name: string }[] {
  if (platform === 'linux') return routers.map(({ address, name }) => ({ address, name }))
  return [{ address: '127.0.0.1', name: 'demo' }]
}
