// One account of the ledger: the whole, its parts, each with its meaning.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { LedgerView } from '../../contract/collector-status.ts'
import { ledgerMessages } from '../messages/ledger.ts'
import { Card } from '../shell/card.tsx'
import { formatBytes, formatCount } from '../view/units.ts'
import { isBalanced, type LedgerAccount, type LedgerName } from './ledger-accounts.ts'

const text = ledgerMessages

interface TermProps {
  readonly name: LedgerName
  readonly value: number
  readonly whole: boolean
  readonly loss: boolean
}

function Term({ name, value, whole, loss }: TermProps) {
  const lost = loss && value > 0
  const shown = name === 'bytes_received' ? formatBytes(value) : formatCount(value)
  const weight = whole ? 'font-semibold' : ''
  return (
    <div className="-mt-px grid grid-cols-[1fr_auto] gap-x-4 border-t border-kumo-hairline px-4 py-2.5">
      <dt className={`text-base text-kumo-default ${weight}`}>
        {text.terms[name].name}
        <span className="block text-sm font-normal text-kumo-subtle">{text.terms[name].meaning}</span>
      </dt>
      <dd className={`text-right text-base tabular-nums ${weight} ${lost ? 'font-medium text-kumo-danger' : 'text-kumo-default'}`}>
        {shown}
        {lost && <span className="block text-sm">{text.lossTerm}</span>}
      </dd>
    </div>
  )
}

export interface AccountCardProps {
  readonly account: LedgerAccount
  readonly totals: LedgerView
  /** Sets the terms side by side where there is room. */
  readonly wide?: boolean
}

export function AccountCard({ account, totals, wide = false }: AccountCardProps) {
  const balanced = isBalanced(account, totals)
  const state =
    account.whole === undefined ? null : (
      <Badge appearance="dot" variant={balanced ? 'success' : 'neutral'}>
        {balanced ? text.balanced : text.inFlux}
      </Badge>
    )
  return (
    <Card title={account.title} actions={state} flush>
      <p className="border-b border-kumo-hairline px-4 py-2 text-sm text-kumo-subtle">{account.sum}</p>
      <dl className={wide ? 'grid md:grid-cols-2 xl:grid-cols-3' : ''}>
        {account.whole !== undefined && <Term name={account.whole} value={totals[account.whole]} whole loss={false} />}
        {account.parts.map((part) => (
          <Term key={part} name={part} value={totals[part]} whole={false} loss={account.losses.includes(part)} />
        ))}
      </dl>
    </Card>
  )
}
