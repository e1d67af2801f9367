// Answers of the API about people, tokens, sessions, settings and the audit log, for pictures of the settings pages.
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString()
const day = 86_400
const user = (digit, name, email) => ({ id: digit.repeat(32), name, email })

const mika = user('a', 'Mika Sato', 'mika.sato@example.net')
const joren = user('b', 'Joren van der Berg', 'joren@example.net')
const screen = user('c', 'NOC screen', 'noc-screen@example.net')
const gone = user('d', 'Administrator', 'admin@localhost')

const member = (of, role, more = {}) => ({
  user: of,
  role,
  you: false,
  joined: true,
  has_password: true,
  created_at: ago(90 * day),
  last_seen_at: ago(4000),
  sessions: 1,
  tokens: 0,
  ...more,
})

export const me = member(mika, 'administrator', { you: true, last_seen_at: ago(5), sessions: 3, tokens: 2 })
export const viewer = { ...me, role: 'viewer' }
export const members = [
  me,
  member(gone, 'administrator', { last_seen_at: ago(80 * day), has_password: false, sessions: 0, tokens: 2 }),
  member(joren, 'operator'),
  member(screen, 'viewer', { joined: false, has_password: false, last_seen_at: null, sessions: 0 }),
]

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const session = (digit, more) => ({
  id: digit.repeat(32),
  this_one: false,
  created_at: ago(3 * day),
  used_at: ago(7200),
  expires_at: ago(-27 * day),
  with: 'password',
  user_agent: chrome,
  ...more,
})
export const sessions = [
  session('1', { this_one: true, used_at: ago(3) }),
  session('2', {
    user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604',
    with: 'link',
  }),
  session('3', { user_agent: null, with: 'token', used_at: ago(20 * day) }),
]
export const byToken = [session('1', { this_one: true, with: 'token' })]

const token = (digit, name, scopes, more = {}) => ({
  id: digit.repeat(32),
  kind: 'token',
  name,
  scopes,
  created_at: ago(60 * day),
  expires_at: null,
  revoked_at: null,
  last_used_at: ago(40),
  user: mika,
  ...more,
})
export const tokens = [
  token('1', 'terraform-production', ['mnm:admin', 'notifications:write'], { expires_at: ago(-200 * day), last_used_at: ago(6 * 3600) }),
  token('2', 'grafana', ['mnm:read', 'analytics:read'], { expires_at: ago(-6 * day), user: gone }),
  token('3', 'nightly capture', ['mnm:read', 'captures:packets', 'captures:write'], { last_used_at: ago(14 * 3600), user: joren }),
  token('4', 'old exporter', ['admin'], { kind: 'key', last_used_at: null, user: gone }),
  token('5', 'laptop of last year', ['admin'], { revoked_at: ago(30 * day) }),
]
export const minted = { ...token('6', 'wall screen', ['mnm:read']), secret: 'Yc3J0nWv5kqT9sB1xE7uHd2RfL8mPzA4gQ6oVtNiKwM' }
export const invitation = { member: members[3], link: '/sign-in#link=Yc3J0nWv5kqT9sB1xE7uHd2RfL8mPzA4gQ6oVtNiKwM', expires_at: ago(-day) }

export const accounts = [
  { id: 'e'.repeat(32), name: 'Drawbridge' },
  { id: 'f'.repeat(32), name: 'Lab' },
]

const days = { raw_days: 7, minute_days: 90, hour_days: 730, top_days: 730, incident_days: 400, alert_days: 90, audit_days: 730 }
const kept = (name, more = {}) => ({ value: days[name], default: days[name], source: 'default', key: `store.retention.${name}`, ...more })
export const settings = {
  retention: {
    ...Object.fromEntries(Object.keys(days).map((name) => [name, kept(name)])),
    minute_days: kept('minute_days', { value: 120, source: 'settings' }),
    hour_days: kept('hour_days', { source: 'configuration' }),
  },
  own_networks: { value: ['198.51.100.0/24', '2001:db8::/32'], default: [], source: 'settings', key: 'enrich.own_networks' },
  stored: [
    { name: 'raw', rows: 1_904_113_402, bytes: 61_300_000_000, oldest: ago(7 * day) },
    { name: 'minute', rows: 98_230_117, bytes: 2_140_000_000, oldest: ago(88 * day) },
    { name: 'hour', rows: 9_802_332, bytes: 231_000_000, oldest: ago(140 * day) },
    { name: 'top', rows: 4_411_000, bytes: 120_000_000, oldest: ago(140 * day) },
  ],
  changeable: true,
  free_bytes: 180_000_000_000,
}
export const unchangeable = { ...settings, changeable: false }
export const storeless = { ...settings, stored: null }

const line = (id, seconds, action, target, more = {}) => ({
  id,
  at: ago(seconds),
  user: mika,
  via: 'session',
  action,
  target,
  detail: {},
  ...more,
})
export const audit = {
  lines: [
    line(912, 60, 'settings.edit', 'minute_days', { detail: { minute_days: { from: 90, to: 120 } } }),
    line(911, 300, 'token.create', '6'.repeat(32), { detail: { kind: 'token', name: 'wall screen', scopes: ['mnm:read'] } }),
    line(907, 4000, 'advertisement.withdraw', '7'.repeat(32), {
      user: joren,
      detail: { prefix: '203.0.113.0/24', why: 'The flood ended twenty minutes ago' },
    }),
    line(906, 5200, 'advertisement.announce', '203.0.113.0/24', {
      user: joren,
      detail: { purpose: 'divert', why: 'SYN flood on the shop' },
    }),
    line(881, 90_000, 'rule.create', '8'.repeat(32), { via: 'token', detail: { rules: [{ name: 'shop-syn' }, { name: 'shop-udp' }] } }),
    line(880, 95_000, 'member.edit', joren.id, {
      detail: { email: joren.email, from: { name: joren.name, role: 'viewer' }, to: { name: joren.name, role: 'operator' } },
    }),
    line(879, 99_000, 'session.sign_in', '9'.repeat(32), { user: null }),
  ],
  next: 879,
  actions: [
    'advertisement.announce',
    'advertisement.withdraw',
    'member.edit',
    'rule.create',
    'session.sign_in',
    'settings.edit',
    'token.create',
  ],
}
export const quietAudit = { lines: [], next: null, actions: [] }
