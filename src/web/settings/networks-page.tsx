// Settings: the prefixes that are ours.
import { NetworkCard } from './network-card.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function NetworksPage() {
  return (
    <SettingsFrame section="networks">
      <NetworkCard />
    </SettingsFrame>
  )
}
