// What a capture would take: packets that match now, what would be kept of them, which agents are asked, and how they say it.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { CapturePreview } from '../../contract/capture.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { AgentList } from '../shell/agent-list.tsx'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { CopyText } from '../shell/copy-command.tsx'
import { Figure } from '../shell/figure.tsx'
import { expectedTake } from '../view/capture-expected.ts'
import { isPast, type CaptureForm } from '../view/capture-form.ts'
import { formatBytes, formatDuration, formatRate, formatSi } from '../view/units.ts'

const text = captureMessages.expected

const packetCount = (packets: number) => formatSi(packets, '').trim()

interface PreviewProps {
  readonly preview: CapturePreview
  readonly form: CaptureForm
}

function Figures({ preview, form }: PreviewProps) {
  const take = expectedTake(preview, form)
  if (take === undefined) return <Nothing>{text.noFlows}</Nothing>
  const { matching, captured, total, ends } = take
  return (
    <>
      <dl className="grid grid-cols-2 overflow-hidden sm:grid-cols-3">
        <Figure name={text.matching} main={formatRate(matching.packets, 'packets')} detail={formatRate(matching.bits, 'bits')} />
        <Figure name={text.captured} main={formatRate(captured.packets, 'packets')} detail={text.perSecond(formatBytes(captured.bytes))} />
        <Figure
          name={text.inTime(formatDuration(total.seconds))}
          main={captureMessages.packets(packetCount(total.packets), false)}
          detail={formatBytes(total.bytes)}
        />
      </dl>
      <div className="flex flex-col gap-1 border-t border-kumo-hairline px-4 py-3 text-sm text-kumo-subtle">
        {ends !== undefined && (
          <p className="text-kumo-default">
            {ends.limit === 'packets' ? text.endsEarly(formatDuration(ends.seconds)) : text.endsEarlyBytes(formatDuration(ends.seconds))}
          </p>
        )}
        <p>{text.mean}</p>
        {preview.not_estimated.length > 0 && (
          <p className="text-kumo-warning">{text.notEstimated(messages.list(preview.not_estimated.map(serverText)))}</p>
        )}
      </div>
    </>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 border-t border-kumo-hairline px-4 py-3">
      <h3 className="text-base font-medium text-kumo-default">{title}</h3>
      {children}
    </div>
  )
}

function Agents({ agents }: Pick<CapturePreview, 'agents'>) {
  return (
    <Part title={text.agents}>
      {agents.length === 0 && <p className="text-base text-kumo-warning">{text.noAgents}</p>}
      {agents.length > 0 && !agents.some(({ connected }) => connected) && <Banner size="sm" variant="alert" title={text.noneConnected} />}
      <AgentList agents={agents} />
    </Part>
  )
}

function How({ preview }: Pick<PreviewProps, 'preview'>) {
  return (
    <div className="border-t border-kumo-hairline px-4 py-3">
      <Collapsible.Root>
        <Collapsible.DefaultTrigger>{text.how}</Collapsible.DefaultTrigger>
        <Collapsible.DefaultPanel className="flex min-w-0 flex-col gap-3">
          <span className="text-sm text-kumo-subtle">{text.nftables}</span>
          <CopyText text={preview.nftables.join('\n')} />
          <span className="text-sm text-kumo-subtle">{text.bpf}</span>
          <CopyText text={preview.bpf === '' ? 'tcpdump -n -i any' : `tcpdump -n -i any '${preview.bpf}'`} />
        </Collapsible.DefaultPanel>
      </Collapsible.Root>
    </div>
  )
}

interface ExpectedCardProps {
  readonly form: CaptureForm
  readonly preview: UseQueryResult<CapturePreview>
  /** Nothing can be told while the filter is wrong. */
  readonly faulty: boolean
}

export function ExpectedCard({ form, preview, faulty }: ExpectedCardProps) {
  const past = isPast(form)
  return (
    <Card title={text.title} actions={faulty ? undefined : <Stale query={preview} />} flush>
      {faulty ? (
        <Nothing>{text.faulty}</Nothing>
      ) : (
        <WithAnswer query={preview}>
          {(data) => (
            <>
              {past ? <Nothing>{text.pastDetail}</Nothing> : <Figures preview={data} form={form} />}
              {!past && <Agents agents={data.agents} />}
              {!past && <How preview={data} />}
            </>
          )}
        </WithAnswer>
      )}
    </Card>
  )
}
