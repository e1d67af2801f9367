// What somebody chose for this browser: language, colours, times, unit, shortcuts, navigation. Kept in its local storage.
import { useSyncExternalStore } from 'react'

/** Every preference and what it may be; the first holds until somebody chooses. */
export const preferenceChoices = {
  language: ['system', 'en', 'ja'],
  theme: ['system', 'light', 'dark'],
  times: ['local', 'utc'],
  /** Of pages whose address does not say it. */
  unit: ['bits', 'packets'],
  shortcuts: ['on', 'off'],
  navigation: ['wide', 'narrow'],
} as const satisfies Record<string, readonly string[]>

export type PreferenceName = keyof typeof preferenceChoices
export type Preference<Name extends PreferenceName> = (typeof preferenceChoices)[Name][number]

/** What texts and numbers were made with while modules were run: the page has to be loaded anew. */
const atLoad: ReadonlySet<PreferenceName> = new Set(['language', 'times'])

const storageKey = (name: PreferenceName) => `drawbridge.${name}`
// What was chosen here holds until the page is left, also where the browser keeps nothing.
const chosen = new Map<PreferenceName, string>()
const listeners = new Set<() => void>()

function stored(name: PreferenceName): string | null {
  try {
    return localStorage.getItem(storageKey(name))
  } catch {
    // No browser, as in unit tests, or one that keeps nothing: everything is as it is without a choice.
    return null
  }
}

/** Reads at once; components that have to follow a change use usePreference. */
export function preference<Name extends PreferenceName>(name: Name): Preference<Name> {
  const choices = preferenceChoices[name] as readonly [Preference<Name>, ...Preference<Name>[]]
  const wanted = chosen.get(name) ?? stored(name)
  return choices.find((choice) => choice === wanted) ?? choices[0]
}

/** Keeps the choice in this browser. Another language or other times load the page anew: its state is in its address. */
export function choosePreference<Name extends PreferenceName>(name: Name, choice: Preference<Name>): void {
  if (choice === preference(name)) return
  chosen.set(name, choice)
  try {
    localStorage.setItem(storageKey(name), choice)
  } catch {
    // It holds until the page is left.
  }
  if (atLoad.has(name)) location.reload()
  else for (const listener of listeners) listener()
}

function watch(listener: () => void): () => void {
  // Another tab may have chosen.
  const heard = (event: StorageEvent) => {
    const name = (Object.keys(preferenceChoices) as PreferenceName[]).find((known) => storageKey(known) === event.key)
    if (name === undefined) return
    chosen.delete(name)
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', heard)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', heard)
  }
}

export function usePreference<Name extends PreferenceName>(name: Name): readonly [Preference<Name>, (choice: Preference<Name>) => void] {
  const choice = useSyncExternalStore(watch, () => preference(name))
  return [choice, (next) => choosePreference(name, next)]
}
