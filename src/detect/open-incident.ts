// An incident while it is open: what is known of it, from the first second beyond the limit on.
import type {
  DetectedIncident,
  IncidentEntry,
  IncidentMetric,
  IncidentPacket,
  IncidentPoint,
  IncidentSummary,
  IncidentVector,
} from '../contract/incident.ts'
import type { Rule } from '../contract/rule.ts'
import type { Moment, RuleSeconds, Verdict } from './evaluator.ts'
import { headlineOf } from './headline.ts'
import { IncidentSeries } from './incident-series.ts'
import { rateText, spanText } from './rate-text.ts'
import { furthestAhead, leadSeconds } from './second-ring.ts'

/** What an incident lists at most. */
const maxTargets = 64
const maxVectors = 32
const maxPackets = 16
/** Lines of the timeline, without the last two; only many restarts could make more. */
const maxEntries = 100

/** Lines that come from here; all others of a stored timeline are somebody else's. The one of the peak is made anew. */
const ownKinds: ReadonlySet<IncidentEntry['kind']> = new Set(['breach', 'opened', 'vector', 'calm', 'restart', 'closed'])

/** Seconds of which the latest rates are the mean. */
export const latestSeconds = 10

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
const isoSecond = (second: number) => iso(second * 1000)
const secondOf = (text: string) => Math.floor(Date.parse(text) / 1000)

/** How a rule fired. */
export interface Firing {
  readonly verdict: Verdict
  readonly moment: Moment
  /** When that was found, ms since 1970. */
  readonly at: number
}

interface Largest {
  readonly bits: number
  readonly packets: number
  /** Second in which the incident's metric was largest. */
  readonly at: number
}

export class OpenIncident {
  readonly id: string
  /** First second beyond the limit. */
  readonly startedAt: number
  readonly metric: IncidentMetric
  readonly #rule: Rule
  readonly #openedAt: string
  readonly #limit: number
  readonly #series: IncidentSeries
  readonly #timeline: IncidentEntry[] = []
  #endedAt: number | null = null
  #newest: number
  #peak: Largest
  #latest = { bits: 0, packets: 0 }
  #zscore: number | null
  #expected: number | null
  #targets: readonly string[]
  #vectors: readonly IncidentVector[] = []
  #packets: readonly IncidentPacket[] = []
  #seen: Pick<Verdict, 'vectors' | 'targets' | 'packets'> = {}

  /** @param known what it was in an earlier run of the server, or as it begins */
  private constructor(known: Omit<DetectedIncident, 'headline' | 'state'>, series: IncidentSeries, newest: number) {
    this.id = known.id
    this.startedAt = secondOf(known.started_at)
    this.metric = known.metric
    this.#rule = known.rule
    this.#openedAt = known.opened_at
    this.#limit = known.limit
    this.#series = series
    this.#newest = newest
    this.#peak = { bits: known.peak_bits_per_second, packets: known.peak_packets_per_second, at: secondOf(known.peak_at) }
    this.#latest = { bits: known.bits_per_second, packets: known.packets_per_second }
    this.#zscore = known.zscore
    this.#expected = null
    this.#targets = known.targets
    this.#vectors = known.vectors
    this.#packets = known.packets
    this.#timeline.push(...known.timeline.filter(({ kind }) => ownKinds.has(kind)))
  }

  /** A rule has fired. */
  static open(id: string, rule: Rule, { verdict, moment, at }: Firing): OpenIncident {
    const series = new IncidentSeries(verdict.since - leadSeconds)
    const incident = new OpenIncident(begin(id, rule, verdict, at), series, moment.newest)
    // What collectors have told of the seconds that are not over is in as well: it will not be told again.
    for (let second = verdict.since - leadSeconds; second <= moment.newest + furthestAhead; second++)
      incident.add(moment.seconds, second, moment.seconds.bits(second), moment.seconds.packets(second))
    incident.#follow(verdict, moment, at)
    const limit = rateText(verdict.metric, verdict.limit)
    const lasted = spanText(Math.max(1, moment.newest - verdict.since + 1))
    incident.#say(isoSecond(verdict.since), 'breach', `Went above ${limit}.`)
    incident.#say(iso(at), 'opened', `Incident opened: ${rateText(verdict.metric, verdict.observed)}, above ${limit} for ${lasted}.`)
    return incident
  }

