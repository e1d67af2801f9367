// Parts of UPDATE messages for tests, and what fast-check makes them of.
import * as fc from 'fast-check'
import type { LargeCommunity, PathAttributes } from '../bgp/bgp-attributes.ts'
import { addressLength, isFlowSpec, type BgpFamily } from '../bgp/bgp-family.ts'
import { componentType, encodeFlowSpec, type FlowSpecComponent } from '../bgp/bgp-flowspec.ts'
import { prefixNlri, type BgpPrefix, type Nlri } from '../bgp/bgp-nlri.ts'
import { hex } from './bytes.ts'

/** As for a neighbour of another AS: 192.0.2.1 is the next hop, 64500 the only AS. */
export const plainAttributes: PathAttributes = {
  origin: 'IGP',
  asPath: [64_500],
  nextHop: hex('c0000201'),
  med: null,
  localPref: null,
  communities: [],
  largeCommunities: [],
  extendedCommunities: [],
}

/** `203.0.113.0/24` is `prefix4('cb007100', 24)`. */
export function prefix4(bytes: string, length: number): BgpPrefix {
  return { family: 4, bytes: hex(bytes), length }
}

/** The first bytes of an IPv6 prefix; the others are 0. */
export function prefix6(first: string, length: number): BgpPrefix {
  return { family: 6, bytes: hex(first.replaceAll(' ', '').padEnd(32, '0')), length }
}

/** Prefixes without bits behind their length. */
export function anyPrefix(family: 4 | 6): fc.Arbitrary<BgpPrefix> {
  const size = family === 4 ? 4 : 16
  return fc.tuple(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat(size * 8)).map(([bytes, length]) => ({
    family,
    bytes: bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - index * 8)))),
    length,
  }))
}

const anyValue = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffffffff))

/** The first operand is joined to nothing. */
function operands<T extends { readonly and: boolean }>(operand: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc
    .array(operand, { minLength: 1, maxLength: 6 })
    .map((list) => list.map((each, index) => (index === 0 ? { ...each, and: false } : each)))
}

const anyNumeric = operands(
  fc.record({ and: fc.boolean(), less: fc.boolean(), greater: fc.boolean(), equal: fc.boolean(), value: anyValue }),
)
const anyBitmask = operands(fc.record({ and: fc.boolean(), not: fc.boolean(), all: fc.boolean(), value: anyValue }))

function anyComponent(type: number, family: 4 | 6): fc.Arbitrary<FlowSpecComponent> {
  if (type <= componentType.source) return anyPrefix(family).chain((prefix) => anyPattern(type, prefix))
  if (type === componentType.tcpFlags || type === componentType.fragment)
    return anyBitmask.map((operands) => ({ kind: 'bitmask', type, operands }))
  return anyNumeric.map((operands) => ({ kind: 'numeric', type, operands }))
}

/** In IPv6 also with bits at the start that do not count, which are 0 then. */
function anyPattern(type: number, prefix: BgpPrefix): fc.Arbitrary<FlowSpecComponent> {
  const offsets = prefix.family === 6 && prefix.length > 0 ? fc.nat(prefix.length - 1) : fc.constant(0)
  return offsets.map((offset) => {
    const bytes = prefix.bytes.map((byte, index) => byte & (0xff >> Math.min(8, Math.max(0, offset - index * 8))))
    return { kind: 'prefix', type, prefix: { ...prefix, bytes }, offset }
  })
}

/** Rules of any components in the order of their types. */
export function anyFlowSpec(family: 4 | 6): fc.Arbitrary<FlowSpecComponent[]> {
  const types = Array.from({ length: family === 4 ? 12 : 13 }, (_, index) => index + 1)
  return fc.subarray(types, { minLength: 1 }).chain((chosen) => fc.tuple(...chosen.map((type) => anyComponent(type, family))))
}

export function anyNlri(family: BgpFamily): fc.Arbitrary<Nlri> {
  const version = addressLength(family) === 4 ? 4 : 6
  return isFlowSpec(family) ? anyFlowSpec(version).map(encodeFlowSpec) : anyPrefix(version).map(prefixNlri)
}

const word = fc.nat(0xffffffff)
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

function anyNextHop(family: BgpFamily): fc.Arbitrary<Uint8Array | null> {
  if (isFlowSpec(family)) return fc.constant(null)
  return family === 'ipv4' ? bytesOf(4) : fc.oneof(bytesOf(16), bytesOf(32))
}

export function anyAttributes(family: BgpFamily): fc.Arbitrary<PathAttributes> {
  return fc.record({
    origin: fc.constantFrom('IGP' as const, 'EGP' as const, 'INCOMPLETE' as const),
    asPath: fc.array(fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffffffff })), { maxLength: 300 }),
    nextHop: anyNextHop(family),
    med: fc.option(word),
    localPref: fc.option(word),
    communities: fc.array(word, { maxLength: 80 }),
    largeCommunities: fc.array(fc.tuple(word, word, word) as fc.Arbitrary<LargeCommunity>, { maxLength: 30 }),
    extendedCommunities: fc.array(bytesOf(8), { maxLength: 40 }),
  })
}
