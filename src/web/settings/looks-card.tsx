// How this browser shows things: language, colours, unit, times, shortcuts.
import { Select } from '@cloudflare/kumo/components/select'
import { settingsMessages } from '../messages/settings.ts'
import { languageNames } from '../messages/language.ts'
import { Card } from '../shell/card.tsx'
import { usePreference, type Preference, type PreferenceName } from '../shell/preferences.ts'
import { SwitchField } from '../shell/switch-field.tsx'

const text = settingsMessages.looks

interface ChoiceProps<Name extends PreferenceName> {
  readonly name: Name
  readonly label: string
  readonly hint?: string
  readonly items: Readonly<Record<Preference<Name>, string>>
}

function Choice<Name extends PreferenceName>({ name, label, hint, items }: ChoiceProps<Name>) {
  const [chosen, choose] = usePreference(name)
  return (
    <Select
      className="w-full"
      label={label}
      {...(hint !== undefined && { description: hint })}
      items={items}
      value={chosen}
      // The list holds nothing but the choices.
      onValueChange={(value) => choose(value as Preference<Name>)}
    />
  )
}

export function LooksCard() {
  const [shortcuts, chooseShortcuts] = usePreference('shortcuts')
  return (
    <Card title={text.title} flush>
      <div className="flex flex-col gap-4 p-4">
        <div className="grid items-start gap-4 sm:grid-cols-2 [&>*]:min-w-0">
          <Choice name="language" label={text.language} items={{ system: text.languageSystem, ...languageNames }} />
          <Choice name="theme" label={text.theme} items={text.themes} />
          <Choice name="unit" label={text.unit} hint={text.unitHint} items={text.units} />
          <Choice name="times" label={text.times} items={text.timeChoices} />
        </div>
        <SwitchField
          label={text.shortcuts}
          hint={text.shortcutsHint}
          checked={shortcuts === 'on'}
          onChange={(on) => chooseShortcuts(on ? 'on' : 'off')}
        />
        <p className="text-sm text-kumo-subtle">{text.kept}</p>
      </div>
    </Card>
  )
}
