import { describe, expect, it } from 'vitest'
import { dimensionNamed, namesOf } from './dimension-names.ts'
import { flowDimensions } from './flow-dimensions.ts'

describe('the names of dimensions', () => {
  it.each(flowDimensions)('of $name all lead to it, in any case and with any separator', (dimension) => {
    const names = namesOf(dimension)
    expect(names.at(-1)).toBe(dimension.name)
    for (const name of names) {
      for (const text of [name, name.toUpperCase(), name.replaceAll('_', '-'), name.replaceAll('_', ' '), name.replaceAll('.', '_')]) {
        expect([text, dimensionNamed(text)]).toEqual([text, dimension])
      }
    }
  })

  it.each([
    ['src', 'sourceAddress'],
    ['src_addr', 'sourceAddress'],
    ['dst-port', 'destinationPort'],
    ['tcp.flags', 'tcpFlags'],
    ['protocol', 'protocol'],
    ['protocolString', 'protocolString'],
    ['SourceAS', 'sourceAS'],
    ['in_if', 'inputInterface'],
    ['minute', 'datetimeMinute'],
    ['time_received', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['x'.repeat(100_000), undefined],
  ])('%s is %s', (text, name) => {
    expect(dimensionNamed(text)?.name).toBe(name)
  })

  it('begin with a short one, each once', () => {
    expect(flowDimensions.map((dimension) => namesOf(dimension)[0])).toMatchInlineSnapshot(`
      [
        "day",
        "time",
        "ten_seconds",
        "minute",
        "five_minutes",
        "fifteen_minutes",
        "hour",
        "router",
        "observation_domain",
        "export_protocol",
        "src",
        "dst",
        "src_port",
        "dst_port",
        "proto",
        "flags",
        "tos",
        "ttl",
        "icmp_type",
        "icmp_code",
        "fragment_id",
        "fragment_offset",
        "fragment_flags",
        "flow_label",
        "ethertype",
        "src_vlan",
        "dst_vlan",
        "src_mac",
        "dst_mac",
        "in_if",
        "out_if",
        "next_hop",
        "src_as",
        "dst_as",
        "src_country",
        "dst_country",
        "src_mask",
        "dst_mask",
        "mpls_label",
        "tunnel",
        "tunnel_src",
        "tunnel_dst",
        "vni",
        "nat_src_addr",
        "nat_dst_addr",
        "nat_src_port",
        "nat_dst_port",
        "forwarding_status",
        "observed_at",
        "direction",
        "sampling_rate",
        "sampling_source",
        "rule",
        "proto_name",
        "flag_names",
        "ipToSEncap",
        "deviceID",
        "version",
        "src_as_name",
        "dst_as_name",
        "router_name",
        "in_if_name",
        "out_if_name",
      ]
    `)
    const all = flowDimensions.flatMap((dimension) => namesOf(dimension))
    expect(new Set(all).size).toBe(all.length)
  })
})
