// What of the notes makes a finding: how much of it is notable, and the sentence with its figures.
import type { JunkFinding, JunkKind, Share } from '../../contract/signature.ts'
import { shareOf } from '../shares.ts'
import { percentText } from '../share-text.ts'
import { looked, reasonList } from './junk-reasons.ts'
import { entropyOf } from './payload-look.ts'
import type { SideNotes } from './side-notes.ts'

/** One kind of junk as one side has it. */
interface JunkSight {
  readonly share: Share
  /** Sentence with figures. */
  readonly text: string
  /** False: not notable, whatever the share is. */
  readonly likely: boolean
}

/** Shares from which on a kind is told. What single packets of every network have is below. */
const leastShare: Readonly<Record<JunkKind, number>> = {
  random_payload: 0.5,
  constant_payload: 0.5,
  checksum: 0.02,
  impossible_flags: 0.01,
  spoofed_sources: 0.5,
  bogon_sources: 0.01,
  one_ttl: 0.9,
  malformed: 0.01,
}

/** Packets that could be looked at, below which nothing is told. */
const leastPackets = 20
/** A baseline with this part of the attack's share has it as well. */
const asMuch = 0.7

/** A finding, or null for what is not notable. */
export function notable(kind: JunkKind, attack: JunkSight, baseline: JunkSight | null): JunkFinding | null {
  const { share, likely, text } = attack
  if (!likely || share.of < leastPackets || share.share < leastShare[kind]) return null
  const same = baseline?.likely === true && baseline.share.of >= leastPackets && baseline.share.share >= share.share * asMuch
  // Wrong checksums that both have are worth knowing: they come of where the packets were captured.
  if (same && kind !== 'checksum') return null
  return { kind, why: `${text} ${besideText(kind, baseline, same)}`, share, baseline: baseline?.share ?? null }
}

function besideText(kind: JunkKind, baseline: JunkSight | null, same: boolean): string {
  if (baseline === null) return 'There is no baseline to compare with.'
  if (baseline.share.of < leastPackets) return 'The baseline has too few such packets to compare with.'
  const figure = `Of the baseline it is ${percentText(baseline.share.share)}`
  if (!same) return `${figure}.`
  return kind === 'checksum'
    ? `${figure}: so it says nothing. Packets captured on their own host have no checksums yet; capture on the wire.`
    : `${figure}: so it says nothing.`
}

const count = (number: number) => number.toLocaleString('en-US').replaceAll(',', ' ')

/** `SYN with FIN 3 %, no flag at all 1 %`: reasons of a kind with their shares, the commonest first. */
function reasonsText(side: SideNotes, kind: JunkKind, look: number): string {
  const shares = reasonList
    .filter((reason) => reason.kind === kind)
    .map(({ bit, text }) => {
      const { hits, of } = side.count(look, bit)
      return { text, share: of === 0 ? 0 : hits / of }
    })
    .filter(({ share }) => share > 0)
    .toSorted((one, other) => other.share - one.share)
  return shares.map(({ text, share }) => `${text} ${percentText(share)}`).join(', ')
}

const bitsOf = (kind: JunkKind) => reasonList.filter((reason) => reason.kind === kind).reduce((bits, { bit }) => bits | bit, 0)

function byReason(side: SideNotes, kind: JunkKind, look: number): { readonly share: Share; readonly reasons: string } {
  const { hits, of } = side.count(look, bitsOf(kind))
  return { share: shareOf(hits, of), reasons: reasonsText(side, kind, look) }
}

/** Sources from which on one TTL, or evenness, is no coincidence; and their first bytes. */
const manySources = { sources: 50, octets: 20 } as const

function randomPayload(side: SideNotes): JunkSight {
  const { share } = byReason(side, 'random_payload', looked.payload)
  const text =
    `${percentText(share.share)} of ${count(share.of)} payloads of 32 bytes and more cannot be told from random bytes by a ` +
    `chi-square test (all together have ${entropyOf(side.payload.pool).toFixed(2)} bits a byte, 8 is random). ` +
    'Encrypted and compressed payload looks the same.'
  return { share, text, likely: true }
}

