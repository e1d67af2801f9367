// Who holds an announcement and why: rules with the way to their incident, people by name.
import { Link } from '@tanstack/react-router'
import type { AdvertisementCause } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'

const text = advertisingMessages.now
const link = 'rounded-sm text-kumo-default underline hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand'

/** A rule's name leads to its incident, or to the rule itself. */
export function CauseName({ cause }: { readonly cause: AdvertisementCause }) {
  const { kind, who, rule_id, incident_id } = cause
  if (kind === 'person') return <span className="text-kumo-default">{who}</span>
  if (incident_id !== null) {
    return (
      <Link to="/incidents/$id" params={{ id: incident_id }} title={text.toIncident(who)} className={link}>
        {text.byRule(who)}
      </Link>
    )
  }
  if (rule_id === null) return <span className="text-kumo-default">{text.byRule(who)}</span>
  return (
    <Link to="/rules/$id" params={{ id: rule_id }} className={link}>
      {text.byRule(who)}
    </Link>
  )
}

export function CauseList({ causes }: { readonly causes: readonly AdvertisementCause[] }) {
  return (
    <ul className="flex min-w-0 flex-col gap-1 text-sm">
      {causes.map((cause) => (
        <li key={cause.id} className="min-w-0 break-words text-kumo-subtle">
          <CauseName cause={cause} />: {serverText(cause.why)}
        </li>
      ))}
    </ul>
  )
}
