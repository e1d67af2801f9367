// What values each dimension takes in the text of a filter, how they are written, and which words stand for them.
import { formatIpAddress, formatIpPrefix, ipPrefix, parsePrefixOrAddress, type IpPrefix } from '../../base/ip-prefix.ts'
import { flowColumn } from '../../contract/flow-columns.ts'
import { protocolWords, tcpFlagBits } from '../../contract/packet-filter.ts'
import type { BaseDimension, ColumnDimension, TimeDimension } from '../flow-dimensions.ts'
import { namesOf } from '../dimension-names.ts'
import { protocolName, protocolNames, tcpFlagNames } from '../protocol-names.ts'
import { quotedValue } from './quoted-values.ts'

export type FlowValue = string | number | bigint

export interface ValueRules {
  /** For people: `a value of src_port (0 to 65535)`. */
  readonly what: string
  readonly expected: readonly string[]
  /** Words for values. */
  readonly words: readonly string[]
  /** Undefined for what is no value. */
  readonly read: (text: string) => FlowValue | undefined
  readonly print: (value: FlowValue) => string
  /** Whether `like` can be asked. */
  readonly isText: boolean
  /** Whether the first is not behind the second; only where ranges can be asked. */
  readonly inOrder?: (first: FlowValue, second: FlowValue) => boolean
}

/** The longest value that any dimension has: a list of all TCP flags by name. More is no value. */
const longestValue = 64

/** The rules of a dimension. */
export function valuesOf(dimension: BaseDimension): ValueRules {
  const rules = rulesOf(dimension)
  return { ...rules, read: (text) => (text.length > longestValue ? undefined : rules.read(text)) }
}

function rulesOf(dimension: BaseDimension): ValueRules {
  if (dimension.type === 'time') return times(dimension)
  if (dimension.type === 'constant') return typeof dimension.value === 'number' ? wholeNumbers : texts
  switch (dimension.kind) {
    case 'number':
      return numbers(dimension)
    case 'address':
      return addresses
    case 'mac':
      return macs
    case 'code':
    case 'word':
      return codes(dimension)
    case 'country':
      return countries
    case 'protocol':
      return protocolTexts
    case 'tcp_flags':
      return flagTexts
    default:
      return ids
  }
}

const numbersInOrder = (first: FlowValue, second: FlowValue) => first <= second

const wholeNumbers: ValueRules = {
  what: 'a whole number',
  expected: ['0', '1'],
  words: [],
  read: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined),
  print: String,
  isText: false,
  inOrder: numbersInOrder,
}

const texts: ValueRules = {
  what: 'a text',
  expected: ['"text"'],
  words: [],
  read: (text) => text,
  print: (value) => quotedValue(String(value)),
  isText: true,
}

const largest: Readonly<Record<string, number>> = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff }

function numbers(dimension: ColumnDimension): ValueRules {
  const most = largest[flowColumn[dimension.column].kind] ?? Number.MAX_SAFE_INTEGER
  const words = numberWords(dimension)
  const isAs = dimension.column === 'src_as' || dimension.column === 'dst_as'
  return {
    what: `a value of ${namesOf(dimension)[0]} (0 to ${most}${words.size === 0 ? '' : ', or a name'})`,
    expected: words.size === 0 ? examples(most) : [...words.keys()].slice(0, 6),
    words: [...words.keys()],
    read: (text) => {
      const known = words.get(text.toLowerCase())
      return known ?? numberAt(isAs ? text.replace(/^as(?=\d)/i, '') : text, most)
    },
    print: (value) => [...words].find(([, number]) => number === value)?.[0] ?? String(value),
    isText: false,
    inOrder: numbersInOrder,
  }
}

const examples = (most: number) => (most > 0xffff ? ['13335', '64500-64510', '{1, 2}'] : ['53', '0-100', '{53, 123}'])

function numberWords(dimension: ColumnDimension): ReadonlyMap<string, number> {
  return dimension.column === 'protocol' ? protocols : new Map()
}

/** Those of the packet language come first: they are printed. */
const protocols: ReadonlyMap<string, number> = new Map([
  ...Object.entries(protocolWords),
  ...protocolNames.flatMap((name, number): [string, number][] => {
    const word = name.toLowerCase()
    return name === '' || Object.hasOwn(protocolWords, word) ? [] : [[word, number]]
  }),
])

function numberAt(text: string, most: number): number | undefined {
  if (!/^(?:\d{1,16}|0x[\da-f]{1,13})$/i.test(text)) return undefined
  const value = Number(text)
  return value <= most ? value : undefined
}

const addresses: ValueRules = {
  what: 'an address or a prefix',
  expected: ['203.0.113.7', '203.0.113.0/24', '2001:db8::/32', '{203.0.113.0/24, 2001:db8::/32}'],
  words: [],
  read: (text) => {
    const prefix = parsePrefixOrAddress(text)?.prefix
    return prefix && prefixText(unmapped(prefix))
  },
  // Flows print an address that they do not have as nothing.
  print: (value) => (value === '' ? '::' : (addresses.read(String(value)) ?? value).toString()),
  isText: true,
  inOrder: (first, second) => addressKey(first) <= addressKey(second) && isFour(first) === isFour(second),
}

const isFour = (address: FlowValue) => !String(address).includes(':')

