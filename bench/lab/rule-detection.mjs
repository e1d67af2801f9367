// How soon threshold and zscore rules notice an attack, what clean traffic sets them off, and what judging costs.
import { Detector } from '../../dist/detect/detector.js'
import { RuleWatch } from '../../dist/detect/rule-watch.js'
import { BusyDay } from '../../dist/sim/busy-day.js'

const day = 86_400
const hour = 3600
/** 2026-01-01T00:00:00Z. */
const start = Date.UTC(2026, 0, 1) / 1000
const traffic = new BusyDay(start)
const plain = { enabled: true, calm_seconds: null, floor_bits: null, floor_packets: null, seasonal: false, ddos_sensitivity: 'medium' }

function rule({ extension = {}, ...set }) {
  return {
    id: 'a'.repeat(32),
    account: 1,
    name: 'rule',
    type: 'threshold',
    prefixes: ['203.0.113.0/24'],
    automatic_advertisement: null,
    bandwidth_threshold: null,
    packet_threshold: null,
    duration: '1m',
    prefix_match: null,
    zscore_sensitivity: null,
    zscore_target: null,
    ...set,
    extension: { ...plain, ...extension },
  }
}

/** Minutes before `to`, each from ten of its seconds. */
function minutesBefore(to, count) {
  return Array.from({ length: count }, (_, index) => {
    const minute = to - (count - index) * 60
    const seconds = Array.from({ length: 10 }, (_, part) => traffic.at(minute + part * 6))
    const sum = (metric) => seconds.reduce((total, second) => total + second[metric], 0) * 6
    return {
      account: 1,
      rule: 'a'.repeat(32),
      minute,
      bytes: sum('bits') / 8,
      packets: sum('packets'),
      peak_bits: 0,
      peak_packets: 0,
      incident: false,
    }
  })
}

/** @returns when the rule fired: incidents, with seconds since `from` */
async function watch(watched, { from, seconds, history, extra = () => 0 }) {
  const opened = []
  const onIncident = (event, incident) => {
    if (event === 'opened')
      opened.push({ after: Date.parse(incident.opened_at) / 1000 - from, started: Date.parse(incident.started_at) / 1000 })
  }
  const watch = new RuleWatch(watched, from, { newId: () => '0'.repeat(32), onIncident })
  await watch.prime({ minutes: async (_, first, end) => history.filter(({ minute }) => minute >= first && minute < end) })
  for (let second = from; second < from + seconds; second++) {
    const { bits, packets } = traffic.at(second)
    const attack = extra(second)
    const sums = {
      from: second,
      seconds: 1,
      bytes: Float64Array.of((bits + attack) / 8),
      packets: Float64Array.of(packets + attack / 1000),
      start: 0,
    }
    watch.add(sums, second + 1)
    watch.judge(second, (second + 1) * 1000)
  }
  return opened
}

async function delay(watched, history, bits) {
  const lead = 600
  const began = start + 12 * hour
  const from = began - lead
  const opened = await watch(watched, {
    from,
    seconds: lead + 2 * hour,
    history: history(from),
    extra: (second) => (second >= began ? bits : 0),
  })
  const first = opened.find(({ after }) => after >= lead)
  return first === undefined ? 'not noticed' : Math.round(first.after - lead)
}

function cause({ started }) {
  const time = (started - start) / hour
  if (time >= 2 && time < 3.3) return 'backup'
  return time >= 19 && time < 20.2 ? 'flash crowd' : 'other'
}

async function row(name, watched) {
  const history = (to) => minutesBefore(to, watched.extension.seasonal ? 5 * 7 * 24 * 60 : 6 * 60)
  const clean = await watch(watched, { from: start, seconds: day, history: history(start) })
  const count = (what) => clean.filter((opened) => cause(opened) === what).length
  return {
    rule: name,
    'backup 70 min': count('backup'),
    'flash crowd': count('flash crowd'),
    'rest of the day': count('other'),
    '+1 Gb/s, s': await delay(watched, history, 1e9),
    '+5 Gb/s, s': await delay(watched, history, 5e9),
  }
}

/** Firings in a clean day, and seconds from the first second of an attack at noon to the incident. */
export async function detectionTable() {
  const ordinary = minutesBefore(start, 24 * 60)
  const limit = 2 * Math.max(...ordinary.map(({ bytes }) => (bytes * 8) / 60))
  const rows = []
  for (const duration of ['5s', '1m', '5m'])
    rows.push(await row(`threshold ${(limit / 1e9).toFixed(1)} Gb/s ${duration}`, rule({ bandwidth_threshold: limit, duration })))
  const settings = [
    { text: '', extension: {} },
    { text: ', seasonal', extension: { seasonal: true } },
    { text: ', floor as the threshold', extension: { floor_bits: limit } },
  ]
  for (const { text, extension } of settings)
    for (const zscore_sensitivity of ['low', 'medium', 'high'])
      rows.push(
        await row(`zscore ${zscore_sensitivity}${text}`, rule({ type: 'zscore', zscore_sensitivity, zscore_target: 'bits', extension })),
      )
  return rows
}

/** CPU time of the main thread for one second of 1000 rules, told by two threads. */
export async function judgingCost(type, lateSeconds) {
  const seconds = { warm: 150, measured: 150 }
  const id = (index) => index.toString(16).padStart(32, '0')
  const rules = Array.from({ length: 1000 }, (_, index) => ({
    ...rule({ type, bandwidth_threshold: 1e9, packet_threshold: 1e5, zscore_target: 'bits' }),
    id: id(index),
  }))
  const clock = { time: start * 1000, now: () => clock.time }
  const nothing = () => undefined
  const detector = new Detector(
    { threads: 2 },
    {
      clock,
      log: { error: console.error, warn: console.error },
      history: { minutes: async () => [] },
      journal: { load: async () => ({ incidents: [], breaches: [] }), saveBreaches: nothing },
      onIncident: nothing,
      onMinutes: nothing,
      newId: () => '0'.repeat(32),
      every: () => nothing,
    },
  )
  await detector.start()
  detector.watch(rules)
  const ids = rules.map((each) => each.id)
  const span = lateSeconds + 1
  const bytes = new Float64Array(1000 * span).fill(25e6 / span)
  const packets = new Float64Array(1000 * span).fill(2e4 / span)
  let before = process.cpuUsage()
  for (let count = 0; count < seconds.warm + seconds.measured; count++) {
    if (count === seconds.warm) before = process.cpuUsage()
    clock.time += 1000
    const closed = clock.time / 1000 - 1
    for (const thread of [0, 1]) detector.add({ thread, closed, rules: ids, from: closed - lateSeconds, seconds: span, bytes, packets })
  }
  const used = process.cpuUsage(before)
  return { rules: `1000 ${type}`, 'records cover, s': lateSeconds, 'CPU ms a second': (used.user + used.system) / 1000 / seconds.measured }
}
