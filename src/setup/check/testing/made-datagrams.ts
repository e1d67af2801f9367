// Datagrams of exporters for tests of the live check: in order by the real encoders, and by hand with what is to be wrong.
import { createExporter } from '../../../sim/exporters/create-exporter.ts'
import type { ExporterConfig, SimProtocol } from '../../../sim/exporters/exporter.ts'
import type { SimFlow } from '../../../sim/flow.ts'
import { Traffic } from '../../../sim/traffic.ts'
import { ipfix, netflow9, type DatagramWriter } from '../../../wire/testing/datagram-writer.ts'
import { begin } from './check-scene.ts'

/** Fields of a good flow record, in NetFlow v9: 8 source, 12 destination, 7 and 11 ports, 4 protocol, 6 flags, 10 input, 1 bytes, 2 packets, 152 start, 153 end, 34 sampling interval. */
export const goodFields: readonly (readonly [element: number, length: number])[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [10, 4],
  [1, 4],
  [2, 4],
  [152, 8],
  [153, 8],
  [34, 4],
]

interface RecordValues {
  readonly bytes?: number
  readonly start?: number
  readonly end?: number
  readonly port?: number
  readonly input?: number
}

const fieldValues: Readonly<Record<number, (values: RecordValues, index: number) => number>> = {
  8: () => 0xc6336401,
  12: () => 0xcb007101,
  7: ({ port = 1024 }, index) => port + index,
  11: () => 443,
  4: () => 6,
  6: () => 0x1b,
  10: ({ input = 3 }) => input,
  1: ({ bytes = 1000 }) => bytes,
  2: () => 10,
  152: ({ start = begin - 2000 }) => start,
  153: ({ end = begin - 1000 }) => end,
  34: () => 1,
  48: () => 5,
}

type Fields = readonly (readonly [element: number, length: number, enterprise?: number])[]

function record(writer: DatagramWriter, fields: Fields, values: RecordValues, index: number): void {
  for (const [element, length, enterprise = 0] of fields)
    writer.uint(enterprise === 0 ? (fieldValues[element]?.(values, index) ?? 0) : 0, length)
}

interface MadeDatagram {
  readonly fields?: Fields
  readonly values?: RecordValues
  readonly records?: number
  readonly sequence?: number
  readonly exportSeconds?: number
  readonly uptimeMs?: number
  readonly template?: boolean
  readonly id?: number
}

export const beginSeconds = begin / 1000

/** A NetFlow v9 datagram of a template and records of it. */
export function made({
  fields = goodFields,
  values = {},
  records = 10,
  template = true,
  id = 300,
  ...header
}: MadeDatagram = {}): Uint8Array {
  return netflow9(
    (writer) => {
      if (template) writer.set(0, (set) => set.template(id, fields))
      if (records > 0)
        writer.set(id, (set) => {
          for (let index = 0; index < records; index++) record(set, fields, values, index)
        })
    },
    { exportSeconds: beginSeconds, uptimeMs: 86_400_000, ...header },
  )
}

/** The same record in IPFIX, where fields of makers can be told. */
export function madeIpfix(fields: Fields): Uint8Array {
  return ipfix(
    (writer) => {
      writer.set(2, (set) => set.template(300, fields))
      writer.set(300, (set) => record(set, fields, {}, 0))
    },
    { exportSeconds: beginSeconds },
  )
}

export function without(...elements: readonly number[]): Fields {
  return goodFields.filter(([element]) => !elements.includes(element))
}

const config: ExporterConfig = { domain: 1, sampling: 100, bootedAt: begin - 86_400_000, agent: Uint8Array.of(192, 0, 2, 1) }

let someFlows: SimFlow[] | undefined

/** Sixty of everyday traffic, made once: a traffic takes its time to think of its hosts. */
function flows(): SimFlow[] {
  if (someFlows === undefined) {
    const traffic = new Traffic({ seed: 7, ipv6Share: 0 })
    someFlows = Array.from({ length: 60 }, () => traffic.next())
  }
  return someFlows
}

/** What an exporter in order sends. */
export function healthy(protocol: SimProtocol, change: Partial<ExporterConfig> = {}): Buffer[] {
  const from = createExporter(protocol, { ...config, ...change })
  return [...from.announce(begin), ...from.encode(flows(), begin)]
}