/** All the same byte, or the same payload in most packets. */
function constantPayload(side: SideNotes): JunkSight {
  const one = byReason(side, 'constant_payload', looked.constant).share
  const same = side.commonest('payload', looked.constant)
  if (one.hits >= same.hits) {
    const text = `${percentText(one.share)} of ${count(one.of)} payloads are one byte again and again.`
    return { share: one, text, likely: true }
  }
  const share = shareOf(same.hits, same.of)
  return { share, text: `${percentText(share.share)} of ${count(same.of)} payloads are the same one.`, likely: true }
}

function checksum(side: SideNotes): JunkSight {
  const { share, reasons } = byReason(side, 'checksum', looked.checksum)
  const unfinished = side.count(looked.unfinished, 0).of
  const left = unfinished === 0 ? '' : ` ${count(unfinished)} more have only begun theirs, as a host leaves them to its network card.`
  const text = `${percentText(share.share)} of ${count(share.of)} packets have wrong checksums (${reasons}): no host would take them.${left}`
  return { share, text, likely: true }
}

function impossibleFlags(side: SideNotes): JunkSight {
  const { share, reasons } = byReason(side, 'impossible_flags', looked.tcp)
  return {
    share,
    text: `${percentText(share.share)} of ${count(share.of)} TCP packets have flags that no connection has: ${reasons}.`,
    likely: true,
  }
}

/** Nearly every packet has a source of its own, and something else speaks for it that they are made up. */
function spoofedSources(side: SideNotes): JunkSight {
  const { sources, packets, rare, octets, evenness } = side.sources.figures()
  const bogons = byReason(side, 'bogon_sources', 0).share
  const ttl = side.commonest('ttl', 0)
  const ttlShare = ttl.of === 0 ? 0 : ttl.hits / ttl.of
  const signs = [
    ...(evenness >= 7.8 && octets >= 128
      ? [`they spread over the address space as evenly as chance (${evenness.toFixed(2)} of 8 bits of the first byte)`]
      : []),
    ...(bogons.share >= 0.05 ? [`${percentText(bogons.share)} are in networks that nobody has`] : []),
    ...(ttlShare >= 0.9 ? [`${percentText(ttlShare)} came with TTL ${ttl.value}, from near and far alike`] : []),
    ...(side.hasEvenPorts() ? ['source ports are even over all 65 536, which no system does'] : []),
  ]
  const share = shareOf(rare, packets)
  const text =
    `${percentText(share.share)} of the packets have a source that was seen no more than twice (about ${count(sources)} sources), ` +
    `and ${signs.join('; ')}. A filter by source is worth nothing here.`
  return { share, text, likely: sources >= manySources.sources && signs.length > 0 }
}

function bogonSources(side: SideNotes): JunkSight {
  const { share } = byReason(side, 'bogon_sources', 0)
  const text = `${percentText(share.share)} of ${count(share.of)} packets have sources in private, reserved or multicast networks, which nobody on the Internet has.`
  return { share, text, likely: true }
}

function oneTtl(side: SideNotes): JunkSight {
  const { value, hits, of } = side.commonest('ttl', 0)
  const { sources, octets } = side.sources.figures()
  const share = shareOf(hits, of)
  const text = `${percentText(share.share)} of ${count(of)} packets have TTL ${value}, of about ${count(sources)} sources: from many places it would differ.`
  return { share, text, likely: sources >= manySources.sources && octets >= manySources.octets }
}

function malformed(side: SideNotes): JunkSight {
  const { share, reasons } = byReason(side, 'malformed', 0)
  return { share, text: `${percentText(share.share)} of ${count(share.of)} packets cannot be meant as they are: ${reasons}.`, likely: true }
}

export const junkLooks: Readonly<Record<JunkKind, (side: SideNotes) => JunkSight>> = {
  random_payload: randomPayload,
  constant_payload: constantPayload,
  checksum,
  impossible_flags: impossibleFlags,
  spoofed_sources: spoofedSources,
  bogon_sources: bogonSources,
  one_ttl: oneTtl,
  malformed,
}
