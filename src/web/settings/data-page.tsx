// Settings: how long data is kept, and what is stored.
import { RetentionCard } from './retention-card.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function DataPage() {
  return (
    <SettingsFrame section="data">
      <RetentionCard />
    </SettingsFrame>
  )
}
