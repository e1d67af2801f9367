// How a signature stands: its state as a badge with its progress, its name as a link, where its packets come from.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Meter } from '@cloudflare/kumo/components/meter'
import { Link } from '@tanstack/react-router'
import type { Signature, SignatureSource } from '../../contract/signature.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { isAtWork, progressShare, progressText, signatureTone, sourceText, stateLabel } from '../view/signature-view.ts'

const text = signatureMessages
const linked = 'rounded-sm hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface SignatureProps {
  readonly signature: Signature
}

export function SignatureState({ signature }: SignatureProps) {
  const tone = signatureTone(signature)
  if (tone === 'info') return <Badge variant="info">{stateLabel(signature)}</Badge>
  return (
    <Badge appearance="dot" variant={tone}>
      {stateLabel(signature)}
    </Badge>
  )
}

/** How far it is, in words and as a bar; nothing for one that is over. */
export function SignatureProgressBar({ signature }: SignatureProps) {
  if (!isAtWork(signature)) return null
  const share = progressShare(signature)
  return (
    <Meter
      className="w-full min-w-48"
      label={progressText(signature)}
      aria-label={text.progressOf(signature.name)}
      value={share * 100}
      customValue={`${Math.round(share * 100)}%`}
    />
  )
}

export function SignatureName({ signature }: SignatureProps) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <Link
        to="/signatures/$id"
        params={{ id: signature.id }}
        className={`${linked} self-start text-base font-medium break-words text-kumo-default`}
      >
        {signature.name}
      </Link>
      {signature.filter !== null && (
        <code className="line-clamp-2 font-mono text-sm break-words text-kumo-subtle" title={signature.filter}>
          {signature.filter}
        </code>
      )}
      {signature.edited && <span className="text-sm text-kumo-subtle">{text.list.edited}</span>}
    </span>
  )
}

/** A capture or an incident leads to its page. */
export function SourceName({ source }: { readonly source: SignatureSource | null }) {
  const name = sourceText(source)
  const link = `${linked} text-kumo-link`
  if (source?.kind === 'capture') {
    return (
      <Link to="/captures/$id" params={{ id: source.id }} className={link}>
        {name}
      </Link>
    )
  }
  if (source?.kind === 'incident') {
    return (
      <Link to="/incidents/$id" params={{ id: source.id }} className={link}>
        {name}
      </Link>
    )
  }
  return <span className="break-words">{name}</span>
}
