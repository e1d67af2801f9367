// How each kind of dimension is grouped, compared, ordered and printed. The table of dimensions names one of these.
import { protocolName, protocolNames, tcpFlagNames, tcpFlagsText } from './protocol-names.ts'

/** A printed value. Times and dates are seconds since 1970; the API gives them their text. */
export type DimensionValue = string | number | readonly string[]

export interface KindRules {
  /** SQL expression that flows are grouped by; it is what comes back. */
  readonly key: (column: string) => string
  /** SQL text of the printed value; absent where values are compared as numbers. */
  readonly text?: (column: string) => string
  /** SQL expression that sorts as people expect; the key where it is left out. */
  readonly order?: (column: string) => string
  /** From a key as it came back. */
  readonly print: (key: unknown) => DimensionValue
}

const asIs = (column: string) => column

// 0x0a0b0c0d0e0f → '0a:0b:0c:0d:0e:0f'; hex() drops leading zero bytes.
const macText = (column: string) =>
  `if(${column} = 0, '', arrayStringConcat(extractAll(leftPad(lower(hex(${column})), 12, '0'), '..'), ':'))`

function printMac(key: unknown): string {
  const value = BigInt(String(key))
  if (value === 0n) return ''
  return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':')
}

// ClickHouse prints IPv4 in IPv6 as ::ffff:192.0.2.1. Eight is the first character after that prefix, counted from one.
const addressText = (column: string) =>
  `multiIf(${column} = toIPv6('::'), '', startsWith(toString(${column}), '::ffff:') AND position(toString(${column}), '.') > 0, ` +
  `substring(toString(${column}), 8), toString(${column}))`

function printAddress(key: unknown): string {
  const text = String(key)
  if (text === '::') return ''
  return text.startsWith('::ffff:') && text.includes('.') ? text.slice('::ffff:'.length) : text
}

const codeText = (column: string) => `if(${column} = 'unknown', '', toString(${column}))`
const wordText = (column: string) => `toString(${column})`
const countryText = (column: string) => `toStringCutToZero(${column})`

const quoted = (text: string) => `'${text}'`
const knownProtocols = protocolNames.flatMap((name, number) => (name === '' ? [] : [{ name, number }]))
const protocolText = (column: string) =>
  `transform(${column}, [${knownProtocols.map(({ number }) => number).join(', ')}], ` +
  `[${knownProtocols.map(({ name }) => quoted(name)).join(', ')}], toString(${column}))`

const tcpFlagsSql = (column: string) =>
  `arrayStringConcat(arrayFilter((name, bit) -> bitAnd(${column}, bit) != 0, ` +
  `[${tcpFlagNames.map(quoted).join(', ')}], [${tcpFlagNames.map((_, bit) => 1 << bit).join(', ')}]), ',')`

export const dimensionKinds = {
  number: { key: asIs, print: Number },
  address: { key: asIs, text: addressText, print: printAddress },
  mac: { key: asIs, text: macText, print: printMac },
  /** An Enum8 whose `unknown` prints as nothing. */
  code: { key: asIs, text: codeText, order: codeText, print: (key) => (key === 'unknown' ? '' : String(key)) },
  /** An Enum8 that has a word for everything. */
  word: { key: asIs, text: wordText, order: wordText, print: String },
  country: { key: countryText, text: countryText, print: String },
  protocol: { key: asIs, text: protocolText, order: protocolText, print: (key) => protocolName(Number(key)) },
  tcp_flags: { key: asIs, text: tcpFlagsSql, order: tcpFlagsSql, print: (key) => tcpFlagsText(Number(key)) },
  /** Ids in order, so that the same set is one group. */
  ids: {
    key: (column) => `arraySort(arrayMap(id -> lower(hex(id)), ${column}))`,
    print: (key) => (Array.isArray(key) ? key.map(String) : []),
  },
} as const satisfies Record<string, KindRules>

export type DimensionKind = keyof typeof dimensionKinds
