// What a rule would do, before it is made: how much matches now, what is spared, what agents are told, and which.
import { Banner } from '@cloudflare/kumo/components/banner'
import { ShieldCheckIcon } from '@phosphor-icons/react/dist/csr/ShieldCheck'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import type { FirewallPreview } from '../../contract/firewall.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { serverText } from '../messages/server-text.ts'
import { AgentList } from '../shell/agent-list.tsx'
import { CopyText } from '../shell/copy-command.tsx'
import { formatRate } from '../view/units.ts'

const text = firewallMessages.preview

interface PreviewProps {
  readonly preview: FirewallPreview
}

function Rate({ preview }: PreviewProps) {
  const { packets_per_second: packets, bits_per_second: bits, not_estimated: unknown } = preview
  return (
    <div className="flex flex-col gap-0.5">
      <span className="text-sm text-kumo-subtle">{text.matching}</span>
      {packets === null ? (
        <span className="text-base text-kumo-default">{text.noFlows}</span>
      ) : (
        <span className="text-lg font-semibold text-kumo-default tabular-nums">
          {formatRate(packets, 'packets')}
          {bits !== null && <span className="text-base font-normal text-kumo-subtle"> · {formatRate(bits, 'bits')}</span>}
        </span>
      )}
      {packets !== null && <span className="text-sm text-kumo-subtle">{text.matchingDetail}</span>}
      {packets !== null && unknown.length > 0 && (
        <span className="text-sm text-kumo-warning">{text.notEstimated(messages.list(unknown.map(serverText)))}</span>
      )}
    </div>
  )
}

function Agents({ agents }: Pick<FirewallPreview, 'agents'>) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-base font-medium text-kumo-default">{text.agents}</h3>
      {agents.length === 0 && <p className="text-base text-kumo-warning">{text.noAgents}</p>}
      <AgentList agents={agents} />
    </div>
  )
}

function Spares({ spares }: Pick<FirewallPreview, 'spares'>) {
  if (spares.length === 0) return null
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-base font-medium text-kumo-default">{text.spares}</h3>
      <ul className="flex flex-col gap-1">
        {spares.map((sentence) => (
          <li key={sentence} className="flex items-start gap-2 text-base text-kumo-default">
            <ShieldCheckIcon size={18} weight="fill" aria-hidden className="mt-0.5 shrink-0 text-kumo-success" />
            <span className="min-w-0 break-words">{serverText(sentence)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function PreviewView({ preview }: PreviewProps) {
  return (
    <>
      <Rate preview={preview} />
      {preview.warnings.map((warning) => (
        <Banner key={warning} size="sm" variant="alert" icon={<WarningIcon weight="fill" aria-hidden />} title={serverText(warning)} />
      ))}
      <Spares spares={preview.spares} />
      <Agents agents={preview.agents} />
      <div className="flex min-w-0 flex-col gap-1.5">
        <h3 className="text-base font-medium text-kumo-default">{text.nftables}</h3>
        <CopyText text={preview.nftables.join('\n')} />
      </div>
    </>
  )
}
