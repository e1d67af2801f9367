// What a credential may do: scopes of tokens, and roles of people, which are names for sets of scopes.

interface ScopeRow {
  readonly description: string
  /** Scopes that it brings along. */
  readonly includes: readonly string[]
  /** Names of the original's permissions that it stands for, for people who move over. */
  readonly cloudflarePermissions: readonly string[]
}

export const scopes = {
  'mnm:read': {
    description: 'Read the configuration, routers, rules, incidents, ledger and live traffic',
    includes: [],
    cloudflarePermissions: ['Magic Network Monitoring Config Read'],
  },
  'mnm:write': {
    description: 'Change the configuration, the routers, and rules that are there',
    includes: ['mnm:read'],
    cloudflarePermissions: ['Magic Network Monitoring Config Write'],
  },
  'mnm:admin': {
    description: 'Make rules',
    includes: ['mnm:read', 'mnm:write'],
    cloudflarePermissions: ['Magic Network Monitoring Admin'],
  },
  'analytics:read': {
    description: 'Ask questions about flows',
    includes: [],
    cloudflarePermissions: ['Account Analytics Read'],
  },
  'notifications:read': {
    description: 'Read alert policies, destinations and the history of notifications',
    includes: [],
    cloudflarePermissions: ['Notifications Read'],
  },
  'notifications:write': {
    description: 'Change alert policies, destinations and silences',
    includes: ['notifications:read'],
    cloudflarePermissions: ['Notifications Write'],
  },
  'advertisements:read': {
    description: 'Read registered prefixes and what is announced',
    includes: [],
    cloudflarePermissions: ['IP Prefixes: Read', 'IP Prefixes: BGP On Demand Read'],
  },
  'advertisements:write': {
    description: 'Announce and withdraw registered prefixes, approve, stop all',
    includes: ['advertisements:read'],
    cloudflarePermissions: ['IP Prefixes: BGP On Demand Write'],
  },
  'prefixes:write': {
    description: 'Register prefixes that may be announced, lock and remove them',
    includes: ['advertisements:read'],
    cloudflarePermissions: ['IP Prefixes: Write'],
  },
  'captures:read': {
    description: 'Read lists of captures and how they go, agents and buckets; no packet',
    includes: [],
    cloudflarePermissions: ['Magic Firewall Packet Captures - Read PCAPs API'],
  },
  'captures:packets': {
    description: 'Read the packets of captures: download, list, decode, follow',
    includes: ['captures:read'],
    cloudflarePermissions: ['Magic Firewall Packet Captures - Read PCAPs API'],
  },
  'captures:write': {
    description: 'Start, stop and remove captures, add and remove buckets',
    includes: ['captures:read'],
    cloudflarePermissions: ['Magic Firewall Packet Captures - Write PCAPs API'],
  },
  'agents:write': {
    description: 'Enrol and remove agents, change what an account allows captures to do',
    includes: ['captures:read'],
    cloudflarePermissions: [],
  },
  'signatures:read': {
    description: 'Read signatures and what was measured; they quote bytes of packets',
    includes: [],
    cloudflarePermissions: [],
  },
  'signatures:write': {
    description: 'Upload captures, derive signatures from them and from captures that are there, edit and remove them',
    includes: ['signatures:read'],
    cloudflarePermissions: [],
  },
  'firewall:read': {
    description: 'Read the rules of the edge firewall and their counters',
    includes: [],
    cloudflarePermissions: ['Magic Firewall Read'],
  },
  'firewall:write': {
    description: 'Have agents count, slow down and drop packets, and withdraw that',
    includes: ['firewall:read'],
    cloudflarePermissions: ['Magic Firewall Write'],
  },
  admin: {
    description: 'Everything, and tokens',
    includes: [
      'mnm:read',
      'mnm:write',
      'mnm:admin',
      'analytics:read',
      'notifications:read',
      'notifications:write',
      'advertisements:read',
      'advertisements:write',
      'prefixes:write',
      'captures:read',
      'captures:packets',
      'captures:write',
      'agents:write',
      'signatures:read',
      'signatures:write',
      'firewall:read',
      'firewall:write',
    ],
    cloudflarePermissions: ['Account Settings Write', 'API Tokens Write'],
  },
} as const satisfies Record<string, ScopeRow>

export type Scope = keyof typeof scopes
export const scopeNames = Object.keys(scopes) as readonly Scope[]

/** Whether the scopes of a credential suffice for one. */
export function hasScope(granted: readonly Scope[], wanted: Scope): boolean {
  return granted.some((scope) => scope === wanted || (scopes[scope].includes as readonly Scope[]).includes(wanted))
}

/** What somebody does in an account. From the least to the most. */
export const roles = ['viewer', 'operator', 'administrator'] as const
export type Role = (typeof roles)[number]

const viewing: readonly Scope[] = [
  'mnm:read',
  'analytics:read',
  'notifications:read',
  'advertisements:read',
  'captures:read',
  'firewall:read',
]

/**
 * Viewers see everything but bytes of packets and who may do what. Operators do all that an attack asks for; what others may
 * do, which prefixes may be announced at all, and which agents there are is up to administrators.
 */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: viewing,
  operator: [
    ...viewing,
    'mnm:write',
    'mnm:admin',
    'notifications:write',
    'advertisements:write',
    'captures:packets',
    'captures:write',
    'signatures:read',
    'signatures:write',
    'firewall:write',
  ],
  administrator: scopeNames,
}
