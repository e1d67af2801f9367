// What makes packets look like nobody could want them, with the reasons and how often that is so in normal traffic.
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import type { JunkFinding } from '../../contract/signature.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { Nothing } from '../shell/card-state.tsx'
import { ShareBars } from './share-bars.tsx'

const text = signatureMessages.page

export function JunkList({ findings }: { readonly findings: readonly JunkFinding[] }) {
  return (
    <ul>
      {findings.map(({ kind, why, share, baseline }) => (
        <li
          key={`${kind} ${why}`}
          className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-2 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
        >
          <span className="flex min-w-0 items-start gap-2.5">
            <TrashIcon size={18} weight="fill" aria-hidden className="mt-0.5 shrink-0 text-kumo-subtle" />
            <span className="flex min-w-0 flex-col">
              <span className="font-medium text-kumo-default">{text.junkKinds[kind]}</span>
              <span className="break-words text-kumo-subtle">{serverText(why)}</span>
            </span>
          </span>
          <ShareBars attack={share} baseline={baseline} />
        </li>
      ))}
    </ul>
  )
}

export function JunkCard({ findings }: { readonly findings: readonly JunkFinding[] }) {
  return (
    <Card title={text.junk} flush>
      {findings.length === 0 ? <Nothing>{text.noJunk}</Nothing> : <JunkList findings={findings} />}
    </Card>
  )
}
