// What is wrong with collection in words, and the way to where it can be seen.
import { Link } from '@tanstack/react-router'
import type { Advice } from '../messages/catalogue.ts'
import { overviewMessages } from '../messages/overview.ts'
import { messages } from '../messages.ts'
import { formatBinary, formatCount, formatDuration, formatShare } from '../view/units.ts'
import type { Finding } from '../view/verdict.ts'
import { routerLabel } from './router-label.ts'

const text = messages.verdict
const link = 'rounded-sm text-kumo-link underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

// More names than this are a list of its own: the page about routers.
const mostNamed = 3

export function adviceFor(finding: Finding): Advice {
  switch (finding.kind) {
    case 'store-down':
      return text.storeDown(finding.segments)
    case 'spool-full':
      return text.spoolFull(formatCount(finding.records))
    case 'router-silent':
      return text.routerSilent(routerLabel(finding.router), formatDuration(finding.seconds))
    case 'router-never':
      return text.routerNever(routerLabel(finding.router))
    case 'router-loss':
      return text.routerLoss(routerLabel(finding.router), formatShare(finding.loss))
    case 'routers-doubtful':
      return overviewMessages.verdict.doubtful(messages.list(finding.routers.slice(0, mostNamed).map(routerLabel)), finding.routers.length)
    case 'kernel-drops':
      return text.kernelDrops(formatCount(finding.datagrams), finding.buffer)
    case 'small-buffer': {
      const { address, receive_buffer, receive_buffer_asked } = finding.listener
      return text.smallBuffer(address, formatBinary(receive_buffer), formatBinary(receive_buffer_asked), receive_buffer_asked)
    }
    case 'waiting-templates':
      return text.waitingTemplates(finding.sets)
    default:
      return text.unregistered(finding.senders)
  }
}

export function findingKey(finding: Finding): string {
  return 'router' in finding ? `${finding.kind} ${finding.router.address}` : finding.kind
}

/** To the routers that it is about; nothing for what is about none. */
export function FindingLink({ finding }: { readonly finding: Finding }) {
  if (finding.kind === 'routers-doubtful') {
    return (
      <Link to="/routers" search={{ state: 'doubtful' }} className={link}>
        {overviewMessages.verdict.routers}
      </Link>
    )
  }
  if (!('router' in finding)) return null
  const { router } = finding
  return (
    <Link
      to="/routers/$address"
      params={{ address: router.address }}
      aria-label={`${overviewMessages.verdict.router}: ${routerLabel(router)}`}
      className={link}
    >
      {overviewMessages.verdict.router}
    </Link>
  )
}
