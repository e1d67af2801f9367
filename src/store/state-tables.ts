// The tables of the application state in SQLite, as Kysely sees them. The DDL is in state-migrations/.
import type { Generated } from 'kysely'

/** Times are RFC 3339 text in UTC with milliseconds; booleans are 0 or 1; `json` columns hold JSON text. */
export interface StateTables {
  account: { number: Generated<number>; id: string; name: string; created_at: string }
  /** `email` is in lower case; `password_hash` is null for who has no password, `last_seen_at` for who never signed in. */
  user: {
    id: string
    email: string
    name: string
    created_at: string
    password_hash: string | null
    last_seen_at: string | null
  }
  /** Who belongs to an account, and as what: `viewer`, `operator`, `administrator`. */
  member: { account: number; user: string; role: string; created_at: string }
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
  /**
   * Browser sessions and sign-in links, told apart by `kind` (`session` or `link`). `opened_with` is `link`, `password` or `token`.
   * A session may use every account of its user; one that was opened with a token the token's only.
   */
  session: {
    id: string
    kind: string
    secret_hash: string
    account: number
    user: string
    created_at: string
    expires_at: string
    used_at: string | null
    opened_with: Generated<string>
    user_agent: string | null
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
  /** What was chosen while the server runs, for all accounts. `name` is a path of the configuration, `value` JSON; `by` is a user's id. */
  setting: { name: string; value: string; changed_at: string; by: string }
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
  /** Who is told of which alerts. `mechanisms` and `filters` are JSON as the client spelled them. */
  alert_policy: {
    id: string
    account: number
    name: string
    description: string | null
    alert_type: string
    enabled: number
    alert_interval: string | null
    mechanisms: string
    filters: string | null
    created_at: string
    modified_at: string
  }
  /** `secret` is encrypted with the key of the data folder. */
  alert_webhook: {
    id: string
    account: number
    name: string
    url: string
    type: string
    secret: string | null
    created_at: string
    last_success: string | null
    last_failure: string | null
  }
  /** `routing_key` is encrypted. */
  alert_pagerduty: { id: string; account: number; name: string; routing_key: string; created_at: string }
  /** Tokens of `connect`; `service` is the row above once its key was given. */
  alert_pagerduty_token: { token: string; account: number; service: string | null; created_at: string }
  alert_silence: {
    id: string
    account: number
    policy: string
    start_time: string
    end_time: string
    created_at: string
    updated_at: string
  }
  /** What was to be told; one row for all of its deliveries. */
  alert_event: {
    id: Generated<number>
    account: number
    correlation_id: string
    phase: string
    type: string
    at: string
    name: string
    text: string
    data: string
    link: string
  }
  /** One row a destination that is told of an event. Names are those of when it was made: the history outlives what it names. */
  alert_delivery: {
    number: Generated<number>
    id: string
    account: number
    event: number
    correlation_id: string
    phase: string
    /** 0, and one more for each reminder. */
    round: number
    policy: string
    policy_name: string
    policy_description: string | null
    /** `webhook`, `email`, `pagerduty` or `syslog`. */
    kind: string
    /** Id of the webhook or service, mail address, `default` for syslog. */
    destination: string
    destination_name: string
    /** Format: the type of the webhook, else the kind. */
    channel: string
    /** `pending` until it is `sent`, `failed` or `cancelled`; `silenced` and `refused` (too many waited) were never tried. */
    state: string
    attempts: number
    due_at: string
    created_at: string
    /** Where it stands in the history: when it was sent or given up, until then when it was made. */
    shown_at: string
    error: string | null
  }
  /** Routers that are silent now, with the correlation id of their alert. */
  alert_router_silence: { account: number; address: string; correlation_id: string; since: string }
  /** Templates and sampler tables of exporters, so that a restart does not wait for them. */
  exporter_memory: { exporter: string; domain: number; kind: string; id: number; body: string; seen_at: string }
  /** `prefixes` is a JSON list as the user wrote it, `extension` the JSON of what differs from the defaults. */
  rule: {
    position: Generated<number>
    id: string
    account: number
    name: string
    type: string
    prefixes: string
    prefix_count: number
    automatic_advertisement: number | null
    bandwidth_threshold: number | null
    packet_threshold: number | null
    duration: string
    prefix_match: string | null
    zscore_sensitivity: string | null
    zscore_target: string | null
    extension: string
    created_at: string
    modified_at: string
    /** When its prefixes were changed last, 1970 for never: minutes that were counted before say nothing of the rule. */
    watched_since: string
  }
  /** `summary` is the JSON that lists show, `body` that of the whole incident; `start_told` and `end_told` are 1 once alerts are handed over. */
  incident: {
    id: string
    account: number
    rule_id: string
    state: string
    started_at: string
    opened_at: string
    ended_at: string | null
    start_told: number
    end_told: number
    summary: string
    body: string
  }
  /** Lines of an incident's timeline that the detector knows nothing of: alerts, notes. */
  incident_entry: { number: Generated<number>; incident: string; at: string; kind: string; text: string }
  /** What the detector keeps of a rule, JSON, so that a restart does not restart the clock of a breach. */
  rule_state: { rule: string; breach: string; saved_at: string }
  /** Prefixes that may be announced. `drivers` is a JSON list; lengths and flags as in contract/owned-prefix. */
  owned_prefix: {
    id: string
    account: number
    cidr: string
    description: string
    origin_as: number
    drivers: string
    divert_max_length: number
    blackhole_min_length: number | null
    flowspec: number
    automatic: number
    approval: number
    locked: number
    lock_reason: string
    created_at: string
    modified_at: string
  }
  /**
   * A route with one driver. `route` is JSON, `prefix` its prefix, `route_key` tells which are the same. Of those that are not withdrawn there is
   * one a driver and key. `dry_run` ones never meet a driver.
   */
  advertisement: {
    id: string
    account: number
    route_key: string
    prefix: string
    route: string
    driver: string
    owned_prefix: string
    origin_as: number
    state: string
    dry_run: number
    created_at: string
    state_since: string
    announced_at: string | null
    /** 1 when the driver found it announced by somebody else. */
    already: Generated<number>
    until: string
    retry_at: string | null
    attempts: number
    detail: string
  }
  /** Who holds it. `hold_seconds` and `signal` are null for people; `release_kind` is `calm`, `person`, `lifetime`, `rejected` or `guard`. */
  advertisement_cause: {
    id: string
    advertisement: string
    kind: string
    who: string
    why: string
    rule_id: string | null
    incident_id: string | null
    since: string
    until: string
    calm_since: string | null
    hold_seconds: number | null
    signal: string | null
    released_at: string | null
    released_why: string | null
    release_kind: string | null
  }
  advertisement_change: {
    number: Generated<number>
    advertisement: string
    at: string
    from_state: string | null
    to_state: string
    who: string
    why: string
  }
  /** One row when advertising is stopped, none otherwise. */
  advertising_stop: { id: number; who: string; why: string; at: string }
  /** Edge agents. Only the SHA-256 of the token is kept; `facts` is the JSON of what it reported last. */
  agent: {
    id: string
    account: number
    name: string
    colo: string
    token_hash: string
    enrolled_at: string
    last_seen_at: string | null
    facts: string | null
    always_on_sampling: number
  }
  /** One-time codes, by their SHA-256. */
  agent_enrolment: {
    code_hash: string
    account: number
    user: string
    colo: string
    created_at: string
    expires_at: string
    used_at: string | null
    agent: string | null
  }
  /** `secret` is what the destination has beside its address, JSON, sealed for `bucket/<id>`; null when the configuration has it. */
  bucket: {
    position: Generated<number>
    id: string
    account: number
    destination_conf: string
    challenge_hash: string
    status: string
    submitted: string
    validated: string | null
    secret: string | null
  }
  /** `submitted` has microseconds (contract §3.3). `filter` is the JSON of the PacketFilter, `extension` of the CaptureExtension, `cause` of the CaptureCause. */
  capture: {
    position: Generated<number>
    id: string
    account: number
    type: string
    status: string
    filter_v1: string
    filter_text: string | null
    filter: string | null
    time_limit: number
    packet_limit: number | null
    byte_limit: number | null
    offset_time: string | null
    colo_name: string
    destination_conf: string | null
    bucket: string | null
    extension: string
    cause: string
    /** Of the cause, for lists. */
    incident_id: string | null
    /** 1 when it was asked for in the form of the original API: its limits of pace are for those. */
    original_form: number
    submitted: string
    stop_requested: string | null
    ended_at: string | null
    expires_at: string | null
    error_message: string | null
    /** Of what a download holds; for captures in buckets the sums of the agents. */
    packets: number
    bytes: number
    /** 1 while the server has its packets on disk. */
    kept: number
  }
  /** One row for each agent of a capture. `progress` is the JSON of the CaptureProgress that came last. */
  capture_agent: {
    capture: string
    agent: string
    name: string
    colo: string
    state: string
    progress: string
    clock_offset_ms: number | null
    clock_error_ms: number | null
    updated_at: string
  }
  /** What an account allows, where it differs from the defaults; JSON of the CapturePolicy. */
  capture_policy: { account: number; policy: string; modified_at: string }
  /** `source`, `baseline`, `ask`, `report` and `renderings` are JSON of the shapes in src/contract/signature.ts. */
  signature: {
    position: Generated<number>
    id: string
    account: number
    name: string
    state: string
    source: string
    baseline: string | null
    ask: string
    who: string
    created_at: string
    ended_at: string | null
    error: string | null
    /** As learnt, and as edited where somebody has. */
    learnt_filter: string | null
    edited_filter: string | null
    /** Of the filter as it stands. */
    held: number | null
    false_share: number | null
    report: string | null
    renderings: string | null
  }
  /** Captures that were uploaded, to be named as a source. */
  signature_file: { id: string; account: number; name: string; bytes: number; created_at: string }
  /** `filter` is the JSON of the PacketFilter, `action` of the FirewallAction, `calm` of the FirewallCalm. */
  firewall_rule: {
    position: Generated<number>
    id: string
    account: number
    name: string
    filter_text: string
    filter: string
    state: string
    action: string
    signature_id: string | null
    incident_id: string | null
    colo_name: string
    interface: string | null
    created_at: string
    state_since: string
    until: string
    calm: string | null
    calm_since: string | null
    who: string
    why: string
    withdrawn_at: string | null
    withdrawn_why: string | null
    enforceable_at: string
  }
  /** What each agent has told of a rule; `counters` is the JSON of the FirewallCounters, summed over restarts of the agent. */
  firewall_agent: { rule: string; agent: string; name: string; colo: string; counters: string; told_at: string | null }
  firewall_change: {
    position: Generated<number>
    rule: string
    at: string
    from_state: string | null
    to_state: string
    action: string
    who: string
    why: string
  }
  /** Questions of the page Explore under a name; `search` are its search parameters. */
  saved_question: {
    id: string
    account: number
    user: string
    name: string
    search: string
    shared: number
    created_at: string
    modified_at: string
  }
  /** One row while the firewall of an account is stopped. */
  firewall_stop: { account: number; who: string; why: string; at: string }
}
