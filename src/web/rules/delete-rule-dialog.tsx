// Asks before a rule is deleted.
import type { WireRule } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { shown } from '../shell/use-undoable.ts'
import { useRuleActions } from './use-rule-actions.ts'

const text = ruleMessages.remove

export interface DeleteRuleDialogProps {
  readonly rule: WireRule
  readonly onClose: () => void
  /** After it is deleted. */
  readonly onDeleted?: () => void
}

export function DeleteRuleDialog({ rule, onClose, onDeleted }: DeleteRuleDialogProps) {
  const actions = useRuleActions()
  const remove = () => {
    actions
      .remove(rule)
      .then(onClose)
      .then(() => onDeleted?.())
      .catch(shown)
  }
  return (
    <ConfirmDialog
      title={text.title(rule.name)}
      detail={text.detail}
      confirm={text.confirm}
      pending={actions.pending}
      onConfirm={remove}
      onClose={onClose}
    />
  )
}
