// Which registered prefix covers one that somebody typed, and what may be done inside it. Pure. Only tells beforehand what
// to expect: the server's guard decides.
import { driverPurposes, type OwnedPrefix, type Purpose } from '../../contract/owned-prefix.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { ipv4 } from './prefix-list.ts'

const text = advertisingMessages.announce

interface Block {
  readonly bits: 32 | 128
  readonly value: bigint
  readonly length: number
}

function ipv6Value(address: string): bigint | undefined {
  const candidate = `http://[${address}]/`
  if (!/^[0-9a-f:.]+$/i.test(address) || !URL.canParse(candidate)) return undefined
  // The browser's spelling: groups of hex digits, at most one `::`, no dots.
  const [head = '', tail] = new URL(candidate).hostname.slice(1, -1).split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const front = groups(head)
  const back = groups(tail ?? '')
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back]
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

/** An address or prefix as a number; undefined for what is none. */
export function readBlock(typed: string): Block | undefined {
  const [address = '', length, ...more] = typed.trim().split('/')
  const four = ipv4.test(address)
  const value = four ? address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n) : ipv6Value(address)
  const bits = four ? 32 : 128
  const wanted = length ?? String(bits)
  if (more.length > 0 || value === undefined || !/^\d{1,3}$/.test(wanted) || Number(wanted) > bits) return undefined
  return { bits, value, length: Number(wanted) }
}

/** Whether one block holds all of the other. */
export function covers(outer: Block, inner: Block): boolean {
  const shift = BigInt(outer.bits - outer.length)
  return outer.bits === inner.bits && inner.length >= outer.length && outer.value >> shift === inner.value >> shift
}

/** The longest registered prefix around what was typed. */
export function coveringPrefix(typed: string, owned: readonly OwnedPrefix[]): OwnedPrefix | undefined {
  const inner = readBlock(typed)
  if (inner === undefined) return undefined
  const around = owned.filter(({ cidr }) => {
    const outer = readBlock(cidr)
    return outer !== undefined && covers(outer, inner)
  })
  return around.toSorted((a, b) => (readBlock(b.cidr)?.length ?? 0) - (readBlock(a.cidr)?.length ?? 0))[0]
}

const canDo = ({ drivers }: OwnedPrefix, purpose: Purpose) => drivers.some((driver) => driverPurposes[driver].includes(purpose))

/** What may be announced inside a registered prefix, one phrase for each purpose. */
export function allowedInside(owned: OwnedPrefix): readonly string[] {
  const block = readBlock(owned.cidr)
  if (block === undefined) return []
  const { divert_max_length: divert, blackhole_min_length: blackhole } = owned
  return [
    ...(canDo(owned, 'divert') ? [text.allowed.divert(block.length, divert)] : []),
    ...(blackhole !== null && canDo(owned, 'blackhole') ? [text.allowed.blackhole(blackhole, block.bits)] : []),
    ...(owned.flowspec && canDo(owned, 'flowspec') ? [text.allowed.flowspec] : []),
  ]
}

/** What a rule asks for when it fires: its prefixes themselves, the registered ones around them, or attacked hosts. */
export type RuleReach = 'itself' | 'around' | 'hosts'

function mayAnnounce(prefix: string, owned: OwnedPrefix, reach: RuleReach): boolean {
  if (!owned.automatic || owned.locked) return false
  if (reach === 'hosts') return owned.blackhole_min_length !== null && canDo(owned, 'blackhole')
  const fits = reach === 'around' || (readBlock(prefix)?.length ?? 0) <= owned.divert_max_length
  return fits && canDo(owned, 'divert')
}

/** Prefixes of a rule that it could have announced, and those that it could not. */
export function splitAdvertisable(
  prefixes: readonly string[],
  owned: readonly OwnedPrefix[],
  reach: RuleReach,
): { readonly inside: readonly string[]; readonly outside: readonly string[] } {
  const able = new Set(
    prefixes.filter((prefix) => {
      const cover = coveringPrefix(prefix, owned)
      return cover !== undefined && mayAnnounce(prefix, cover, reach)
    }),
  )
  return { inside: prefixes.filter((prefix) => able.has(prefix)), outside: prefixes.filter((prefix) => !able.has(prefix)) }
}
