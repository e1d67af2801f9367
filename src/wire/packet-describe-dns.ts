// Describes DNS messages (RFC 1035 §4.1): the question and the first answers.
import { read16, read32 } from './big-endian.ts'
import { byteCount, hex16, ipv4Address, ipv6Address, printable, u16, type Dissection, type FieldForm } from './packet-describe-fields.ts'
import { dnsCodes, dnsTypes } from './packet-describe-names.ts'

/** Answers of a message that are shown. */
const maxAnswers = 8
/** Names are 255 bytes at the most, and pointers go back: more jumps than these are a loop. */
const maxNameBytes = 255
const maxJumps = 16
/** Characters of a TXT record that are shown. */
const maxTextBytes = 60

const headerFields: readonly FieldForm[] = [
  { name: 'Id', at: 0, length: 2, show: hex16 },
  { name: 'Flags', at: 2, length: 2, show: flagsText },
  { name: 'Questions', at: 4, length: 2, show: u16 },
  { name: 'Answers', at: 6, length: 2, show: u16 },
  { name: 'Authorities', at: 8, length: 2, show: u16 },
  { name: 'Additional', at: 10, length: 2, show: u16 },
]

const flagNames: readonly (readonly [bit: number, name: string])[] = [
  [0x0400, 'authoritative'],
  [0x0200, 'truncated'],
  [0x0100, 'recursion desired'],
  [0x0080, 'recursion available'],
  [0x0020, 'authentic data'],
  [0x0010, 'checking disabled'],
]

function flagsText(bytes: Uint8Array, at: number): string {
  const flags = read16(bytes, at)
  const kind = (flags & 0x8000) === 0 ? 'query' : `response, ${codeText(flags)}`
  return [kind, ...flagNames.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)].join(', ')
}

function codeText(flags: number): string {
  return dnsCodes.get(flags & 15) ?? `code ${flags & 15}`
}

function typeText(type: number): string {
  return dnsTypes.get(type) ?? `TYPE${type}`
}

/** A name and where the bytes behind it begin; undefined where it is cut or no name. */
interface Name {
  readonly text: string
  readonly end: number
}

export function dns(packet: Dissection, at: number, end: number): undefined {
  packet.layer('DNS', at, end - at, headerFields)
  if (packet.has(at, 12)) describeMessage(packet, at)
  else packet.note('DNS')
}

function describeMessage(packet: Dissection, at: number): void {
  const { bytes } = packet
  const flags = read16(bytes, at + 2)
  const isResponse = (flags & 0x8000) !== 0
  const question = read16(bytes, at + 4) > 0 ? readName(packet, at, at + 12) : undefined
  const asked = question === undefined ? '' : noteQuestion(packet, at + 12, question)
  packet.note(`DNS ${isResponse ? 'response' : 'query'}${asked}`)
  if (!isResponse) return
  const answers = read16(bytes, at + 6)
  packet.note((flags & 15) === 0 ? `${answers} answer${answers === 1 ? '' : 's'}` : codeText(flags))
  if (question !== undefined && read16(bytes, at + 4) === 1) describeAnswers(packet, at, question.end + 4)
}

/** @returns ` A example.com` */
function noteQuestion(packet: Dissection, at: number, name: Name): string {
  if (!packet.has(name.end, 4)) return ` ${name.text}`
  const text = `${typeText(read16(packet.bytes, name.end))} ${name.text}`
  packet.add('Question', text, at, name.end + 4 - at)
  return ` ${text}`
}

/** A record: name, type 2, class 2, time to live 4, length 2, data. */
function describeAnswers(packet: Dissection, message: number, start: number): void {
  const { bytes } = packet
  const count = Math.min(maxAnswers, read16(bytes, message + 6))
  for (let i = 0, at = start; i < count; i++) {
    const name = readName(packet, message, at)
    if (name === undefined || !packet.has(name.end, 10)) return
    const type = read16(bytes, name.end)
    const length = read16(bytes, name.end + 8)
    const data = name.end + 10
    if (!packet.has(data, length)) return
    const text = `${name.text} ${typeText(type)} ${recordText(packet, { message, type, data, length })}`
    packet.add('Answer', `${text}, ${read32(bytes, name.end + 4)} s`, at, data + length - at)
    at = data + length
  }
}

interface RecordData {
  readonly message: number
  readonly type: number
  readonly data: number
  readonly length: number
}

function recordText(packet: Dissection, { message, type, data, length }: RecordData): string {
  const { bytes } = packet
  if (type === 1 && length === 4) return ipv4Address(bytes, data)
  if (type === 28 && length === 16) return ipv6Address(bytes, data)
  if (type === 2 || type === 5 || type === 12) return readName(packet, message, data)?.text ?? byteCount(length)
  if (type === 15 && length > 2) return readName(packet, message, data + 2)?.text ?? byteCount(length)
  if (type === 16 && length > 1) return `"${printable(bytes.subarray(data + 1, data + Math.min(length, maxTextBytes)))}"`
  return byteCount(length)
}

/** Labels (RFC 1035 §4.1.4): length 1 and text, a length of 0 ends them; two high bits are a pointer into the message. */
function readName(packet: Dissection, message: number, start: number): Name | undefined {
  const { bytes } = packet
  const labels: string[] = []
  let end = -1
  let total = 0
  for (let at = start, jumps = 0; packet.has(at, 1);) {
    const length = bytes[at]
    if (length === 0) return { text: labels.join('.') || '.', end: end < 0 ? at + 1 : end }
    if (length >= 0xc0) {
      if (!packet.has(at, 2) || ++jumps > maxJumps) return undefined
      if (end < 0) end = at + 2
      at = message + (read16(bytes, at) & 0x3fff)
      continue
    }
    total += length + 1
    if (length > 63 || total > maxNameBytes || !packet.has(at + 1, length)) return undefined
    labels.push(labelText(bytes.subarray(at + 1, at + 1 + length)))
    at += 1 + length
  }
  return undefined
}

/** What is no letter, digit, hyphen or underline is written in decimal (RFC 1035 §5.1). */
function labelText(label: Uint8Array): string {
  return Array.from(label, (byte) => {
    const character = String.fromCharCode(byte)
    return /[\w-]/.test(character) ? character : `\\${String(byte).padStart(3, '0')}`
  }).join('')
}
