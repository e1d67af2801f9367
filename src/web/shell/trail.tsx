// The way back to the list that a page belongs to. Not Kumo's Breadcrumbs: its links load the page anew and lose what is known.
import { Link } from '@tanstack/react-router'
import { messages } from '../messages.ts'

export interface TrailProps {
  readonly to: '/' | '/routers' | '/rules' | '/incidents' | '/advertisements' | '/captures' | '/signatures' | '/firewall'
  readonly name: string
  readonly here: string
}

export function Trail({ to, name, here }: TrailProps) {
  return (
    <nav aria-label={messages.shell.trail} className="flex items-center gap-1.5 text-sm text-kumo-subtle">
      <Link to={to} className="rounded-sm hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand">
        {name}
      </Link>
      <span aria-hidden>/</span>
      <span>{here}</span>
    </nav>
  )
}
