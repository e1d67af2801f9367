// What decode --templates tells: fields by name, samplers, and what a flow record lacks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from '../wire/testing/bytes.ts'
import { pcap } from '../wire/testing/capture-writer.ts'
import { DatagramWriter, ipfix, netflow9 } from '../wire/testing/datagram-writer.ts'
import { ethernet, ipv4, udp } from '../wire/testing/packets.ts'
import { decodeFiles } from './decode-files.ts'
import { Output } from './output.ts'

type Fields = readonly (readonly [element: number, length: number, enterprise?: number])[]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'drawbridge-templates-'))
})
afterAll(async () => rm(folder, { recursive: true }))

async function run(bytes: Uint8Array, json: boolean): Promise<string> {
  const path = joinPath(folder, 'file')
  await writeFile(path, bytes)
  const stream = new PassThrough()
  await decodeFiles([path], { templates: true, json }, { output: new Output(stream), warn: () => undefined })
  stream.end()
  return Buffer.concat(await stream.toArray()).toString()
}

interface Report {
  readonly exporter: string | null
  readonly protocol: string
  readonly domain: number
  readonly templates: readonly {
    readonly id: number
    readonly announcements: number
    readonly redefinitions: number
    readonly withdrawn: boolean
    readonly records: number
    readonly fields: readonly { readonly name: string; readonly length: number | null }[]
    readonly missing: readonly { readonly field: string; readonly meaning: string }[]
    readonly duplicates: readonly { readonly field: string }[]
  }[]
  readonly optionsTemplates: readonly { readonly id: number; readonly scope: readonly { readonly name: string }[] }[]
  readonly samplers: readonly object[]
}

async function reports(bytes: Uint8Array): Promise<Report[]> {
  const lines = (await run(bytes, true)).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Report)
}

/** The record that routers are asked for, without a sampler. */
const good: Fields = [
  [4, 1],
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [10, 4],
  [6, 1],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
]

/** A v9 options template 300 of the whole system, with the record for it. */
function options(fields: Fields, record: (s: DatagramWriter) => void): Uint8Array<ArrayBuffer> {
  return netflow9((d) =>
    d
      .set(1, (s) => {
        s.uint(300, 2)
          .uint(4, 2)
          .uint(fields.length * 4, 2)
          .uint(1, 2)
          .uint(4, 2)
        for (const [element, length] of fields) s.uint(element, 2).uint(length, 2)
      })
      .set(300, (s) => record(s.uint(0, 4))),
  )
}

/** The datagrams in a capture, so that each is one. */
function capture(...datagrams: readonly Uint8Array[]): Uint8Array {
  return pcap(datagrams.map((payload) => ({ seconds: 1, fraction: 0, packet: ethernet(0x0800, ipv4(17, udp(1, 2055, payload))) })))
}

describe('of a good flow record', () => {
  it('nothing is missing when the sampler is told too', async () => {
    const template = netflow9((d) => d.set(0, (s) => s.template(256, [...good, [48, 1]])))
    const sampler = options(
      [
        [48, 1],
        [34, 4],
      ],
      (s) => s.uint(5, 1).uint(1000, 4),
    )
    const [report] = await reports(capture(template, sampler))
    expect(report).toMatchObject({ exporter: '192.0.2.1', protocol: 'netflow9', domain: 0, samplers: [{ sampler: 5, rate: 1000 }] })
    expect(report?.templates.map(({ id, missing, duplicates }) => ({ id, missing, duplicates }))).toEqual([
      { id: 256, missing: [], duplicates: [] },
    ])
    expect(report?.optionsTemplates.map(({ id, scope }) => [id, scope.map(({ name }) => name)])).toEqual([[300, ['padding']]])
  })

  it('the sampler is missing when nobody tells it, each field being missed in a sentence', async () => {
    const [report] = await reports(netflow9((d) => d.set(0, (s) => s.template(256, good))))
    expect(report?.templates[0]?.missing.map(({ field }) => field)).toEqual(['sampler'])
    expect(report?.templates[0]?.missing[0]?.meaning).toMatch(/^If the router samples, .*\.$/)
  })

  it.each<[number, string]>([
    [4, 'protocol'],
    [8, 'source address'],
    [12, 'destination address'],
    [7, 'source port'],
    [11, 'destination port'],
    [10, 'input interface'],
    [6, 'TCP flags'],
    [2, 'packets'],
    [1, 'bytes'],
    [22, 'first packet time'],
    [21, 'last packet time'],
  ])('element %i is missed as %s', async (element, field) => {
    const fields = [...good.filter(([number]) => number !== element), [34, 4]] as const
    const [report] = await reports(netflow9((d) => d.set(0, (s) => s.template(256, fields))))
    expect(report?.templates[0]?.missing.map((note) => note.field)).toEqual([field])
  })

  it('ports and TCP flags are not missed where there is an ICMP type', async () => {
    const fields: Fields = [...good.filter(([number]) => ![7, 11, 6].includes(number)), [32, 2], [34, 4]]
    const [report] = await reports(netflow9((d) => d.set(0, (s) => s.template(256, fields))))
    expect(report?.templates[0]?.missing).toEqual([])
  })
})