  /** The newest second that is in, as far as its series tells. */
  get newest(): number {
    return this.#newest
  }

  /** An incident of an earlier run of the server goes on. */
  static restore(known: DetectedIncident): OpenIncident {
    const points = known.series.length > 0 ? known.series : [{ time: secondOf(known.started_at), bits: 0, packets: 0 }]
    const last = points[points.length - 1].time + known.series_step - 1
    return new OpenIncident(known, IncidentSeries.from(points, known.series_step), last)
  }

  /** Traffic was told, now or late. `seconds` holds it already. */
  add(seconds: RuleSeconds, second: number, bits: number, packets: number): void {
    this.#series.add(second, bits, packets)
    if (second >= this.startedAt) this.#notePeak(seconds, second)
  }

  /** @returns whether something worth telling has changed */
  follow(verdict: Verdict, moment: Moment, at: number): boolean {
    this.#newest = moment.newest
    const before = this.#latest
    this.#follow(verdict, moment, at)
    return before.bits !== this.#latest.bits || before.packets !== this.#latest.packets
  }

  /** Counting was interrupted. @param from first second without, `to` first second with it again */
  interrupted(from: number, to: number): void {
    const gap = spanText(Math.max(1, to - from))
    this.#say(isoSecond(to), 'restart', `Nothing was counted for ${gap}: the server was restarted or stood still.`)
  }

