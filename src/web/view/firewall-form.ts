// The form that deploys a filter to the edges: what is wrong in it, and the way between it and the API. Pure.
import type { FirewallRule } from '../../contract/firewall.ts'
import type { Signature } from '../../contract/signature.ts'
import type { FirewallBody, FirewallPlaceBody } from '../api/firewall-actions.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { whyMessages } from '../messages/why.ts'
import { exactSeconds, readAmount, readSeconds } from './quantity-input.ts'
import { longestWhy } from './why.ts'

export interface DeployForm {
  readonly name: string
  readonly filter: string
  /** Colos and groups; empty for all. */
  readonly places: readonly string[]
  readonly interface: string
  readonly minutes: number
  readonly calm: boolean
  readonly calmRate: string
  readonly calmFor: string
  readonly why: string
  /** Ids; empty for none. */
  readonly signature: string
  readonly incident: string
}

export type DeployField = keyof DeployForm
export type DeployProblems = Partial<Readonly<Record<DeployField, string>>>

const minute = 60
const day = 86_400
const leastCalm = 10

export const emptyDeploy: DeployForm = {
  name: '',
  filter: '',
  places: [],
  interface: '',
  minutes: 60,
  calm: true,
  calmRate: '100',
  calmFor: '15 min',
  why: '',
  signature: '',
  incident: '',
}

const text = firewallMessages.deploy
const longestName = 100
const longestFilter = 4096

/** The filter of a signature as it stands. */
export function deployOf({ id, name, filter, source }: Pick<Signature, 'id' | 'name' | 'filter' | 'source'>): DeployForm {
  return {
    ...emptyDeploy,
    name: name.slice(0, longestName),
    filter: filter ?? '',
    why: text.fromSignature(name).slice(0, longestWhy),
    signature: id,
    incident: source.kind === 'incident' ? source.id : '',
  }
}

const secondsBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000

/** The form that deploys again what was withdrawn. */
export function deployAgain(rule: FirewallRule): DeployForm {
  const { name, filter, colo_name, calm, signature_id, incident_id, why } = rule
  return {
    ...emptyDeploy,
    name,
    filter,
    places: colo_name === '*' || colo_name === '' ? [] : colo_name.split(',').map((place) => place.trim()),
    interface: rule.interface ?? '',
    minutes: lifetimeNear(secondsBetween(rule.created_at, rule.until) / minute),
    calm: calm !== null,
    ...(calm === null ? {} : { calmRate: String(calm.packets_per_second), calmFor: exactSeconds(calm.seconds) }),
    why: text.again(why).slice(0, longestWhy),
    signature: signature_id ?? '',
    incident: incident_id ?? '',
  }
}

/** Minutes to choose from. @param longest hours that the server allows */
export function lifetimeChoices(longest: number): readonly number[] {
  const most = Math.max(1, Math.floor(longest * minute))
  return [
    ...Object.keys(text.lifetimes)
      .map(Number)
      .filter((minutes) => minutes < most),
    most,
  ]
}

/** The shortest choice that is as long. */
function lifetimeNear(minutes: number): number {
  const choices = Object.keys(text.lifetimes).map(Number)
  return choices.find((choice) => choice >= Math.floor(minutes)) ?? choices.at(-1) ?? emptyDeploy.minutes
}

export const lifetimeText = (minutes: number): string =>
  text.lifetimes[String(minutes)] ?? (minutes % 1440 === 0 || minutes % 60 === 0 ? exactSeconds(minutes * minute) : text.minutes(minutes))

export function placeBodyOf({ filter, places, interface: name }: Pick<DeployForm, 'filter' | 'places' | 'interface'>): FirewallPlaceBody {
  return {
    filter: filter.trim(),
    ...(places.length === 0 ? {} : { colo_name: places.join(',') }),
    ...(name.trim() === '' ? {} : { interface: name.trim() }),
  }
}

function calmOf({ calm, calmRate, calmFor }: DeployForm): FirewallBody['calm'] {
  return calm ? { packets_per_second: readAmount(calmRate) ?? 1, seconds: readSeconds(calmFor) ?? leastCalm } : null
}

/** What the API gets. The form has no problems. @param longest hours that the server allows at most */
export function deployBodyOf(form: DeployForm, longest: number): FirewallBody {
  return {
    ...placeBodyOf(form),
    name: form.name.trim(),
    lifetime_minutes: Math.min(form.minutes, Math.max(1, Math.floor(longest * minute))),
    calm: calmOf(form),
    ...(form.signature === '' ? {} : { signature_id: form.signature }),
    ...(form.incident === '' ? {} : { incident_id: form.incident }),
    why: form.why.trim(),
  }
}

function calmProblems({ calm, calmRate, calmFor }: DeployForm): DeployProblems {
  if (!calm) return {}
  const seconds = readSeconds(calmFor)
  return {
    ...(typeof readAmount(calmRate) === 'number' ? {} : { calmRate: text.calmRateWrong }),
    ...(seconds !== undefined && seconds >= leastCalm && seconds <= day ? {} : { calmFor: text.calmForWrong }),
  }
}

/** What is wrong without asking the server. */
export function deployProblems(form: DeployForm): DeployProblems {
  const filter = form.filter.trim()
  return {
    ...(form.name.trim() === '' ? { name: text.nameMissing } : {}),
    ...(filter === '' || filter.length > longestFilter ? { filter: text.filterMissing } : {}),
    ...(/^[\w.:@-]{0,15}$/.test(form.interface.trim()) ? {} : { interface: text.interfaceWrong }),
    ...calmProblems(form),
    ...(form.why.trim() === '' ? { why: whyMessages.whyMissing } : {}),
  }
}

/** Fields of the API by their JSON pointer, in the form's names. */
const pointers: Readonly<Record<string, DeployField>> = {
  name: 'name',
  filter: 'filter',
  colo_name: 'places',
  interface: 'interface',
  lifetime_minutes: 'minutes',
  calm: 'calmRate',
  packets_per_second: 'calmRate',
  seconds: 'calmFor',
  why: 'why',
}

/** The field that a refusal is about; undefined for none. */
export const deployFieldAt = (pointer: string): DeployField | undefined => pointers[pointer.split('/').at(-1) ?? '']
