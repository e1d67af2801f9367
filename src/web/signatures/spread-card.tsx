// How the values of each field spread: the attack beside normal traffic, with what the signature asks for marked.
import { Button } from '@cloudflare/kumo/components/button'
import { CheckIcon } from '@phosphor-icons/react/dist/csr/Check'
import { useState } from 'react'
import type { FieldSpread } from '../../contract/signature.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { binText, greatestShare, spreadText } from '../view/signature-view.ts'
import { formatShare } from '../view/units.ts'

const text = signatureMessages.page
// Six charts fill a screen, and the fields that differ most come first.
const shownFields = 6
const shownValues = 6

type Bin = FieldSpread['bins'][number]

interface BinsProps {
  readonly spread: FieldSpread
  readonly top: number
}

const percent = (share: number, top: number) => `${top === 0 ? 0 : (share / top) * 100}%`

function ValueBar({ share, top, colour }: { readonly share: number; readonly top: number; readonly colour: string }) {
  return (
    <span className="grid grid-cols-[minmax(0,1fr)_3.5rem] items-center gap-2">
      <span aria-hidden className="block h-1.5">
        {share > 0 && <span className={`block h-full min-w-px rounded-xs ${colour}`} style={{ width: percent(share, top) }} />}
      </span>
      <span className="text-right text-xs text-kumo-subtle tabular-nums">{formatShare(share)}</span>
    </span>
  )
}

function HeldMark({ held }: Pick<Bin, 'held'>) {
  return (
    <span className="flex w-4 shrink-0 justify-center">
      {held && (
        <>
          <CheckIcon size={14} weight="bold" aria-hidden className="text-kumo-success" />
          <span className="sr-only">{text.held}</span>
        </>
      )}
    </span>
  )
}

/** Single values: each with its name, so that they can be read and not only compared. */
function Values({ spread, top }: BinsProps) {
  const [open, setOpen] = useState(false)
  const bins = open ? spread.bins : spread.bins.slice(0, shownValues)
  return (
    <>
      <ul className="flex flex-col gap-1.5">
        {bins.map((bin) => (
          <li key={bin.label} className={`flex items-center gap-1 rounded-sm ${bin.held ? 'bg-kumo-success-tint' : ''}`}>
            <HeldMark held={bin.held} />
            <span className="w-24 shrink-0 truncate font-mono text-xs text-kumo-default" title={bin.label}>
              {bin.label}
            </span>
            <span className="flex min-w-0 grow flex-col">
              <ValueBar share={bin.attack} top={top} colour="bg-(--color-attack)" />
              {bin.baseline !== null && <ValueBar share={bin.baseline} top={top} colour="bg-(--color-baseline)" />}
            </span>
          </li>
        ))}
      </ul>
      {spread.bins.length > shownValues && !open && (
        <Button size="xs" variant="ghost" className="self-start" onClick={() => setOpen(true)}>
          {text.allBins(spread.bins.length)}
        </Button>
      )}
    </>
  )
}

/** Ranges in order: the attack grows upwards, normal traffic downwards, so that no colour is needed to tell them apart. */
function Ranges({ spread, top }: BinsProps) {
  const { bins } = spread
  const compared = bins.some(({ baseline }) => baseline !== null)
  return (
    <div className="flex flex-col gap-1">
      <p className="sr-only">{spreadText(spread)}</p>
      <div aria-hidden className="flex items-stretch gap-px">
        {bins.map((bin) => (
          <span key={bin.label} title={binText(bin)} className="group flex min-w-0 flex-1 flex-col">
            <span className={`flex h-20 items-end rounded-t-xs ${bin.held ? 'bg-kumo-success-tint' : ''}`}>
              <span className="w-full rounded-t-xs bg-(--color-attack)" style={{ height: percent(bin.attack, top) }} />
            </span>
            <span className={`h-1 ${bin.held ? 'bg-kumo-success' : 'bg-kumo-line'}`} />
            {compared && (
              <span className={`flex h-20 items-start rounded-b-xs ${bin.held ? 'bg-kumo-success-tint' : ''}`}>
                <span className="w-full rounded-b-xs bg-(--color-baseline)" style={{ height: percent(bin.baseline ?? 0, top) }} />
              </span>
            )}
          </span>
        ))}
      </div>
      <span aria-hidden className="flex justify-between gap-2 text-xs text-kumo-subtle tabular-nums">
        <span>{bins[0]?.label}</span>
        <span>{bins.length > 2 && bins[Math.floor(bins.length / 2)]?.label}</span>
        <span>{bins.at(-1)?.label}</span>
      </span>
    </div>
  )
}

/** Labels such as `none` are known by the title in front of them. Most are numbers, the same in every language. */
function labelText(title: string, label: string): string {
  if (!/[a-z]{3}/.test(label)) return label
  const text = `${title}: ${label}`
  const told = serverText(text)
  return told === text ? label : told
}

function inWords({ title, bins, ...spread }: FieldSpread): FieldSpread {
  return { ...spread, title: serverText(title), bins: bins.map((bin) => ({ ...bin, label: labelText(title, bin.label) })) }
}

function Spread({ spread }: { readonly spread: FieldSpread }) {
  const top = greatestShare(spread.bins)
  const Bins = spread.kind === 'values' ? Values : Ranges
  return (
    <li className="flex min-w-0 flex-col gap-2.5 rounded-lg p-3 ring ring-kumo-hairline">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="text-base font-medium text-kumo-default">{spread.title}</h3>
        {spread.distance !== null && (
          <span className="text-sm text-kumo-subtle tabular-nums">{text.distance(formatShare(spread.distance))}</span>
        )}
      </span>
      <Bins spread={spread} top={top} />
    </li>
  )
}

function Legend({ compared }: { readonly compared: boolean }) {
  const square = 'size-2.5 shrink-0 rounded-xs'
  return (
    <div className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-kumo-default">
      <span className="flex items-center gap-2">
        <span aria-hidden className={`${square} bg-(--color-attack)`} />
        {text.legendAttack}
      </span>
      {compared && (
        <span className="flex items-center gap-2">
          <span aria-hidden className={`${square} bg-(--color-baseline)`} />
          {text.legendBaseline}
        </span>
      )}
      <span className="flex items-center gap-2">
        <span aria-hidden className={`${square} bg-kumo-success-tint ring ring-kumo-success`} />
        {text.legendHeld}
      </span>
    </div>
  )
}

export function SpreadCard({ spreads }: { readonly spreads: readonly FieldSpread[] }) {
  const [open, setOpen] = useState(false)
  if (spreads.length === 0) return null
  const compared = spreads.some(({ distance }) => distance !== null)
  return (
    <Card title={compared ? text.spreads : text.spreadsAlone}>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <p className="text-sm text-kumo-subtle">{text.spreadsDetail}</p>
          <Legend compared={compared} />
        </div>
        <ul className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
          {(open ? spreads : spreads.slice(0, shownFields)).map((spread) => (
            <Spread key={spread.field} spread={inWords(spread)} />
          ))}
        </ul>
        {spreads.length > shownFields && (
          <Button variant="ghost" size="sm" className="self-start" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? text.fewerFields : text.moreFields(spreads.length)}
          </Button>
        )}
      </div>
    </Card>
  )
}
