// Where the alerts of a policy go: its mechanisms (contract §5.2) as a list of destinations that exist.
import type { Kysely } from 'kysely'
import type { StateTables } from '../store/state-tables.ts'

/** The keys of a policy's `mechanisms`. `syslog` is ours. */
export const mechanisms = { email: 'email', pagerduty: 'pagerduty', webhooks: 'webhook', syslog: 'syslog' } as const
export type MechanismName = keyof typeof mechanisms
export type DestinationKind = (typeof mechanisms)[MechanismName]

/** As a client writes it; other keys than `id` are kept and mean nothing, null is an empty list. */
export type Mechanisms = Readonly<Partial<Record<MechanismName, readonly { readonly id: string }[] | null>>>

/** The only destination of the kind syslog: the server that the configuration names. */
export const syslogDestination = 'default'

export interface Destination {
  readonly kind: DestinationKind
  /** Id of a webhook or service, mail address, `default`. */
  readonly id: string
  readonly name: string
  /** Format: the type of a webhook, else the kind. */
  readonly channel: string
}

/** The destinations of an account by `kind id`, without mail addresses: those are not kept anywhere but in policies. */
export async function knownDestinations(state: Kysely<StateTables>, account: number): Promise<ReadonlyMap<string, Destination>> {
  const webhooks = await state.selectFrom('alert_webhook').select(['id', 'name', 'type']).where('account', '=', account).execute()
  const services = await state.selectFrom('alert_pagerduty').select(['id', 'name']).where('account', '=', account).execute()
  const all: Destination[] = [
    ...webhooks.map(({ id, name, type }) => ({ kind: 'webhook' as const, id, name, channel: type })),
    ...services.map(({ id, name }) => ({ kind: 'pagerduty' as const, id, name, channel: 'pagerduty' })),
    { kind: 'syslog', id: syslogDestination, name: 'syslog', channel: 'syslog' },
  ]
  return new Map(all.map((destination) => [destinationKey(destination.kind, destination.id), destination]))
}

export function destinationKey(kind: string, id: string): string {
  return `${kind} ${id}`
}

/** Destinations of a policy, each once; what was deleted meanwhile is left out. */
export function policyDestinations(chosen: Mechanisms, known: ReadonlyMap<string, Destination>): Destination[] {
  const found = new Map<string, Destination>()
  // The names are those of the table above.
  for (const [name, kind] of Object.entries(mechanisms) as [MechanismName, DestinationKind][]) {
    for (const { id } of chosen[name] ?? []) {
      const destination = kind === 'email' ? { kind, id, name: id, channel: 'email' } : known.get(destinationKey(kind, id))
      if (destination) found.set(destinationKey(kind, id), destination)
    }
  }
  return [...found.values()]
}
