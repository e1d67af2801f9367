// Edge agents: where they are, what they report about their host, how they enrol.

/** `ord02`: letters, then digits. The letters in capitals are the group that it belongs to, `ORD`. */
export const coloPattern = /^[a-z]{2,16}\d{1,4}$/

export interface AgentInterface {
  readonly name: string
  readonly index: number
  readonly mtu: number
  /** 'up', 'down' or 'unknown', as operstate says. */
  readonly state: string
  readonly mac: string
  /** CIDR text. */
  readonly addresses: readonly string[]
  /** Offloads that put packets together before netfilter sees them and are on: `generic-receive-offload`, `large-receive-offload`. */
  readonly merging_offloads: readonly string[]
}

/** One thing that captures need, as `drawbridge agent doctor` finds it. */
export interface AgentFinding {
  readonly id: string
  readonly state: 'ok' | 'warning' | 'failed'
  /** One sentence: what was found. */
  readonly message: string
  /** Command that mends it, where there is one. */
  readonly command: string | null
}

export interface AgentFacts {
  readonly hostname: string
  /** Version of Drawbridge. */
  readonly version: string
  readonly kernel: string
  readonly architecture: string
  /** First line of `nft --version` and `tcpdump --version`; null where it is missing. */
  readonly nft: string | null
  readonly tcpdump: string | null
  readonly interfaces: readonly AgentInterface[]
  readonly findings: readonly AgentFinding[]
}

/** An agent as the API and the pages see it: `GET …/drawbridge/agents`. */
export interface AgentSummary {
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
  readonly colo: string
  /** `ORD` for the colo `ord02`. */
  readonly group: string
  readonly state: 'connected' | 'disconnected'
  readonly enrolled_at: string
  /** RFC 3339; null before the first connection. */
  readonly last_seen_at: string | null
  /** Address that the agent's connection comes from, while connected. */
  readonly address: string | null
  /** Agent's clock minus the server's, ms, and how far that may be off. */
  readonly clock_offset_ms: number | null
  readonly clock_error_ms: number | null
  /** Always-on samples: 1 in N packets, 0 for none. */
  readonly always_on_sampling: number
  /** Captures that run there. */
  readonly running: readonly string[]
  readonly facts: AgentFacts | null
}

/** Answer of `POST …/drawbridge/agents/enrolments`. The code is shown once. */
export interface AgentEnrolment {
  /** 4 groups of 4 characters: `7K3M-…`; works once. */
  readonly code: string
  readonly colo: string
  readonly expires_at: string
  /** What to run on the edge host. */
  readonly command: string
}
