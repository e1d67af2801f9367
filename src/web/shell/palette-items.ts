// What the command palette offers, and how it finds what was typed. Pure.

export interface PaletteItem {
  /** No two of a group have the same. */
  readonly id: string
  readonly name: string
  readonly detail?: string | undefined
  readonly run: () => void
}

export type PaletteGroupName = 'recent' | 'pages' | 'actions' | 'address' | 'routers' | 'rules' | 'incidents' | 'captures' | 'prefixes'

export interface PaletteGroup {
  readonly name: PaletteGroupName
  readonly items: readonly PaletteItem[]
}

/** Of each group; more nobody reads. */
const most = 6

/** Every word of what was typed must be somewhere in the name or the detail. */
export function matching(items: readonly PaletteItem[], typed: string): readonly PaletteItem[] {
  const words = typed.toLowerCase().split(/\s+/)
  const place = ({ name, detail = '' }: PaletteItem) => {
    const written = `${name} ${detail}`.toLowerCase()
    if (!words.every((word) => written.includes(word))) return Number.POSITIVE_INFINITY
    return written.startsWith(words[0] ?? '') ? 0 : 1
  }
  const found = items.map((item) => ({ item, at: place(item) })).filter(({ at }) => Number.isFinite(at))
  return found
    .toSorted((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ item }) => item)
}
