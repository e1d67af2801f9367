// What is counted about agents and about samples of the past, under its Prometheus names.
import type { Metrics } from '../base/metrics.ts'
import type { AgentHub } from '../capture/hub/agent-hub.ts'
import { agentViolations, type AgentHubCounters } from '../capture/hub/hub-counters.ts'
import type { SampleStore } from '../capture/samples/sample-store.ts'
import type { CollectorPool } from '../collect/collector-pool.ts'

const hubTexts: Readonly<Record<Exclude<keyof AgentHubCounters, 'violations'>, readonly [name: string, help: string]>> = {
  connections: ['connections', 'Connections of agents that were accepted'],
  replaced: ['connections_replaced', 'Connections of agents that ended because another one of the same agent came'],
  silent: ['connections_silent', 'Connections of agents that were closed because nothing came from them'],
  unauthorized: ['connections_unauthorized', 'Connections with a token of no agent'],
  tooMany: ['connections_refused', 'Connections beyond the limit'],
  frames: ['frames', 'Frames of packets from agents'],
  frameBytes: ['frame_bytes', 'Bytes of these frames'],
  unkeptFrames: ['frames_unkept', 'Frames that could not be kept and come again'],
  samples: ['sample_frames', 'Frames of always-on samples from agents'],
  lateMessages: ['late_messages', 'Messages about captures that had just been forgotten'],
  enrolled: ['enrolled', 'Agents that have enrolled'],
  refusedEnrolments: ['enrolments_refused', 'Enrolments with a code that is not valid, or tried too often'],
  unsaved: ['unsaved', 'Facts about agents that could not be written to the database'],
}

export function registerHubMetrics(metrics: Metrics, hub: AgentHub): void {
  for (const [key, [name, help]] of Object.entries(hubTexts)) {
    // Object.entries forgets the keys; they are those of the table.
    const counter = key as keyof typeof hubTexts
    metrics.counterFrom(`drawbridge_agent_${name}_total`, help, [], () => [{ value: hub.counters()[counter] }])
  }
  metrics.counterFrom('drawbridge_agent_violations_total', 'What agents have sent against the protocol', ['violation'], () => {
    const { violations } = hub.counters()
    return agentViolations.map((violation) => ({ value: violations[violation], labels: { violation } }))
  })
  const waiting = 'Bytes of packets of agents that have come and are not on disk yet'
  metrics.gaugeFrom('drawbridge_agent_intake_bytes', waiting, [], () => [{ value: hub.intakeBytes }])
  metrics.gaugeFrom('drawbridge_agents_connected', 'Agents that are connected', [], () => [{ value: hub.connected }])
}

export function registerSampleMetrics(metrics: Metrics, samples: SampleStore): void {
  metrics.gaugeFrom('drawbridge_sample_bytes', 'Disk that sampled packet headers take', [], () => [{ value: samples.bytes }])
  const help = 'Bytes of sampled packet headers that the disk could not take'
  metrics.counterFrom('drawbridge_sample_dropped_bytes_total', help, [], () => [{ value: samples.droppedBytes }])
}

export function registerSampledHeaderMetrics(metrics: Metrics, pool: CollectorPool): void {
  const help = 'Sampled packet headers of sFlow agents that were not kept, because there were too many a second'
  metrics.counterFrom('drawbridge_sampled_headers_dropped_total', help, [], () => [{ value: pool.samplesDropped() }])
}
