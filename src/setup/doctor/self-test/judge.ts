// What came of a leg of the self test, and where it ended.
import { formatHostPort } from '../../../base/host-port.ts'
import type { SelfTestResult } from '../../../contract/doctor.ts'
import { sentSums, type Sums, type TestLeg } from './legs.ts'

/** How far a leg has come. */
export interface LegProgress {
  /** Datagrams that were sent; null with the reason when they could not be. */
  readonly sent: number
  readonly refused: string | null
  /** Datagrams that the collectors have of it, and flows that they have decoded. */
  readonly received: number
  readonly decoded: number
  readonly stored: Sums
  /** From sending until the store had all. */
  readonly milliseconds: number
  /** What the store last said in place of an answer. */
  readonly storeFault: string | null
}

export function judgeLeg(leg: TestLeg, progress: LegProgress): SelfTestResult {
  const wanted = sentSums(leg)
  const { stored, decoded, milliseconds } = progress
  const exact = stored.flows === wanted.flows && stored.bytes === wanted.bytes && stored.packets === wanted.packets
  return {
    protocol: leg.protocol,
    listener: formatHostPort(leg.target),
    state: exact ? 'ok' : 'failed',
    sent: progress.refused === null ? wanted.flows : 0,
    decoded,
    stored: stored.flows,
    exact,
    milliseconds: Math.round(milliseconds),
    text: exact ? '' : endText(leg, wanted, progress),
  }
}

function endText(leg: TestLeg, wanted: Sums, { sent, refused, received, decoded, stored, storeFault }: LegProgress): string {
  const at = `UDP ${formatHostPort(leg.target)}`
  if (refused !== null) return `nothing could be sent from ${leg.source} to ${at}: ${refused}`
  if (stored.flows === 0 && decoded === 0) {
    if (received === 0) return `nothing arrived at the server: a firewall stops it, or another program has ${at}`
    return `${received} of ${sent} datagrams arrived, and no flow could be decoded`
  }
  if (stored.flows === 0) return `${decoded} flows were decoded and not stored${storeFault === null ? ' in time' : `: ${storeFault}`}`
  if (stored.flows !== wanted.flows) return `${wanted.flows} flows were sent and ${stored.flows} stored`
  return `${wanted.bytes} bytes in ${wanted.packets} packets were sent, ${stored.bytes} in ${stored.packets} stored`
}
