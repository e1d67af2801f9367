// What the command palette can do: begin something, or change how this browser shows things.
import { useNavigate } from '@tanstack/react-router'
import { currentLanguage, languageNames, languages } from '../messages/language.ts'
import { shellMessages } from '../messages/shell.ts'
import { askFor } from './frame-dialogs.ts'
import type { PaletteItem } from './palette-items.ts'
import { choosePreference, usePreference } from './preferences.ts'
import { useTheme } from './theme.tsx'
import { useMay } from './use-may.ts'

const text = shellMessages.palette

function useBeginnings(): readonly PaletteItem[] {
  const navigate = useNavigate()
  const begin = (id: string, name: string, to: string, may: boolean | undefined): readonly PaletteItem[] =>
    may === false ? [] : [{ id, name, run: () => void navigate({ href: to }) }]
  return [
    ...begin('new-rule', text.newRule, '/rules/new', useMay('mnm:admin')),
    ...begin('new-capture', text.newCapture, '/captures/new', useMay('captures:write')),
    ...begin('announce', text.announce, '/advertisements?announce=new', useMay('advertisements:write')),
    ...begin('new-signature', text.newSignature, '/signatures/new', useMay('signatures:write')),
    ...begin('set-up', text.setUpRouter, '/set-up', useMay('mnm:write')),
  ]
}

export function usePaletteActions(): readonly PaletteItem[] {
  const beginnings = useBeginnings()
  const { dark } = useTheme()
  const [times] = usePreference('times')
  const utc = times === 'utc'
  const others = languages.filter((language) => language !== currentLanguage())
  return [
    ...beginnings,
    { id: 'theme', name: dark ? text.light : text.dark, run: () => choosePreference('theme', dark ? 'light' : 'dark') },
    { id: 'times', name: utc ? text.local : text.utc, run: () => choosePreference('times', utc ? 'local' : 'utc') },
    ...others.map((language) => ({
      id: language,
      name: text.language(languageNames[language]),
      run: () => choosePreference('language', language),
    })),
    { id: 'shortcuts', name: text.shortcuts, run: () => askFor('shortcuts') },
  ]
}
