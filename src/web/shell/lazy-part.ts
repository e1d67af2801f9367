// Parts of the dashboard that come after the first paint: their code and the texts of the pages.
import { lazyRouteComponent } from '@tanstack/react-router'
import { lazy, type ComponentType } from 'react'
import { loadPages } from '../messages/loaded.ts'

// The texts first: a module reads them while it is run.
async function withTexts<T>(load: () => Promise<T>): Promise<T> {
  await loadPages()
  return load()
}

// Any props: only the place that draws the part knows them, and TypeScript checks them there.
// oxlint-disable-next-line typescript/no-explicit-any
type Part = ComponentType<any>

/** React's `lazy` for a component with a name. */
export function lazyPart<Module extends Readonly<Record<Name, Part>>, Name extends string>(load: () => Promise<Module>, name: Name) {
  return lazy(async () => ({ default: (await withTexts(load))[name] }))
}

/** A page of the router. */
export function lazyPage<Module extends Readonly<Record<Name, Part>>, Name extends string>(load: () => Promise<Module>, name: Name) {
  return lazyRouteComponent(() => withTexts(load), name)
}
