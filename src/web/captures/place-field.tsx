// Where to capture: everywhere, or at some colos, with how many of their agents are connected.
import { Checkbox } from '@cloudflare/kumo/components/checkbox'
import { Radio } from '@cloudflare/kumo/components/radio'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { agentsQuery } from '../api/agents.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { placesOf, type Place } from '../view/capture-places.ts'

const text = captureMessages.form

function placeText({ name, connected, agents }: Place): string {
  if (agents === 0) return `${name}: ${messages.agent.disconnected}`
  if (agents === 1) return `${name}: ${connected === 1 ? messages.agent.connected : messages.agent.disconnected}`
  return `${name}: ${text.partly(connected, agents)}`
}

/** A form with the places that somebody chooses. */
export interface PlaceDraft {
  readonly form: { readonly places: readonly string[] }
  readonly set: (change: { readonly places: readonly string[] }) => void
  readonly problem: (field: 'places') => string | undefined
}

export function PlaceField({ draft }: { readonly draft: PlaceDraft }) {
  const { data: agents } = useQuery(agentsQuery(useAccount()))
  const { form, set, problem } = draft
  const [some, setSome] = useState(form.places.length > 0)
  const places = placesOf(agents ?? [], form.places)
  const connected = (agents ?? []).filter(({ state }) => state === 'connected').length
  const wrong = problem('places')
  const choose = (value: string) => {
    setSome(value === 'some')
    set({ places: [] })
  }
  return (
    <div className="flex flex-col gap-3">
      <Radio.Group
        legend={text.places}
        value={some ? 'some' : 'all'}
        onValueChange={choose}
        {...(wrong === undefined ? {} : { error: wrong })}
      >
        <Radio.Item value="all" label={`${text.allPlaces}: ${text.allPlacesDetail(connected, agents?.length ?? 0)}`} />
        <Radio.Item value="some" label={text.somePlaces} />
      </Radio.Group>
      {some && (
        <Checkbox.Group
          className="grid grid-cols-[minmax(0,1fr)] sm:grid-cols-2"
          value={[...form.places]}
          allValues={places.map(({ name }) => name)}
          onValueChange={(chosen: readonly string[]) =>
            set({ places: places.map(({ name }) => name).filter((name) => chosen.includes(name)) })
          }
        >
          <Checkbox.Legend className="sr-only">{text.somePlaces}</Checkbox.Legend>
          {places.map((place) => (
            <Checkbox.Item key={place.name} value={place.name} label={placeText(place)} />
          ))}
        </Checkbox.Group>
      )}
    </div>
  )
}
