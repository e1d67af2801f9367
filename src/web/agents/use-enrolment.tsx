// Opens the dialog that enrols an agent. It belongs to the page: what stands there without agents goes when the first one comes.
import { lazy, Suspense, useState, type ReactNode } from 'react'

const EnrolDialog = lazy(() => import('./enrol-dialog.tsx').then((module) => ({ default: module.EnrolDialog })))

/** What opens the dialog, and the place for it. */
export function useEnrolment(): readonly [() => void, ReactNode] {
  const [open, setOpen] = useState(false)
  const dialog = <Suspense fallback={null}>{open && <EnrolDialog onClose={() => setOpen(false)} />}</Suspense>
  return [() => setOpen(true), dialog]
}
