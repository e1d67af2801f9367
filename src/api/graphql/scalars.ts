// The custom scalars of the original's schema, all in lower case but Time and Date (contract §2.3).
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql/index.js'

const integerRanges = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const

function invalid(name: string, value: unknown): GraphQLError {
  return new GraphQLError(`${name} cannot represent ${JSON.stringify(value) ?? String(value)}`)
}

/** A number where it is exact, otherwise a bigint; the answer prints both as a JSON number. */
export function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function integer(name: keyof typeof integerRanges): GraphQLScalarType {
  const [least, most] = integerRanges[name]
  const check = (value: unknown) => {
    const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
    if (!whole || value < least || value > most) throw invalid(name, typeof value === 'bigint' ? value.toString() : value)
    return typeof value === 'bigint' ? exactNumber(value) : value
  }
  const parseLiteral = (node: ValueNode) => {
    if (node.kind !== Kind.INT) throw invalid(name, literalText(node))
    return check(BigInt(node.value))
  }
  return new GraphQLScalarType({ name, serialize: check, parseValue: check, parseLiteral })
}

function real(name: 'float32' | 'float64'): GraphQLScalarType {
  const check = (value: unknown) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(name, value)
    return value
  }
  const parseLiteral = (node: ValueNode) => {
    if (node.kind !== Kind.FLOAT && node.kind !== Kind.INT) throw invalid(name, literalText(node))
    return check(Number(node.value))
  }
  return new GraphQLScalarType({ name, serialize: check, parseValue: check, parseLiteral })
}

function plain(name: string, type: 'string' | 'boolean', kind: Kind.STRING | Kind.BOOLEAN): GraphQLScalarType {
  const check = (value: unknown) => {
    if (typeof value !== type) throw invalid(name, value)
    return value
  }
  const parseLiteral = (node: ValueNode) => {
    if (node.kind !== kind) throw invalid(name, literalText(node))
    return node.value
  }
  return new GraphQLScalarType({ name, serialize: check, parseValue: check, parseLiteral })
}

const literalText = (node: ValueNode) => ('value' in node ? String(node.value) : node.kind)

// RFC 3339; a date alone is its midnight in UTC.
const timePattern = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))?$/

/** Seconds since 1970 inside, text outside. */
function time(name: 'Time' | 'Date', print: (seconds: number) => string): GraphQLScalarType {
  const parse = (value: unknown) => {
    const milliseconds = typeof value === 'string' && timePattern.test(value) ? Date.parse(value.toUpperCase()) : NaN
    if (Number.isNaN(milliseconds)) throw invalid(name, value)
    return milliseconds / 1000
  }
  const parseLiteral = (node: ValueNode) => {
    if (node.kind !== Kind.STRING) throw invalid(name, literalText(node))
    return parse(node.value)
  }
  return new GraphQLScalarType({ name, serialize: (value) => print(Number(value)), parseValue: parse, parseLiteral })
}

/** RFC 3339 in UTC without fractions. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** All of them by name. */
export function createScalars(): Record<string, GraphQLScalarType> {
  const integers = Object.keys(integerRanges).map((name) => integer(name as keyof typeof integerRanges))
  const list = [
    ...integers,
    real('float32'),
    real('float64'),
    plain('string', 'string', Kind.STRING),
    plain('bytes', 'string', Kind.STRING),
    plain('bool', 'boolean', Kind.BOOLEAN),
    time('Time', timeText),
    time('Date', (seconds) => timeText(seconds).slice(0, 'YYYY-MM-DD'.length)),
  ]
  return Object.fromEntries(list.map((scalar) => [scalar.name, scalar]))
}
