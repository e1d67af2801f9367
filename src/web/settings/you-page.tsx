// Settings of who is signed in: name, password, browsers, and how this browser shows things.
import { LooksCard } from './looks-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { PersonCard } from './person-card.tsx'
import { SessionCard } from './session-card.tsx'
import { SettingsFrame } from './settings-frame.tsx'

export function YouPage() {
  return (
    <SettingsFrame section="you">
      <PersonCard />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <PasswordCard />
          <SessionCard />
        </div>
        <LooksCard />
      </div>
    </SettingsFrame>
  )
}
