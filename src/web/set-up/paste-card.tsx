// The commands for what was chosen: to copy, with what each line does, how to look whether it works, and how to undo it.
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { Switch } from '@cloudflare/kumo/components/switch'
import { useState } from 'react'
import type { RouterConfig } from '../../contract/router-config.ts'
import { ApiFailure } from '../api/envelope.ts'
import { guideText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { allText } from './config-text.ts'
import { ConfigPartView } from './config-part-view.tsx'
import { CopyButton } from './copy-button.tsx'
import { Prose } from './prose.tsx'

const text = setUpMessages.paste

interface ConfigProps {
  readonly config: RouterConfig
}

function Notes({ config: { notes } }: ConfigProps) {
  if (notes.length === 0) return null
  return (
    <div className="flex flex-col gap-1.5 text-base text-kumo-default">
      <h3 className="font-medium">{text.notes}</h3>
      <ul className="flex list-disc flex-col gap-1.5 pl-5">
        {notes.map((note) => (
          <li key={note}>
            <Prose>{guideText(note)}</Prose>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Verify({ config: { verify } }: ConfigProps) {
  if (verify.length === 0) return null
  return (
    <div className="flex flex-col gap-2 text-base text-kumo-default">
      <h3 className="font-medium">{text.verify}</h3>
      <ul className="flex flex-col gap-2">
        {verify.map((line) => (
          <li key={line.text} className="flex flex-col items-start gap-0.5">
            <CopyCommand command={line.text} />
            {line.why !== '' && (
              <span className="text-sm text-kumo-subtle">
                <Prose>{guideText(line.why)}</Prose>
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Undo({ config: { undo }, explain }: ConfigProps & { readonly explain: boolean }) {
  if (undo.length === 0) return null
  return (
    <Collapsible.Root>
      <Collapsible.DefaultTrigger>{text.undo}</Collapsible.DefaultTrigger>
      <Collapsible.DefaultPanel>
        <div className="flex flex-col gap-4">
          {undo.map((part) => (
            <ConfigPartView key={`${part.title} ${part.where}`} part={part} explain={explain} />
          ))}
        </div>
      </Collapsible.DefaultPanel>
    </Collapsible.Root>
  )
}

function Commands({ config }: ConfigProps) {
  const [explain, setExplain] = useState(false)
  const { parts } = config
  const copyable = parts.filter(({ kind }) => kind !== 'clicks')
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Switch label={text.explain} checked={explain} onCheckedChange={setExplain} />
        {copyable.length > 1 && <CopyButton text={allText(copyable)} label={text.copyAll} />}
      </div>
      {parts.map((part) => (
        <ConfigPartView key={`${part.title} ${part.where}`} part={part} explain={explain} />
      ))}
      <Notes config={config} />
      <Verify config={config} />
      <Undo config={config} explain={explain} />
    </div>
  )
}

/** What is to be told before there can be commands. */
export type Missing = 'guide' | 'collector' | undefined

interface PasteCardProps {
  readonly missing: Missing
  readonly query: CardQuery<RouterConfig>
}

export function PasteCard({ missing, query }: PasteCardProps) {
  const { data, error } = query
  const title = data === undefined || missing !== undefined ? text.title : text.titleOf(guideText(data.title))
  return (
    <Card title={title}>
      {missing !== undefined ? (
        <Nothing>{missing === 'guide' ? text.first : text.noCollector}</Nothing>
      ) : error instanceof ApiFailure && error.status === 400 ? (
        <RefusedBanner title={text.refused} error={error} />
      ) : (
        <WithAnswer query={query}>{(config) => <Commands config={config} />}</WithAnswer>
      )}
    </Card>
  )
}
