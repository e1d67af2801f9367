// What the detector keeps over a restart, and where: whoever stores it implements this.
import type { DetectedIncident } from '../contract/incident.ts'

/** What a rule must know after a restart. */
export interface RuleMemory {
  /** Id of the rule. */
  readonly rule: string
  /** JSON text; null removes what was kept. */
  readonly breach: string | null
}

export interface DetectorJournal {
  /** Incidents that are open and what was kept last for each rule. Entries of timelines that others added may be in. */
  load(): Promise<{ readonly incidents: readonly DetectedIncident[]; readonly breaches: readonly RuleMemory[] }>
  /** Replaces what is kept for these rules. Called every few seconds while something changes, and when the detector stops. */
  saveBreaches(breaches: readonly RuleMemory[]): void
}
