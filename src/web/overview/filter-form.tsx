// The form behind "Add filter": field, condition, value.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { useState, type FormEvent } from 'react'
import { messages } from '../messages.ts'
import { tidyValue } from './tidy-value.ts'
import { dimensionNames, dimensions, isValue, type Dimension, type FlowCondition } from '../view/filter.ts'

const text = messages.filter
// Rules are filtered by from their own pages: nobody types their ids.
const { ruleIDs: _, ...typed } = text.names
const fields: Record<string, string> = typed
const operators: Record<string, string> = { is: text.is, not: text.isNot }

export function FilterForm({ onAdd }: { readonly onAdd: (condition: FlowCondition) => void }) {
  const [dimension, setDimension] = useState<Dimension>('sourceAddress')
  const [operator, setOperator] = useState('is')
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const value = tidyValue(dimension, typed)
    const fits = value !== '' && isValue(dimension, value)
    setWrong(!fits)
    if (fits) onAdd({ dimension, value, exclude: operator === 'not' })
  }
  return (
    <form onSubmit={submit} className="mt-3 flex flex-col gap-3">
      <Select
        className="w-full"
        label={text.dimension}
        items={fields}
        value={dimension}
        onValueChange={(value) => setDimension(dimensionNames.find((name) => name === value) ?? dimension)}
      />
      <Select
        className="w-full"
        label={text.operator}
        items={operators}
        value={operator}
        onValueChange={(value) => setOperator(value === 'not' ? 'not' : 'is')}
      />
      <Input
        label={text.value}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        description={text.hint[dimensions[dimension]]}
        {...(wrong ? { error: text.hint[dimensions[dimension]], variant: 'error' as const } : {})}
      />
      <Button type="submit" variant="primary">
        {text.apply}
      </Button>
    </form>
  )
}
