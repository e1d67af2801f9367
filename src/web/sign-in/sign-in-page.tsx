// Sign-in: takes the secret from the link's fragment by itself, or a pasted token or link.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { LayerCard } from '@cloudflare/kumo/components/layer-card'
import { SensitiveInput } from '@cloudflare/kumo/components/sensitive-input'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { signIn } from '../api/actions.ts'
import { ApiFailure } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { Brand } from '../shell/brand.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { explain } from '../shell/failure.tsx'
import { useTitle } from '../shell/use-title.ts'
import { secretOf } from './secret.ts'

const text = messages.signIn

function explainRefusal(error: Error): { title: string; fix: string } {
  if (!(error instanceof ApiFailure)) return explain(error)
  if (error.status === 429) return { title: text.limited, fix: error.message === '' ? text.limitedFix : error.message }
  const refused = error.status === 400 || error.status === 401 || error.status === 403
  return refused ? { title: text.refused, fix: text.refusedFix } : explain(error)
}

/** The secret of a sign-in link, taken out of the address bar and the history at once: it must not be shared by mistake. */
function takeFragment(): string {
  const secret = secretOf(location.hash)
  if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search)
  return secret
}

function useSignIn() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  return useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      client.clear()
      await navigate({ href: next ?? '/', replace: true })
    },
  })
}

function SignInForm({ entering }: { readonly entering: ReturnType<typeof useSignIn> }) {
  const [value, setValue] = useState('')
  const [missing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const secret = secretOf(value)
    setMissing(secret === '')
    if (secret !== '') entering.mutate(secret)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <SensitiveInput
        label={text.label}
        value={value}
        onValueChange={setValue}
        autoComplete="off"
        {...(missing ? { error: text.empty } : {})}
      />
      <Button type="submit" variant="primary" loading={entering.isPending}>
        {entering.isPending ? text.working : text.submit}
      </Button>
    </form>
  )
}

export function SignInPage() {
  useTitle(text.title)
  const entering = useSignIn()
  const { mutate } = entering
  useEffect(() => {
    // Also when a link is pasted over this page: then only the fragment changes.
    const enter = () => {
      const secret = takeFragment()
      if (secret !== '') mutate(secret)
    }
    enter()
    addEventListener('hashchange', enter)
    return () => removeEventListener('hashchange', enter)
  }, [mutate])
  const refusal = entering.error === null ? undefined : explainRefusal(entering.error)
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col justify-center gap-6 px-4 py-10">
      <Brand compact={false} />
      <LayerCard className="flex flex-col gap-5 bg-kumo-base p-6">
        <div className="flex flex-col gap-1.5">
          <h1 className="text-xl font-semibold text-kumo-default">{text.title}</h1>
          <p className="text-base text-kumo-subtle">{text.intro}</p>
        </div>
        {refusal !== undefined && (
          <Banner
            variant="error"
            role="alert"
            icon={<WarningCircleIcon weight="bold" aria-hidden />}
            title={refusal.title}
            description={refusal.fix}
          />
        )}
        <SignInForm entering={entering} />
      </LayerCard>
      <div className="flex flex-col gap-2 text-sm text-kumo-subtle">
        <p>{text.help}</p>
        <CopyCommand command={text.tokenCommand} />
      </div>
    </main>
  )
}
