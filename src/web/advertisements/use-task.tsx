// Opens the dialog of a task and closes it again; its code is loaded when it is needed.
import { Suspense, useState, type ReactNode } from 'react'
import type { AdvertisingTask } from './task-dialogs.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

const TaskDialog = lazyPart(() => import('./task-dialogs.tsx'), 'TaskDialog')

/** What opens a task's dialog, and the place for it. */
export function useTask(): readonly [(task: AdvertisingTask) => void, ReactNode] {
  const [task, setTask] = useState<AdvertisingTask>()
  const dialog = <Suspense fallback={null}>{task !== undefined && <TaskDialog task={task} onClose={() => setTask(undefined)} />}</Suspense>
  return [setTask, dialog]
}
