// The live check: the way from the router's datagrams to the graph, step by step, while somebody pastes.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { CheckStep, RouterCheck } from '../../contract/router-check.ts'
import { messages } from '../messages.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { OneFlow, SavePcap, TemplateList } from './check-details.tsx'
import { changesBetween, headline, looksOf, progressOf } from './check-view.ts'
import type { Acting } from './finding-item.tsx'
import { SenderList, StrayList } from './sender-list.tsx'
import { StepItem } from './step-item.tsx'

const text = setUpMessages.watch

const variants = { waiting: 'info', ok: 'success', warning: 'warning', failed: 'error' } as const

/** What has changed, for screen readers; the first answer is no change. */
function useChanges(steps: readonly CheckStep[]): string {
  const known = useRef(steps)
  const [changes, setChanges] = useState('')
  useEffect(() => {
    const found = changesBetween(known.current, steps)
    known.current = steps
    if (found !== '') setChanges(found)
  }, [steps])
  return changes
}

function Steps({ steps, acting }: { readonly steps: readonly CheckStep[]; readonly acting: Acting }) {
  const changes = useChanges(steps)
  const looks = looksOf(steps)
  return (
    <>
      <ol aria-label={text.steps} className="flex flex-col text-base">
        {steps.map((step, place) => (
          <StepItem key={step.name} step={step} look={looks[place] ?? 'later'} acting={acting} />
        ))}
      </ol>
      <output aria-live="polite" className="sr-only">
        {changes}
      </output>
    </>
  )
}

function Summary({ check }: { readonly check: RouterCheck }) {
  const { done, all } = progressOf(check.steps)
  return (
    <div className="flex flex-col gap-1 text-base">
      <p className="text-kumo-default tabular-nums">
        {check.sender !== null && check.datagrams > 0 && <span className="font-mono font-medium">{check.sender} </span>}
        {headline(check)}
      </p>
      <p className="text-sm text-kumo-subtle tabular-nums">{text.progress(done, all)}</p>
      <p className="text-sm text-kumo-subtle">
        {text.listening(messages.list(check.listeners))} {text.strayMethods[check.stray_method]}
      </p>
    </div>
  )
}

function OnTheGraph({ check: { sender, steps } }: { readonly check: RouterCheck }) {
  const navigate = useNavigate()
  const there = steps.some(({ name, state }) => name === 'graph' && state === 'ok')
  if (sender === null || !there) return null
  return (
    <div className="flex flex-wrap items-center gap-4 border-t border-kumo-hairline pt-3">
      <Button
        variant="primary"
        icon={ChartLineIcon}
        onClick={() => void navigate({ to: '/', search: { is: [`routerAddress:${sender}`] } })}
      >
        {text.toGraph}
      </Button>
      <Link
        to="/routers/$address"
        params={{ address: sender }}
        className="rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {text.toRouter}
      </Link>
    </div>
  )
}

interface WatchCardProps {
  readonly query: CardQuery<RouterCheck>
  readonly acting: Acting
}

export function WatchCard({ query, acting }: WatchCardProps) {
  const { data } = query
  return (
    <Card
      id="watch"
      title={text.title}
      actions={
        <span className="flex flex-wrap items-center gap-2">
          <Stale query={query} />
          {data !== undefined && <Badge variant={variants[data.state]}>{text.states[data.state]}</Badge>}
        </span>
      }
    >
      <WithAnswer query={query}>
        {(check) => (
          <div className="flex min-w-0 flex-col gap-3">
            <Summary check={check} />
            <Steps key={check.id} steps={check.steps} acting={acting} />
            <OnTheGraph check={check} />
            <OneFlow check={check} />
            <StrayList strays={check.strays} />
            <SenderList check={check} acting={acting} />
            <TemplateList check={check} />
            <SavePcap check={check} allowed={acting.maySave} />
          </div>
        )}
      </WithAnswer>
    </Card>
  )
}
