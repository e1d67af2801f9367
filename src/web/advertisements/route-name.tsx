// The prefix of an announcement as a link to its page, with what a FlowSpec rule filters below.
import { Link } from '@tanstack/react-router'
import type { Advertisement } from '../../contract/advertisement.ts'
import { ruleText } from '../view/advertisement-view.ts'
import { Purpose } from './advertisement-state.tsx'

export function RouteName({ advertisement }: { readonly advertisement: Advertisement }) {
  const { id, route } = advertisement
  const rule = ruleText(route)
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          to="/advertisements/$id"
          params={{ id }}
          className="rounded-sm font-mono text-sm font-medium break-all text-kumo-default hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          {route.prefix}
        </Link>
        <Purpose advertisement={advertisement} />
      </span>
      {rule !== '' && <span className="text-sm text-kumo-subtle">{rule}</span>}
    </div>
  )
}
