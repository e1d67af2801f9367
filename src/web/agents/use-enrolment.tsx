// Opens the dialog that enrols an agent. It belongs to the page: what stands there without agents goes when the first one comes.
import { Suspense, useState, type ReactNode } from 'react'
import { lazyPart } from '../shell/lazy-part.ts'

const EnrolDialog = lazyPart(() => import('./enrol-dialog.tsx'), 'EnrolDialog')

/** What opens the dialog, and the place for it. */
export function useEnrolment(): readonly [() => void, ReactNode] {
  const [open, setOpen] = useState(false)
  const dialog = <Suspense fallback={null}>{open && <EnrolDialog onClose={() => setOpen(false)} />}</Suspense>
  return [() => setOpen(true), dialog]
}
