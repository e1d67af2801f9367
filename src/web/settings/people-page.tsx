// Settings: who may sign in to this account, and what each may do.
import { useMay } from '../shell/use-may.ts'
import { NeedsAdministrator } from './needs-administrator.tsx'
import { PeopleCard } from './people-card.tsx'
import { RoleList } from './role-list.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function PeoplePage() {
  const may = useMay('admin')
  return (
    <SettingsFrame section="people">
      {may === false ? <NeedsAdministrator /> : <PeopleCard />}
      <RoleList />
    </SettingsFrame>
  )
}
