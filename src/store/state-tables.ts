// The tables of the application state in SQLite, as Kysely sees them. The DDL is in state-migrations/.
import type { Generated } from 'kysely'

/** Times are RFC 3339 text in UTC with milliseconds; booleans are 0 or 1; `json` columns hold JSON text. */
export interface StateTables {
  account: { number: Generated<number>; id: string; name: string; created_at: string }
  user: { id: string; email: string; name: string; created_at: string }
  /** API tokens and global keys. Only the SHA-256 of the secret is kept. `kind` is `token` or `key` (X-Auth-Key). */
  token: {
    id: string
    kind: string
    account: number
    user: string
    name: string
    secret_hash: string
    /** JSON list of scope names. */
    scopes: string
    created_at: string
    expires_at: string | null
    revoked_at: string | null
    last_used_at: string | null
  }
  /** Browser sessions and first-run sign-in links, told apart by `kind` (`session` or `link`). */
  session: {
    id: string
    kind: string
    secret_hash: string
    account: number
    user: string
    created_at: string
    expires_at: string
    used_at: string | null
  }
  /** One row an account: what `/mnm/config` answers. `json` lists are null when the client never supplied them (contract §1.1). */
  mnm_config: {
    account: number
    name: string
    default_sampling: number
    router_ips: string | null
    warp_devices: string | null
    created_at: string
    modified_at: string
  }
  /** What Drawbridge knows of a router beyond its address; the registered addresses are mnm_config.router_ips. */
  router: { account: number; address: string; name: string; sampling_override: number | null; created_at: string }
  audit: { id: Generated<number>; at: string; account: number; user: string; via: string; action: string; target: string; detail: string }
  /** Sealed segments. `state` is `sealed` until the store has acknowledged it, then `stored`. */
  segment: {
    name: string
    run: string
    rows: number
    bytes: number
    routers: string
    sealed_at: string
    state: string
    stored_at: string | null
  }
  /** One row a start of the server. */
  run: {
    id: string
    started_at: string
    ended_at: string | null
    clean: number
    records_decoded: number
    records_sealed: number
    records_lost: number
    ledger: string
  }
  /** Templates and sampler tables of exporters, so that a restart does not wait for them. */
  exporter_memory: { exporter: string; domain: number; kind: string; id: number; body: string; seen_at: string }
}
