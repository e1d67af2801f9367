// The dashboards for Grafana: shaped as Grafana wants them, their SQL run by the real engine with the sums that were put in.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { startTestFlowStore, type TestFlowStore } from '../src/api/testing/test-flow-store.ts'
import { configSchema } from '../src/contract/config.ts'
import { grafanaFolder, readDashboard, targetsOf, type Panel } from './grafana-dashboards.ts'

const dashboards = [readDashboard('prometheus'), readDashboard('clickhouse')]

describe('the dashboards', () => {
  it.each(dashboards)('$title is shaped as Grafana wants it', (dashboard) => {
    const { panels, templating, schemaVersion } = dashboard
    expect(schemaVersion).toBeGreaterThanOrEqual(36)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(overlapping(panels)).toEqual([])
    const sources = new Map(templating.list.flatMap(({ name, type, query }) => (type === 'datasource' ? [[`\${${name}}`, query]] : [])))
    expect(sources.size).toBe(1)
    for (const { title, type, targets = [], datasource } of panels.filter((panel) => panel.type !== 'row')) {
      expect({ title, type, kind: sources.get(datasource?.uid ?? '') }).toEqual({ title, type, kind: datasource?.type })
      expect(targets.map((target) => target.datasource)).toEqual(targets.map(() => datasource))
      expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'].slice(0, targets.length))
      expect(targets.length).toBeGreaterThan(0)
    }
    const defined = new Set(templating.list.map(({ name }) => name))
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !defined.has(name))).toEqual([])
  })

  it('come with files that tell Grafana and Prometheus of them', () => {
    const read = (file: string): unknown => parse(readFileSync(join(grafanaFolder, file), 'utf8'))
    const { store, http } = configSchema.parse({})
    expect(read('provisioning/datasources/drawbridge.yaml')).toMatchObject({
      apiVersion: 1,
      datasources: [
        { type: 'prometheus' },
        { type: 'grafana-clickhouse-datasource', jsonData: { protocol: 'http', defaultDatabase: store.database } },
      ],
    })
    expect(read('provisioning/dashboards/drawbridge.yaml')).toMatchObject({ apiVersion: 1, providers: [{ type: 'file' }] })
    expect(read('prometheus.yml')).toMatchObject({ scrape_configs: [{ static_configs: [{ targets: [`127.0.0.1:${http.port}`] }] }] })
  })
})

/** Titles of panels that lie over others, or beyond Grafana's 24 columns. */
function overlapping(panels: readonly Panel[]): string[] {
  return panels.flatMap(({ title, gridPos: a }, index) => {
    const hits = panels
      .slice(index + 1)
      .filter(({ gridPos: b }) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
    return [...hits.map((other) => `${title} and ${other.title}`), ...(a.x + a.w > 24 ? [title] : [])]
  })
}

/** 2026-01-01T11:00:00Z, and the hour from there on. */
const from = Date.UTC(2026, 0, 1, 11) / 1000
const range = { from, to: from + 3600, step: 60 }
const at = (seconds: number) => `toDateTime(${from + seconds}, 'UTC')`

/** As the plugin does before it asks ClickHouse. */
function withoutMacros(sql: string): string {
  const replaced = sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= toDateTime(${range.from}) AND $1 <= toDateTime(${range.to})`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${range.step} second)`)
    .replaceAll('$__interval_s', String(range.step))
    .replaceAll('$__fromTime', `toDateTime(${range.from})`)
    .replaceAll('$__toTime', `toDateTime(${range.to})`)
    .replaceAll('${router:singlequote}', "'::ffff:192.0.2.1','2001:db8::1'")
    .replaceAll('$threshold_mbps', '1000')
  expect(replaced).not.toContain('$')
  return replaced
}

