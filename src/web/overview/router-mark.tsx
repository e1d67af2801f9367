// The warning mark beside a router's name: silent, or flows that do not agree with the counters of an interface.
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useQuery } from '@tanstack/react-query'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { interfacesQuery } from '../api/router-queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { isDoubtfulInterface } from '../view/counter-verdict.ts'

const text = messages.routers

export function RouterMark({ router }: { readonly router: RouterStatus }) {
  const { data } = useQuery(interfacesQuery(useAccount(), router.address))
  const doubtful = (data ?? []).filter(isDoubtfulInterface).length
  if (doubtful === 0 && !router.silent) return null
  const meaning = messages.sentences([...(router.silent ? [text.markSilent] : []), ...(doubtful > 0 ? [text.markDoubtful(doubtful)] : [])])
  return (
    <span title={meaning} className="shrink-0 text-kumo-warning">
      <WarningIcon size={16} weight="fill" aria-hidden />
      <span className="sr-only">{meaning}</span>
    </span>
  )
}
