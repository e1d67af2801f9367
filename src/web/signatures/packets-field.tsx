// Where packets come from, as the two sides of a signature have it: a capture, an incident, a file, or samples from before.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useQuery } from '@tanstack/react-query'
import type { Capture } from '../../contract/capture.ts'
import type { IncidentSummary } from '../../contract/incident.ts'
import { captureQuery, endedCapturesQuery } from '../api/capture-queries.ts'
import { incidentQuery, incidentsQuery } from '../api/incident-queries.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { filterName, gotText } from '../view/capture-view.ts'
import { shortHeadline } from '../view/incident-view.ts'
import type { PacketsForm } from '../view/signature-form.ts'
import { formatDayTime } from '../view/units.ts'

const text = signatureMessages.form

type Form = PacketsForm<string>

interface FieldProps {
  readonly form: Form
  readonly set: (change: Partial<Omit<Form, 'kind'>>) => void
  readonly problem: string | undefined
}

interface ChoiceProps {
  readonly label: string
  readonly placeholder: string
  readonly none: string
  /** Ids and what they are called; undefined while that is not known. */
  readonly items: Readonly<Record<string, string>> | undefined
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (id: string) => void
}

function Choice({ label, placeholder, none, items, value, problem, onChange }: ChoiceProps) {
  if (items !== undefined && Object.keys(items).length === 0) return <p className="text-base text-kumo-subtle">{none}</p>
  return (
    // Kumo's field is as wide as its widest content otherwise.
    <div className="*:grid-cols-[minmax(0,1fr)]">
      <Select
        className="w-full"
        label={label}
        placeholder={placeholder}
        loading={items === undefined}
        items={{ ...items }}
        // An id without a name would be shown as it is.
        value={items?.[value] === undefined ? null : value}
        onValueChange={(id) => onChange(id ?? '')}
        {...(problem === undefined ? {} : { error: problem })}
      />
    </div>
  )
}

const captureName = (capture: Capture) => `${formatDayTime(Date.parse(capture.submitted))} · ${filterName(capture)} · ${gotText(capture)}`
const incidentName = (incident: IncidentSummary) => `${formatDayTime(Date.parse(incident.started_at))} · ${shortHeadline(incident)}`

const hasPackets = ({ downloadable, packets }: Capture) => downloadable && packets > 0

export function CaptureChoice({ form, set, problem }: FieldProps) {
  const account = useAccount()
  const ended = useQuery(endedCapturesQuery(account, 1))
  // One that the address names may be older than the list reaches.
  const named = useQuery({ ...captureQuery(account, form.capture), enabled: form.capture !== '' })
  const listed = (ended.data?.items ?? []).filter(hasPackets)
  const older = named.data !== undefined && !listed.some(({ id }) => id === named.data.id) ? [named.data] : []
  const items = Object.fromEntries([...older, ...listed].map((capture) => [capture.id, captureName(capture)]))
  return (
    <Choice
      label={text.capture}
      placeholder={text.chooseCapture}
      none={text.noCaptures}
      items={ended.data === undefined && ended.error === null ? undefined : items}
      value={form.capture}
      problem={problem}
      onChange={(capture) => set({ capture })}
    />
  )
}

export function IncidentChoice({ form, set, problem }: FieldProps) {
  const account = useAccount()
  const list = useQuery(incidentsQuery(account, { page: 1 }))
  const named = useQuery({ ...incidentQuery(account, form.incident), enabled: form.incident !== '' })
  const listed: readonly IncidentSummary[] = list.data?.items ?? []
  const older: readonly IncidentSummary[] = named.data !== undefined && !listed.some(({ id }) => id === named.data.id) ? [named.data] : []
  const items = Object.fromEntries([...older, ...listed].map((incident) => [incident.id, incidentName(incident)]))
  return (
    <Choice
      label={text.incident}
      placeholder={text.chooseIncident}
      none={text.noIncidents}
      items={list.data === undefined && list.error === null ? undefined : items}
      value={form.incident}
      problem={problem}
      onChange={(incident) => set({ incident })}
    />
  )
}

interface SamplesProps extends Omit<FieldProps, 'problem'> {
  /** Also when, and to which targets. */
  readonly timed: boolean
  readonly hoursProblem: string | undefined
  readonly untilProblem: string | undefined
}

function TimedFields({ form, set, untilProblem }: Pick<SamplesProps, 'form' | 'set' | 'untilProblem'>) {
  return (
    <>
      <Input
        type="datetime-local"
        step={1}
        label={text.until}
        description={text.untilHint}
        className="w-full"
        value={form.until}
        onChange={(event) => set({ until: event.target.value })}
        {...fieldProblem(untilProblem)}
      />
      <div className="sm:col-span-2">
        <Input
          label={text.samplesFilter}
          description={text.samplesFilterHint}
          className="w-full font-mono"
          spellCheck={false}
          autoCapitalize="none"
          value={form.filter}
          onChange={(event) => set({ filter: event.target.value })}
        />
      </div>
    </>
  )
}

export function SamplesFields({ form, set, timed, hoursProblem, untilProblem }: SamplesProps) {
  return (
    <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
      <Input
        label={text.hours}
        description={timed ? text.hoursOfFile : text.hoursHint}
        className="w-full"
        inputMode="decimal"
        value={form.hours}
        onChange={(event) => set({ hours: event.target.value })}
        {...fieldProblem(hoursProblem)}
      />
      {timed && <TimedFields form={form} set={set} untilProblem={untilProblem} />}
    </div>
  )
}

export function NothingWarning() {
  return (
    <Banner
      variant="alert"
      icon={<WarningIcon weight="fill" aria-hidden />}
      title={text.noneWarning}
      description={text.noneWarningDetail}
    />
  )
}
