// Sign-in: by e-mail and password, by a link or token, by an invitation at a press; the first link by itself.
import { Banner } from '@cloudflare/kumo/components/banner'
import { LayerCard } from '@cloudflare/kumo/components/layer-card'
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useEffect, useState, type ReactNode } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { signInMessages } from '../messages/sign-in.ts'
import { Brand } from '../shell/brand.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { explain } from '../shell/failure.tsx'
import { useTitle } from '../shell/use-title.ts'
import { FirstPassword } from './first-password.tsx'
import { isInvitation, secretOf } from './secret.ts'
import { InvitationForm, PasswordForm, SecretForm } from './sign-in-forms.tsx'
import { useLeave, useSignIn, type Credential, type Newcomer } from './use-sign-in.ts'
import { lastWay, ways, type Way } from './way.ts'

const text = signInMessages
const wayNames: Readonly<Record<Way, string>> = { password: text.byPassword, secret: text.bySecret }

function explainRefusal(error: Error, { way }: Credential): { title: string; fix: string } {
  if (!(error instanceof ApiFailure)) return explain(error)
  if (error.status === 429) return { title: text.limited, fix: error.message === '' ? text.limitedFix : explain(error).fix }
  const refused = error.status === 400 || error.status === 401 || error.status === 403
  if (!refused) return explain(error)
  return way === 'password' ? { title: text.refusedPassword, fix: text.refusedPasswordFix } : { title: text.refused, fix: text.refusedFix }
}

function Refusal({ error, credential }: { readonly error: Error; readonly credential: Credential }) {
  const { title, fix } = explainRefusal(error, credential)
  return <Banner variant="error" role="alert" icon={<WarningCircleIcon weight="bold" aria-hidden />} title={title} description={fix} />
}

/** The fragment of a sign-in link, taken out of the address bar and the history at once: it must not be shared by mistake. */
function takeFragment(): string {
  const fragment = location.hash
  if (fragment !== '') history.replaceState(history.state, '', location.pathname + location.search)
  return fragment
}

/** Signs in by the link of the address, or hands an invitation over, which waits for a press. */
function useAddress(enter: (credential: Credential) => void, onInvitation: (secret: string) => void): void {
  useEffect(() => {
    // Also when a link is pasted over this page: then only the fragment changes.
    const read = () => {
      const fragment = takeFragment()
      const secret = secretOf(fragment)
      if (secret === '') return
      if (isInvitation(fragment)) onInvitation(secret)
      else enter({ way: 'secret', secret, invited: false })
    }
    read()
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [enter, onInvitation])
}

function Ways({ pending, onEnter }: { readonly pending: boolean; readonly onEnter: (credential: Credential) => void }) {
  const [way, setWay] = useState<Way>(lastWay)
  return (
    <div className="flex flex-col gap-5">
      <Tabs
        className="w-full"
        tabs={ways.map((value) => ({ value, label: wayNames[value], className: 'grow justify-center' }))}
        value={way}
        onValueChange={(value) => setWay(ways.find((known) => known === value) ?? 'password')}
        labels={{ scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }}
      />
      {way === 'password' ? <PasswordForm pending={pending} onEnter={onEnter} /> : <SecretForm pending={pending} onEnter={onEnter} />}
    </div>
  )
}

interface SignInFrameProps {
  readonly title: string
  readonly intro?: string
  readonly children: ReactNode
  readonly footer?: ReactNode
}

function SignInFrame({ title, intro, children, footer }: SignInFrameProps) {
  useTitle(title)
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col justify-center gap-6 px-4 py-10">
      <Brand />
      <LayerCard className="flex flex-col gap-5 bg-kumo-base p-6">
        <div className="flex flex-col gap-1.5">
          <h1 className="text-xl font-semibold text-kumo-default">{title}</h1>
          {intro !== undefined && <p className="text-base text-kumo-subtle">{intro}</p>}
        </div>
        {children}
      </LayerCard>
      {footer}
    </main>
  )
}

function Help() {
  return (
    <div className="flex flex-col gap-2 text-sm text-kumo-subtle">
      <p>{text.help}</p>
      <CopyCommand command={text.tokenCommand} />
    </div>
  )
}

export function SignInPage() {
  const [newcomer, setNewcomer] = useState<Newcomer>()
  const [invitation, setInvitation] = useState('')
  const leave = useLeave()
  const { mutate, isPending, error, variables } = useSignIn(setNewcomer)
  useAddress(mutate, setInvitation)
  if (newcomer !== undefined) {
    return (
      <SignInFrame title={text.first.title} intro={text.first.intro}>
        <FirstPassword newcomer={newcomer} onDone={() => void leave()} />
      </SignInFrame>
    )
  }
  const refusal = error !== null && variables !== undefined && <Refusal error={error} credential={variables} />
  // A link that was refused does not get better: the other ways are offered then.
  if (invitation !== '' && error === null) {
    return (
      <SignInFrame title={text.invited} intro={text.invitedIntro}>
        <InvitationForm pending={isPending} secret={invitation} onEnter={mutate} />
      </SignInFrame>
    )
  }
  return (
    <SignInFrame title={text.title} footer={<Help />}>
      {refusal}
      <Ways pending={isPending} onEnter={mutate} />
    </SignInFrame>
  )
}
