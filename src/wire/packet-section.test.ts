// Records that carry the first bytes of a packet.
import { beforeEach, describe, expect, it } from 'vitest'
import { flowObject } from '../cli/flow-line.ts'
import { type DatagramWriter, ipfix } from './testing/datagram-writer.ts'
import { ethernet, ipv4, ipv6, tcp, udp } from './testing/packets.ts'
import { RecordingHost } from './testing/recording-host.ts'

type Fields = readonly (readonly [element: number, length: number])[]

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

function send(fields: Fields, records: (writer: DatagramWriter) => void): Record<string, unknown>[] {
  host.decode(ipfix((d) => d.set(2, (s) => s.template(256, fields)).set(256, records)))
  return Array.from({ length: host.batch.rows }, (_, row) => flowObject(host.batch, row))
}

function variable(s: DatagramWriter, bytes: Uint8Array): DatagramWriter {
  return s.uint(255, 1).uint(bytes.length, 2).raw(bytes)
}

const frame = ethernet(0x0800, ipv4(6, tcp(0x12)))
const flow = { src_addr: '192.0.2.1', dst_addr: '198.51.100.2', src_port: 40_000, dst_port: 443, protocol: 6, tcp_flags: 0x12 }

describe('a data link frame section', () => {
  const fields: Fields = [
    [10, 4],
    [312, 2],
    [315, 65_535],
  ]

  it('becomes the flow of one packet of the frame’s size', () => {
    const [row] = send(fields, (s) => variable(s.uint(3, 4).uint(1514, 2), frame))
    expect(row).toMatchObject({ ...flow, in_if: 3, src_mac: '02:00:00:00:00:01', bytes: 1514, packets: 1 })
  })

  it('of each record is read for itself', () => {
    const rows = send(fields, (s) => {
      variable(s.uint(3, 4).uint(1514, 2), frame)
      variable(s.uint(4, 4).uint(90, 2), ethernet(0x86dd, ipv6(17, udp(53, 5353))))
    })
    expect(rows.map(({ in_if, src_addr, bytes }) => [in_if, src_addr, bytes])).toEqual([
      [3, '192.0.2.1', 1514],
      [4, '2001:db8::1', 90],
    ])
  })

  it('without a size counts its own length', () => {
    const [row] = send([[315, 65_535]], (s) => variable(s, frame))
    expect(row).toMatchObject({ ...flow, bytes: frame.length, packets: 1 })
  })

  it('of fixed length is as long as the record says', () => {
    const filled = new Uint8Array(128)
    filled.set(frame)
    const [row] = send(
      [
        [410, 2],
        [315, 128],
      ],
      (s) => s.uint(frame.length, 2).raw(filled),
    )
    expect(row).toMatchObject({ ...flow, bytes: frame.length })
  })

  it('leaves counters to their own fields', () => {
    const [row] = send(
      [
        [1, 4],
        [2, 4],
        [315, 65_535],
      ],
      (s) => variable(s.uint(3000, 4).uint(2, 4), frame),
    )
    expect(row).toMatchObject({ ...flow, bytes: 3000, packets: 2 })
  })

  it('that does not begin at the frame’s first byte, or is no Ethernet, is only counted', () => {
    const rows = send(
      [
        [409, 2],
        [408, 2],
        [315, 65_535],
      ],
      (s) => {
        variable(s.uint(14, 2).uint(1, 2), frame)
        variable(s.uint(0, 2).uint(2, 2), frame)
        variable(s.uint(0, 2).uint(1, 2), frame)
      },
    )
    expect(rows.map(({ src_addr, packets }) => [src_addr, packets])).toEqual([
      [undefined, 1],
      [undefined, 1],
      ['192.0.2.1', 1],
    ])
  })

  it('that is empty or cut is a packet of what is certain', () => {
    const rows = send([[315, 65_535]], (s) => {
      variable(s, new Uint8Array(0))
      variable(s, frame.subarray(0, 30))
    })
    expect(rows.map(({ src_addr, ethertype, packets }) => [src_addr, ethertype, packets])).toEqual([
      [undefined, 0, 1],
      [undefined, 0x0800, 1],
    ])
  })
})

it('the forerunner of the data link frame section is read like it', () => {
  const [row] = send([[104, frame.length]], (s) => s.raw(frame))
  expect(row).toMatchObject(flow)
})

it('an IP header section begins with the IP header, and is as long as the packet says elsewhere', () => {
  const rows = send(
    [
      [224, 2],
      [313, 65_535],
    ],
    (s) => {
      variable(s.uint(1400, 2), ipv4(6, tcp(0x12)))
      variable(s.uint(200, 2), ipv6(17, udp(53, 5353)))
    },
  )
  expect(rows).toMatchObject([
    { ...flow, bytes: 1400 },
    { src_addr: '2001:db8::1', src_port: 53, bytes: 200 },
  ])
})

it('a rate beside it is in the row', () => {
  const [row] = send(
    [
      [305, 4],
      [306, 4],
      [315, 65_535],
    ],
    (s) => variable(s.uint(1, 4).uint(999, 4), frame),
  )
  expect(row).toMatchObject({ ...flow, sampling_rate: 1000 })
})
