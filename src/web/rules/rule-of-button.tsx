// Leads from what somebody looks at to a new rule that is filled in from it.
import { Button } from '@cloudflare/kumo/components/button'
import { ShieldPlusIcon } from '@phosphor-icons/react/dist/csr/ShieldPlus'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { overviewMessages } from '../messages/overview.ts'
import { Permitted } from '../shell/permitted.tsx'
import type { NewRuleSearch } from '../view/rule-of-view.ts'

interface RuleOfButtonProps {
  /** What is unknown because a question fails is left to who fills in the form. */
  readonly look: () => Promise<NewRuleSearch>
}

export function RuleOfButton({ look }: RuleOfButtonProps) {
  const navigate = useNavigate()
  const make = useMutation({ mutationFn: look, onSuccess: (search) => void navigate({ to: '/rules/new', search }) })
  return (
    <Permitted scope="mnm:admin">
      <Button size="sm" variant="ghost" icon={ShieldPlusIcon} loading={make.isPending} onClick={() => make.mutate()}>
        {overviewMessages.ruleOf.title}
      </Button>
    </Permitted>
  )
}
