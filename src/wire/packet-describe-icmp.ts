// Describes ICMP and ICMPv6; of messages about a packet also the packet that they quote.
import { read16 } from './big-endian.ts'
import {
  hex16,
  ipv4Address,
  ipv6Address,
  named8,
  u16,
  u32,
  u8,
  type Dissection,
  type FieldForm,
  type NextHeader,
} from './packet-describe-fields.ts'
import { icmpCodes, icmpTypes, icmpv6Codes, icmpv6Types } from './packet-describe-names.ts'
import { etherType } from './packet-tables.ts'

const headerBytes = 8

const echoFields: readonly FieldForm[] = [
  { name: 'Identifier', at: 4, length: 2, show: u16 },
  { name: 'Sequence number', at: 6, length: 2, show: u16 },
]
const gatewayField: FieldForm = { name: 'Gateway', at: 4, length: 4, show: ipv4Address }
const nextMtuField: FieldForm = { name: 'MTU of next hop', at: 6, length: 2, show: u16 }
const mtuField: FieldForm = { name: 'MTU', at: 4, length: 4, show: u32 }
const targetField: FieldForm = { name: 'Target', at: 8, length: 16, show: ipv6Address }

interface IcmpForm {
  readonly name: string
  readonly types: ReadonlyMap<number, string>
  readonly codes: ReadonlyMap<number, string>
  /** Fields by type. */
  readonly fields: ReadonlyMap<number, readonly FieldForm[]>
  /** Types that quote a packet. */
  readonly quoting: ReadonlySet<number>
  readonly quoted: number
}

const icmpForm: IcmpForm = {
  name: 'ICMP',
  types: icmpTypes,
  codes: icmpCodes,
  fields: new Map([
    [0, echoFields],
    [3, [nextMtuField]],
    [5, [gatewayField]],
    [8, echoFields],
    [13, echoFields],
    [14, echoFields],
  ]),
  quoting: new Set([3, 4, 5, 11, 12]),
  quoted: etherType.ipv4,
}

const icmpv6Form: IcmpForm = {
  name: 'ICMPv6',
  types: icmpv6Types,
  codes: icmpv6Codes,
  fields: new Map([
    [2, [mtuField]],
    [128, echoFields],
    [129, echoFields],
    [135, [targetField]],
    [136, [targetField]],
  ]),
  quoting: new Set([1, 2, 3, 4]),
  quoted: etherType.ipv6,
}

function describe(packet: Dissection, at: number, end: number, form: IcmpForm): NextHeader | undefined {
  const { bytes } = packet
  const type = packet.has(at, 1) ? bytes[at] : -1
  const fields = form.fields.get(type) ?? []
  const length = Math.max(headerBytes, ...fields.map((field) => field.at + field.length))
  packet.layer(form.name, at, length, [
    { name: 'Type', at: 0, length: 1, show: named8(form.types) },
    { name: 'Code', at: 1, length: 1, show: u8 },
    { name: 'Checksum', at: 2, length: 2, show: hex16 },
    ...fields,
  ])
  if (!packet.has(at, 2)) return undefined
  packet.note(messageText(packet, at, form))
  if (form.quoting.has(type)) return { by: 'etherType', code: form.quoted, at: at + headerBytes, end }
  return { by: 'service', code: 0, at: at + length, end }
}

/** `Destination unreachable (port unreachable)`, `Echo request 7`. */
function messageText(packet: Dissection, at: number, { types, codes, fields }: IcmpForm): string {
  const { bytes } = packet
  const type = bytes[at]
  const code = codes.get(type * 256 + bytes[at + 1])
  const text = types.get(type) ?? `type ${type}, code ${bytes[at + 1]}`
  if (code !== undefined) return `${text} (${code})`
  if (fields.get(type) === echoFields && packet.has(at, 8)) return `${text} ${read16(bytes, at + 6)}`
  if (fields.get(type)?.[0] === targetField && packet.has(at, 24)) return `${text} of ${ipv6Address(bytes, at + 8)}`
  return text
}

export function icmp(packet: Dissection, at: number, end: number): NextHeader | undefined {
  return describe(packet, at, end, icmpForm)
}

export function icmpv6(packet: Dissection, at: number, end: number): NextHeader | undefined {
  return describe(packet, at, end, icmpv6Form)
}
