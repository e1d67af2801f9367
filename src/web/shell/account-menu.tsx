// The menu of who is signed in: account, colours, language, times, sign out.
import { Button } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import type { Icon } from '@phosphor-icons/react'
import { BracketsCurlyIcon } from '@phosphor-icons/react/dist/csr/BracketsCurly'
import { BuildingsIcon } from '@phosphor-icons/react/dist/csr/Buildings'
import { ClockIcon } from '@phosphor-icons/react/dist/csr/Clock'
import { GearSixIcon } from '@phosphor-icons/react/dist/csr/GearSix'
import { KeyboardIcon } from '@phosphor-icons/react/dist/csr/Keyboard'
import { MoonIcon } from '@phosphor-icons/react/dist/csr/Moon'
import { SignOutIcon } from '@phosphor-icons/react/dist/csr/SignOut'
import { SunIcon } from '@phosphor-icons/react/dist/csr/Sun'
import { TranslateIcon } from '@phosphor-icons/react/dist/csr/Translate'
import { UserCircleIcon } from '@phosphor-icons/react/dist/csr/UserCircle'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../api/actions.ts'
import { accountsQuery, statusQuery, type ServerStatus } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { shellMessages } from '../messages/shell.ts'
import { switchAccount, useAccount } from './account.ts'
import { askFor } from './frame-dialogs.ts'
import { usePreference, type Preference, type PreferenceName } from './preferences.ts'
import { useTheme } from './theme.tsx'

const text = messages.shell
const words = shellMessages

interface ChoiceMenuProps<Value extends string> {
  readonly label: string
  readonly icon: Icon
  readonly choices: Readonly<Record<Value, string>>
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
}

function ChoiceMenu<Value extends string>({ label, icon, choices, chosen, onChoose }: ChoiceMenuProps<Value>) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger icon={icon}>{label}</DropdownMenu.SubTrigger>
      <DropdownMenu.SubContent>
        <DropdownMenu.RadioGroup value={chosen} onValueChange={(value: Value) => onChoose(value)}>
          {(Object.entries(choices) as [Value, string][]).map(([value, name]) => (
            <DropdownMenu.RadioItem key={value} value={value}>
              {name}
              <DropdownMenu.RadioItemIndicator />
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </DropdownMenu.SubContent>
    </DropdownMenu.Sub>
  )
}

interface PreferenceMenuProps<Name extends PreferenceName> {
  readonly name: Name
  readonly label: string
  readonly icon: Icon
  readonly choices: Readonly<Record<Preference<Name>, string>>
}

function PreferenceMenu<Name extends PreferenceName>({ name, ...menu }: PreferenceMenuProps<Name>) {
  const [chosen, choose] = usePreference(name)
  return <ChoiceMenu {...menu} chosen={chosen} onChoose={choose} />
}

/** Only where there are several. */
function AccountChoice() {
  const account = useAccount()
  const { data: accounts = [] } = useQuery(accountsQuery)
  if (accounts.length < 2) return null
  const choices = Object.fromEntries(accounts.map(({ id, name }) => [id, name]))
  return <ChoiceMenu label={words.switchAccount} icon={BuildingsIcon} choices={choices} chosen={account} onChoose={switchAccount} />
}

function Who({ account, user }: ServerStatus) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label>{account.name}</DropdownMenu.Label>
      <DropdownMenu.Label className="!font-normal text-kumo-subtle">{user.email}</DropdownMenu.Label>
    </DropdownMenu.Group>
  )
}

function Looks() {
  const { dark } = useTheme()
  const themes = { system: text.system, light: text.light, dark: text.dark }
  return (
    <>
      <PreferenceMenu name="theme" label={text.theme} icon={dark ? MoonIcon : SunIcon} choices={themes} />
      <PreferenceMenu name="language" label={words.language} icon={TranslateIcon} choices={words.languageChoices} />
      <PreferenceMenu name="times" label={words.times} icon={ClockIcon} choices={words.timesChoices} />
    </>
  )
}

function useSignOut() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      client.clear()
    },
  })
}

/** @param narrow as an icon only */
export function AccountMenu({ narrow }: { readonly narrow: boolean }) {
  const navigate = useNavigate()
  const leave = useSignOut()
  const { data: status } = useQuery(statusQuery(useAccount()))
  const name = status === undefined ? '' : status.user.name || status.user.email
  const trigger = narrow ? (
    <Button variant="ghost" shape="square" aria-label={text.account} icon={UserCircleIcon} />
  ) : (
    <Button variant="ghost" aria-label={`${text.account}: ${name}`} className="min-w-0 grow justify-start !px-2.5">
      <UserCircleIcon size={18} aria-hidden className="shrink-0" />
      <span className="truncate font-normal">{name}</span>
    </Button>
  )
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger render={trigger} />
      <DropdownMenu.Content align="end">
        {status !== undefined && <Who {...status} />}
        <DropdownMenu.Separator />
        <AccountChoice />
        <Looks />
        <DropdownMenu.Item icon={GearSixIcon} onClick={() => void navigate({ to: '/settings' })}>
          {text.settings}
        </DropdownMenu.Item>
        <DropdownMenu.Item icon={KeyboardIcon} onClick={() => askFor('shortcuts')}>
          {words.shortcuts}
        </DropdownMenu.Item>
        <DropdownMenu.Item icon={BracketsCurlyIcon} onClick={() => void navigate({ to: '/graphiql' })}>
          {text.graphiql}
        </DropdownMenu.Item>
        <DropdownMenu.Separator />
        <DropdownMenu.Item icon={SignOutIcon} onClick={() => leave.mutate()}>
          {text.signOut}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
