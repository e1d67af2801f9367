// Keys that work on every page: Ctrl K searches, `g` and a letter go to a page, `/` goes to the page's search, `?` lists them.
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { askFor, openFrameDialog } from './frame-dialogs.ts'
import { pageKeys, pageNames, pagePaths } from './pages.ts'
import { usePreference } from './preferences.ts'

/** Milliseconds between `g` and the letter. */
const pause = 1500

const fields = 'input, textarea, select, [contenteditable=""], [contenteditable=true], .CodeMirror'

/** Whether the key belongs to somebody else: a field, a menu, a dialog. */
function taken({ target, defaultPrevented, isComposing }: KeyboardEvent): boolean {
  if (defaultPrevented || isComposing || openFrameDialog() !== undefined) return true
  const inside = target instanceof Element && target.closest(`${fields}, [role=menu], [role=listbox]`) !== null
  return inside || document.querySelector('dialog[open], [role=dialog], [role=alertdialog], [role=menu]') !== null
}

/** GraphiQL searches its documentation with the same keys. */
const searchesItself = ({ target, defaultPrevented }: KeyboardEvent) =>
  defaultPrevented || (target instanceof Element && target.closest('.graphiql-container') !== null)

/** The search of the page, or what filters it. Whether there is one. */
function focusSearch(): boolean {
  const found = document.querySelectorAll<HTMLElement>('#content input[type=search], #content [data-find], #content [role=combobox]')
  const field = [...found].find((element) => element.checkVisibility())
  field?.focus()
  return field !== undefined
}

/** Answers a key that is pressed alone; whether it was one. */
function pressed(key: string): boolean {
  if (key === '?') askFor('shortcuts')
  else if (key !== '/' || !focusSearch()) return false
  return true
}

export function useShortcuts(): void {
  const navigate = useNavigate()
  const [shortcuts] = usePreference('shortcuts')
  useEffect(() => {
    let going = Number.NEGATIVE_INFINITY
    const go = (key: string) => {
      const page = pageNames.find((name) => pageKeys[name] === key)
      if (page !== undefined) void navigate({ to: pagePaths[page] })
      return page !== undefined
    }
    const heard = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, timeStamp } = event
      // Not a single character: it stays when the others are switched off (WCAG 2.1.4).
      if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k' && !searchesItself(event)) {
        event.preventDefault()
        return askFor('palette')
      }
      if (shortcuts === 'off' || ctrlKey || metaKey || altKey || taken(event)) return
      const second = timeStamp - going < pause
      going = key === 'g' && !second ? timeStamp : Number.NEGATIVE_INFINITY
      if (second ? go(key) : pressed(key)) event.preventDefault()
    }
    document.addEventListener('keydown', heard)
    return () => document.removeEventListener('keydown', heard)
  }, [navigate, shortcuts])
}
