// Search and go to anything from anywhere: pages, actions, and what has a name or an address.
import { CommandPalette as Palette } from '@cloudflare/kumo/components/command-palette'
import { useState } from 'react'
import { shellMessages } from '../messages/shell.ts'
import { usePaletteGroups } from './palette-groups.ts'
import type { PaletteGroup, PaletteItem } from './palette-items.ts'

const text = shellMessages.palette

function Keys() {
  const keys = [
    ['↑ ↓', text.keys.move],
    ['↵', text.keys.open],
    ['Esc', text.keys.close],
  ] as const
  return (
    <div className="flex gap-4 text-sm text-kumo-subtle">
      {keys.map(([key, meaning]) => (
        <span key={key}>
          <kbd className="font-sans">{key}</kbd> {meaning}
        </span>
      ))}
    </div>
  )
}

export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState('')
  // All of it is here already: Enter right behind the last letter takes what was typed, not what stood there before.
  const groups = usePaletteGroups(typed.trim())
  const take = (item: PaletteItem) => {
    onClose()
    item.run()
  }
  return (
    <Palette.Root<PaletteGroup, PaletteItem>
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      items={[...groups]}
      value={typed}
      onValueChange={setTyped}
      itemToStringValue={({ name }) => name}
      getSelectableItems={(all) => all.flatMap(({ items }) => items)}
      onSelect={take}
    >
      <Palette.Input placeholder={text.placeholder} aria-label={text.label} autoComplete="off" spellCheck={false} autoCapitalize="none" />
      <Palette.List>
        <Palette.Results>
          {(group: PaletteGroup) => (
            <Palette.Group key={group.name} items={[...group.items]}>
              <Palette.GroupLabel>{text.groups[group.name]}</Palette.GroupLabel>
              <Palette.Items>
                {(item: PaletteItem) => (
                  <Palette.ResultItem
                    key={item.id}
                    title={item.name}
                    {...(item.detail === undefined ? {} : { description: item.detail })}
                    value={item}
                    onClick={() => take(item)}
                  />
                )}
              </Palette.Items>
            </Palette.Group>
          )}
        </Palette.Results>
        <Palette.Empty>{text.empty(typed.trim())}</Palette.Empty>
      </Palette.List>
      <Palette.Footer>
        <Keys />
      </Palette.Footer>
    </Palette.Root>
  )
}
