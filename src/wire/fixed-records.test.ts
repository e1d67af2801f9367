// NetFlow v1 and v7, whose records are fixed like those of v5 (netflow.test.ts).
import { beforeEach, describe, expect, it } from 'vitest'
import { flowObject } from '../cli/flow-line.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import { recognise } from './flow-datagram.ts'
import { looksLikeFlowDatagram } from './flow-recognition.ts'
import { splitDatagrams } from './datagram-split.ts'
import { join } from './testing/bytes.ts'
import { DatagramWriter } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

/** Version, count, an uptime of 100 s, 1700000000.5. */
function header(version: number, count: number): DatagramWriter {
  return new DatagramWriter().uint(version, 2).uint(count, 2).uint(100_000, 4).uint(1_700_000_000, 4).uint(500_000_000, 4)
}

/** The first 36 bytes of a record, which are the same in both versions. */
function start(writer: DatagramWriter): DatagramWriter {
  writer.ipv4('10.0.0.1').ipv4('10.0.0.2').ipv4('10.0.0.254').uint(3, 2).uint(4, 2)
  return writer.uint(7, 4).uint(700, 4).uint(90_000, 4).uint(95_000, 4).uint(1024, 2).uint(443, 2)
}

function netflow1(records: number, announced = records): Uint8Array<ArrayBuffer> {
  const writer = header(1, announced)
  for (let i = 0; i < records; i++) start(writer).uint(0, 2).uint(6, 1).uint(0xb8, 1).uint(0x1b, 1).raw(new Uint8Array(11))
  return writer.bytes()
}

function netflow7(records: number, announced = records): Uint8Array<ArrayBuffer> {
  const writer = header(7, announced).uint(4242, 4).uint(0, 4)
  for (let i = 0; i < records; i++) {
    start(writer).uint(0, 1).uint(0x1b, 1).uint(6, 1).uint(0xb8, 1).uint(64_512, 2).uint(13_335, 2)
    writer.uint(24, 1).uint(16, 1).uint(0, 2).ipv4('10.9.9.9')
  }
  return writer.bytes()
}

const common = {
  flow_start: '2023-11-14T22:13:10.500Z',
  flow_end: '2023-11-14T22:13:15.500Z',
  src_addr: '10.0.0.1',
  dst_addr: '10.0.0.2',
  src_port: 1024,
  dst_port: 443,
  protocol: 6,
  tcp_flags: 0x1b,
  tos: 0xb8,
  in_if: 3,
  out_if: 4,
  next_hop: '10.0.0.254',
  bytes: 700,
  packets: 7,
}

describe('NetFlow v1', () => {
  it('fills every column of the record', () => {
    expect(host.decode(netflow1(2))).toBe(exportProtocol.netflow1)
    expect([flowObject(host.batch, 0), flowObject(host.batch, 1), host.batch.rows]).toEqual([common, common, 2])
  })

  it('has no sequence numbers to miss', () => {
    host.decode(netflow1(1))
    expect(host.sequences).toEqual([])
  })

  it('keeps the records that are there when the header announces more', () => {
    host.decode(netflow1(2, 3))
    expect([host.batch.rows, host.faults]).toEqual([2, ['bad_count']])
  })
})

describe('NetFlow v7', () => {
  it('fills every column of the record', () => {
    expect(host.decode(netflow7(2))).toBe(exportProtocol.netflow7)
    const expected = { ...common, src_as: 64_512, dst_as: 13_335, src_mask: 24, dst_mask: 16 }
    expect([flowObject(host.batch, 0), flowObject(host.batch, 1)]).toEqual([expected, expected])
  })

  it('counts flows in its sequence numbers', () => {
    host.decode(netflow7(2))
    expect(host.sequences).toEqual([{ sequence: 4242, units: 2 }])
  })
})

describe('recognition', () => {
  it('takes the versions only with a count and a length that agree', () => {
    const short = netflow1(1).subarray(0, 60)
    expect([netflow1(0), netflow1(1, 31), netflow7(1, 500), short].map((bytes) => recognise(bytes, bytes.length))).toEqual([0, 0, 0, 0])
    expect([netflow1(24), netflow7(27)].map((bytes) => recognise(bytes, bytes.length))).toEqual([1, 7])
  })

  it('on any port wants the exact length', () => {
    const longer = join(netflow1(1), Uint8Array.of(0, 0, 0, 0))
    expect([netflow1(3), netflow7(3), longer].map(looksLikeFlowDatagram)).toEqual([true, true, false])
  })

  it('splits files of them', () => {
    const file = join(netflow1(2), netflow7(1), netflow7(3), netflow1(1))
    expect([...splitDatagrams(file)].map(({ length }) => length)).toEqual([120, 76, 180, 68])
  })
})
