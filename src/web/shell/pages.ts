// The pages that the navigation leads to, in its groups and order.

export const pagePaths = {
  overview: '/',
  explore: '/explore',
  routers: '/routers',
  rules: '/rules',
  incidents: '/incidents',
  alerts: '/alerts',
  advertising: '/advertisements',
  captures: '/captures',
  signatures: '/signatures',
  firewall: '/firewall',
  agents: '/agents',
  ledger: '/ledger',
  setUp: '/set-up',
  settings: '/settings',
} as const

export type PageName = keyof typeof pagePaths
export const pageNames = Object.keys(pagePaths) as readonly PageName[]

export const pageGroups: readonly {
  readonly name: 'traffic' | 'detection' | 'response' | 'system'
  readonly pages: readonly PageName[]
}[] = [
  { name: 'traffic', pages: ['overview', 'explore', 'routers'] },
  { name: 'detection', pages: ['rules', 'incidents', 'alerts'] },
  { name: 'response', pages: ['advertising', 'captures', 'signatures', 'firewall'] },
  { name: 'system', pages: ['agents', 'ledger', 'setUp', 'settings'] },
]

/** The key after `g` that goes to a page. */
export const pageKeys: Readonly<Record<PageName, string>> = {
  overview: 'o',
  explore: 'e',
  routers: 'r',
  rules: 'u',
  incidents: 'i',
  alerts: 'l',
  advertising: 'a',
  captures: 'c',
  signatures: 's',
  firewall: 'f',
  agents: 'n',
  ledger: 'd',
  setUp: 't',
  settings: 'p',
}
