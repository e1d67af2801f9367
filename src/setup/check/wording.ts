// Numbers, times and names in the sentences of the live check.
import type { ExportProtocolName } from '../../contract/flow-columns.ts'

const protocolTitles: Readonly<Record<ExportProtocolName, string>> = {
  unknown: 'an unknown protocol',
  netflow1: 'NetFlow v1',
  netflow5: 'NetFlow v5',
  netflow7: 'NetFlow v7',
  netflow9: 'NetFlow v9',
  ipfix: 'IPFIX',
  sflow5: 'sFlow v5',
}

export function protocolTitle(protocol: ExportProtocolName): string {
  return protocolTitles[protocol]
}

/** `1 datagram`, `1,200 datagrams`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** `850 bytes`, `1.5 kB`, `20 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte')
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** A length of time, to two units at the most: `0.4 s`, `12 s`, `5 min`, `2 h 5 min`, `3 days`. */
export function spanText(milliseconds: number): string {
  const seconds = Math.abs(milliseconds) / 1000
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 2880) return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return counted(Math.round(minutes / 1440), 'day')
}

/** `12 %`; what is not nothing is never told as 0 %. */
export function shareText(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100
  return percent > 0 && percent < 1 ? 'less than 1 %' : `${Math.round(percent)} %`
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

/** The first few of many: `1, 2, 3 and 40 more`. */
export function shortList(items: readonly string[]): string {
  const most = 5
  return items.length <= most ? listText(items) : listText([...items.slice(0, most), `${items.length - most} more`])
}

/** `Template 256`, `Templates 256 and 257`. */
export function templatesText(ids: readonly string[]): string {
  return `Template${ids.length === 1 ? '' : 's'} ${shortList(ids)}`
}

/** Ports of listeners, each once: `[::]:2055` has 2055. */
export function portsOf(listeners: readonly string[]): number[] {
  return [...new Set(listeners.map((listener) => Number(listener.slice(listener.lastIndexOf(':') + 1))))]
}

/** Whether two addresses are of one family. */
export function sameFamily(a: string, b: string): boolean {
  return a.includes(':') === b.includes(':')
}
