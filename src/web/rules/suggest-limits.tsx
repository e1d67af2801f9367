// The button that fills in limits that fit the history of the prefixes, and what they rest on.
import { Banner } from '@cloudflare/kumo/components/banner'
import { MagicWandIcon } from '@phosphor-icons/react/dist/csr/MagicWand'
import { useMutation } from '@tanstack/react-query'
import type { ThresholdSuggestion } from '../../contract/backtest.ts'
import { suggestThresholds } from '../api/rule-queries.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { FailureBanner } from '../shell/failure.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { readPrefixes } from '../view/prefix-list.ts'
import { exactRate } from '../view/rate-input.ts'
import { formatDayTime, formatRate } from '../view/units.ts'
import type { RuleDraft } from './use-rule-draft.ts'

const text = ruleMessages.form
const days = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })

function peakText(rate: number, metric: 'bits' | 'packets', at: string | null): string {
  const written = formatRate(rate, metric)
  return at === null ? written : text.peakAt(written, formatDayTime(Date.parse(at)))
}

function Grounds({ suggestion }: { readonly suggestion: ThresholdSuggestion }) {
  const { peak_bits_per_second, peak_packets_per_second, peak_bits_at, peak_packets_at, caveats } = suggestion
  const span = suggestion.days < 1 ? text.lessThanDay : text.days(days.format(suggestion.days), suggestion.days)
  return (
    <Banner
      size="sm"
      variant={caveats.length > 0 ? 'alert' : 'default'}
      title={text.suggested(span)}
      description={
        <ul className="flex list-disc flex-col gap-0.5 pl-4 text-kumo-default">
          <li>{peakText(peak_bits_per_second, 'bits', peak_bits_at)}</li>
          <li>{peakText(peak_packets_per_second, 'packets', peak_packets_at)}</li>
          {caveats.map((caveat) => (
            <li key={caveat}>{caveat}</li>
          ))}
        </ul>
      }
    />
  )
}

export function SuggestLimits({ draft }: { readonly draft: RuleDraft }) {
  const account = useAccount()
  const { prefixes, wrong } = readPrefixes(draft.form.prefixes)
  const suggest = useMutation({
    mutationFn: () => suggestThresholds(account, prefixes),
    onSuccess: ({ bandwidth_threshold, packet_threshold, duration }) =>
      draft.set({ bandwidth: exactRate(bandwidth_threshold, 'bits'), packets: exactRate(packet_threshold, 'packets'), duration }),
  })
  const usable = prefixes.length > 0 && wrong.length === 0
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <PermittedButton
          scope="analytics:read"
          icon={MagicWandIcon}
          loading={suggest.isPending}
          onClick={() => (usable ? suggest.mutate() : draft.touch('prefixes'))}
        >
          {text.suggest}
        </PermittedButton>
        <span className="min-w-0 flex-1 basis-52 text-sm text-kumo-subtle">{text.suggestHint}</span>
      </div>
      {suggest.error !== null && <FailureBanner error={suggest.error} onRetry={() => suggest.mutate()} />}
      {suggest.data !== undefined && <Grounds suggestion={suggest.data} />}
    </div>
  )
}
