// A router's name as the link to its page, its address below, and what is wrong with its clock.
import { Link } from '@tanstack/react-router'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerLabel } from '../overview/router-label.ts'
import { formatDuration } from '../view/units.ts'

// Above a second flows are put into a wrong one-second bucket by whoever trusts the exporter's clock.
const seriousSkew = 2

export function RouterName({ router }: { readonly router: RouterStatus }) {
  const skewed = router.clock_skew !== null && Math.abs(router.clock_skew) > seriousSkew
  return (
    <span className="flex min-w-0 flex-col">
      <Link
        to="/routers/$address"
        params={{ address: router.address }}
        className="truncate rounded-sm font-medium text-kumo-default hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        title={routerLabel(router)}
      >
        {routerLabel(router)}
      </Link>
      {router.name !== '' && <span className="truncate font-mono text-sm text-kumo-subtle">{router.address}</span>}
      {skewed && (
        <span className="text-sm text-kumo-warning">{messages.routers.skew(formatDuration(Math.abs(router.clock_skew ?? 0)))}</span>
      )}
    </span>
  )
}
