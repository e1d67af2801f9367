// The form of an owned prefix as text and choices, what is wrong in it, and the way between it and the API. Pure.
import { ownedPrefixDefaults, type DriverName, type OwnedPrefix, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { readBlock } from './owned-cover.ts'

export interface OwnedPrefixForm {
  readonly cidr: string
  readonly description: string
  readonly origin: string
  readonly drivers: readonly DriverName[]
  readonly divert: 'whole' | 'parts'
  readonly divertMax: string
  readonly blackhole: 'none' | 'hosts' | 'parts'
  readonly blackholeMin: string
  readonly flowspec: boolean
  readonly automatic: boolean
  readonly approval: boolean
}

export type OwnedPrefixField = keyof OwnedPrefixForm
export type OwnedPrefixProblems = Partial<Readonly<Record<OwnedPrefixField, string>>>

export const emptyOwnedPrefix: OwnedPrefixForm = {
  cidr: '',
  description: '',
  origin: '',
  drivers: ['bgp'],
  divert: 'whole',
  divertMax: '',
  blackhole: 'hosts',
  blackholeMin: '',
  flowspec: false,
  automatic: true,
  approval: false,
}

/** The form that shows a registered prefix. */
export function ownedPrefixForm(owned: OwnedPrefix): OwnedPrefixForm {
  const block = readBlock(owned.cidr)
  const { divert_max_length: divert, blackhole_min_length: blackhole } = owned
  const hosts = blackhole === block?.bits
  return {
    cidr: owned.cidr,
    description: owned.description,
    origin: String(owned.origin_as),
    drivers: owned.drivers,
    divert: divert === block?.length ? 'whole' : 'parts',
    divertMax: String(divert),
    blackhole: blackhole === null ? 'none' : hosts ? 'hosts' : 'parts',
    blackholeMin: blackhole === null || hosts ? '' : String(blackhole),
    flowspec: owned.flowspec,
    automatic: owned.automatic,
    approval: owned.approval,
  }
}

const text = advertisingMessages.prefixes
const largestAs = 4_294_967_294

function readWhole(typed: string, least: number, most: number): number | undefined {
  const number = Number(typed.trim())
  return /^\d{1,10}$/.test(typed.trim()) && number >= least && number <= most ? number : undefined
}

/** `AS64500` is read as well as 64500. */
const readOrigin = (typed: string) => readWhole(typed.trim().replace(/^as/i, ''), 1, largestAs)

/** Whether it is a prefix and says how long it is. */
const blockOf = (cidr: string) => (cidr.includes('/') ? readBlock(cidr) : undefined)

/** What is wrong without asking the server, whose guard knows more. */
export function ownedPrefixProblems(form: OwnedPrefixForm): OwnedPrefixProblems {
  const block = blockOf(form.cidr)
  const { length = 0, bits = 128 } = block ?? {}
  const wrongLength = (typed: string) => readWhole(typed, length, bits) === undefined
  return {
    ...(block === undefined ? { cidr: text.cidrWrong } : {}),
    ...(readOrigin(form.origin) === undefined ? { origin: text.originWrong } : {}),
    ...(form.drivers.length === 0 ? { drivers: text.driversMissing } : {}),
    ...(form.divert === 'parts' && wrongLength(form.divertMax) ? { divertMax: text.lengthWrong(length, bits) } : {}),
    ...(form.blackhole === 'parts' && wrongLength(form.blackholeMin) ? { blackholeMin: text.lengthWrong(length, bits) } : {}),
  }
}

/** What the API gets. The form has no problems. */
export function ownedPrefixFieldsOf(form: OwnedPrefixForm): Omit<OwnedPrefixFields, 'locked' | 'lock_reason'> {
  const { bits, length } = blockOf(form.cidr) ?? { bits: 32, length: 0 }
  const usual = ownedPrefixDefaults(bits === 32 ? 4 : 6, length)
  const blackhole = { none: null, hosts: usual.blackhole_min_length, parts: Number(form.blackholeMin) }
  return {
    cidr: form.cidr.trim(),
    description: form.description.trim(),
    origin_as: readOrigin(form.origin) ?? 0,
    drivers: form.drivers,
    divert_max_length: form.divert === 'whole' ? usual.divert_max_length : Number(form.divertMax),
    blackhole_min_length: blackhole[form.blackhole],
    flowspec: form.flowspec,
    automatic: form.automatic,
    approval: form.approval,
  }
}

/** A prefix that was removed, as a new one: what its owner had set, without what the server adds. */
export function ownedPrefixAgain(owned: OwnedPrefix): OwnedPrefixFields {
  const { id: _id, account: _account, created_at: _created, modified_at: _modified, ...fields } = owned
  return fields
}

const pointers: Readonly<Record<string, OwnedPrefixField>> = {
  cidr: 'cidr',
  description: 'description',
  origin_as: 'origin',
  drivers: 'drivers',
  divert_max_length: 'divertMax',
  blackhole_min_length: 'blackholeMin',
}

/** The field that an error of the API is about, by its JSON pointer. */
export function ownedPrefixFieldAt(pointer: string): OwnedPrefixField | undefined {
  return pointers[pointer.split('/')[1] ?? '']
}
