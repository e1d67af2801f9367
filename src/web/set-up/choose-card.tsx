// What there is: the router or program, its release, and the user's own addresses, interfaces and speed.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import type { ConfigProtocol, RouterConfig, RouterGuideSummary, RouterGuideVariant } from '../../contract/router-config.ts'
import { messages } from '../messages.ts'
import { guideText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { Card } from '../shell/card.tsx'
import { WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { linkSpeeds, needsRouter } from './config-text.ts'
import { GuidePicker } from './guide-picker.tsx'
import { samplingText } from './sampling-text.ts'
import { chosenVariant, withGuide, type SetUpField, type SetUpForm } from './set-up-form.ts'

const text = setUpMessages.choose
// What is advised rests on it where nobody has chosen: 1 Gbit/s (contract/router-config.ts).
const usualLink = '1000'

export interface Choosing {
  readonly form: SetUpForm
  readonly set: (change: Partial<SetUpForm>) => void
  /** Address that routers reach this machine at: typed, or the likeliest. */
  readonly collector: string
  /** More of them. */
  readonly addresses: readonly string[]
  /** What the server says of a field. */
  readonly problem: (field: SetUpField) => string | undefined
  /** The commands for what is chosen, once there are some. */
  readonly config: RouterConfig | undefined
}

interface VariantProps {
  readonly choosing: Choosing
  readonly guide: RouterGuideSummary
  readonly variant: RouterGuideVariant
}

function protocolName(protocol: ConfigProtocol): string {
  return messages.routers.protocols[protocol]
}

function ReleaseFields({ choosing: { form, set, problem }, guide, variant }: VariantProps) {
  const protocol = variant.protocols.find((name) => name === form.protocol) ?? variant.protocols[0]
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        className="w-full"
        label={text.variant}
        items={Object.fromEntries(guide.variants.map(({ id, title }) => [id, guideText(title)]))}
        value={variant.id}
        onValueChange={(id) => set({ variant: id ?? '', protocol: '', sampling: '' })}
        {...fieldProblem(problem('variant'))}
      />
      <Select
        className="w-full"
        label={text.protocol}
        items={Object.fromEntries(variant.protocols.map((name) => [name, protocolName(name)]))}
        value={protocol ?? null}
        onValueChange={(name) => set({ protocol: name ?? '' })}
        {...fieldProblem(problem('protocol'))}
      />
    </div>
  )
}

function CollectorFields({ choosing: { form, set, collector, addresses, problem, config } }: { readonly choosing: Choosing }) {
  const others = addresses.filter((address) => address !== collector)
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_9rem] [&>*]:min-w-0">
        <Input
          className="w-full"
          label={text.collector}
          value={collector}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => set({ collector: event.target.value })}
          {...fieldProblem(problem('collector') ?? (form.collector?.trim() === '' ? text.collectorMissing : undefined))}
        />
        <Input
          className="w-full"
          label={text.port}
          inputMode="numeric"
          placeholder={config === undefined ? '' : String(config.port)}
          value={form.port}
          onChange={(event) => set({ port: event.target.value })}
          {...fieldProblem(problem('port'))}
        />
      </div>
      {others.length > 0 && (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-kumo-subtle">
          {text.collectorChoice}
          {others.map((address) => (
            <Button key={address} size="sm" variant="outline" onClick={() => set({ collector: address })}>
              {address}
            </Button>
          ))}
        </p>
      )}
    </div>
  )
}

function RouterFields({ choosing, variant }: Omit<VariantProps, 'guide'>) {
  const { form, set, problem } = choosing
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Input
        label={text.interfaces}
        description={text.interfacesHint}
        placeholder={messages.list(variant.interfaces)}
        value={form.interfaces}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => set({ interfaces: event.target.value })}
        {...fieldProblem(problem('interfaces'))}
      />
      <RouterField {...choosing} />
    </div>
  )
}

function RouterField({ form, set, problem, config }: Choosing) {
  const needed = config !== undefined && needsRouter(config.parts) ? text.routerNeeded : undefined
  return (
    <Input
      label={text.router}
      description={text.routerHint}
      value={form.router}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => set({ router: event.target.value })}
      {...fieldProblem(problem('router') ?? needed)}
    />
  )
}

function SamplingFields({ choosing: { form, set, problem, config }, variant }: Omit<VariantProps, 'guide'>) {
  const protocol = config?.protocol
  const never = protocol !== undefined && !variant.samples.includes(protocol)
  const advised = config === undefined ? '' : text.samplingHint(samplingText(config.advice.sampling))
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Select
        className="w-full"
        label={text.link}
        items={Object.fromEntries(linkSpeeds(form.link).map((mbps) => [String(mbps), text.speed(mbps)]))}
        value={form.link === '' ? usualLink : form.link}
        onValueChange={(mbps) => set({ link: mbps ?? '' })}
        {...fieldProblem(problem('link'))}
      />
      <Input
        label={text.sampling}
        description={never ? text.samplingNever : advised}
        inputMode="numeric"
        disabled={never && form.sampling === ''}
        placeholder={config === undefined ? '' : String(config.advice.sampling)}
        value={form.sampling}
        onChange={(event) => set({ sampling: event.target.value })}
        {...fieldProblem(problem('sampling'))}
      />
    </div>
  )
}

function Reasons({ config: { advice } }: { readonly config: RouterConfig }) {
  return (
    <details className="text-base text-kumo-default">
      <summary className="cursor-pointer rounded-sm text-sm text-kumo-subtle focus-visible:outline-2 focus-visible:outline-kumo-brand">
        {text.why}
      </summary>
      <ul className="mt-2 flex list-disc flex-col gap-1.5 pl-5 text-sm">
        {advice.active_timeout > 0 && <li>{text.timeouts(advice.active_timeout, advice.inactive_timeout)}</li>}
        {advice.reasons.map((reason) => (
          <li key={reason}>{guideText(reason)}</li>
        ))}
      </ul>
    </details>
  )
}

interface ChooseCardProps {
  readonly choosing: Choosing
  readonly query: CardQuery<readonly RouterGuideSummary[]>
}

export function ChooseCard({ choosing, query }: ChooseCardProps) {
  const { form, set, config } = choosing
  return (
    <Card title={text.title}>
      <WithAnswer query={query}>
        {(guides) => {
          const guide = guides.find(({ id }) => id === form.guide)
          const variant = guide === undefined ? undefined : chosenVariant(guide, form)
          return (
            <form onSubmit={(event) => event.preventDefault()} noValidate className="flex flex-col gap-4">
              <GuidePicker guides={guides} chosen={guide} onChoose={(id) => set(withGuide(id))} />
              {guide !== undefined && variant !== undefined && <ReleaseFields choosing={choosing} guide={guide} variant={variant} />}
              <CollectorFields choosing={choosing} />
              {variant === undefined ? <RouterField {...choosing} /> : <RouterFields choosing={choosing} variant={variant} />}
              {variant !== undefined && <SamplingFields choosing={choosing} variant={variant} />}
              {config !== undefined && <Reasons config={config} />}
            </form>
          )
        }}
      </WithAnswer>
    </Card>
  )
}
