// Switch on and off, delete and restore a rule, each with a toast, and Undo where it can be undone.
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { defaultRuleExtension } from '../../contract/rule.ts'
import { changeRule, createRule, deleteRule } from '../api/rule-actions.ts'
import { rulesQuery, type WireRule } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { useUndoable } from '../shell/use-undoable.ts'

const text = ruleMessages

export interface RuleActions {
  readonly setEnabled: (rule: WireRule, enabled: boolean) => Promise<void>
  readonly remove: (rule: WireRule) => Promise<void>
  readonly pending: boolean
}

/** A deleted rule as a new one: the same fields without the id. */
function withoutId(rule: WireRule): Omit<WireRule, 'id'> {
  const { id: _, ...fields } = rule
  return { ...fields, automatic_advertisement: fields.automatic_advertisement ?? false }
}

export function useRuleActions(): RuleActions {
  const account = useAccount()
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const { run, told, pending } = useUndoable(
    text.failed,
    ['rules', 'rule-status', 'incidents'].map((key) => [key, account]),
  )
  return useMemo(() => {
    const enable = (rule: WireRule, enabled: boolean) =>
      changeRule(account, rule.id, { drawbridge: { ...defaultRuleExtension, ...rule.drawbridge, enabled } })
    return {
      pending,
      setEnabled: async (rule, enabled) => {
        await run(() => enable(rule, enabled))
        told(enabled ? text.switchedOn(rule.name) : text.switchedOff(rule.name), '', () => enable(rule, !enabled))
      },
      remove: async (rule) => {
        await run(() => deleteRule(account, rule.id))
        // Gone at once, not only when the list has been read again.
        client.setQueryData(rulesQuery(account).queryKey, (rules) => rules?.filter(({ id }) => id !== rule.id))
        told(text.remove.done(rule.name), text.remove.doneDetail, async () => {
          await createRule({ account, accountName: account, rule: withoutId(rule) })
          toasts.add({ variant: 'success', title: text.remove.restored(rule.name) })
        })
      },
    }
  }, [account, client, pending, run, told, toasts])
}
