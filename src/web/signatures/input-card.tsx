// What was read of each side, and which prefixes the attack goes to.
import type { ReactNode } from 'react'
import type { Signature, SignatureInput, SignatureReport } from '../../contract/signature.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { formatBytes, formatCount, formatDayTime, formatShare } from '../view/units.ts'
import { SourceName } from './signature-state.tsx'

const text = signatureMessages.page

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 text-base">
      <dt className="text-kumo-subtle">{name}</dt>
      <dd className="min-w-0 break-words text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}

function timeText({ first_at: first, last_at: last }: SignatureInput): string {
  if (first === null || last === null) return text.notTold
  return `${formatDayTime(Date.parse(first))} – ${formatDayTime(Date.parse(last))}`
}

function Input({ title, input, children }: { readonly title: string; readonly input: SignatureInput; readonly children: ReactNode }) {
  const { packets, bytes, left_out: out, cut, learnt_from: learnt } = input
  return (
    <div className="flex flex-col gap-2 border-t border-kumo-hairline p-4 first:border-t-0">
      <h3 className="text-base font-medium text-kumo-default">{title}</h3>
      <dl className="flex flex-col gap-1">
        <Fact name={signatureMessages.list.source}>{children}</Fact>
        <Fact name={text.packets}>{formatCount(packets)}</Fact>
        <Fact name={text.bytes}>{formatBytes(bytes)}</Fact>
        <Fact name={text.time}>{timeText(input)}</Fact>
        <Fact name={text.learntFrom}>{learnt < packets ? text.learntSome(formatCount(learnt)) : text.learntAll}</Fact>
        {cut > 0 && <Fact name={text.cut}>{text.cutDetail(formatCount(cut))}</Fact>}
        {out > 0 && <Fact name={text.leftOut}>{text.leftOutDetail(formatCount(out))}</Fact>}
      </dl>
    </div>
  )
}

export function InputCard({ signature, report }: { readonly signature: Signature; readonly report: SignatureReport }) {
  return (
    <Card title={text.inputs} flush>
      <Input title={signatureMessages.attack} input={report.attack}>
        <SourceName source={signature.source} />
      </Input>
      {report.baseline === null ? (
        <div className="border-t border-kumo-hairline">
          <Nothing>{text.noBaseline}</Nothing>
        </div>
      ) : (
        <Input title={signatureMessages.baseline} input={report.baseline}>
          <SourceName source={signature.baseline} />
        </Input>
      )}
    </Card>
  )
}

export function TargetsCard({ targets }: Pick<SignatureReport, 'targets'>) {
  return (
    <Card title={text.targets} flush>
      {targets.length === 0 ? (
        <Nothing>{text.noTargets}</Nothing>
      ) : (
        <div className="flex flex-col gap-2 p-4">
          <p className="text-sm text-kumo-subtle">{text.targetsDetail}</p>
          <ul className="flex flex-col gap-1">
            {targets.map(({ prefix, share }) => (
              <li key={prefix} className="flex flex-wrap justify-between gap-x-4 text-base">
                <span className="font-mono text-sm break-all text-kumo-default">{prefix}</span>
                <span className="text-kumo-subtle tabular-nums">{formatShare(share)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  )
}
