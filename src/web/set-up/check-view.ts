// What the live check has found, as the page tells it: how far it is, what has changed, a flow in one line.
import type { CheckFinding, CheckFlow, CheckState, CheckStep, RouterCheck } from '../../contract/router-check.ts'
import { messages } from '../messages.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { fieldTime } from '../view/clock.ts'
import { portName, protocolName } from '../view/names.ts'
import { formatBytes, formatCount, formatTime } from '../view/units.ts'

const text = setUpMessages.watch

/** Steps that are in order, of those that apply. */
export function progressOf(steps: readonly CheckStep[]): { readonly done: number; readonly all: number } {
  const applying = steps.filter(({ state }) => state !== 'skipped')
  return { done: applying.filter(({ state }) => state === 'ok').length, all: applying.length }
}

export type StepLook = CheckState | 'later'

/** How steps look: of those that wait only the first is being waited for, and none while one before it is wrong. */
export function looksOf(steps: readonly CheckStep[]): StepLook[] {
  const first = steps.findIndex(({ state }) => state === 'waiting' || state === 'failed')
  return steps.map(({ state }, place) => (state === 'waiting' && place !== first ? 'later' : state))
}

/** A sentence for each step whose state is another one now: what screen readers say. */
export function changesBetween(before: readonly CheckStep[], after: readonly CheckStep[]): string {
  const old = new Map(before.map(({ name, state }) => [name, state]))
  return after
    .filter(({ name, state }) => old.has(name) && old.get(name) !== state)
    .map(({ name, state }) => text.changed(text.stepNames[name], text.stepStates[state]))
    .join(' ')
}

/** What stands above the steps. */
export function headline(check: RouterCheck): string {
  if (check.datagrams > 0) return text.received(formatCount(check.datagrams), formatBytes(check.bytes), formatCount(check.flows))
  const awaited = check.sender ?? check.expected
  return awaited === null ? text.waitingForAny : text.waitingFor(awaited)
}

function endText(address: string, port: number): string {
  if (port === 0) return address
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

// Times of another day are told with the day: 1970 would look like now.
const halfDay = 43_200_000

function clock(time: string, now: number): string {
  const milliseconds = Date.parse(time)
  return Math.abs(now - milliseconds) < halfDay ? formatTime(milliseconds) : fieldTime(milliseconds).replace('T', ' ')
}

/** `192.0.2.1:51234 → 198.51.100.7:443 (https), TCP, 12 kB in 9 packets, sampled 1 in 1000, from 10:31:04 to 10:31:09` */
export function flowText(flow: CheckFlow, now: number): string {
  const ends = `${endText(flow.source, flow.source_port)} → ${endText(flow.destination, flow.destination_port)}`
  const service = portName(flow.destination_port)
  return messages.list([
    service === undefined ? ends : `${ends} ${text.samplePort(service)}`,
    protocolName(flow.protocol) ?? text.protocolNumber(flow.protocol),
    text.sampleText(flow.packets, formatCount(flow.packets), formatBytes(flow.bytes)),
    ...(flow.sampling > 1 ? [text.sampled(formatCount(flow.sampling))] : []),
    ...(flow.start !== null && flow.end !== null ? [text.sampleTimes(clock(flow.start, now), clock(flow.end, now))] : []),
  ])
}

/** Fields that the guide's record has and the sender's templates do not, as the findings name them. */
export function missingFields(steps: readonly CheckStep[]): readonly string[] {
  const told: readonly CheckFinding[] = steps.flatMap(({ findings }) => findings)
  return told.filter(({ code }) => code === 'fields_missing').flatMap(({ values }) => listOf(values['fields']))
}

function listOf(value: string | number | readonly string[] | undefined): readonly string[] {
  return typeof value === 'object' ? value : []
}
