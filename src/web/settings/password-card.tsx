// Whether there is a password; sets, changes and removes it.
import { Button } from '@cloudflare/kumo/components/button'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { meQuery } from '../api/settings-queries.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { useOwnSession } from './own-session.ts'

const PasswordDialog = lazyPart(() => import('./password-dialogs.tsx'), 'PasswordDialog')
const RemovePasswordDialog = lazyPart(() => import('./password-dialogs.tsx'), 'RemovePasswordDialog')

const text = settingsMessages.password

export function PasswordCard() {
  const me = useQuery(meQuery(useAccount()))
  const { byToken } = useOwnSession()
  const [task, setTask] = useState<'set' | 'remove'>()
  const close = () => setTask(undefined)
  return (
    <Card title={text.title} actions={<Stale query={me} />} flush>
      <WithAnswer query={me}>
        {(member) => (
          <div className="flex flex-col items-start gap-4 p-4">
            <p className="text-base text-kumo-default">{member.has_password ? text.isSet : text.none}</p>
            <div className="flex flex-wrap gap-2">
              <Button variant={member.has_password ? 'secondary' : 'primary'} disabled={byToken} onClick={() => setTask('set')}>
                {member.has_password ? text.change : text.set}
              </Button>
              {member.has_password && (
                <Button disabled={byToken} onClick={() => setTask('remove')}>
                  {text.remove}
                </Button>
              )}
            </div>
            {byToken && <p className="text-sm text-kumo-subtle">{settingsMessages.byToken}</p>}
            <Suspense fallback={null}>
              {task === 'set' && <PasswordDialog me={member} onClose={close} />}
              {task === 'remove' && <RemovePasswordDialog me={member} onClose={close} />}
            </Suspense>
          </div>
        )}
      </WithAnswer>
    </Card>
  )
}
