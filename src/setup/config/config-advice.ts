// Advises sampling and timeouts for a link's speed and an exporter, with the reasons (contract §1.7).
import type { ConfigAdvice, ConfigProtocol } from '../../contract/router-config.ts'
import type { GuideVariant } from './guide.ts'

/** Within the ranges of contract §1.7: 1:100 to 1:500 for little traffic, 1:1000 to 1:2000 for more, up to 1:4000 for much. */
const bySpeed = [
  { mbps: 100, sampling: 100 },
  { mbps: 1000, sampling: 500 },
  { mbps: 10_000, sampling: 1000 },
  { mbps: 40_000, sampling: 2000 },
]
const fastestSampling = 4000
/** Accuracy is poor beyond it. */
const mostUseful = 5000
/** Up to here a program on a server's processor keeps a table of every packet's flow. */
const softwareMbps = 1000
/** Seconds: a longer active timeout delays a rule of one minute. */
const usualTimeouts = { active: 60, inactive: 30 }

export function configAdvice(variant: GuideVariant, protocol: ConfigProtocol, linkMbps: number): ConfigAdvice {
  const { sampling, reason } = samplingAdvice(variant, protocol, linkMbps)
  if (protocol === 'sflow5') {
    const reasons = [reason, 'sFlow sends samples as they are taken: it has no timeouts.']
    return { sampling, active_timeout: 0, inactive_timeout: 0, reasons }
  }
  const { active, inactive } = variant.timeouts ?? usualTimeouts
  const reasons = [reason, ...timeoutReasons(active, inactive)]
  return { sampling, active_timeout: active, inactive_timeout: inactive, reasons }
}

/** A sentence for a rate that was asked for against advice. */
export function samplingRemark(sampling: number): string[] {
  if (sampling <= mostUseful) return []
  return [`1 packet in ${sampling} is too few for good figures: beyond 1 in ${mostUseful} small attacks are missed.`]
}

function samplingAdvice(variant: GuideVariant, protocol: ConfigProtocol, linkMbps: number): { sampling: number; reason: string } {
  if (!variant.samples.includes(protocol)) return { sampling: 1, reason: 'It looks at every packet, so nothing has to be estimated.' }
  const speed = linkSpeed(linkMbps)
  if (variant.software === true && protocol !== 'sflow5' && linkMbps <= softwareMbps) {
    return { sampling: 1, reason: `A processor keeps up with every packet of ${speed}, so nothing has to be estimated.` }
  }
  const wanted = bySpeed.find(({ mbps }) => linkMbps <= mbps)?.sampling ?? fastestSampling
  const sampling = Math.min(Math.max(wanted, variant.rates?.least ?? 1), variant.rates?.most ?? wanted)
  if (sampling > wanted) return { sampling, reason: `1 packet in ${sampling} is as often as this system can look.` }
  if (sampling < wanted) return { sampling, reason: `1 packet in ${sampling} is as seldom as this system can look.` }
  return { sampling, reason: `1 packet in ${sampling} is enough for ${speed}: exact within a few per cent, and light on the router.` }
}

function timeoutReasons(active: number, inactive: number): string[] {
  return [
    active > usualTimeouts.active
      ? `A flow that goes on is told of every ${active} s, the least this system can: a rule of one minute hears of it late.`
      : `A flow that goes on is told of every ${active} s: a longer timeout delays a rule of one minute.`,
    `A flow that is silent for ${inactive} s is over, and its record is sent.`,
  ]
}

function linkSpeed(mbps: number): string {
  return mbps >= 1000 ? `a link of ${mbps / 1000} Gbit/s` : `a link of ${mbps} Mbit/s`
}
