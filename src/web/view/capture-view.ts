// A capture as the pages show it: its tone, its filter and places in words, what was lost on the way. Pure.
import {
  wholePackets,
  type AgentCaptureState,
  type Capture,
  type CaptureAgent,
  type CaptureStatus,
  type CaptureType,
} from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { filterOfV1 } from './capture-form.ts'
import { formatBytes, formatCount, formatTime } from './units.ts'

const text = captureMessages

export type Tone = 'neutral' | 'success' | 'warning' | 'error' | 'info'

const tones: Readonly<Record<CaptureStatus, Tone>> = {
  unknown: 'warning',
  pending: 'neutral',
  running: 'info',
  conversion_pending: 'info',
  conversion_running: 'info',
  success: 'success',
  complete: 'success',
  failed: 'error',
}

const agentTones: Readonly<Record<AgentCaptureState, Tone>> = {
  waiting: 'neutral',
  starting: 'neutral',
  capturing: 'info',
  delivering: 'info',
  done: 'success',
  failed: 'error',
  lost: 'warning',
}

export const isOver = ({ status }: Pick<Capture, 'status'>): boolean => status === 'success' || status === 'complete' || status === 'failed'

/** What is complete, but not from everywhere, is told in the colour of a warning. */
export function captureTone({ status, error_message }: Pick<Capture, 'status' | 'error_message'>): Tone {
  return tones[status] === 'success' && error_message !== null ? 'warning' : tones[status]
}

export const agentTone = ({ state }: Pick<CaptureAgent, 'state'>): Tone => agentTones[state]

/** `done`, and why it ended. */
export function agentStateText({ state, end }: Pick<CaptureAgent, 'state' | 'end'>): string {
  const name = text.agentStates[state]
  return end === null || state === 'failed' ? name : messages.list([name, text.ends[end]])
}

/** Whether the agent has packets to come. */
export const isAtWork = ({ state }: Pick<CaptureAgent, 'state'>): boolean =>
  state === 'starting' || state === 'capturing' || state === 'delivering'

/** Both filters in the filter language; `all packets` without one. */
export function filterName({ filter, filter_v1 }: Pick<Capture, 'filter' | 'filter_v1'>): string {
  const parts = [filter ?? '', filterOfV1(filter_v1)].filter((part) => part !== '')
  if (parts.length === 0) return text.everything
  return parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(' and ')
}

// More names push the rest of a line away.
const mostPlaces = 3

/** Names of the places, as asked for. */
export function placesText({ colo_name }: Pick<Capture, 'colo_name'>): string {
  if (colo_name === '' || colo_name === '*') return text.allPlaces
  const names = colo_name.split(',').map((name) => name.trim())
  return text.places(messages.list(names.slice(0, mostPlaces)), names.length - mostPlaces)
}

export function packetsText(count: number): string {
  return text.packets(formatCount(count), count === 1)
}

export const gotText = ({ packets, bytes }: Pick<Capture, 'packets' | 'bytes'>): string =>
  messages.list([packetsText(packets), formatBytes(bytes)])

/** Milliseconds since 1970 when its time limit is reached, as far as the server knows. */
export function latestEnd({ submitted, time_limit }: Pick<Capture, 'submitted' | 'time_limit'>): number {
  return Date.parse(submitted) + time_limit * 1000
}

/** How far it is, 0 to 1, by the limit that is nearest. @param now milliseconds since 1970 */
export function captureShare(
  capture: Pick<Capture, 'submitted' | 'time_limit' | 'packet_limit' | 'byte_limit' | 'packets' | 'bytes' | 'type' | 'agents'>,
  now: number,
): number {
  const { packet_limit, byte_limit, agents, type } = capture
  // Limits of full captures are for each agent.
  const most = (pick: (agent: CaptureAgent) => number, sum: number) => (type === 'simple' ? sum : Math.max(0, ...agents.map(pick)))
  const shares = [
    (now - Date.parse(capture.submitted)) / (capture.time_limit * 1000),
    packet_limit === null ? 0 : most(({ packets }) => packets, capture.packets) / packet_limit,
    byte_limit === null ? 0 : most(({ bytes }) => bytes, capture.bytes) / byte_limit,
  ]
  return Math.min(1, Math.max(0, ...shares))
}

/** What one should know about the packets of an agent; the gravest first. Empty where nothing is to be said. */
export function agentRemarks(agent: Pick<CaptureAgent, 'kernel_drops' | 'delivery_drops' | 'super_packets'>): readonly string[] {
  const { kernel_drops, delivery_drops, super_packets } = agent
  const words = text.page
  return [
    ...(kernel_drops > 0 ? [words.kernelDrops(packetsText(kernel_drops))] : []),
    ...(delivery_drops > 0 ? [words.deliveryDrops(packetsText(delivery_drops))] : []),
    ...(super_packets > 0 ? [words.superPackets(packetsText(super_packets), super_packets === 1)] : []),
  ]
}

// Below it, correcting changes nothing that anybody could tell.
const noticeableMs = 1

/** What is known of the agent's clock, where it is worth a word. */
export function clockText({ agent, clock_offset_ms }: Pick<CaptureAgent, 'agent' | 'clock_offset_ms'>): string {
  if (agent === 'samples') return ''
  if (clock_offset_ms === null) return text.page.clockUnknown
  return Math.abs(clock_offset_ms) < noticeableMs ? '' : text.page.clock(offsetText(clock_offset_ms))
}

/** `+2.5 ms`, `−1.2 s`. */
export function offsetText(milliseconds: number): string {
  const sign = milliseconds < 0 ? '−' : '+'
  const size = Math.abs(milliseconds)
  return size < 1000 ? `${sign}${Number(size.toPrecision(3))} ms` : `${sign}${Number((size / 1000).toPrecision(3))} s`
}

export function keptText(snapLength: number): string {
  return snapLength >= wholePackets ? text.page.keptWhole : text.page.keptBytes(formatCount(snapLength))
}

export const samplingText = (sampling: number): string => (sampling === 1 ? text.page.every : text.page.sampled(formatCount(sampling)))

export function typeName(type: CaptureType, past: boolean): string {
  return past ? `${text.types[type]} ${text.list.past}` : text.types[type]
}

/** Clock time with microseconds: `08:31:02.104233`. */
export function packetTime(time: string): string {
  const fraction = /\.(\d{1,6})/.exec(time)?.[1] ?? ''
  return `${formatTime(Date.parse(time))}.${fraction.padEnd(6, '0')}`
}

/** How to do the same, or get at the packets, in a terminal. */
export function captureCommands(capture: Capture): readonly (readonly [kind: 'wireshark' | 'tcpdump' | 'download', command: string])[] {
  const { id, type, downloadable } = capture
  const tail = `drawbridge capture tail ${id}`
  const live = type === 'simple' && (downloadable || !isOver(capture))
  return [
    ...(live ? ([['wireshark', `${tail} | wireshark -k -i -`] as const, ['tcpdump', `${tail} | tcpdump -n -r -`] as const] as const) : []),
    ...(downloadable ? ([['download', `drawbridge capture download ${id}`] as const] as const) : []),
  ]
}
