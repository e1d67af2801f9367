// Settings: who changed what.
import { useMay } from '../shell/use-may.ts'
import { AuditCard } from './audit-card.tsx'
import { NeedsAdministrator } from './needs-administrator.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function AuditPage() {
  const may = useMay('admin')
  return <SettingsFrame section="audit">{may === false ? <NeedsAdministrator /> : <AuditCard />}</SettingsFrame>
}