/** One that orders addresses of the same family; nothing is behind a prefix. */
function addressKey(address: FlowValue): string {
  const prefix = parsePrefixOrAddress(String(address))?.prefix
  return isPrefix(address) || prefix === undefined ? '' : Buffer.from(prefix.bytes).toString('hex')
}

/** Whether a value of an address is more than one address. */
export function isPrefix(value: FlowValue): boolean {
  return String(value).includes('/')
}

/** Flows keep IPv4 as IPv6 of ::ffff:0:0/96, so that is how it can be written too. */
function unmapped(prefix: IpPrefix): IpPrefix {
  const { bytes, length } = prefix
  const isMapped = length >= 96 && bytes.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff))
  return bytes.length === 16 && isMapped ? ipPrefix(bytes.slice(12), length - 96) : prefix
}

function prefixText(prefix: IpPrefix): string {
  return prefix.length === prefix.bytes.length * 8 ? formatIpAddress(prefix.bytes) : formatIpPrefix(prefix)
}

const noMac = '00:00:00:00:00:00'

const macs: ValueRules = {
  what: 'a MAC address',
  expected: ['02:00:5e:10:00:01'],
  words: [],
  read: (text) => {
    if (!/^[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}$/i.test(text)) return undefined
    const mac = text.toLowerCase().replaceAll('-', ':')
    return mac === noMac ? '' : mac
  },
  print: (value) => (value === '' ? noMac : String(value)),
  isText: true,
}

const unknown = 'unknown'

/** Words of an Enum8; `unknown` is nothing where the dimension prints it so. */
function codes(dimension: ColumnDimension): ValueRules {
  const words = [...flowColumn[dimension.column].type.matchAll(/'(\w+)' =/g)].map(([, word = '']) => word)
  return {
    what: `a value of ${namesOf(dimension)[0]}`,
    expected: words,
    words,
    read: (text) => {
      const word = text === '' ? unknown : text.toLowerCase()
      if (!words.includes(word)) return undefined
      return dimension.kind === 'code' && word === unknown ? '' : word
    },
    print: (value) => (value === '' ? unknown : String(value)),
    isText: true,
  }
}

const countries: ValueRules = {
  what: 'a country by its two letters (ISO 3166-1)',
  expected: ['DE', 'US', '{DE, AT, CH}', unknown],
  words: [unknown],
  read: (text) => (text.toLowerCase() === unknown || text === '' ? '' : /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined),
  print: (value) => (value === '' ? unknown : String(value)),
  isText: true,
}

const protocolTexts: ValueRules = {
  what: 'an IP protocol by its name',
  expected: ['tcp', 'udp', 'icmp'],
  words: [...protocols.keys()],
  read: (text) => {
    const number = protocols.get(text.toLowerCase()) ?? numberAt(text, 0xff)
    return number === undefined ? undefined : protocolName(number)
  },
  print: (value) => (/^[\w-]+$/.test(String(value)) ? String(value) : quotedValue(String(value))),
  isText: true,
}

const flagTexts: ValueRules = {
  what: 'TCP flags by their names, such as "SYN,ACK"',
  expected: ['"SYN"', '"SYN,ACK"'],
  words: [],
  read: (text) => {
    const names = text === '' ? [] : text.toUpperCase().split(',')
    const known: readonly string[] = tcpFlagNames
    return names.every((name) => known.includes(name)) ? tcpFlagNames.filter((name) => names.includes(name)).join(',') : undefined
  },
  print: (value) => quotedValue(String(value)),
  isText: true,
}

const ids: ValueRules = {
  what: 'the id of a rule (32 hex digits), its name, any or none',
  expected: ['any', 'none', '{id, id}'],
  words: ['any', 'none'],
  read: (text) => (/^[\da-f]{32}$/i.test(text) ? text.toLowerCase() : undefined),
  print: String,
  isText: false,
}

/** RFC 3339; a date alone is its midnight in UTC. The longest fraction is what a JavaScript number of milliseconds holds. */
const timePattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d))?$/i

function times({ scalar }: TimeDimension): ValueRules {
  return {
    what: 'a time such as 2026-01-01T00:00:00Z',
    expected: ['2026-01-01T00:00:00Z', '2026-01-01'],
    words: [],
    read: (text) => {
      const milliseconds = timePattern.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN
      return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000
    },
    print: (value) => {
      const text = timeText(Number(value))
      return scalar === 'Date' ? text.replace(/T00:00:00Z$/, '') : text
    },
    isText: false,
    inOrder: numbersInOrder,
  }
}

/** RFC 3339 in UTC; fractions only where there are some. */
export function timeText(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().replace('.000Z', 'Z')
}

/** Bits of the TCP flags by the names that a filter takes. AE is in no packet filter. */
export const flagBits: ReadonlyMap<string, number> = new Map([
  ...Object.entries(tcpFlagBits),
  ...tcpFlagNames.flatMap((name, bit): [string, number][] =>
    Object.hasOwn(tcpFlagBits, name.toLowerCase()) ? [] : [[name.toLowerCase(), 1 << bit]],
  ),
])

/** Whether its bits have names. */
export function hasFlags(dimension: BaseDimension): boolean {
  return dimension.type === 'column' && dimension.column === 'tcp_flags' && dimension.kind === 'number'
}
