// From a router to a graph: choose what there is, paste what it needs, watch its flows arrive.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { RouterCheck } from '../../contract/router-check.ts'
import type { RouterGuideSummary } from '../../contract/router-config.ts'
import { ApiFailure } from '../api/envelope.ts'
import { statusQuery } from '../api/queries.ts'
import { chooseSender } from '../api/router-check-actions.ts'
import { guidesQuery, routerConfigQuery } from '../api/set-up-queries.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { useAccount } from '../shell/account.ts'
import { PageHeading } from '../shell/page-heading.tsx'
import { useActions } from '../shell/use-actions.ts'
import { useTitle } from '../shell/use-title.ts'
import { ChooseCard, type Choosing } from './choose-card.tsx'
import { refusalText } from './config-text.ts'
import type { Acting } from './finding-item.tsx'
import { PasteCard, type Missing } from './paste-card.tsx'
import { configSearch, fieldAt, fitted, isWholeAddress, reachableHost, type SetUpField, type SetUpForm } from './set-up-form.ts'
import { useRouterCheck } from './use-router-check.ts'
import { useSetUp } from './use-set-up.ts'
import { useStickyTop } from './use-sticky-top.ts'
import { WatchCard } from './watch-card.tsx'

const text = setUpMessages

/** @param guide undefined where none is chosen, or none of that name is known */
function useConfig(settled: SetUpForm, guide: RouterGuideSummary | undefined, collector: string) {
  const search = guide === undefined ? '' : configSearch(fitted(settled, guide), collector)
  const query = useQuery({
    ...routerConfigQuery(useAccount(), guide?.id ?? '', search),
    enabled: guide !== undefined && collector !== '',
  })
  const { error } = query
  const refused = error instanceof ApiFailure ? fieldAt(error.pointer) : undefined
  const problem = (field: SetUpField) => (field === refused && error !== null ? refusalText(error.message) : undefined)
  return { query, problem }
}

function useActing(check: ReturnType<typeof useRouterCheck>, sampling: number | undefined): Acting {
  const account = useAccount()
  const client = useQueryClient()
  const { data: status } = useQuery(statusQuery(account))
  const actions = useActions(text.act, [])
  const id = check.data?.id
  const lookAt = (address: string) => {
    if (id === undefined) return
    actions.start({
      run: async () => {
        const turned = await chooseSender(account, id, address)
        client.setQueriesData({ queryKey: ['router-check', account] }, turned)
      },
    })
  }
  // Until it is known, what may not be done is refused when it is tried.
  const may = (scope: string) => status?.scopes?.includes(scope) ?? true
  return { mayChange: may('mnm:write'), maySave: may('analytics:read'), sampling, lookAt, pending: actions.pending }
}

/** A link from this page's head to its last part, where that is not beside the others. */
function ToWatch({ check }: { readonly check: RouterCheck | undefined }) {
  if (check === undefined) return null
  return (
    <a
      href="#watch"
      className="self-start rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand xl:hidden"
    >
      {text.toCheck(text.watch.states[check.state])}
    </a>
  )
}

function useChoosing() {
  const { form, settled, set } = useSetUp()
  const guides = useQuery(guidesQuery(useAccount()))
  const guide = guides.data?.find(({ id }) => id === settled.guide)
  const expected = settled.router.trim()
  const check = useRouterCheck({
    guide: guides.data === undefined ? settled.guide : (guide?.id ?? ''),
    expected: isWholeAddress(expected) ? expected : '',
  })
  const addresses = check.data?.addresses ?? []
  const likely = reachableHost(location.hostname) || (addresses[0] ?? '')
  const config = useConfig(settled, guide, (settled.collector ?? likely).trim())
  const collector = form.collector ?? likely
  // A link names a guide before the list of them has come.
  const guideComes = form.guide !== '' && guides.isPending
  const missing: Missing = guide === undefined && !guideComes ? 'guide' : collector.trim() === '' ? 'collector' : undefined
  const known = missing === undefined ? config.query.data : undefined
  const choosing: Choosing = { form, set, collector, addresses, problem: config.problem, config: known }
  return { guides, check, choosing, missing, commands: config.query }
}

export function SetUpPage() {
  useTitle(text.title)
  const { guides, check, choosing, missing, commands } = useChoosing()
  const acting = useActing(check, choosing.config?.sampling)
  const column = useRef<HTMLDivElement>(null)
  const top = useStickyTop(column)
  return (
    <div className="flex flex-col gap-5">
      <PageHeading title={text.title} intro={text.intro} actions={<ToWatch check={check.data} />} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,7fr)_minmax(0,6fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <ChooseCard choosing={choosing} query={guides} />
          <PasteCard missing={missing} query={commands} />
        </div>
        <div ref={column} className="min-w-0 xl:sticky" style={{ top }}>
          <WatchCard query={check} acting={acting} />
        </div>
      </div>
    </div>
  )
}
