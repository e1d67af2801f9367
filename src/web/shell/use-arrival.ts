// After the way to another page the focus is at its heading, so that it is told and the next Tab goes on from there.
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

export function useArrival(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const before = useRef(path)
  useEffect(() => {
    const first = before.current === undefined
    const moved = before.current !== path
    before.current = path
    if (first || !moved) return
    const page = document.querySelector<HTMLElement>('#content')
    const held = document.activeElement
    // A page that has put the focus somewhere itself knows better, as does a dialog.
    if (page === null || (held !== null && (page.contains(held) || held.closest('[role=dialog]') !== null))) return
    const heading = page.querySelector<HTMLElement>('h1') ?? page
    if (heading !== page) heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }, [path])
}
