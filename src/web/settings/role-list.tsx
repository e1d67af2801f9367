// What each role means.
import { roles } from '../../contract/scopes.ts'
import { settingsMessages } from '../messages/settings.ts'
import { Card } from '../shell/card.tsx'
import { RoleBadge } from './role-badge.tsx'

const text = settingsMessages

export function RoleList() {
  return (
    <Card title={text.members.rolesTitle} flush>
      <dl>
        {roles.map((role) => (
          <div
            key={role}
            className="grid gap-x-4 gap-y-1 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0 sm:grid-cols-[9rem_minmax(0,1fr)]"
          >
            <dt>
              <RoleBadge role={role} />
            </dt>
            <dd className="text-kumo-subtle">{text.roleMeanings[role]}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
