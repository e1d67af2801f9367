// The single things that this tab has shown lately: rules, incidents, routers, for the command palette.

export interface RecentPage {
  readonly name: string
  /** Path on this server. */
  readonly path: string
}

const storageKey = 'drawbridge.recent'
const most = 6

function isRecent(value: unknown): value is RecentPage {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('path' in value)) return false
  const { name, path } = value
  return typeof name === 'string' && typeof path === 'string' && /^\/(?![/\\])/.test(path)
}

/** The latest first. */
export function recentPages(): readonly RecentPage[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, most) : []
  } catch {
    // Nothing that this page wrote, or a browser that keeps nothing.
    return []
  }
}

/** Lists are in the navigation: only what lies below one is kept. */
export function rememberPage(name: string, path: string): void {
  if (path.split('/').length < 3) return
  const pages = [{ name, path }, ...recentPages().filter((page) => page.path !== path)].slice(0, most)
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(pages))
  } catch {
    // A browser that keeps nothing: the palette works without.
  }
}
