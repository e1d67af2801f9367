// What can be done with a rule: the button that fits its state, withdrawal by one click, the rest in a menu.
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { ArrowCounterClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowCounterClockwise'
import { ClockIcon } from '@phosphor-icons/react/dist/csr/Clock'
import type { FirewallRule } from '../../contract/firewall.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { mayUndo } from '../view/firewall-view.ts'
import type { FirewallTask } from './task-dialogs.tsx'
import { useRuleActions } from './use-firewall-actions.ts'

const text = firewallMessages.list

export interface RuleMenuProps {
  readonly rule: FirewallRule
  readonly onTask: (task: FirewallTask) => void
  readonly size?: 'sm' | 'base'
}

export function RuleMenu({ rule, onTask, size = 'sm' }: RuleMenuProps) {
  const { pending, count, undo, withdraw } = useRuleActions(rule)
  if (rule.state === 'withdrawn') return null
  return (
    <span className="flex items-center gap-2">
      {rule.state === 'counting' ? (
        <PermittedButton
          scope="firewall:write"
          size={size}
          variant="primary"
          aria-label={text.enforceOf(rule.name)}
          onClick={() => onTask({ kind: 'enforce', rule })}
        >
          {text.enforce}
        </PermittedButton>
      ) : (
        <PermittedButton scope="firewall:write" size={size} disabled={pending} onClick={count}>
          {text.count}
        </PermittedButton>
      )}
      <PermittedButton
        scope="firewall:write"
        size={size}
        variant="secondary-destructive"
        disabled={pending}
        aria-label={text.withdrawOf(rule.name)}
        onClick={withdraw}
      >
        {text.withdraw}
      </PermittedButton>
      <ActionsMenu scopes={['firewall:write']} label={text.actionsOf(rule.name)}>
        <DropdownMenu.Item icon={ClockIcon} onClick={() => onTask({ kind: 'extend', rule })}>
          {text.extend}
        </DropdownMenu.Item>
        <DropdownMenu.Item icon={ArrowCounterClockwiseIcon} disabled={!mayUndo(rule)} onClick={undo}>
          {text.undo}
        </DropdownMenu.Item>
      </ActionsMenu>
    </span>
  )
}