describe('the dashboard for ClickHouse', () => {
  const dashboard = readDashboard('clickhouse')
  let flows: TestFlowStore
  beforeAll(async () => {
    flows = await startTestFlowStore()
    const common = { account: 1, export_protocol: "'netflow9'", sampling_source: "'options'", protocol: 17, direction: "'inbound'" }
    await flows.insert([
      { ...common, time_received: at(10), router: "'::ffff:192.0.2.1'", src_addr: "'::ffff:198.51.100.7'", dst_addr: "'::ffff:203.0.113.1'", src_as: 64_500, src_country: "'DE'", dst_port: 53, in_if: 3, out_if: 4, bytes: 1000, packets: 10, sampling_rate: 100 },
      { ...common, time_received: at(70), router: "'2001:db8::1'", src_addr: "'2001:db8::7'", dst_addr: "'2001:db8::9'", dst_port: 53, in_if: 1, out_if: 2, bytes: 500, packets: 5, sampling_rate: 1 },
      // Not chosen.
      { ...common, time_received: at(70), router: "'::ffff:192.0.2.9'", src_addr: "'::ffff:198.51.100.9'", bytes: 1e9, packets: 5, sampling_rate: 1 },
    ]) // prettier-ignore
    await flows.store.command(
      `INSERT INTO interface_counters (time, account, router, if_index, seconds, in_octets, out_octets) VALUES (${from + 300}, 1, '::ffff:192.0.2.1', 3, 300, 236000, 0)`,
    )
    const minute = `INSERT INTO rule_minutes (minute, account, rule, bytes, packets, peak_bits, peak_packets, incident) VALUES`
    await flows.store.command(`${minute} (${from}, 1, 'a', 10, 1, 80, 1, 0)`)
    await flows.store.command(`${minute} (${from}, 1, 'a', 100, 1, 800, 1, 0)`)
  })
  afterAll(() => flows.close())

  async function answers(title: string): Promise<Record<string, string | number>[]> {
    const target = targetsOf(dashboard).find(({ panel }) => panel === title)
    return (await flows.store.query<Record<string, string | number>>(withoutMacros(target?.rawSql ?? ''))).rows
  }
  const minuteOf = (seconds: number) => expect.stringContaining(new Date((from + seconds) * 1000).toISOString().slice(11, 16))

  it('asks what the engine answers, with something in every answer', async () => {
    for (const { panel, rawSql = '', format } of targetsOf(dashboard)) {
      const { rows } = await flows.store.query<Record<string, unknown>>(withoutMacros(rawSql))
      expect({ panel, rows: rows.length > 0 }).toEqual({ panel, rows: true })
      // Grafana wants the times of a series in order.
      const times = rows.map(({ time }) => String(time))
      expect({ panel, times: format === 0 ? times : [] }).toEqual({
        panel,
        times: format === 0 ? times.toSorted((a, b) => (a < b ? -1 : 1)) : [],
      })
    }
    for (const { query } of dashboard.templating.list) if (typeof query === 'object') await flows.store.query(query.rawSql ?? '')
  })

  it('has the sums that were put in', async () => {
    expect(await answers('By router')).toEqual([
      { time: minuteOf(0), router_address: '192.0.2.1', value: (100_000 * 8) / 60 },
      { time: minuteOf(60), router_address: '2001:db8::1', value: (500 * 8) / 60 },
    ])
    expect(await answers('By interface, in')).toMatchObject([
      { interface: '192.0.2.1 3', value: (100_000 * 8) / 60 },
      { interface: '2001:db8::1 1' },
    ])
    expect(await answers('By interface, out')).toMatchObject([{ interface: '192.0.2.1 4' }, { interface: '2001:db8::1 2' }])
    expect(await answers('Top sources')).toMatchObject([
      {
        address: '198.51.100.7',
        as_number: '64500',
        country: 'DE',
        bits_per_second: (100_000 * 8) / 3600,
        packets_per_second: 1000 / 3600,
      },
      { address: '2001:db8::7' },
    ])
    expect(await answers('Bits by rule against a threshold')).toMatchObject([{ rule: 'a', value: (100 * 8) / 60 }])
    // 1000 bytes and 10 headers of 18, times 100, are half of the counter.
    expect(await answers('Flows against interface counters')).toMatchObject([
      { address: '192.0.2.1', interface: 3, direction: 'in', ratio: 0.5 },
    ])
  })
})
