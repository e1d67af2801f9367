// The part of the Cloudflare Rules language that renderings use, as its documentation describes it: evaluated on packets.
import type { PacketLayout } from '../../wire/packet-layout.ts'

type Test = (packet: PacketLayout) => boolean
type Value = (packet: PacketLayout) => number | string | undefined

/** The test that an expression is. @throws Error for what is none */
export function rulesExpression(text: string): Test {
  const tokens = text.match(/"[^"]*"|\d+\.\.\d+|[\w.:/]+|[(){},]/g) ?? []
  let at = 0
  const peek = () => tokens[at]
  const take = () => tokens[at++] ?? ''
  const expect = (token: string) => {
    if (take() !== token) throw new Error(`no ${token} in ${text} before token ${at}`)
  }
  const any = (): Test => {
    const terms = [all()]
    while (peek() === 'or') terms.push((take(), all()))
    return (packet) => terms.some((term) => term(packet))
  }
  const all = (): Test => {
    const terms = [one()]
    while (peek() === 'and') terms.push((take(), one()))
    return (packet) => terms.every((term) => term(packet))
  }
  const one = (): Test => {
    if (peek() === 'not') {
      take()
      const inner = one()
      return (packet) => !inner(packet)
    }
    if (peek() === '(') {
      take()
      const inner = any()
      expect(')')
      return inner
    }
    return comparison()
  }
  const comparison = (): Test => {
    const name = take()
    const value = name === 'bit_slice' ? slice() : fieldOf(name)
    const operator = take()
    if (operator === 'in') return isIn(value, list())
    if (!['eq', 'ne', 'ge', 'le'].includes(operator)) {
      at--
      return (packet) => value(packet) === 1
    }
    const wanted = take()
    return (packet) => compare(value(packet), operator, wanted)
  }
  const slice = (): Value => {
    expect('(')
    const raw = take()
    expect(',')
    const from = Number(take())
    expect(',')
    const to = Number(take())
    expect(')')
    if (to <= from || to - from > 32 || to > 2040) throw new Error(`no slice: ${from} to ${to}`)
    return (packet) => bits(packet, raw, from, to)
  }
  const list = (): string[] => {
    const items: string[] = []
    expect('{')
    while (peek() !== '}') items.push(take())
    take()
    return items
  }
  const test = any()
  if (at !== tokens.length) throw new Error(`more behind ${tokens.slice(0, at).join(' ')}`)
  return test
}

function compare(value: number | string | undefined, operator: string, wanted: string): boolean {
  if (value === undefined) return false
  if (wanted.startsWith('"')) return operator === 'eq' && `"${value}"` === wanted
  const [found, limit] = [Number(value), Number(wanted)]
  return operator === 'eq' ? found === limit : operator === 'ne' ? found !== limit : operator === 'ge' ? found >= limit : found <= limit
}

const isIn =
  (value: Value, items: readonly string[]): Test =>
  (packet) => {
    const found = value(packet)
    return items.some((item) => {
      if (found === undefined) return false
      if (item.startsWith('"')) return `"${found}"` === item
      if (item.includes('/')) return inPrefix(String(found), item)
      const [from = '', to = from] = item.split('..')
      return Number(found) >= Number(from) && Number(found) <= Number(to)
    })
  }

/** Addresses as hex; prefixes of IPv4 only are in the tests. */
function inPrefix(address: string, prefix: string): boolean {
  const [net = '', length = ''] = prefix.split('/')
  const number = net.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(length))
  return address.length === 8 && Math.floor(Number.parseInt(address, 16) / size) === Math.floor(number / size)
}

const protocols: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }
const flags = ['fin', 'syn', 'reset', 'push', 'ack', 'urg', 'ecn', 'cwr']

function start(packet: PacketLayout, raw: string): number {
  if (raw === 'ip') return packet.ip
  return protocols[packet.protocol] === raw ? packet.transport : -1
}

function bits(packet: PacketLayout, raw: string, from: number, to: number): number | undefined {
  const place = start(packet, raw)
  if (place < 0 || place * 8 + to > packet.end * 8) return undefined
  let value = 0
  for (let bit = from; bit < to; bit++) value = value * 2 + (((packet.bytes[place + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1)
  return value
}

function fieldOf(name: string): Value {
  const [protocol = '', field = '', flag = ''] = name.split('.')
  const is4 = ({ bytes, ip }: PacketLayout) => (bytes[ip] ?? 0) >> 4 === 4
  const hex = (packet: PacketLayout, at: number, length: number) => Buffer.from(packet.bytes.subarray(at, at + length)).toString('hex')
  if (name === 'ip.proto') return (packet) => protocols[packet.protocol]
  if (name === 'ip.len') return (packet) => (is4(packet) ? bits(packet, 'ip', 16, 32) : 40 + (bits(packet, 'ip', 32, 48) ?? 0))
  if (name === 'ip.ttl') return (packet) => (is4(packet) ? bits(packet, 'ip', 64, 72) : bits(packet, 'ip', 56, 64))
  if (name === 'ip.src') return (packet) => (is4(packet) ? hex(packet, packet.ip + 12, 4) : hex(packet, packet.ip + 8, 16))
  if (name === 'ip.dst') return (packet) => (is4(packet) ? hex(packet, packet.ip + 16, 4) : hex(packet, packet.ip + 24, 16))
  if (field === 'srcport') return (packet) => bits(packet, protocol, 0, 16)
  if (field === 'dstport') return (packet) => bits(packet, protocol, 16, 32)
  if (name === 'icmp.type' || name === 'icmp.code')
    return (packet) => bits(packet, 'icmp', field === 'type' ? 0 : 8, field === 'type' ? 8 : 16)
  if (field === 'flags' && flags.includes(flag))
    return (packet) => bits(packet, 'tcp', 111 - flags.indexOf(flag), 112 - flags.indexOf(flag))
  throw new Error(`${name} is no field`)
}
