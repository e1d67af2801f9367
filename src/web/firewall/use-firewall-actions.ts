// What the pages do about rules of the firewall. What takes something back, or away, is one click and can be taken back itself.
import { useNavigate } from '@tanstack/react-router'
import type { FirewallRule } from '../../contract/firewall.ts'
import { countOnly, undoRule, withdrawRule } from '../api/firewall-actions.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { useActions, type Actions } from '../shell/use-actions.ts'

const text = firewallMessages

export function useFirewallActions(): Actions {
  const account = useAccount()
  return useActions({ failed: text.failed, remarks: text.remarks }, [['firewall', account]])
}

export interface RuleActions {
  readonly pending: boolean
  readonly count: () => void
  readonly undo: () => void
  readonly withdraw: () => void
}

/** One click each: the reason that stands in the history says that it was one. */
export function useRuleActions({ id, name }: Pick<FirewallRule, 'id' | 'name'>): RuleActions {
  const account = useAccount()
  const navigate = useNavigate()
  const { start, pending } = useFirewallActions()
  const undo = () => start({ run: () => undoRule(account, id, text.undone.why), title: text.undone.done(name) })
  return {
    pending,
    undo,
    count: () =>
      start({
        run: () => countOnly(account, id, text.counted.why),
        title: text.counted.done(name),
        description: text.counted.detail,
        offer: { label: messages.undo, act: undo },
      }),
    withdraw: () =>
      start({
        run: () => withdrawRule(account, id, text.withdrawn.why),
        title: text.withdrawn.done(name),
        description: text.withdrawn.detail,
        offer: { label: text.withdrawn.again, act: () => void navigate({ to: '/firewall', search: { again: id } }) },
      }),
  }
}
