// In place of what only administrators see, and beside what only they change: who can give the role.
import { Banner } from '@cloudflare/kumo/components/banner'
import { LockSimpleIcon } from '@phosphor-icons/react/dist/csr/LockSimple'
import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { useMay } from '../shell/use-may.ts'

const text = settingsMessages.needs

function Locked({ title, fix }: { readonly title: string; readonly fix: string }) {
  return <Banner icon={<LockSimpleIcon weight="bold" aria-hidden />} title={title} description={fix} />
}

function useFix(): string {
  const { data } = useQuery(statusQuery(useAccount()))
  return text.fix(data?.account.name ?? messages.none)
}

export function NeedsAdministrator() {
  return <Locked title={text.title} fix={useFix()} />
}

/** Why settings of the server cannot be changed here: no administrator, or one of an account that is not the first. */
export function FixedReason() {
  const may = useMay('admin')
  const fix = useFix()
  return may === false ? <Locked title={text.titleChange} fix={fix} /> : <Locked title={text.firstTitle} fix={text.firstFix} />
}
