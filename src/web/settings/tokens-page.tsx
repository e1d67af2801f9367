// Settings: the tokens that programs use.
import { SettingsFrame } from './settings-frame.tsx'
import { TokenCard } from './token-card.tsx'

export function TokensPage() {
  return (
    <SettingsFrame section="tokens">
      <TokenCard />
    </SettingsFrame>
  )
}
