// Light, dark, or as the system: applied as data-mode on the root element for Kumo's tokens.
import { createContext, use, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import { usePreference } from './preferences.ts'

interface Theme {
  readonly dark: boolean
}

const ThemeContext = createContext<Theme>({ dark: false })

function watchSystem(onChange: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const [choice] = usePreference('theme')
  const systemDark = useSyncExternalStore(watchSystem, () => matchMedia('(prefers-color-scheme: dark)').matches)
  const dark = choice === 'system' ? systemDark : choice === 'dark'
  useEffect(() => {
    document.documentElement.dataset['mode'] = dark ? 'dark' : 'light'
  }, [dark])
  const theme = useMemo(() => ({ dark }), [dark])
  return <ThemeContext value={theme}>{children}</ThemeContext>
}

/** Whether the page is dark, for what styles cannot tell apart; the choice is a preference. */
export function useTheme(): Theme {
  return use(ThemeContext)
}
