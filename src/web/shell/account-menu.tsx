// The menu at the top right: who is signed in, colours, sign out.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { BracketsCurlyIcon } from '@phosphor-icons/react/dist/csr/BracketsCurly'
import { MoonIcon } from '@phosphor-icons/react/dist/csr/Moon'
import { SignOutIcon } from '@phosphor-icons/react/dist/csr/SignOut'
import { SunIcon } from '@phosphor-icons/react/dist/csr/Sun'
import { UserCircleIcon } from '@phosphor-icons/react/dist/csr/UserCircle'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../api/actions.ts'
import type { ServerStatus } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { themeChoices, useTheme, type ThemeChoice } from './theme.tsx'

const text = messages.shell

function ThemeMenu() {
  const { choice, choose, dark } = useTheme()
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger render={<Button variant="ghost" shape="square" aria-label={text.theme} icon={dark ? MoonIcon : SunIcon} />} />
      <DropdownMenu.Content align="end">
        <DropdownMenu.RadioGroup value={choice} onValueChange={(value: ThemeChoice) => choose(value)}>
          {themeChoices.map((theme) => (
            <DropdownMenu.RadioItem key={theme} value={theme}>
              {text[theme]}
              <DropdownMenu.RadioItemIndicator />
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}

export function AccountMenu({ status }: { readonly status: ServerStatus | undefined }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      client.clear()
    },
  })
  return (
    <div className="flex items-center gap-1">
      <ThemeMenu />
      <DropdownMenu>
        <DropdownMenu.Trigger render={<Button variant="ghost" shape="square" aria-label={text.account} icon={UserCircleIcon} />} />
        <DropdownMenu.Content align="end">
          {status !== undefined && (
            <DropdownMenu.Group>
              <DropdownMenu.Label>{status.account.name}</DropdownMenu.Label>
              <DropdownMenu.Label>{status.user.email}</DropdownMenu.Label>
            </DropdownMenu.Group>
          )}
          <DropdownMenu.Separator />
          <DropdownMenu.Item icon={BracketsCurlyIcon} onClick={() => void navigate({ to: '/graphiql' })}>
            {text.graphiql}
          </DropdownMenu.Item>
          <DropdownMenu.Item icon={SignOutIcon} onClick={() => leave.mutate()}>
            {text.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu>
    </div>
  )
}
