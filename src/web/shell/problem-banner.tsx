// What is wrong right now: the gravest as the title of a banner in its colour, what to do about it, the others below.
import { Banner } from '@cloudflare/kumo/components/banner'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import type { ReactNode } from 'react'
import type { Advice } from '../messages/catalogue.ts'

export interface ProblemBannerProps {
  readonly grave: boolean
  /** Of the gravest. */
  readonly advice: Advice
  /** What helps against it with one click, or a command to copy. */
  readonly remedy?: ReactNode
  /** List items with the others. */
  readonly others: readonly ReactNode[]
}

export function ProblemBanner({ grave, advice, remedy, others }: ProblemBannerProps) {
  const Icon = grave ? WarningCircleIcon : WarningIcon
  return (
    <Banner
      variant={grave ? 'error' : 'alert'}
      icon={<Icon weight="fill" aria-hidden />}
      title={advice.title}
      description={
        <div className="flex flex-col items-start gap-2.5 text-base text-kumo-default">
          <p>{advice.fix}</p>
          {remedy}
          {others.length > 0 && <ul className="flex flex-col gap-2">{others}</ul>}
        </div>
      }
    />
  )
}
