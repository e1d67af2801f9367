// Sets of NetFlow v9 and IPFIX: data with structured lists, templates, withdrawals, options, and lengths that lie.
import { beforeEach, describe, expect, it } from 'vitest'
import type { BatchColumnName } from '../contract/flow-batch.ts'
import { samplerRate } from './sampling-options.ts'
import { ipfix, netflow9, type DatagramWriter } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

type Fields = readonly (readonly [element: number, length: number])[]

/** Sends a template and one set with it. */
function sendNetflow9(fields: Fields, records: (writer: DatagramWriter) => void): void {
  host.decode(netflow9((d) => d.set(0, (s) => s.template(256, fields)).set(256, records)))
}

/** A column of up to 32 bits. */
function value(column: BatchColumnName, row = 0): number {
  return host.batch.columns[column][row]
}

describe('structured lists (RFC 6313)', () => {
  // A basicList of one port: semantic, element, length of each, values; lists of templates are as opaque to us.
  const list = [0x03, 0x00, 0x07, 0x00, 0x02, 0x00, 0x50]

  it.each([291, 292, 293])('of element %i are passed over by the length that the record tells', (element) => {
    const fields: Fields = [
      [7, 2],
      [element, 65_535],
      [11, 2],
    ]
    host.decode(
      ipfix((d) =>
        d
          .set(2, (s) => s.template(256, fields))
          .set(256, (s) => {
            s.uint(1, 2).uint(7, 1).raw(list).uint(2, 2)
            s.uint(3, 2).uint(255, 1).uint(7, 2).raw(list).uint(4, 2)
            s.uint(5, 2).uint(0, 1).uint(6, 2)
          }),
      ),
    )
    expect([0, 1, 2].map((row) => [value('src_port', row), value('dst_port', row)])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(host.faults).toEqual([])
  })

  it.each([291, 292, 293])('of element %i and fixed length are passed over too', (element) => {
    const fields: Fields = [
      [7, 2],
      [element, 7],
      [11, 2],
    ]
    host.decode(
      ipfix((d) =>
        d.set(2, (s) => s.template(256, fields)).set(256, (s) => s.uint(1, 2).raw(list).uint(2, 2).uint(3, 2).raw(list).uint(4, 2)),
      ),
    )
    expect([value('src_port', 1), value('dst_port', 1), host.batch.rows]).toEqual([3, 4, 2])
  })

  it('in options records are passed over', () => {
    host.decode(
      ipfix((d) =>
        d
          .set(3, (s) => s.uint(258, 2).uint(3, 2).uint(1, 2).uint(149, 2).uint(4, 2).uint(291, 2).uint(65_535, 2).uint(34, 2).uint(4, 2))
          .set(258, (s) => s.uint(0, 4).uint(7, 1).raw(list).uint(64, 4)),
      ),
    )
    expect(samplerRate(host.options[0])).toEqual({ id: null, rate: 64 })
  })

  it('that are longer than their set end it, and what came before is kept', () => {
    const fields: Fields = [
      [7, 2],
      [291, 65_535],
    ]
    host.decode(
      ipfix((d) =>
        d.set(2, (s) => s.template(256, fields)).set(256, (s) => s.uint(1, 2).uint(7, 1).raw(list).uint(3, 2).uint(200, 1).raw(list)),
      ),
    )
    expect([host.batch.rows, value('src_port')]).toEqual([1, 1])
  })
})

describe('sets', () => {
  const port: Fields = [[7, 2]]

  it('that run past their message are decoded as far as the datagram goes, and counted', () => {
    const message = ipfix((d) => d.set(2, (s) => s.template(256, port)).set(256, (s) => s.uint(5, 2).uint(6, 2)))
    message[3] -= 2
    host.decode(message)
    expect([host.batch.rows, host.faults]).toEqual([2, ['bad_set_length']])
  })

  it('that run past their message into another are not', () => {
    const message = ipfix((d) => d.set(2, (s) => s.template(256, port)).set(256, (s) => s.uint(5, 2)))
    const set = message.length - 6
    message[set + 3] += 4
    host.decode(Uint8Array.from([...message, ...ipfix((d) => d.set(256, (s) => s.uint(7, 2)))]))
    expect([host.batch.rows, host.faults]).toEqual([0, ['bad_set_length']])
  })

  it('may be padded, and be followed by zeros to the end of the datagram', () => {
    const fields: Fields = [
      [7, 2],
      [1, 4],
    ]
    const datagram = netflow9((d) =>
      d
        .set(0, (s) => s.template(256, fields))
        .set(256, (s) => s.uint(1, 2).uint(2, 4).uint(0, 2))
        .uint(0, 40),
    )
    host.decode(datagram)
    expect(host.batch.rows).toBe(1)
    expect(host.faults).toEqual([])
  })

  it('before a bad one are kept', () => {
    host.decode(
      netflow9((d) =>
        d
          .set(0, (s) => s.template(256, port))
          .set(256, (s) => s.uint(5, 2).uint(6, 2))
          .uint(256, 2)
          .uint(9999, 2),
      ),
    )
    expect(host.batch.rows).toBe(2)
    expect(host.faults).toEqual(['bad_set_length'])
  })

  it('without template are handed over whole', () => {
    host.decode(netflow9((d) => d.set(300, (s) => s.uint(0xabcd, 2))))
    expect(host.withoutTemplate).toEqual([{ id: 300, bytes: Uint8Array.of(0xab, 0xcd) }])
  })

  it('of templates may hold several, one of which may be impossible', () => {
    host.decode(netflow9((d) => d.set(0, (s) => s.template(256, []).template(257, port))))
    expect(host.faults).toEqual(['bad_template'])
    expect([...host.templates.keys()]).toEqual(['0/257'])
  })

  it('of a redefined template are read by the last definition', () => {
    sendNetflow9(port, (s) => s.uint(5, 2))
    sendNetflow9([[11, 2]], (s) => s.uint(6, 2))
    expect([value('src_port', 1), value('dst_port', 1)]).toEqual([0, 6])
  })

  it('count records in IPFIX sequence numbers, or say that they cannot', () => {
    host.decode(ipfix((d) => d.set(2, (s) => s.template(256, port)).set(256, (s) => s.uint(5, 2).uint(6, 2)), { sequence: 10 }))
    host.decode(ipfix((d) => d.set(300, (s) => s.uint(5, 2)), { sequence: 12 }))
    expect(host.sequences).toEqual([
      { sequence: 10, units: 2 },
      { sequence: 12, units: -1 },
    ])
  })

  it('of withdrawals name their templates', () => {
    host.decode(ipfix((d) => d.set(2, (s) => s.uint(256, 2).uint(0, 2)).set(3, (s) => s.uint(3, 2).uint(0, 2))))
    expect(host.withdrawn).toEqual([256, 3])
  })
})

describe('options', () => {
  it('of NetFlow v9 tell samplers, their scope fields not being information elements', () => {
    host.decode(
      netflow9((d) => {
        // Scope 4 (cache) has the number of protocolIdentifier.
        d.set(1, (s) => s.uint(257, 2).uint(4, 2).uint(8, 2).uint(4, 2).uint(2, 2).uint(48, 2).uint(1, 2).uint(34, 2).uint(4, 2))
        d.set(257, (s) => s.uint(1, 2).uint(3, 1).uint(2048, 4))
      }),
    )
    expect(host.batch.rows).toBe(0)
    expect(host.options[0].map(({ element, scope, value: number }) => [element, scope, number])).toEqual([
      [0, true, 1],
      [48, false, 3],
      [34, false, 2048],
    ])
    expect(samplerRate(host.options[0])).toEqual({ id: 3, rate: 2048 })
  })

  it.each<[string, (s: DatagramWriter) => DatagramWriter, Fields, ReturnType<typeof samplerRate>]>([
    [
      'packet interval and space',
      (s) => s.uint(7, 8).uint(1, 4).uint(99, 4),
      [
        [302, 8],
        [305, 4],
        [306, 4],
      ],
      { id: 7, rate: 100 },
    ],
    [
      'size and population',
      (s) => s.uint(7, 2).uint(2, 4).uint(1000, 4),
      [
        [302, 2],
        [309, 4],
        [310, 4],
      ],
      { id: 7, rate: 500 },
    ],
    [
      'probability',
      (s) => s.uint(7, 2).raw(new Uint8Array(new BigUint64Array([0xfca9f1d24d62503fn]).buffer)),
      [
        [302, 2],
        [311, 8],
      ],
      { id: 7, rate: 1000 },
    ],
    [
      'the interval of the whole domain',
      (s) => s.uint(0, 4).uint(64, 4),
      [
        [149, 4],
        [34, 4],
      ],
      { id: null, rate: 64 },
    ],
    [
      'an interval of 0 is none',
      (s) => s.uint(0, 4).uint(0, 4),
      [
        [149, 4],
        [34, 4],
      ],
      null,
    ],
  ])('of IPFIX tell a rate by %s', (_name, write, fields, expected) => {
    host.decode(
      ipfix((d) => {
        d.set(3, (s) => {
          s.uint(258, 2).uint(fields.length, 2).uint(1, 2)
          for (const [element, length] of fields) s.uint(element, 2).uint(length, 2)
        })
        d.set(258, write)
      }),
    )
    expect(samplerRate(host.options[0])).toEqual(expected)
  })
})