  /** It is over by itself. @param endedAt first calm second */
  calm(endedAt: number, at: number): void {
    this.#end(endedAt)
    this.#timeline.push(
      { at: isoSecond(this.#endedAt ?? endedAt), kind: 'calm', text: `Calm: no longer above ${rateText(this.metric, this.#limit)}.` },
      { at: iso(at), kind: 'closed', text: `Incident closed after ${spanText(Math.max(1, Math.floor(at / 1000) - endedAt))} of calm.` },
    )
  }

  /** It is ended from outside. @param reason a sentence */
  end(reason: string, at: number): void {
    this.#end(Math.floor(at / 1000))
    this.#timeline.push({ at: iso(at), kind: 'closed', text: `Incident closed: ${reason}` })
  }

  /** Everything that is known now. */
  tell(): DetectedIncident {
    const told = {
      ...this.#summary(),
      account: this.#rule.account,
      rule: this.#rule,
      timeline: this.#entries(),
      series: this.#series.points(this.#newest),
      series_step: this.#series.step,
      packets: this.#packets,
    }
    return { ...told, headline: headlineOf(told, this.#mean(told.series), this.#expected) }
  }

  #summary(): Omit<IncidentSummary, 'headline'> {
    return {
      id: this.id,
      rule_id: this.#rule.id,
      rule_name: this.#rule.name,
      rule_type: this.#rule.type,
      state: this.#endedAt === null ? 'open' : 'closed',
      started_at: isoSecond(this.startedAt),
      opened_at: this.#openedAt,
      ended_at: this.#endedAt === null ? null : isoSecond(this.#endedAt),
      metric: this.metric,
      limit: this.#limit,
      zscore: this.#zscore,
      bits_per_second: this.#latest.bits,
      packets_per_second: this.#latest.packets,
      peak_bits_per_second: this.#peak.bits,
      peak_packets_per_second: this.#peak.packets,
      peak_at: isoSecond(this.#peak.at),
      targets: this.#targets,
      vectors: this.#vectors,
    }
  }

  #entries(): IncidentEntry[] {
    const largest = this.metric === 'bits' ? this.#peak.bits : this.#peak.packets
    const peak: IncidentEntry = { at: isoSecond(this.#peak.at), kind: 'peak', text: `Largest second: ${rateText(this.metric, largest)}.` }
    const later = this.#timeline.findIndex(({ at }) => at > peak.at)
    return this.#timeline.toSpliced(later === -1 ? this.#timeline.length : later, 0, peak)
  }

  /** Mean of the metric from the start to the end or now, per second. */
  #mean(points: readonly IncidentPoint[]): number {
    const until = this.#endedAt ?? this.#newest + 1
    const during = points.filter(({ time }) => time >= this.startedAt && time + this.#series.step <= until)
    if (during.length === 0) return this.#latest[this.metric]
    return during.reduce((sum, point) => sum + point[this.metric], 0) / during.length
  }

  #end(second: number): void {
    this.#endedAt = Math.max(second, this.startedAt + 1)
  }

  #notePeak(seconds: RuleSeconds, second: number): void {
    const bits = seconds.bits(second)
    const packets = seconds.packets(second)
    const larger = this.metric === 'bits' ? bits > this.#peak.bits : packets > this.#peak.packets
    if (bits <= this.#peak.bits && packets <= this.#peak.packets) return
    this.#peak = {
      bits: Math.max(bits, this.#peak.bits),
      packets: Math.max(packets, this.#peak.packets),
      at: larger ? second : this.#peak.at,
    }
  }

  #follow(verdict: Verdict, { seconds, settled }: Moment, at: number): void {
    const latest = meanOf(seconds, settled)
    this.#latest = latest
    if (verdict.zscore !== null && (this.#zscore === null || verdict.zscore > this.#zscore)) this.#zscore = verdict.zscore
    this.#expected = verdict.expected
    const seen = this.#seen
    this.#seen = verdict
    if (verdict.vectors !== undefined && verdict.vectors !== seen.vectors) this.#noteVectors(verdict.vectors, at)
    if (verdict.targets !== undefined && verdict.targets !== seen.targets) this.#noteTargets(verdict.targets)
    if (verdict.packets !== undefined && verdict.packets !== seen.packets && verdict.packets.length > 0)
      this.#packets = verdict.packets.slice(0, maxPackets)
  }

  /** Each vector and target as it was when it was largest. */
  #noteVectors(vectors: readonly IncidentVector[], at: number): void {
    const known = new Map(this.#vectors.map((vector) => [`${vector.vector} ${vector.target}`, vector]))
    const names = new Set(this.#vectors.map(({ vector }) => vector))
    for (const vector of vectors) {
      if (!names.has(vector.vector)) this.#say(iso(at), 'vector', `${vector.title} to ${vector.target}.`)
      names.add(vector.vector)
      const key = `${vector.vector} ${vector.target}`
      if ((known.get(key)?.bits_per_second ?? -1) < vector.bits_per_second) known.set(key, vector)
    }
    this.#vectors = [...known.values()].sort((a, b) => b.bits_per_second - a.bits_per_second).slice(0, maxVectors)
  }

  #noteTargets(targets: readonly string[]): void {
    this.#targets = [...new Set([...this.#targets, ...targets])].slice(0, maxTargets)
  }

  #say(at: string, kind: IncidentEntry['kind'], text: string): void {
    if (this.#timeline.length < maxEntries) this.#timeline.push({ at, kind, text })
  }
}

/** Means of the last whole seconds up to `settled`. */
export function meanOf(seconds: RuleSeconds, settled: number): { readonly bits: number; readonly packets: number } {
  let bits = 0
  let packets = 0
  for (let second = settled - latestSeconds + 1; second <= settled; second++) {
    bits += seconds.bits(second)
    packets += seconds.packets(second)
  }
  return { bits: bits / latestSeconds, packets: packets / latestSeconds }
}

function begin(id: string, rule: Rule, verdict: Verdict, at: number): Omit<DetectedIncident, 'headline' | 'state'> {
  return {
    id,
    account: rule.account,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_type: rule.type,
    started_at: isoSecond(verdict.since),
    opened_at: iso(at),
    ended_at: null,
    metric: verdict.metric,
    limit: verdict.limit,
    zscore: verdict.zscore,
    bits_per_second: 0,
    packets_per_second: 0,
    peak_bits_per_second: 0,
    peak_packets_per_second: 0,
    peak_at: isoSecond(verdict.since),
    targets: verdict.targets?.slice(0, maxTargets) ?? rule.prefixes.slice(0, maxTargets),
    vectors: [],
    rule,
    timeline: [],
    series: [],
    series_step: 1,
    packets: [],
  }
}
