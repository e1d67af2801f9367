// Any other time than the ranges that have a button: from and to, by the clock that was chosen.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Popover } from '@cloudflare/kumo/components/popover'
import { CalendarBlankIcon } from '@phosphor-icons/react/dist/csr/CalendarBlank'
import { useState, type FormEvent } from 'react'
import { exploreMessages } from '../messages/explore.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { fieldTime, readFieldTime } from '../view/clock.ts'
import { windowOf, type TimeChoice } from '../view/time-range.ts'

const text = exploreMessages.time

interface TimeFormProps {
  readonly time: TimeChoice
  readonly onChoose: (time: TimeChoice) => void
}

function TimeForm({ time, onChoose }: TimeFormProps) {
  const [first] = useState(() => windowOf(time, Date.now()))
  const [from, setFrom] = useState(fieldTime(first.start))
  const [to, setTo] = useState(fieldTime(Math.min(first.end, first.now)))
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const choice = { kind: 'fixed', from: readFieldTime(from), to: readFieldTime(to) } as const
    const fits = choice.from < choice.to
    setWrong(!fits)
    if (fits) onChoose(choice)
  }
  const shared = { type: 'datetime-local', step: 1, className: 'w-full' } as const
  return (
    <form onSubmit={submit} noValidate className="mt-3 flex flex-col gap-3">
      <Input {...shared} label={text.from} value={from} onChange={(event) => setFrom(event.target.value)} />
      <Input
        {...shared}
        label={text.to}
        value={to}
        onChange={(event) => setTo(event.target.value)}
        {...fieldProblem(wrong && text.wrong)}
      />
      <Button type="submit" variant="primary">
        {text.apply}
      </Button>
    </form>
  )
}

export function TimePicker({ time, onChoose }: TimeFormProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={<Button icon={CalendarBlankIcon} />}>{text.choose}</Popover.Trigger>
      <Popover.Content align="start" className="w-72 max-w-[calc(100vw-2rem)]">
        <Popover.Title>{text.title}</Popover.Title>
        <TimeForm
          time={time}
          onChoose={(choice) => {
            setOpen(false)
            onChoose(choice)
          }}
        />
      </Popover.Content>
    </Popover>
  )
}
