// Alerts: what is told to people and systems, and the kinds of it (contract §5.1).
import type { AdvertiseStatus } from './advertisement.ts'
import type { DetectedIncident, IncidentFacts } from './incident.ts'

export interface AlertTypeRow {
  readonly display_name: string
  readonly description: string
}

export const alertTypes = {
  fbm_volumetric_attack: {
    display_name: 'Magic Network Monitoring: Volumetric Attack',
    description: 'A threshold or zscore rule has found more traffic than it allows.',
  },
  fbm_dosd_attack: {
    display_name: 'Magic Network Monitoring: DDoS Attack',
    description: 'An advanced_ddos rule has found an attack in sampled packets.',
  },
  fbm_auto_advertisement: {
    display_name: 'Magic Network Monitoring: Auto Advertisement',
    description: 'A rule has tried to advertise prefixes.',
  },
  drawbridge_router_silent: {
    display_name: 'Drawbridge: Router Silent',
    description: 'A router that used to send flows has stopped, or sends again.',
  },
} as const satisfies Record<string, AlertTypeRow>
export type AlertType = keyof typeof alertTypes

export type AlertPhase = 'ALERT_STATE_EVENT_START' | 'ALERT_STATE_EVENT_END'

/** Something to be told. It is kept before it is sent: see notify. */
export interface AlertEvent {
  readonly account: number
  readonly type: AlertType
  readonly phase: AlertPhase
  /** The same for START and END, 32 hex digits. */
  readonly correlation_id: string
  /** A START that is told although one of its type and correlation id was told before: it says something else. */
  readonly news?: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  /** Short title and one readable paragraph. */
  readonly name: string
  readonly text: string
  /** Fields of `data` in a generic webhook (contract §5.3). JSON values only. */
  readonly data: Readonly<Record<string, unknown>>
  /** Page of the incident, empty where there is none. */
  readonly link: string
}

/** What became of a prefix that a rule has tried to advertise. */
export interface PrefixStatus {
  readonly prefix: string
  readonly status: AdvertiseStatus
  /** Sentence: to whom it went, or why not. */
  readonly detail: string
}

/** An incident and who took part in it, as alerts are written from. */
export interface IncidentReport {
  readonly incident: DetectedIncident
  readonly facts: IncidentFacts
  /** What its rule has advertised for it, without dry runs. */
  readonly advertised?: readonly PrefixStatus[]
}
