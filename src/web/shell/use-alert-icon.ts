// The icon in the browser's tab has a red dot while incidents are open.
import { useEffect } from 'react'
import alertIcon from '../icon-alert.svg'
import { useOpenIncidents } from './navigation.tsx'

export function useAlertIcon(): void {
  const alert = useOpenIncidents() > 0
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (!alert || link === null) return undefined
    const calm = link.href
    link.href = alertIcon
    return () => {
      link.href = calm
    }
  }, [alert])
}
