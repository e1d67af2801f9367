// Light, dark, or as the system: kept in this browser, applied as data-mode on the root element for Kumo's tokens.
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

interface Theme {
  readonly choice: ThemeChoice
  readonly dark: boolean
  readonly choose: (choice: ThemeChoice) => void
}

const storageKey = 'drawbridge.theme'
const ThemeContext = createContext<Theme>({ choice: 'system', dark: false, choose: () => {} })

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(storageKey)
  return themeChoices.find((choice) => choice === stored) ?? 'system'
}

function watchSystem(onChange: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const [choice, setChoice] = useState(storedChoice)
  const systemDark = useSyncExternalStore(watchSystem, () => matchMedia('(prefers-color-scheme: dark)').matches)
  const dark = choice === 'system' ? systemDark : choice === 'dark'
  useEffect(() => {
    document.documentElement.dataset['mode'] = dark ? 'dark' : 'light'
  }, [dark])
  const theme = useMemo(
    () => ({
      choice,
      dark,
      choose: (next: ThemeChoice) => {
        localStorage.setItem(storageKey, next)
        setChoice(next)
      },
    }),
    [choice, dark],
  )
  return <ThemeContext value={theme}>{children}</ThemeContext>
}

export function useTheme(): Theme {
  return use(ThemeContext)
}
