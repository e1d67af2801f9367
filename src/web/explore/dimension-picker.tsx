// Adds a dimension to the key: a list to search by any of the names and by what they mean.
import { Button } from '@cloudflare/kumo/components/button'
import { Combobox } from '@cloudflare/kumo/components/combobox'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useMemo } from 'react'
import type { FlowDimensionView } from '../../contract/flow-question.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { serverText } from '../messages/server-text.ts'
import { dimensionLabel } from '../view/explore-labels.ts'
import { dimensionNames } from '../view/filter.ts'

const text = exploreMessages.by

interface DimensionPickerProps {
  readonly dimensions: readonly FlowDimensionView[]
  /** Names of those that are in the key already. */
  readonly chosen: readonly string[]
  readonly onAdd: (name: string) => void
}

interface Choice {
  readonly name: string
  readonly label: string
  readonly description: string
  /** What is searched. */
  readonly words: string
}

function choiceOf({ name, other_names, description }: FlowDimensionView): Choice {
  const label = dimensionLabel(name)
  return { name, label, description, words: [label, name, ...other_names, description].join(' ') }
}

/** Those that the overview knows come first: they are asked for most. */
function rankOf({ name }: FlowDimensionView): number {
  const place = dimensionNames.findIndex((known) => known === name)
  return place === -1 ? dimensionNames.length : place
}

const wordsOf = (choice: Choice) => choice.words

export function DimensionPicker({ dimensions, chosen, onAdd }: DimensionPickerProps) {
  const choices = useMemo(() => {
    const left = dimensions.filter(({ name }) => !chosen.includes(name))
    return left.toSorted((a, b) => rankOf(a) - rankOf(b)).map(choiceOf)
  }, [dimensions, chosen])
  return (
    <Combobox<Choice>
      items={choices}
      value={null}
      itemToStringLabel={wordsOf}
      onValueChange={(choice) => {
        if (choice !== null) onAdd(choice.name)
      }}
    >
      <Combobox.Trigger aria-label={text.add} render={<Button size="sm" icon={PlusIcon} />}>
        {text.add}
      </Combobox.Trigger>
      <Combobox.Content align="start" className="w-96 max-w-[calc(100vw-2rem)]">
        <Combobox.Input placeholder={text.search} aria-label={text.search} />
        <Combobox.Empty>{choices.length === 0 ? messages.loading : text.nothing}</Combobox.Empty>
        <Combobox.List>
          {(choice: Choice) => (
            <Combobox.Item key={choice.name} value={choice}>
              <span className="flex min-w-0 flex-col">
                <span className="text-base text-kumo-default">{choice.label}</span>
                <span className="text-sm text-kumo-subtle">{serverText(choice.description)}</span>
              </span>
            </Combobox.Item>
          )}
        </Combobox.List>
      </Combobox.Content>
    </Combobox>
  )
}
