// A server with some flows in a real embedded ClickHouse, and ways to ask it by GraphQL over HTTP.
import { createMnmConfig } from '../../../app/mnm-config/create.ts'
import { editRouter } from '../../../app/router/edit.ts'
import { startTestFlowStore, type TestFlowStore } from '../../testing/test-flow-store.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

/** 2026-01-01T11:00:00Z, an hour before the clock of the test. */
export const start = Date.UTC(2026, 0, 1, 11) / 1000
const at = (seconds: number) => `toDateTime(${start + seconds}, 'UTC')`
const ip = (text: string) => `toIPv6('${text}')`
export const rule = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'

export const common = {
  account: 1,
  router: ip('192.0.2.254'),
  export_protocol: "'netflow9'",
  sampling_rate: 1,
  sampling_source: "'account'",
}

/** Sums of account 1: bits 8 × (1000×1 + 3000×1 + 500×100 + 250×100) = 632 000, packets 10 + 30 + 200 + 100 = 340. */
const rows = [
  {
    ...common,
    time_received: at(0),
    src_addr: ip('198.51.100.1'),
    dst_addr: ip('203.0.113.1'),
    src_port: 443,
    dst_port: 50_000,
    protocol: 6,
    tcp_flags: 18,
    ethertype: 2048,
    src_as: 13_335,
    src_country: "'US'",
    direction: "'inbound'",
    bytes: 1000,
    packets: 10,
    in_if: 2,
    out_if: 3,
    observed_at: "'ingress'",
    src_mask: 24,
    nat_dst_addr: ip('192.0.2.9'),
    nat_dst_port: 8443,
    fragment_flags: 64,
    rule_ids: `[unhex('${rule}')]`,
  },
  {
    ...common,
    time_received: at(70),
    src_addr: ip('203.0.113.1'),
    dst_addr: ip('198.51.100.1'),
    src_port: 50_000,
    dst_port: 443,
    protocol: 6,
    tcp_flags: 16,
    ethertype: 2048,
    dst_as: 13_335,
    dst_country: "'US'",
    direction: "'outbound'",
    bytes: 3000,
    packets: 30,
    tos: 8,
  },
  {
    ...common,
    time_received: at(310),
    export_protocol: "'sflow5'",
    sampling_rate: 100,
    sampling_source: "'header'",
    src_addr: ip('2001:db8::1'),
    dst_addr: ip('2001:db8::2'),
    src_port: 53,
    dst_port: 53_000,
    protocol: 17,
    ethertype: 34_525,
    src_mac: 0x0a0b0c0d0e0f,
    direction: "'internal'",
    bytes: 500,
    packets: 2,
    tunnel: "'vxlan'",
    tunnel_src: ip('192.0.2.100'),
    tunnel_dst: ip('2001:db8:ffff::1'),
    vni: 77,
    flow_label: 0x12345,
  },
  {
    ...common,
    time_received: at(3599),
    sampling_rate: 100,
    src_addr: ip('198.51.100.2'),
    dst_addr: ip('203.0.113.9'),
    protocol: 1,
    direction: "'inbound'",
    bytes: 250,
    packets: 1,
  },
  { ...common, account: 2, time_received: at(60), src_addr: ip('198.51.100.66'), protocol: 6, bytes: 1_000_000, packets: 1000 },
]

interface Answer {
  readonly data: { readonly viewer: { readonly accounts: readonly Record<string, unknown>[] } } | null
  readonly errors: readonly { readonly message: string }[] | null
  readonly extensions?: { readonly drawbridge: Record<string, { tier: string; since: string; complete: boolean; exact: boolean }> }
}

/** The hour of the flows, as conditions of a filter. */
export const hour = 'datetime_geq: "2026-01-01T11:00:00Z", datetime_lt: "2026-01-01T12:00:00Z"'

export class FlowServer {
  readonly flows: TestFlowStore
  readonly server: TestServer

  constructor(flows: TestFlowStore, server: TestServer) {
    this.flows = flows
    this.server = server
  }

  static async start(): Promise<FlowServer> {
    const flows = await startTestFlowStore()
    for (const row of rows) await flows.insert([row])
    const server = await startTestServer({ flows: flows.store })
    await nameRouter(server)
    return new FlowServer(flows, server)
  }

  get variables(): { accountTag: string } {
    return { accountTag: this.server.context.local.account.id }
  }

  async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    const response = await fetch(`${this.server.url}/client/v4/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.server.token}` },
      body: JSON.stringify({ query, variables: { ...this.variables, ...variables } }),
    })
    return (await response.json()) as Answer
  }

  /** @throws Error with what the server refused */
  private async nodes(text: string): Promise<Record<string, unknown>> {
    const { data, errors } = await this.ask(`{ viewer { accounts { ${text} } } }`)
    if (errors !== null) throw new Error(errors.map(({ message }) => message).join('; '))
    return data?.viewer.accounts[0] ?? {}
  }

  /** Rows of one dataset node. @param filter besides the hour of the flows */
  async rowsOf(body: string, { filter = '', args = '', limit = 100 } = {}): Promise<unknown> {
    const node = `mnmFlowDataAdaptiveGroups(filter: {${hour} ${filter}}, limit: ${limit} ${args}) { ${body} }`
    return (await this.nodes(`rows: ${node}`))['rows']
  }

  /** Asks many nodes, as many in one request as it may have. */
  async askAll(nodes: readonly { readonly name: string; readonly node: string }[]): Promise<{ name: string; rows: unknown }[]> {
    const answers: { name: string; rows: unknown }[] = []
    for (let from = 0; from < nodes.length; from += 32) {
      const part = nodes.slice(from, from + 32)
      const found = await this.nodes(part.map(({ node }, index) => `n${index}: ${node}`).join(' '))
      answers.push(...part.map(({ name }, index) => ({ name, rows: found[`n${index}`] })))
    }
    return answers
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.flows.close()
  }
}

/** Names of the router of the flows and of one of its interfaces. */
async function nameRouter({ context }: TestServer): Promise<void> {
  const address = '192.0.2.254'
  await createMnmConfig(context, context.local, { default_sampling: 1, name: 'test', router_ips: [address] })
  await editRouter(context, context.local, { text: address, body: { name: 'edge-1' } })
  const told = { exporter: address, protocol: 9, domain: 0 }
  context.telemetry.watch.noteMemory({ ...told, kind: 'interface', id: 2, name: 'xe-0/0/2', description: 'transit' })
}
