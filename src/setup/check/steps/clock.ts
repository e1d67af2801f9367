// Step 7: does the router's clock agree with this machine's?
import type { CheckFinding } from '../../../contract/router-check.ts'
import { finding, judged, skipped, waiting } from '../step.ts'
import type { StepJudge } from '../surroundings.ts'
import { spanText } from '../wording.ts'

/** Headers count whole seconds and datagrams take their time: this much is nothing. */
const toleratedMs = 5000
const seriousMs = 60_000
/** A zone's offset is a multiple of a quarter of an hour (IANA time zone database), up to 14 hours. */
const quarterMs = 900_000
const longestZoneMs = 50_400_000

export const clockStep: StepJudge = ({ datagrams, protocols, clockMs }) => {
  if (datagrams === 0) return waiting('clock', 'Waits for datagrams.')
  if (clockMs === null) {
    const isSflow = protocols.length > 0 && protocols.every(({ protocol }) => protocol === 'sflow5')
    return isSflow
      ? skipped('clock', 'sFlow does not tell the time of the agent.')
      : waiting('clock', 'Waits for a datagram that tells the time.')
  }
  const found = Math.abs(clockMs) > toleratedMs ? [clockOff(clockMs)] : []
  return judged('clock', `The clocks agree to ${spanText(Math.max(1000, Math.abs(clockMs)))}.`, found)
}

function clockOff(clockMs: number): CheckFinding {
  const side = clockMs > 0 ? 'ahead of' : 'behind'
  const zone = isZone(clockMs) ? ' It is a whole number of quarters of an hour: the router may hold its local time for UTC.' : ''
  return finding('clock_off', Math.abs(clockMs) > seriousMs ? 'failed' : 'warning', {
    text: `The router's clock is ${spanText(clockMs)} ${side} this machine's.${zone}`,
    advice:
      'Let both take their time from NTP. The command shows this machine’s clock and turns NTP on; on the router set an NTP server, and its time zone.',
    command: 'timedatectl set-ntp true && timedatectl',
    values: { seconds: Math.round(clockMs / 1000) },
  })
}

function isZone(clockMs: number): boolean {
  const size = Math.abs(clockMs)
  const rest = size % quarterMs
  return size > quarterMs / 2 && size <= longestZoneMs && Math.min(rest, quarterMs - rest) < seriousMs
}
