// Opens the dialog of a task about a signature and closes it again; its code is loaded when it is needed.
import { Suspense, useState, type ReactNode } from 'react'
import type { SignatureTask } from './signature-dialogs.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

const TaskDialog = lazyPart(() => import('./signature-dialogs.tsx'), 'SignatureTaskDialog')

const nothing = () => {}

/** What opens a task's dialog, and the place for it. @param onRemoved after a signature is removed */
export function useSignatureTask(onRemoved: () => void = nothing): readonly [(task: SignatureTask) => void, ReactNode] {
  const [task, setTask] = useState<SignatureTask>()
  const dialog = (
    <Suspense fallback={null}>
      {task !== undefined && <TaskDialog task={task} onClose={() => setTask(undefined)} onRemoved={onRemoved} />}
    </Suspense>
  )
  return [setTask, dialog]
}
