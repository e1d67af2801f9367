// What a large installation holds: routers, rules, incidents of 30 days, and the flows of those days in the store.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createFlowBatch, clearFlowBatch } from '../../dist/contract/flow-batch.js'
import { defaultRuleExtension } from '../../dist/contract/rule.js'
import { noFacts } from '../../dist/contract/incident.js'
import { writeIncident } from '../../dist/app/incident/rows.js'
import { Random } from '../../dist/sim/random.js'
import { EmbeddedFlowStore } from '../../dist/store/embedded-flow-store.js'
import { encodeNative } from '../../dist/store/native-encoder.js'
import { openState } from '../../dist/store/state.js'
import { embedded, fillSlot, intoBatch, slotArrays, slotSeconds } from './flow-day.mjs'
import { makeRules } from './rules.mjs'

const daySeconds = 86_400
/** An hour a segment: what is kept by the minute and by the hour is the same as of many small ones. */
const hourSeconds = 3600

/** Writes the flows of the days before now into the store of a data folder. */
export async function writeDays(data, { days, rows, routers }, say) {
  const known = path.join(data, 'scene.json')
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8'))
  mkdirSync(data, { recursive: true })
  const to = Math.floor(Date.now() / 1000 / hourSeconds) * hourSeconds
  const hours = days * 24
  const each = Math.ceil(rows / hours)
  const store = new EmbeddedFlowStore({ data, database: 'drawbridge', memoryMib: 4096, httpPort: 0, entry: embedded })
  await store.start()
  const random = new Random(10)
  const flows = slotArrays(each)
  const file = path.join(data, 'scene.native')
  const batch = createFlowBatch(each)
  try {
    for (let hour = 0; hour < hours; hour++) {
      fillSlot(flows, hour, random)
      // A slot is five minutes long there.
      for (let row = 0; row < each; row++) flows.second[row] *= hourSeconds / slotSeconds
      intoBatch(batch, flows, to - (hours - hour) * hourSeconds, routers)
      const { chunks, bytes } = encodeNative(batch)
      writeFileSync(file, Buffer.concat(chunks))
      await store.insertSegment({ name: `scene-0-${hour}`, run: 'scene', path: file, rows: each, bytes, routers: {} })
      clearFlowBatch(batch)
      say(`${(((hour + 1) * each) / 1e6).toFixed(1)} of ${(rows / 1e6).toFixed(0)} million flows`)
    }
  } finally {
    await store.stop()
    rmSync(file, { force: true })
  }
  const scene = { from: to - days * daySeconds, to, rows: each * hours }
  writeFileSync(known, JSON.stringify(scene))
  return scene
}

/** Registers what is missing of so many routers and rules by the API of a running server. */
export async function configure(server, { routers, rules }, say) {
  const account = `/accounts/${server.account}`
  const registered = await server.api('GET', `${account}/drawbridge/routers`)
  for (let index = registered.length; index < routers; index++) {
    say(`router ${index + 1} of ${routers}`)
    await server.api('POST', `${account}/drawbridge/routers`, {
      address: `127.0.0.${index + 1}`,
      name: `edge-${String(index + 1).padStart(2, '0')}`,
    })
  }
  const known = (await server.api('GET', `${account}/mnm/rules`)) ?? []
  for (const [index, { name, prefixes }] of makeRules(rules, rules).entries()) {
    if (known.some((rule) => rule.name === name)) continue
    if (index % 50 === 0) say(`rule ${index + 1} of ${rules}`)
    await server.api('POST', `${account}/mnm/rules`, {
      name,
      prefixes,
      bandwidth_threshold: 40e9,
      duration: '1m',
      automatic_advertisement: false,
    })
  }
}

/** Incidents as the detector leaves them, from five minutes to two hours long, evenly over the days; the last few are open. */
export async function writeIncidents(data, { days, incidents }) {
  const state = await openState(path.join(data, 'state.sqlite'))
  try {
    const { count } = await state.db
      .selectFrom('incident')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    const rules = await state.db.selectFrom('rule').selectAll().execute()
    const random = new Random(11)
    for (let index = Number(count); index < incidents; index++) {
      const began = Date.now() - ((incidents - index) / incidents) * days * daySeconds * 1000
      await writeIncident(state.db, incidentOf(rules[index % rules.length], began, random))
    }
  } finally {
    await state.close()
  }
}

const time = (milliseconds) => new Date(milliseconds).toISOString()

function incidentOf(row, began, random) {
  const seconds = random.integer(300, 7200)
  const ended = began + seconds * 1000
  const prefixes = JSON.parse(row.prefixes)
  const rule = {
    id: row.id, account: row.account, name: row.name, type: 'threshold', prefixes, automatic_advertisement: false,
    bandwidth_threshold: 40e9, packet_threshold: null, duration: '1m', prefix_match: null, zscore_sensitivity: null, zscore_target: null,
    extension: defaultRuleExtension,
  } // prettier-ignore
  const peak = 40e9 + random.integer(1, 200) * 1e9
  const step = Math.max(1, Math.ceil((seconds + 300) / 720))
  const points = Math.ceil((seconds + 300) / step)
  const series = Array.from({ length: points }, (_, point) => {
    const bits = point * step < 300 ? 5e9 : peak * (0.6 + 0.4 * Math.sin(point / 9) ** 2)
    return { time: Math.floor(began / 1000) - 300 + point * step, bits, packets: bits / 8000 }
  })
  const timeline = [
    { at: time(began), kind: 'breach', text: 'Traffic is beyond the limit.' },
    { at: time(began + 60_000), kind: 'opened', text: 'It has lasted 1 min.' },
    { at: time(ended), kind: 'calm', text: 'Traffic is below the limit again.' },
  ]
  const incident = {
    id: randomBytes(16).toString('hex'), account: row.account, rule_id: row.id, rule_name: row.name, rule_type: 'threshold', state: 'closed',
    started_at: time(began), opened_at: time(began + 60_000), ended_at: time(ended), metric: 'bits', limit: 40e9, zscore: null,
    bits_per_second: 5e9, packets_per_second: 600_000, peak_bits_per_second: peak, peak_packets_per_second: peak / 8000,
    peak_at: time(began + 90_000), targets: prefixes, vectors: [], headline: `Traffic to ${prefixes[0]} was beyond its limit.`,
    rule, timeline, series, series_step: step, packets: [],
  } // prettier-ignore
  return { incident, facts: noFacts, startTold: true, endTold: true }
}
