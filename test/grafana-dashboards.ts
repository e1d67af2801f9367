// The dashboards for Grafana as files, and what they ask of Prometheus and ClickHouse.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repository } from './requirements.ts'

export const grafanaFolder = join(repository, 'deploy', 'grafana')

export interface Target {
  readonly refId: string
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly expr?: string
  readonly legendFormat?: string
  readonly rawSql?: string
  readonly format?: number
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: Target['datasource']
  readonly targets?: readonly Target[]
}

export interface Variable {
  readonly name: string
  readonly type: string
  readonly query: string | { readonly query?: string; readonly rawSql?: string }
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
}

export function readDashboard(name: 'prometheus' | 'clickhouse'): Dashboard {
  return JSON.parse(readFileSync(join(grafanaFolder, 'dashboards', `drawbridge-${name}.json`), 'utf8')) as Dashboard
}

export function targetsOf({ panels }: Dashboard): (Target & { readonly panel: string })[] {
  return panels.flatMap(({ title, targets = [] }) => targets.map((target) => Object.assign({ panel: title }, target)))
}

/** Series by metric, and metrics that explain themselves; labels in the order in which they stand. */
export interface PrometheusText {
  readonly helped: ReadonlySet<string>
  readonly series: ReadonlyMap<string, readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>
}

/** @throws Error for a line that is none of the text format */
export function parsePrometheusText(text: string): PrometheusText {
  const helped = new Set<string>()
  const series = new Map<string, { labels: Record<string, string>; value: number }[]>()
  for (const line of text.split('\n')) {
    const [, help] = /^# HELP (\S+) \S/.exec(line) ?? []
    if (help !== undefined) helped.add(help)
    if (line === '' || line.startsWith('#')) continue
    const [, name, all = '', value] = /^([a-z_]\w*)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined || !Number.isFinite(Number(value))) throw new Error(`no line of the text format: ${line}`)
    const labels = Object.fromEntries([...all.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]))
    series.set(name, [...(series.get(name) ?? []), { labels, value: Number(value) }])
  }
  return { helped, series }
}

/** What of a dashboard's expressions does not exist in a server's metrics. @param silent metrics that have no series yet */
export function unknownInMetrics(dashboard: Dashboard, { helped, series }: PrometheusText, silent: readonly string[]): string[] {
  return targetsOf(dashboard).flatMap(({ panel, expr = '', legendFormat = '' }) => {
    const [, by] = /\bby \(([^)]*)\)/.exec(expr) ?? []
    const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
    const grouped = by?.split(', ')
    const lost = legend
      .filter((label) => grouped !== undefined && !grouped.includes(label))
      .map((label) => `${panel}: ${label} is not grouped by`)
    const joined = (/\bon \(([^)]*)\)/.exec(expr)?.[1] ?? '').split(', ').filter(Boolean)
    const metrics = [...expr.matchAll(/\b(drawbridge_\w+)(?:\{([^}]*)\})?/g)]
    const faults = metrics.flatMap(([, name = '', selector = '']) => {
      if (!helped.has(name)) return [`${panel}: no metric ${name}`]
      const [first] = series.get(name) ?? []
      if (first === undefined) return silent.includes(name) ? [] : [`${panel}: no series of ${name}`]
      const used = [...[...selector.matchAll(/(\w+)=/g)].map(([, label = '']) => label), ...joined, ...(grouped ?? []), ...legend]
      return used.filter((label) => !(label in first.labels)).map((label) => `${panel}: ${name} has no label ${label}`)
    })
    return [lost, faults, metrics.length === 0 ? [`${panel}: asks nothing`] : []].flat()
  })
}
