// What may be registered as owned: the same rules as for announcing, before there is anything to announce.
import { formatIpPrefix, overlapsPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import { driverNames, driverPurposes, type OwnedPrefix, type OwnedPrefixFields, type Purpose } from '../contract/owned-prefix.ts'
import { AdvertisementRefused } from './advertising.ts'
import { specialSpace } from './bogons.ts'
import { announceablePrefix } from './canonical-route.ts'

/** Registered prefixes of all accounts: each request looks at all of them. */
export const mostOwnedPrefixes = 1000

/** The message is a sentence without the prefix before it. */
export class OwnedPrefixInvalid extends Error {
  override readonly name = 'OwnedPrefixInvalid'
}

export interface OwnedPrefixVerdict {
  /** With the prefix in canonical form. */
  readonly fields: OwnedPrefixFields
  readonly warnings: readonly string[]
}

/**
 * @param others of all accounts, without the one that is changed
 * @throws OwnedPrefixInvalid
 */
export function judgeOwned(
  fields: OwnedPrefixFields,
  { account, others }: { readonly account: number; readonly others: readonly Pick<OwnedPrefix, 'account' | 'cidr'>[] },
): OwnedPrefixVerdict {
  const prefix = registrablePrefix(fields.cidr)
  const cidr = formatIpPrefix(prefix)
  const objections = [...originObjections(fields.origin_as), ...driverObjections(fields), ...lengthObjections(fields, prefix)]
  const [objection] = objections
  if (objection !== undefined) throw new OwnedPrefixInvalid(objection)
  checkOthers(prefix, account, others)
  return { fields: { ...fields, cidr }, warnings: warningsOf(fields, prefix) }
}

function registrablePrefix(cidr: unknown): IpPrefix {
  try {
    return announceablePrefix(cidr)
  } catch (error) {
    if (error instanceof AdvertisementRefused) throw new OwnedPrefixInvalid(error.message, { cause: error })
    throw error
  }
}

/** AS numbers that nobody originates a route with (IANA special-purpose AS numbers, RFC 7607, RFC 6793, RFC 7300). */
const reservedAs: readonly (readonly [from: number, to: number])[] = [
  [0, 0],
  [23_456, 23_456],
  [65_535, 65_535],
  [65_552, 131_071],
  [4_294_967_295, 4_294_967_295],
]
/** For documentation (RFC 5398) and for use inside (RFC 6996). */
const insideAs: readonly (readonly [from: number, to: number])[] = [
  [64_496, 65_534],
  [65_536, 65_551],
  [4_200_000_000, 4_294_967_294],
]
const isAmong = (as: number, spans: readonly (readonly [number, number])[]) => spans.some(([from, to]) => as >= from && as <= to)

function originObjections(as: number): readonly string[] {
  if (!Number.isInteger(as) || as < 0 || as > 4_294_967_295) return ['origin_as is to be a whole number from 1 to 4294967294']
  return isAmong(as, reservedAs) ? [`origin_as ${as} is reserved; name the AS that originates the prefix`] : []
}

function driverObjections({ drivers }: OwnedPrefixFields): readonly string[] {
  const unknown = drivers.find((name) => !driverNames.includes(name))
  if (unknown !== undefined) return [`drivers are to be of ${driverNames.join(', ')}`]
  if (drivers.length === 0) return [`drivers is to name at least one of ${driverNames.join(', ')}`]
  return new Set(drivers).size < drivers.length ? ['drivers names one twice'] : []
}

function lengthObjections(fields: OwnedPrefixFields, { family, length }: IpPrefix): readonly string[] {
  const longest = family === 4 ? 32 : 128
  const isLength = (value: number) => Number.isInteger(value) && value >= length && value <= longest
  const { divert_max_length: divert, blackhole_min_length: blackhole } = fields
  return [
    ...(isLength(divert) ? [] : [`divert_max_length is to be from ${length} to ${longest}`]),
    ...(blackhole === null || isLength(blackhole) ? [] : [`blackhole_min_length is to be from ${length} to ${longest}, or null for none`]),
  ]
}

function checkOthers(prefix: IpPrefix, account: number, others: readonly Pick<OwnedPrefix, 'account' | 'cidr'>[]): void {
  if (others.length >= mostOwnedPrefixes) throw new OwnedPrefixInvalid(`${mostOwnedPrefixes} prefixes are registered; remove one first`)
  const cidr = formatIpPrefix(prefix)
  const same = others.find((other) => other.account === account && other.cidr === cidr)
  if (same !== undefined) throw new OwnedPrefixInvalid(`${cidr} is registered already`)
  const isForeign = others.some((other) => other.account !== account && overlapsText(other.cidr, prefix))
  if (isForeign) throw new OwnedPrefixInvalid(`${cidr} has addresses in common with a prefix of another account`)
}

function overlapsText(cidr: string, prefix: IpPrefix): boolean {
  const other = parseIpPrefix(cidr)
  return other !== undefined && overlapsPrefix(other.prefix, prefix)
}

function warningsOf(fields: OwnedPrefixFields, prefix: IpPrefix): readonly string[] {
  const { drivers, origin_as: as, blackhole_min_length: blackhole, flowspec, divert_max_length: divert } = fields
  const space = specialSpace(prefix)
  const usual = prefix.family === 4 ? 24 : 48
  const canNot = (purpose: Purpose) => !drivers.some((name) => driverPurposes[name].includes(purpose))
  return [
    ...(space === undefined ? [] : [`it is in ${space.cidr}, ${space.name}: announce it inside your own network only`]),
    ...(isAmong(as, insideAs) ? [`AS${as} is private or for documentation: other networks do not accept it`] : []),
    ...(divert > usual ? [`most networks do not accept prefixes longer than /${usual}`] : []),
    ...(blackhole !== null && canNot('blackhole') ? ['none of its drivers can blackhole'] : []),
    ...(flowspec && canNot('flowspec') ? ['none of its drivers can do FlowSpec'] : []),
  ]
}
