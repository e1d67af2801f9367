// Names that exporters tell by options records: of interfaces, of VRFs, of applications.
import type { OptionsValue } from '../wire/flow-host.ts'

/** A name as an options record tells it. */
export type ToldName =
  | { readonly kind: 'interface'; readonly id: number; readonly name: string; readonly description: string }
  | { readonly kind: 'vrf'; readonly id: number; readonly name: string }
  /** `application` is `engine:selector`, with the enterprise between them for engine 20 (RFC 6759 §4). */
  | { readonly kind: 'application'; readonly application: string; readonly name: string }

export type NameKind = ToldName['kind']

const nameElement = {
  interfaceName: 82,
  interfaceDescription: 83,
  applicationId: 95,
  applicationName: 96,
  vrfName: 236,
} as const
/** ingressInterface, egressInterface and their physical forms; the first that is there names the interface. */
const interfaceIds = [10, 14, 252, 253]
/** ingressVRFID, egressVRFID. */
const vrfIds = [234, 235]

/** Letters that are kept of a name. SNMP's DisplayString has up to 255; longer ones nobody reads. */
const maxLetters = 128

/** Bytes of an application id: engine 1, enterprise 4, selectors of at most 8 (RFC 6759 §4). Longer ones cost time as numbers. */
const maxApplicationId = 16

const decoder = new TextDecoder()

/** The name in an options record, or null when it tells none. */
export function toldName(values: readonly OptionsValue[]): ToldName | null {
  const name = text(values, nameElement.interfaceName)
  const description = text(values, nameElement.interfaceDescription)
  if (name !== '' || description !== '') {
    const id = number(values, interfaceIds)
    // Without an index the record tells of no interface in particular.
    return id === null ? null : { kind: 'interface', id, name, description }
  }
  return vrfName(values) ?? applicationName(values)
}

function vrfName(values: readonly OptionsValue[]): ToldName | null {
  const name = text(values, nameElement.vrfName)
  const id = name === '' ? null : number(values, vrfIds)
  return id === null ? null : { kind: 'vrf', id, name }
}

function applicationName(values: readonly OptionsValue[]): ToldName | null {
  const name = text(values, nameElement.applicationName)
  const id = find(values, nameElement.applicationId)?.bytes
  if (name === '' || id === undefined || id.length < 2 || id.length > maxApplicationId) return null
  return { kind: 'application', application: applicationText(id), name }
}

/** Engine of the selectors that are local to an enterprise: four bytes of its number stand before the selector. */
const enterpriseEngine = 20

function applicationText(id: Uint8Array): string {
  const [engine = 0] = id
  if (engine !== enterpriseEngine || id.length < 6) return `${engine}:${whole(id.subarray(1))}`
  return `${engine}:${whole(id.subarray(1, 5))}:${whole(id.subarray(5))}`
}

function whole(bytes: Uint8Array): string {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n).toString()
}

function find(values: readonly OptionsValue[], element: number): OptionsValue | undefined {
  // A plain loop: it is called a dozen times for every options record, and a datagram may hold a thousand of those.
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i]
    if (value?.element === element && value.enterprise === 0) return value
  }
  return undefined
}

function number(values: readonly OptionsValue[], elements: readonly number[]): number | null {
  for (const element of elements) {
    const found = find(values, element)
    if (found !== undefined && found.bytes.length > 0 && found.value <= 0xffff_ffff) return found.value
  }
  return null
}

/** Up to the first NUL, without control characters: it is the router's word, and people read it. */
function text(values: readonly OptionsValue[], element: number): string {
  const bytes = find(values, element)?.bytes
  if (bytes === undefined) return ''
  return (plainText(bytes) ?? decodedText(bytes)).trim().slice(0, maxLetters)
}

/** Printable ASCII, as nearly always, or null: it needs no decoder, which costs more than all the rest of a record. */
function plainText(bytes: Uint8Array): string | null {
  let plain = ''
  for (const byte of bytes) {
    if (byte === 0 || plain.length >= maxLetters) return plain
    if (byte < 0x20 || byte >= 0x7f) return null
    plain += String.fromCharCode(byte)
  }
  return plain
}

function decodedText(bytes: Uint8Array): string {
  // A letter takes four bytes at the most.
  const kept = bytes.subarray(0, maxLetters * 4)
  const end = kept.indexOf(0)
  return decoder.decode(end < 0 ? kept : kept.subarray(0, end)).replaceAll(/\p{Cc}/gu, '')
}
