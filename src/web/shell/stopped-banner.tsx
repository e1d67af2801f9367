// Tells in red that something was stopped for everybody, by whom and why, and lets it go on.
import { Banner } from '@cloudflare/kumo/components/banner'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import type { Scope } from '../../contract/scopes.ts'
import { Permitted } from './permitted.tsx'

export interface StoppedBannerProps {
  readonly title: string
  /** Who stopped it, when and why; what that means. */
  readonly lines: readonly string[]
  readonly resume: string
  readonly onResume: () => void
  /** Who may let it go on. */
  readonly scope: Scope
}

export function StoppedBanner({ title, lines, resume, onResume, scope }: StoppedBannerProps) {
  return (
    <Banner
      variant="error"
      role="alert"
      icon={<ProhibitIcon weight="bold" aria-hidden />}
      title={title}
      description={
        <span className="flex flex-col text-kumo-default">
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </span>
      }
      action={
        <Permitted scope={scope}>
          <Banner.Action onClick={onResume}>{resume}</Banner.Action>
        </Permitted>
      }
    />
  )
}
