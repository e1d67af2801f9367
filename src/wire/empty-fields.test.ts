// Templates with fields of no length: legal, without meaning, and a way to make a decoder work for nothing.
import { beforeEach, describe, expect, it } from 'vitest'
import { netflow9, ipfix } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

let host: RecordingHost

beforeEach(() => {
  host = new RecordingHost()
})

const empty = Array.from({ length: 300 }, (_, i) => [400 + i, 0] as const)

describe('fields of no length', () => {
  it('are left out, and the others keep their places', () => {
    host.decode(
      netflow9((d) => {
        d.set(0, (s) => s.template(256, [[8, 4], ...empty, [12, 4], [7, 2]]))
        d.set(256, (s) => s.ipv4('192.0.2.1').ipv4('192.0.2.2').uint(53, 2))
      }),
    )
    expect(host.templates.get('0/256')?.fields).toHaveLength(3)
    expect(host.batch.rows).toBe(1)
    expect(host.batch.columns.src_port[0]).toBe(53)
  })

  it('in the scope make it shorter', () => {
    host.decode(
      ipfix((d) => {
        d.set(3, (s) =>
          s.uint(256, 2).uint(4, 2).uint(2, 2).uint(149, 2).uint(0, 2).uint(10, 2).uint(2, 2).uint(48, 2).uint(1, 2).uint(34, 2).uint(1, 2),
        )
        d.set(256, (s) => s.uint(7, 2).uint(1, 1).uint(100, 1))
      }),
    )
    expect(host.templates.get('0/256')?.scope).toBe(1)
    expect(host.options[0]?.map(({ element, scope, value }) => [element, scope, value])).toEqual([
      [10, true, 7],
      [48, false, 1],
      [34, false, 100],
    ])
  })

  it('make no values of options records', () => {
    host.decode(
      netflow9((d) => {
        d.set(1, (s) => {
          s.uint(256, 2)
            .uint(0, 2)
            .uint(301 * 4, 2)
          for (const [element, length] of [...empty, [48, 1] as const]) s.uint(element, 2).uint(length, 2)
        })
        d.set(256, (s) => s.raw(new Uint8Array(100)))
      }),
    )
    expect(host.options).toHaveLength(100)
    expect(host.options.every((values) => values.length === 1)).toBe(true)
  })

  it('alone make no template', () => {
    host.decode(netflow9((d) => d.set(0, (s) => s.template(256, empty))))
    expect(host.faults).toEqual(['bad_template'])
  })
})
