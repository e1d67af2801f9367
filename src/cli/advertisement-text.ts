// Owned prefixes, previews and advertisements as text for a terminal.
import type { Advertisement, AdvertisementPreview, AdvertisingStatus } from '../contract/advertisement.ts'
import type { OwnedPrefix } from '../contract/owned-prefix.ts'
import { tableText } from './rule-text.ts'

/** Bytes of a message in a line. */
const bytesPerLine = 32

export function prefixListText(prefixes: readonly OwnedPrefix[]): string {
  if (prefixes.length === 0)
    return 'No prefixes are registered, so nothing can be announced.\nNext: drawbridge prefix add PREFIX --as NUMBER\n'
  const rows = prefixes.map((prefix) => [
    prefix.cidr,
    `AS${prefix.origin_as}`,
    prefix.drivers.join(' '),
    allowanceText(prefix),
    prefix.automatic ? (prefix.approval ? 'with approval' : 'yes') : 'no',
    prefix.locked ? `locked: ${prefix.lock_reason}` : '',
    prefix.description,
  ])
  return tableText([['PREFIX', 'ORIGIN', 'DRIVERS', 'ALLOWED', 'BY RULES', 'LOCK', 'DESCRIPTION'], ...rows])
}

function allowanceText({ cidr, divert_max_length: divert, blackhole_min_length: blackhole, flowspec }: OwnedPrefix): string {
  const own = Number(cidr.split('/')[1])
  return [
    divert === own ? 'divert' : `divert to /${divert}`,
    ...(blackhole === null ? [] : [`blackhole from /${blackhole}`]),
    ...(flowspec ? ['flowspec'] : []),
  ].join(', ')
}

export function previewText(preview: AdvertisementPreview): string {
  const { route, owned_prefix: owned, approval, until, messages, warnings } = preview
  const description = owned.description === '' ? '' : `, ${owned.description}`
  const head = `${route.prefix} (${route.purpose}), inside ${owned.cidr} of AS${owned.origin_as}${description}, until ${until} at the latest\n`
  const parts = messages.map(
    ({ driver, to, ready, lines, hex }) =>
      `\n${driver} to ${to}${ready ? '' : ' (not ready)'}\n${[...lines, ...hexLines(hex)].map((line) => `  ${line}\n`).join('')}`,
  )
  const notes = [...(approval ? ['somebody has to approve it'] : []), ...warnings].map((note) => `Note: ${note}\n`)
  return `${head}${parts.join('')}${notes.length === 0 ? '' : `\n${notes.join('')}`}`
}

function hexLines(hex: string): string[] {
  return hex.match(new RegExp(`.{1,${bytesPerLine * 2}}`, 'g')) ?? []
}

export function advertisementsText(advertisements: readonly Advertisement[], now: number): string {
  if (advertisements.length === 0) return 'Nothing is announced.\n'
  const rows = advertisements.map((one) => [
    one.route.prefix,
    `${one.route.purpose}${one.dry_run ? ' (dry run)' : ''}`,
    one.driver,
    one.state,
    spanText(now - Date.parse(one.state_since)),
    one.state === 'withdrawn' ? '' : one.until,
    whyText(one),
    one.id,
  ])
  return tableText([['PREFIX', 'PURPOSE', 'DRIVER', 'STATE', 'SINCE', 'UNTIL', 'WHY', 'ID'], ...rows])
}

/** Who holds it, or held it last. */
function whyText({ causes }: Advertisement): string {
  const holding = causes.filter(({ released_at }) => released_at === null)
  const [first, ...others] = holding.length === 0 ? causes.slice(-1) : holding
  if (first === undefined) return ''
  return `${first.who}: ${first.why}${others.length === 0 ? '' : ` and ${others.length} more`}`
}

/** What became of each, with what the driver said. */
export function outcomeText(advertisements: readonly Advertisement[]): string {
  return advertisements
    .map(({ route, driver, state, detail, id }) => `${route.prefix} by ${driver}: ${state}${detail === '' ? '' : `, ${detail}`} (${id})\n`)
    .join('')
}

export function statusText({ stopped, stop, announcements, max_announcements: most, drivers }: AdvertisingStatus): string {
  const head =
    stopped && stop ? `STOPPED by ${stop.who} at ${stop.at}: ${stop.why}\nNext: drawbridge advertisements resume --why REASON\n` : ''
  const parts = drivers
    .filter(({ configured }) => configured)
    .map(({ driver, ready, detail }) => `${driver} ${ready ? 'ready' : `not ready: ${detail}`}`)
  return `${head}${announcements} of ${most} announcements; ${parts.length === 0 ? 'no driver is configured' : parts.join(', ')}\n`
}

/** `45s`, `12m`, `3h`, `2d`. */
function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
