// Chooses a role by what it means.
import { Radio } from '@cloudflare/kumo/components/radio'
import { roles, type Role } from '../../contract/scopes.ts'
import { settingsMessages } from '../messages/settings.ts'

const text = settingsMessages

interface RoleFieldProps {
  readonly role: Role
  readonly onChange: (role: Role) => void
}

export function RoleField({ role, onChange }: RoleFieldProps) {
  return (
    <Radio.Group<Role> legend={text.members.role} appearance="card" value={role} onValueChange={onChange}>
      {roles.map((name) => (
        <Radio.Item<Role> key={name} value={name} label={text.roles[name]} description={text.roleMeanings[name]} />
      ))}
    </Radio.Group>
  )
}
