// Names the page in the browser's tab and history.
import { useEffect } from 'react'
import { messages } from '../messages.ts'

export function useTitle(page: string): void {
  useEffect(() => {
    document.title = messages.pageTitle(page)
  }, [page])
}
