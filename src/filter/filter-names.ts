// What each name of the language means, derived from the tables of the contract.
import {
  filterFields,
  numberFields,
  protocolWords,
  type ByteBase,
  type FilterSide,
  type NumberFieldName,
} from '../contract/packet-filter.ts'

export type FieldMeaning =
  | { readonly kind: 'address'; readonly side: FilterSide }
  | { readonly kind: 'port'; readonly side: FilterSide }
  | { readonly kind: 'number'; readonly field: NumberFieldName }
  | { readonly kind: 'flags' }
  | { readonly kind: 'fragment' }
  | { readonly kind: 'bytes'; readonly base: ByteBase }
  /** A whole condition in one word. */
  | { readonly kind: 'is'; readonly field: NumberFieldName; readonly value: number }

/** Those of the table that are not fields of one number, by their first name. */
const meanings: Readonly<Record<string, FieldMeaning>> = {
  src: { kind: 'address', side: 'source' },
  dst: { kind: 'address', side: 'destination' },
  host: { kind: 'address', side: 'either' },
  'src port': { kind: 'port', side: 'source' },
  'dst port': { kind: 'port', side: 'destination' },
  port: { kind: 'port', side: 'either' },
  flags: { kind: 'flags' },
  fragment: { kind: 'fragment' },
  transport: { kind: 'bytes', base: 'transport' },
  payload: { kind: 'bytes', base: 'payload' },
}

// The keys of an object written out are its own.
const numberFieldNames = Object.keys(numberFields) as NumberFieldName[]

/** By every name, in lower case. */
export const fieldNames: ReadonlyMap<string, FieldMeaning> = new Map([
  ...filterFields.flatMap(({ names }) => {
    const meaning = meanings[names[0]]
    return meaning === undefined ? [] : names.map((name) => [name, meaning] as const)
  }),
  ...numberFieldNames.flatMap((field) => numberFields[field].names.map((name) => [name, { kind: 'number', field }] as const)),
  ...Object.entries(protocolWords).map(([name, value]) => [name, { kind: 'is', field: 'protocol', value }] as const),
  ['ip4', { kind: 'is', field: 'version', value: 4 }] as const,
  ['ip6', { kind: 'is', field: 'version', value: 6 }] as const,
])

/** The one-word condition that asks for this value, where there is one. */
export function shortName(field: NumberFieldName, value: number): string | undefined {
  for (const [name, meaning] of fieldNames) if (meaning.kind === 'is' && meaning.field === field && meaning.value === value) return name
  return undefined
}

/** Words that may stand between `src` or `dst` and an address, or its operator; they say what the address says itself. */
export const addressWords = ['host', 'net', 'ip'] as const
/** Words that make `src` and `dst` a condition on ports. */
export const portWords = ['port', 'portrange'] as const

/** What a condition may begin with, the likeliest first. */
export const conditionStarts: readonly string[] = ['src', 'dst', 'port', 'udp', 'tcp', 'len', 'not', '(']
/** All of that, to find the name that was meant. */
export const allStarts: readonly string[] = [...fieldNames.keys(), 'not'].filter((name) => !name.includes(' '))
