// What stands where nothing can be announced yet: the first step is to register a prefix.
import { Empty } from '@cloudflare/kumo/components/empty'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { ShieldCheckIcon } from '@phosphor-icons/react/dist/csr/ShieldCheck'
import { Suspense, useState } from 'react'
import { advertisingMessages } from '../messages/advertising.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'

const PrefixDialog = lazyPart(() => import('./prefix-dialog.tsx'), 'PrefixDialog')

const text = advertisingMessages.prefixes

export function NoPrefixes() {
  const [adding, setAdding] = useState(false)
  return (
    <>
      <Empty
        icon={<ShieldCheckIcon size={40} className="text-kumo-inactive" aria-hidden />}
        title={text.none}
        description={text.noneDetail}
        contents={
          <PermittedButton scope="prefixes:write" variant="primary" icon={PlusIcon} onClick={() => setAdding(true)}>
            {text.add}
          </PermittedButton>
        }
      />
      <Suspense fallback={null}>{adding && <PrefixDialog owned={undefined} onClose={() => setAdding(false)} />}</Suspense>
    </>
  )
}
