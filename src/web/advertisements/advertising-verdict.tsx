// The line under the title: how much is announced and to whom, or what is wrong and what to do about it.
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import type { Advertisement, AdvertisingStatus, DriverStatus } from '../../contract/advertisement.ts'
import type { Advice } from '../messages/catalogue.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'
import { ProblemBanner } from '../shell/problem-banner.tsx'
import { advertisingFindings, type AdvertisingFinding } from '../view/advertising-verdict.ts'

const text = advertisingMessages.verdict

function adviceFor(finding: AdvertisingFinding): Advice {
  switch (finding.kind) {
    case 'nobody':
      return text.nobody
    case 'driver':
      return text.driverDown(advertisingMessages.drivers[finding.driver.driver], serverText(finding.driver.detail))
    case 'neighbor': {
      const { name, state, last_error } = finding.neighbor
      return text.neighborDown(name, advertisingMessages.driver.sessionStates[state], serverText(last_error))
    }
    case 'pending':
      return text.pending(finding.count)
    default:
      return text[finding.kind](finding.advertisement.route.prefix, serverText(finding.advertisement.detail))
  }
}

function findingKey(finding: AdvertisingFinding): string {
  if ('advertisement' in finding) return finding.advertisement.id
  if ('neighbor' in finding) return `neighbor ${finding.neighbor.name}`
  return 'driver' in finding ? `driver ${finding.driver.driver}` : finding.kind
}

function Other({ finding }: { readonly finding: AdvertisingFinding }) {
  const { title, fix } = adviceFor(finding)
  return (
    <li>
      <strong className="font-medium text-kumo-default">
        {title}
        {messages.fullStop}
      </strong>{' '}
      <span className="text-kumo-subtle">{fix}</span>
    </li>
  )
}

/** `2 of 3 BGP neighbours up`, or the driver's name. */
function readyText({ driver, neighbors }: DriverStatus): string {
  if (neighbors.length === 0) return advertisingMessages.drivers[driver]
  return text.neighbors(neighbors.filter(({ state }) => state === 'Established').length, neighbors.length)
}

export interface AdvertisingVerdictProps {
  readonly status: AdvertisingStatus
  /** Those that are not withdrawn. */
  readonly advertisements: readonly Advertisement[]
}

export function AdvertisingVerdict({ status, advertisements }: AdvertisingVerdictProps) {
  const [first, ...others] = advertisingFindings(status, advertisements)
  const ready = status.drivers.filter((driver) => driver.configured && driver.ready)
  return (
    <section aria-label={text.label} className="flex flex-col gap-3">
      <div className="flex items-start gap-2.5 px-1 text-base">
        {first === undefined && <CheckCircleIcon size={20} weight="fill" className="mt-0.5 shrink-0 text-kumo-success" aria-hidden />}
        <p>
          <strong className="font-semibold text-kumo-default">
            {text.announced(status.announcements, status.flowspec_rules)}
            {messages.fullStop}
          </strong>{' '}
          {ready.length > 0 && <span className="text-kumo-subtle">{text.ready(ready.map(readyText))}</span>}
        </p>
      </div>
      {first !== undefined && (
        <ProblemBanner
          grave={first.severity === 'error'}
          advice={adviceFor(first)}
          others={others.map((finding) => (
            <Other key={findingKey(finding)} finding={finding} />
          ))}
        />
      )}
    </section>
  )
}
