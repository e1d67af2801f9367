// The firewall rules that were made from a signature, and the way to make one.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Signature } from '../../contract/signature.ts'
import { rulesOfQuery } from '../api/firewall-queries.ts'
import { FirewallState, RuleName } from '../firewall/rule-state.tsx'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { useNow } from '../shell/use-now.ts'

const text = signatureMessages.page

export function DeployedCard({ signature }: { readonly signature: Signature }) {
  const query = useQuery(rulesOfQuery(useAccount(), { signature_id: signature.id }))
  const navigate = useNavigate()
  const now = useNow(1)
  return (
    <Card title={text.rules} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="flex flex-col items-start gap-3 p-4">
              <p className="text-base text-kumo-subtle">{text.noRules}</p>
              {signature.filter !== null && (
                <PermittedButton
                  scope="firewall:write"
                  size="sm"
                  onClick={() => void navigate({ to: '/firewall', search: { deploy: signature.id } })}
                >
                  {text.deploy}
                </PermittedButton>
              )}
            </div>
          ) : (
            <ul>
              {items.map((rule) => (
                <li key={rule.id} className="flex flex-col gap-2 border-t border-kumo-hairline p-4 first:border-t-0">
                  <RuleName rule={rule} />
                  <FirewallState rule={rule} now={now} />
                </li>
              ))}
            </ul>
          )
        }
      </WithAnswer>
    </Card>
  )
}
