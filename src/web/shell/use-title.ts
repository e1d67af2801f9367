// Names the page in the browser's tab and history, and among the latest ones of the command palette.
import { useEffect } from 'react'
import { messages } from '../messages.ts'
import { rememberPage } from './recent.ts'

export function useTitle(page: string): void {
  useEffect(() => {
    document.title = messages.pageTitle(page)
    rememberPage(page, location.pathname)
  }, [page])
}
