// Reads which packets a signature is to be made of: captures, incidents, uploaded files, sampled packets of a time.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { SignatureSource } from '../../contract/signature.ts'
import { filterText } from '../../filter/filter-text.ts'
import type { IncidentTraffic } from '../../signature/jobs/jobs-context.ts'
import { readFilter, readFilters } from '../capture/filters.ts'
import { timeText, type Principal, type SignatureContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { objectFault } from '../validation.ts'
import type { Side } from '../../signature/jobs/packet-sources.ts'
import { incidentTraffic } from './incident-traffic.ts'

const id = z.string({ error: 'must be an id' }).regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
const time = z.iso.datetime({ offset: true, error: 'must be a time as in 2026-01-31T12:00:00Z' })
const filter = z.string({ error: 'must be text in the filter language' }).max(4096, 'must have at most 4096 characters')
const samples = z.strictObject({ from: time, to: time, filter: filter.nullable().default(null) }, { error: objectFault })

const sources = { capture: id, incident: id, file: id, samples }
const oneOf = (names: string) => `must be an object with one of ${names}`
const hasOne = (value: object) => Object.values(value).filter((part) => part !== undefined).length === 1

export const attackInput = z
  .strictObject(sources, { error: objectFault })
  .partial()
  .refine(hasOne, oneOf('capture, incident, file, samples'))
export const baselineInput = z
  .strictObject(
    {
      ...sources,
      before: z.number({ error: 'must be hours' }).min(0.1, 'must be at least 0.1 hours').max(720, 'must be at most 720 hours'),
    },
    { error: objectFault },
  )
  .partial()
  .refine(hasOne, oneOf('capture, incident, file, samples, before'))
  .nullable()
  .default(null)

type AttackInput = z.output<typeof attackInput>
type BaselineInput = z.output<typeof baselineInput>

/** An attack begins a little before anybody notices. */
const marginMs = 60_000
const hourMs = 3_600_000

export interface NamedSource {
  readonly source: SignatureSource
  /** What a signature of it is called by itself. */
  readonly name: string
}

interface Asked {
  readonly input: AttackInput
  /** Where in the request it stands. */
  readonly side: Side
}

/** The packets of one side. @throws ApiError forbidden, incident_not_found, signature_invalid, filter_invalid */
export async function readSource(context: SignatureContext, principal: Principal, { input, side }: Asked): Promise<NamedSource> {
  const { capture, incident, file, samples } = input
  if (file !== undefined) return await readFile(context, principal, { id: file, side })
  // Packets that the server has: a signature quotes their bytes.
  requireScope(principal, 'captures:packets')
  if (capture !== undefined) return { source: { kind: 'capture', id: capture }, name: `Capture ${capture.slice(0, 8)}` }
  if (samples !== undefined) return readSamples(samples, side)
  const { name } = await findIncident(context, principal, incident ?? '')
  return { source: { kind: 'incident', id: incident ?? '' }, name }
}

/** The normal packets; null when there are none. @throws as readSource */
export async function readBaseline(
  context: SignatureContext,
  principal: Principal,
  { input, attack }: { readonly input: BaselineInput; readonly attack: SignatureSource },
): Promise<SignatureSource | null> {
  if (input === null) return null
  const { before, ...other } = input
  if (before === undefined) return (await readSource(context, principal, { input: other, side: 'baseline' })).source
  requireScope(principal, 'captures:packets')
  const { from, filter } = await attackTime(context, principal, attack)
  const text = filter && filterText(filter)
  return { kind: 'samples', from: timeText(from - before * hourMs), to: timeText(from - marginMs), filter: text }
}

/** When the attack began, and where it goes to. */
async function attackTime(
  context: SignatureContext,
  principal: Principal,
  attack: SignatureSource,
): Promise<{ readonly from: number; readonly filter: PacketFilter | null }> {
  if (attack.kind === 'incident') return await findIncident(context, principal, attack.id)
  if (attack.kind === 'samples') return { from: Date.parse(attack.from), filter: targetsOf(attack.filter && readFilter(attack.filter)) }
  if (attack.kind === 'capture') {
    const { offset_time, submitted, filter, filter_v1 } = await context.capturing.get(principal.account.number, attack.id)
    return { from: Date.parse(offset_time ?? submitted), filter: targetsOf(readFilters({ filter, filter_v1 })) }
  }
  const reason = 'before needs a time, which a file does not tell; name the time of normal traffic by samples, or upload a capture of it'
  throw new ApiError('signature_invalid', { reason }, '/baseline/before')
}

/** Normal traffic is compared to the same targets, whatever else the attack was looked for by. */
function targetsOf(whole: PacketFilter | '' | null): PacketFilter | null {
  const parts = whole ? (whole.kind === 'all' ? whole.of : [whole]) : []
  const targets = parts.filter((part) => part.kind === 'address' && part.side !== 'source')
  return targets.length < 2 ? (targets[0] ?? null) : { kind: 'all', of: targets }
}

async function findIncident(context: SignatureContext, principal: Principal, id: string): Promise<IncidentTraffic> {
  const incident = await incidentTraffic(context, principal.account.number, id)
  if (!incident) throw new ApiError('incident_not_found', { id })
  return incident
}

async function readFile(
  { state }: SignatureContext,
  principal: Principal,
  { id, side }: { readonly id: string; readonly side: Side },
): Promise<NamedSource> {
  const query = state.selectFrom('signature_file').select('name').where('id', '=', id)
  const row = await query.where('account', '=', principal.account.number).executeTakeFirst()
  const reason = `there is no uploaded file ${id}; upload it first: POST …/drawbridge/signatures/files?name=…`
  if (!row) throw new ApiError('signature_invalid', { reason }, `/${side}/file`)
  return { source: { kind: 'file', id, name: row.name }, name: row.name.replace(/\.(?:pcap|pcapng|cap)$/i, '') }
}

function readSamples({ from, to, filter }: z.output<typeof samples>, side: Side): NamedSource {
  const refused = (reason: string) => new ApiError('signature_invalid', { reason }, `/${side}/samples/to`)
  if (Date.parse(from) >= Date.parse(to)) throw refused('samples.to must be after samples.from')
  if (filter !== null) readFilter(filter, `/${side}/samples/filter`)
  return { source: { kind: 'samples', from, to, filter }, name: `Samples of ${from}` }
}
