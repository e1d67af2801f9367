// What is chosen on this page as state: begun from the address bar or from the last time, written back to both.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useDebounced } from '../shell/use-debounced.ts'
import { beginForm, rememberedOf, writeForm, type SetUpForm } from './set-up-form.ts'

const storageKey = 'drawbridge-set-up'
const typingPause = 400

function lastTime(): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof stored === 'object' && stored !== null ? { ...stored } : {}
  } catch {
    // Storage is forbidden, or somebody else wrote there: nothing is remembered.
    return {}
  }
}

function remember(form: SetUpForm): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(rememberedOf(form)))
  } catch {
    // Storage is forbidden or full: the next time begins anew.
  }
}

export interface SetUp {
  /** As it stands in the fields. */
  readonly form: SetUpForm
  /** As it stood when the last pause in typing began. */
  readonly settled: SetUpForm
  readonly set: (change: Partial<SetUpForm>) => void
}

export function useSetUp(): SetUp {
  const search = useSearch({ from: '/shell/set-up' })
  const navigate = useNavigate({ from: '/set-up' })
  const [form, setForm] = useState(() => beginForm(search, lastTime()))
  const settled = useDebounced(form, typingPause)
  useEffect(() => {
    remember(settled)
    void navigate({ search: writeForm(settled), replace: true, resetScroll: false })
  }, [navigate, settled])
  return { form, settled, set: (change) => setForm((old) => ({ ...old, ...change })) }
}
