// One sentence for an incident: "my_rule_1: 6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 5m".
import type { DetectedIncident } from '../contract/incident.ts'
import { rateText, spanText, targetsText } from './rate-text.ts'

/** Vectors that are named; more are counted. */
const namedVectors = 2

/**
 * @param mean of the incident's metric from its start on, per second
 * @param expected what was normal, where the kind of rule knows
 */
export function headlineOf(incident: Omit<DetectedIncident, 'headline'>, mean: number, expected: number | null): string {
  const { metric, targets, rule_name: name, limit } = incident
  const rate = `${vectorsText(incident)}${rateText(metric, mean)} to ${targetsText(targets)}`
  const normal = expected === null ? `above ${rateText(metric, limit)}` : `${rateText(metric, expected)} expected,`
  return `${name}: ${rate}, ${normal} for ${spanText(lengthOf(incident))}`
}

function vectorsText({ vectors }: Pick<DetectedIncident, 'vectors'>): string {
  const titles = [...new Set(vectors.map(({ title }) => title))]
  if (titles.length === 0) return ''
  const more = titles.length - namedVectors
  return `${titles.slice(0, namedVectors).join(' and ')}${more > 0 ? ` and ${more} more` : ''}, `
}

/** Seconds from the start to the end, or to when the incident was last looked at. */
function lengthOf({
  started_at: start,
  ended_at: end,
  series,
  series_step: step,
  opened_at: opened,
}: Omit<DetectedIncident, 'headline'>): number {
  const last = series.at(-1)
  const newest = last === undefined ? Date.parse(opened) / 1000 : last.time + step
  return Math.max(1, Math.floor((end === null ? newest : Date.parse(end) / 1000) - Date.parse(start) / 1000))
}
