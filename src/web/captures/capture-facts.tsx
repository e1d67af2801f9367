// What a capture was asked to do, by whom, and how long its packets stay.
import type { ReactNode } from 'react'
import type { Capture } from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { Card } from '../shell/card.tsx'
import { isOver, keptText, placesText, samplingText, typeName } from '../view/capture-view.ts'
import { exactBytes, exactSeconds } from '../view/quantity-input.ts'
import { formatCount, formatDayTime } from '../view/units.ts'
import { CaptureCause } from './capture-state.tsx'

const text = captureMessages.page
const words = captureMessages.form

type Fact = readonly [name: string, value: string]

function limitsText({ time_limit, packet_limit, byte_limit }: Capture): string {
  return messages.list([
    exactSeconds(time_limit),
    ...(packet_limit === null ? [] : [text.limitPackets(formatCount(packet_limit))]),
    ...(byte_limit === null ? [] : [exactBytes(byte_limit)]),
  ])
}

function takenText({ extension, offset_time }: Capture): string {
  const { hook, engine, interface: name, link } = extension
  if (offset_time !== null) return captureMessages.page.samples
  return messages.list([
    engine === 'nflog' ? words.hooks[hook] : words.engines.interface,
    ...(name === null ? [] : [name]),
    ...(link === 'ethernet' ? [words.links.ethernet] : []),
  ])
}

function keptOf({ extension }: Capture): string {
  return messages.list([
    samplingText(extension.sampling),
    keptText(extension.snap_length),
    ...(extension.mask_payload ? [text.masked] : []),
  ])
}

function expiryText({ expires_at, downloadable }: Capture): string {
  if (expires_at === null) return messages.none
  return downloadable ? formatDayTime(Date.parse(expires_at)) : text.expired
}

function factsOf(capture: Capture): readonly Fact[] {
  const { type, offset_time, destination_conf, submitted, ended_at, extension } = capture
  return [
    [captureMessages.list.where, placesText(capture)],
    [words.type, typeName(type, offset_time !== null)],
    [text.kept, keptOf(capture)],
    [text.limits, limitsText(capture)],
    [text.how, takenText(capture)],
    ...(offset_time === null ? [] : [[text.past, formatDayTime(Date.parse(offset_time))] as const]),
    ...(destination_conf === null ? [] : [[text.bucket, destination_conf] as const]),
    [text.submitted, formatDayTime(Date.parse(submitted))],
    [text.ended, ended_at === null ? text.running : formatDayTime(Date.parse(ended_at))],
    ...(isOver(capture) && destination_conf === null ? [[text.expires, expiryText(capture)] as const] : []),
    ...(extension.note === '' ? [] : [[text.note, extension.note] as const]),
  ]
}

function FactLine({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="break-words text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}

export function CaptureFacts({ capture }: { readonly capture: Capture }) {
  return (
    <Card title={text.facts}>
      <dl className="grid gap-x-6 gap-y-3 text-base sm:grid-cols-2">
        {factsOf(capture).map(([name, value]) => (
          <FactLine key={name} name={name}>
            {value}
          </FactLine>
        ))}
        <FactLine name={text.by}>
          <CaptureCause cause={capture.cause} />
        </FactLine>
      </dl>
    </Card>
  )
}
