// The secret of a new token, once, and lines to paste that use it.
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { useState } from 'react'
import type { NewApiToken } from '../../contract/member.ts'
import { messages } from '../messages.ts'
import { tokenMessages } from '../messages/tokens.ts'
import { useAccount } from '../shell/account.ts'
import { CopyText } from '../shell/copy-command.tsx'
import { OnceDialog } from './once-dialog.tsx'
import { tokenLines, type TokenLines } from './token-lines.ts'

const text = tokenMessages.ready
// Names of programs: the same in every language.
const programs = { curl: 'curl', terraform: 'Terraform', npm: 'npm' } as const satisfies Readonly<Record<keyof TokenLines, string>>
const explanations = { curl: text.try, terraform: text.terraform, npm: text.npm } as const
const programNames = Object.keys(programs) as readonly (keyof TokenLines)[]

function Lines({ lines }: { readonly lines: TokenLines }) {
  const [shown, setShown] = useState<keyof TokenLines>('curl')
  const choose = (value: string) => setShown(programNames.find((name) => name === value) ?? 'curl')
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="text-base font-medium text-kumo-default">{text.use}</h3>
      <Tabs
        size="sm"
        tabs={programNames.map((value) => ({ value, label: programs[value] }))}
        value={shown}
        onValueChange={choose}
        labels={{ scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }}
      />
      <p className="text-sm text-kumo-subtle">{explanations[shown]}</p>
      <CopyText text={lines[shown]} />
    </section>
  )
}

export function NewTokenDialog({ token, onClose }: { readonly token: NewApiToken; readonly onClose: () => void }) {
  const account = useAccount()
  return (
    <OnceDialog
      title={text.title(token.name)}
      intro={text.once}
      label={text.secret}
      secret={token.secret}
      copy={text.copy}
      done={text.done}
      onClose={onClose}
    >
      <Lines lines={tokenLines(location.origin, account, token.secret)} />
    </OnceDialog>
  )
}