it('records without addresses are no flows', async () => {
  const [report] = await reports(netflow9((d) => d.set(0, (s) => s.template(256, [[1, 4]]))))
  expect(report?.templates[0]?.missing.map(({ field }) => field)).toEqual(['addresses'])
})

it('records with a packet section have what the packet has', async () => {
  const fields: Fields = [
    [10, 4],
    [302, 4],
    [305, 4],
    [306, 4],
    [322, 4],
    [315, 65_535],
  ]
  const [report] = await reports(ipfix((d) => d.set(2, (s) => s.template(256, fields))))
  expect(report?.templates[0]?.missing).toEqual([])
  expect(report?.templates[0]?.fields.at(-1)).toEqual({ element: 315, enterprise: 0, name: 'dataLinkFrameSection', length: null })
})

it('fields that come twice are named, padding is not', async () => {
  const fields: Fields = [...good, [7, 2], [210, 1], [210, 2], [9, 4, 29_305], [9, 4, 29_305], [9, 4, 9]]
  const [report] = await reports(ipfix((d) => d.set(2, (s) => s.template(256, fields))))
  expect(report?.templates[0]?.duplicates.map(({ field }) => field)).toEqual(['sourceTransportPort', 'reverseSourceIPv4PrefixLength'])
  expect(report?.templates[0]?.fields.at(-1)?.name).toBe('9:9')
})

it('what became of a template is counted', async () => {
  const define = (fields: Fields): Uint8Array<ArrayBuffer> => ipfix((d) => d.set(2, (s) => s.template(256, fields)))
  const data = ipfix((d) => d.set(256, (s) => s.uint(7, 4).uint(8, 4)))
  const withdrawal = ipfix((d) => d.set(2, (s) => s.uint(256, 2).uint(0, 2)))
  const [report] = await reports(join(define([[2, 4]]), define([[1, 4]]), data, define([[1, 4]]), withdrawal))
  expect(report?.templates).toMatchObject([{ id: 256, announcements: 3, redefinitions: 1, withdrawn: true, records: 2 }])
})

it('of NetFlow v5 the fixed record and the rate of the header stand for a template', async () => {
  const header = new DatagramWriter().uint(5, 2).uint(1, 2).uint(0, 4).uint(1_700_000_000, 4).uint(0, 8).uint(0x0102, 2).uint(0x4064, 2)
  const [report] = await reports(join(header.bytes(), new Uint8Array(48)))
  expect(report).toMatchObject({ protocol: 'netflow5', domain: 0x0102, samplers: [{ rate: 100 }], exporter: null })
  expect(report?.templates).toMatchObject([{ id: 5, announcements: 0, records: 1, missing: [] }])
})

it('an interface has a rate of its own', async () => {
  const scoped = netflow9((d) =>
    d
      .set(1, (s) => s.uint(300, 2).uint(4, 2).uint(4, 2).uint(2, 2).uint(4, 2).uint(34, 2).uint(4, 2))
      .set(300, (s) => s.uint(7, 4).uint(50, 4)),
  )
  const [report] = await reports(scoped)
  expect(report?.samplers).toEqual([{ interface: 7, rate: 50 }])
})

it('as text it names fields, sizes, samplers, and what is missing', async () => {
  const template = netflow9((d) => d.set(0, (s) => s.template(256, [...good.filter(([number]) => number !== 6), [48, 1]])))
  const sampler = options(
    [
      [48, 1],
      [50, 4],
    ],
    (s) => s.uint(5, 1).uint(1000, 4),
  )
  const lines = (await run(capture(template, template, sampler), false)).split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '))
  expect(lines[0]).toMatch(/file: 192\.0\.2\.1, netflow9, domain 0$/)
  expect(lines).toEqual(
    expect.arrayContaining([
      'template 256, 0 records, announced 2 times',
      'protocolIdentifier 4 1 byte',
      'missing: TCP flags. SYN floods and scans look like other TCP traffic.',
      'options template 300 for each exporter',
      'samplerRandomInterval 50 4 bytes',
      'sampler 5: 1 in 1000',
    ]),
  )
})

it('a capture without exporters has no templates', async () => {
  expect(await run(pcap([]), false)).toMatch(/no templates\n$/)
})
