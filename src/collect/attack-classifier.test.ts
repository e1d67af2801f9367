// Which vector a flow is told as.
import { describe, expect, it } from 'vitest'
import { attackVectorOf, attackVectors } from '../contract/attack-vectors.ts'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, tunnel } from '../contract/flow-columns.ts'
import { AttackClassifier } from './attack-classifier.ts'

interface Flow {
  readonly protocol: number
  readonly from?: number
  readonly to?: number
  readonly flags?: number
  /** Bytes a packet. */
  readonly length?: number
  readonly packets?: number
  readonly offset?: number
  readonly more?: true
  readonly netflow?: true
}

const classifier = new AttackClassifier()

function nameOf({ protocol, from = 1024, to = 50_000, flags = 0, length = 100, packets = 1, offset = 0, more, netflow }: Flow): string {
  const batch = createFlowBatch(1)
  const { columns } = batch
  columns.protocol[0] = protocol
  columns.src_port[0] = from
  columns.dst_port[0] = to
  columns.tcp_flags[0] = flags
  columns.bytes[0] = length * packets
  columns.packets[0] = packets
  columns.fragment_offset[0] = offset
  columns.fragment_flags[0] = more ? 0x20 : 0
  columns.export_protocol[0] = netflow ? exportProtocol.netflow9 : exportProtocol.sflow5
  return attackVectorOf(classifier.code(batch, 0)).name
}

const [fin, syn, rst, psh, ack, urg, ece, cwr] = [1, 2, 4, 8, 16, 32, 64, 128] as const

describe('AttackClassifier', () => {
  it.each([
    [syn, 'syn_flood'],
    [syn | ece | cwr, 'syn_flood'],
    [syn | ack, 'syn_ack_reflection'],
    [rst, 'rst_flood'],
    [rst | ack, 'rst_flood'],
    [ack, 'ack_flood'],
    [ack | psh, 'ack_flood'],
    [ack | fin, 'ack_flood'],
    [0, 'tcp_flags_flood'],
    [fin, 'tcp_flags_flood'],
    [fin | psh | urg, 'tcp_flags_flood'],
    [syn | fin, 'tcp_flags_flood'],
    [syn | rst, 'tcp_flags_flood'],
    [fin | syn | rst | psh | ack | urg, 'tcp_flags_flood'],
  ])('tells TCP flags %i as %s', (flags, name) => expect(nameOf({ protocol: 6, flags })).toBe(name))

  it('takes the flags of a whole connection for traffic of a connection', () => {
    for (const flags of [syn | ack | psh, syn | ack | psh | fin, syn | ack | fin, syn | ack | psh | rst])
      expect(nameOf({ protocol: 6, flags, netflow: true })).toBe('ack_flood')
  })

  it('takes a record without flags for traffic of a connection: the router may export none', () => {
    expect(nameOf({ protocol: 6, flags: 0, netflow: true })).toBe('ack_flood')
  })

  it('finds every port of the table', () => {
    for (const row of attackVectors) {
      for (const [from, to] of 'ports' in row ? row.ports : [])
        for (const port of [from, to]) expect(nameOf({ protocol: 17, from: port, length: 600, packets: 3 })).toBe(row.name)
    }
  })

  it.each([
    [{ from: 53, length: 180 }, 'udp_flood'],
    [{ from: 53, length: 299, packets: 5 }, 'udp_flood'],
    [{ from: 53, length: 300, packets: 5 }, 'dns_amplification'],
    [{ from: 123, length: 90 }, 'udp_flood'],
    [{ from: 4500, to: 4500 }, 'udp_flood'],
    [{ from: 4500, to: 500 }, 'udp_flood'],
    [{ from: 4500, to: 13_342 }, 'ike_amplification'],
    [{ from: 40_000, to: 53 }, 'udp_flood'],
  ])('tells UDP %o as %s', (flow, name) => expect(nameOf({ protocol: 17, ...flow })).toBe(name))

  it.each([
    [{ protocol: 17, from: 0, to: 0, offset: 185 }, 'ip_fragments'],
    [{ protocol: 6, from: 0, to: 0, offset: 3 }, 'ip_fragments'],
    [{ protocol: 17, from: 53, length: 1500, more: true }, 'dns_amplification'],
    [{ protocol: 17, from: 9999, length: 1500, more: true }, 'ip_fragments'],
    [{ protocol: 1, more: true }, 'ip_fragments'],
    [{ protocol: 17, from: 0, to: 0, netflow: true }, 'ip_fragments'],
    [{ protocol: 17, from: 0, to: 0 }, 'udp_flood'],
  ] as const)('tells fragment %o as %s', (flow, name) => expect(nameOf(flow)).toBe(name))

  it.each([
    [1, 'icmp_flood'],
    [58, 'icmpv6_flood'],
    [47, 'gre_flood'],
    [50, 'esp_flood'],
    [4, 'ipip_flood'],
    [41, 'ipip_flood'],
    [132, 'other_protocol_flood'],
    [255, 'other_protocol_flood'],
  ])('tells protocol %i as %s', (protocol, name) => expect(nameOf({ protocol })).toBe(name))

  it('tells tunnels by their kind', () => {
    const batch = createFlowBatch(1)
    const told = (kind: number): string => {
      batch.columns.tunnel[0] = kind
      return attackVectorOf(classifier.tunnelCode(batch, 0)).name
    }
    expect([tunnel.gre, tunnel.ipip, tunnel.sixinfour, tunnel.vxlan].map(told)).toEqual([
      'gre_flood',
      'ipip_flood',
      'ipip_flood',
      'udp_flood',
    ])
  })

  it('has room for all vectors in the lower bits of a key', () => expect(attackVectors.length).toBeLessThan(64))
})
