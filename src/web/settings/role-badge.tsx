// The name of a role.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { Role } from '../../contract/scopes.ts'
import { settingsMessages } from '../messages/settings.ts'

const tones = { viewer: 'outline', operator: 'secondary', administrator: 'info' } as const

export function RoleBadge({ role }: { readonly role: Role }) {
  return <Badge variant={tones[role]}>{settingsMessages.roles[role]}</Badge>
}
