// Opens the dialog of a task and closes it again; its code is loaded when it is needed.
import { Suspense, useState, type ReactNode } from 'react'
import type { FirewallTask } from './task-dialogs.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

const TaskDialog = lazyPart(() => import('./task-dialogs.tsx'), 'FirewallTaskDialog')

/** What opens a task's dialog, and the place for it. */
export function useFirewallTask(): readonly [(task: FirewallTask) => void, ReactNode] {
  const [task, setTask] = useState<FirewallTask>()
  const dialog = <Suspense fallback={null}>{task !== undefined && <TaskDialog task={task} onClose={() => setTask(undefined)} />}</Suspense>
  return [setTask, dialog]
}
