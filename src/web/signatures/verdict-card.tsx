// What a signature is worth, in one line and in figures with their intervals, and what to know before it is used.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Banner } from '@cloudflare/kumo/components/banner'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import type { Share, SignatureReport } from '../../contract/signature.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { countsText, intervalText, verdictShare, verdictText, verdictTone } from '../view/signature-view.ts'
import { formatBytes } from '../view/units.ts'

const text = signatureMessages.page

interface ReportProps {
  readonly report: SignatureReport
}

const looks = {
  success: { icon: CheckCircleIcon, colour: 'text-kumo-success' },
  warning: { icon: WarningIcon, colour: 'text-kumo-warning' },
  error: { icon: WarningCircleIcon, colour: 'text-kumo-danger' },
} as const

function Verdict({ report, edited }: ReportProps & { readonly edited: boolean }) {
  const tone = verdictTone(report)
  const { icon: Icon, colour } = looks[tone]
  return (
    <div className="flex items-start gap-3 p-4">
      <Icon size={28} weight="fill" aria-hidden className={`mt-0.5 shrink-0 ${colour}`} />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="text-xl font-semibold text-kumo-default">{verdictText(report)}</p>
        {report.filter === null && <p className="text-base text-kumo-subtle">{text.verdictNothingDetail}</p>}
        {report.filter !== null && report.false === null && <p className="text-base text-kumo-warning">{text.unmeasured}</p>}
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-kumo-subtle">
          <Badge variant={edited ? 'info' : 'secondary'}>{edited ? text.edited : text.learnt}</Badge>
          {text.asked}: {text.askedOf(verdictShare(report.ask.min_recall), verdictShare(report.ask.max_false))}
        </span>
      </div>
    </div>
  )
}

interface FigureProps {
  readonly name: string
  readonly share: Share
  readonly colour: string
  /** Hits and all, where they are no packets. Bytes come in packets, so that they have no interval of their own. */
  readonly counts?: string
}

function Figure({ name, share, colour, counts }: FigureProps) {
  return (
    <div className="-mt-px -ml-px flex min-w-0 flex-col gap-1 border-t border-l border-kumo-hairline px-4 py-3">
      <dt className="flex items-center gap-2 text-sm text-kumo-subtle">
        <span aria-hidden className={`size-2.5 shrink-0 rounded-xs ${colour}`} />
        {name}
      </dt>
      <dd className="flex flex-col tabular-nums">
        <span className="text-lg font-semibold text-kumo-default">{verdictShare(share.share)}</span>
        <span className="text-sm text-kumo-subtle">{counts ?? countsText(share)}</span>
        {share.of > 0 && counts === undefined && <span className="text-sm text-kumo-subtle">{intervalText(share)}</span>}
      </dd>
    </div>
  )
}

export function VerdictCard({ report, edited }: ReportProps & { readonly edited: boolean }) {
  const { held, held_bytes: bytes, false: wrong } = report
  return (
    <Card title={text.figures} flush>
      <Verdict report={report} edited={edited} />
      <dl className="grid grid-cols-1 overflow-hidden sm:grid-cols-3">
        <Figure name={text.heldPackets} share={held} colour="bg-(--color-attack)" />
        <Figure
          name={text.heldBytes}
          share={bytes}
          counts={text.of(formatBytes(bytes.hits), formatBytes(bytes.of))}
          colour="bg-(--color-attack)"
        />
        {wrong !== null && <Figure name={text.falsePackets} share={wrong} colour="bg-(--color-baseline)" />}
      </dl>
    </Card>
  )
}

export function ReportWarnings({ report: { warnings } }: ReportProps) {
  const [first, ...others] = warnings
  if (first === undefined) return null
  return (
    <Banner
      variant="alert"
      icon={<WarningIcon weight="fill" aria-hidden />}
      title={text.warnings}
      description={
        <ul className="flex flex-col gap-1 text-kumo-default">
          {[first, ...others].map((warning) => (
            <li key={warning}>{serverText(warning)}</li>
          ))}
        </ul>
      }
    />
  )
}
