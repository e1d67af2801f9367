// Reads a destination_conf (contract §3.5): which bucket and folder, with which keys; and what of it may be stored and shown.
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureDelivery } from '../../contract/capture.ts'
import type { Config } from '../../contract/config.ts'
import { endpointObjection } from './endpoint-guard.ts'

/** What the configuration says about buckets. */
export type DestinationDefaults = Pick<Config['captures'], 's3' | 'gcs' | 'allow_file_destinations'>

/** Where a bucket is, and the keys to it; with empty ones, those of the host that connects (environment, instance role). */
export type BucketAccess = Omit<Extract<CaptureDelivery, { kind: 's3' }>, 'kind' | 'key'>

type Keys = Pick<BucketAccess, 'access_key_id' | 'secret_access_key' | 'session_token'>

type Scheme = 's3' | 'gs' | 'r2' | 'file'

export interface ParsedDestination {
  readonly scheme: Scheme
  /** In canonical form and without credentials: what is stored, shown and compared. */
  readonly conf: string
  /** Folder without slashes at its ends, empty for none; of `file` an absolute path. */
  readonly dir: string
  /** Undefined for `file`. */
  readonly access: BucketAccess | undefined
  /** Where the keys come from. `host`: nowhere; the SDK then looks on the host that it runs on. `missing`: they are needed. */
  readonly keys: 'destination' | 'configuration' | 'host' | 'missing' | 'none'
}

interface SchemeRow {
  readonly bucket: RegExp
  readonly bucketRule: string
  /** Settings behind the question mark that are stored and shown, in canonical order. */
  readonly shown: readonly string[]
  readonly secret: readonly string[]
}

const keyNames = ['access-key-id', 'secret-access-key'] as const

/** Bucket names as the stores make them; all of them have 3 to 63 characters. */
const schemes: Record<Exclude<Scheme, 'file'>, SchemeRow> = {
  s3: {
    bucket: /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    bucketRule: '3 to 63 lower-case letters, digits, dots and hyphens',
    shown: ['region', 'endpoint'],
    secret: [...keyNames, 'session-token'],
  },
  gs: {
    bucket: /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
    bucketRule: '3 to 63 lower-case letters, digits, dots, hyphens and underscores',
    shown: [],
    secret: keyNames,
  },
  r2: {
    bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    bucketRule: '3 to 63 lower-case letters, digits and hyphens',
    shown: ['account-id'],
    secret: keyNames,
  },
}

/** Google Cloud Storage answers S3 requests that are signed with an HMAC key there. */
const gcsEndpoint = 'https://storage.googleapis.com'
/** Both take any region, by this name. */
const anyRegion = 'auto'

/** A key may have 1024 bytes (S3); an agent's folder and the file's name take 320 of them at most. */
const maxFolder = 512
const maxConf = 4096
const maxPath = 2048
const settingLength: Record<string, number> = { 'session-token': 8192 }

/**
 * @param conf `s3://bucket/dir?region=&endpoint=`, `gs://bucket/dir`, `r2://bucket/dir?account-id=&access-key-id=&secret-access-key=`
 *   or `file:///dir`. `s3` and `gs` take `access-key-id` and `secret-access-key` too, `s3` also `session-token`.
 * @throws ApiError bucket_invalid with the reason, which holds no secret
 */
export function parseDestination(conf: string, defaults: DestinationDefaults): ParsedDestination {
  if (conf.length > maxConf + 8192) refuse('destination_conf is too long')
  if (!isPlain(conf)) refuse('destination_conf has spaces, control characters or letters outside of ASCII')
  const [, scheme = '', bucket = '', path = '', query = ''] = /^([a-zA-Z0-9]+):\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(conf) ?? []
  switch (scheme.toLowerCase()) {
    case 's3':
      return s3Destination(bucketParts('s3', { bucket, path, query }), defaults)
    case 'gs':
      return gcsDestination(bucketParts('gs', { bucket, path, query }), defaults)
    case 'r2':
      return r2Destination(bucketParts('r2', { bucket, path, query }))
    case 'file':
      return fileDestination({ bucket, path, query }, defaults)
    default:
      return refuse(
        'it must have the form s3://bucket/folder?region=…, gs://bucket/folder, r2://bucket/folder?account-id=… or file:///folder',
      )
  }
}

/**
 * A destination as it was stored: its public form, and what `destinationSecret` gave.
 * @throws ApiError bucket_invalid when the configuration does not allow it any more
 */
export function openDestination(conf: string, secret: string | null, defaults: DestinationDefaults): ParsedDestination {
  const parsed = parseDestination(conf, defaults)
  if (secret === null || !parsed.access) return parsed
  // Written by destinationSecret and sealed since.
  const keys = JSON.parse(secret) as Keys
  return { ...parsed, access: { ...parsed.access, ...keys }, keys: 'destination' }
}

/** What a destination has beside its public form, to be sealed; null when that is nothing. */
export function destinationSecret({ access, keys }: ParsedDestination): string | null {
  if (!access || keys !== 'destination') return null
  const { access_key_id, secret_access_key, session_token } = access
  return JSON.stringify({ access_key_id, secret_access_key, session_token } satisfies Keys)
}

/** Whether nobody has to prove that it is theirs: who has its keys has shown it, and of files the agent's own configuration decides. */
export function provesItself({ keys, scheme }: ParsedDestination): boolean {
  return scheme === 'file' || keys === 'destination'
}

/** What an agent is told. @param key as `objectName` makes it */
export function deliveryTo({ access }: ParsedDestination, key: string): CaptureDelivery {
  return access ? { kind: 's3', ...access, key } : { kind: 'file', path: key }
}

interface Parts {
  readonly bucket: string
  readonly path: string
  readonly query: string
}

interface BucketParts {
  readonly scheme: Exclude<Scheme, 'file'>
  readonly bucket: string
  readonly dir: string
  readonly settings: ReadonlyMap<string, string>
  readonly given: Keys | undefined
}

function bucketParts(scheme: BucketParts['scheme'], { bucket, path, query }: Parts): BucketParts {
  const row = schemes[scheme]
  if (!row.bucket.test(bucket)) refuse(`the bucket’s name must have ${row.bucketRule}`)
  const dir = folder(path)
  if (dir.length > maxFolder) refuse(`the folder must have at most ${maxFolder} characters`)
  const settings = readSettings(query, [...row.shown, ...row.secret])
  return { scheme, bucket, dir, settings, given: givenKeys(settings) }
}

function s3Destination(parts: BucketParts, { s3 }: DestinationDefaults): ParsedDestination {
  const region = parts.settings.get('region') ?? s3.region
  if (!/^[a-z0-9-]{1,64}$/.test(region)) refuse('region must have lower-case letters, digits and hyphens')
  const own = parts.settings.get('endpoint')
  const endpoint = canonicalEndpoint(own ?? s3.endpoint, own === undefined ? 'captures.s3.endpoint in the configuration' : 'endpoint')
  // Keys of the configuration are for its own store: a request to another address would show what they can sign.
  const configured = own === undefined || endpoint === canonicalEndpoint(s3.endpoint, 'captures.s3.endpoint in the configuration')
  const fallback = configured ? s3 : undefined
  const shown = { region: parts.settings.get('region'), endpoint: own === undefined ? undefined : endpoint }
  return bucketDestination(parts, { endpoint, region, shown, configured: fallback, hostKeys: configured })
}

function gcsDestination(parts: BucketParts, { gcs }: DestinationDefaults): ParsedDestination {
  return bucketDestination(parts, { endpoint: gcsEndpoint, region: anyRegion, shown: {}, configured: gcs, hostKeys: false })
}

function r2Destination(parts: BucketParts): ParsedDestination {
  const account = parts.settings.get('account-id') ?? refuse('account-id is missing')
  if (!/^[0-9a-f]{32}$/.test(account)) refuse('account-id must have 32 hex digits')
  const endpoint = `https://${account}.r2.cloudflarestorage.com`
  return bucketDestination(parts, { endpoint, region: anyRegion, shown: { 'account-id': account }, configured: undefined, hostKeys: false })
}

interface Place {
  readonly endpoint: string
  readonly region: string
  readonly shown: Readonly<Record<string, string | undefined>>
  /** Keys of the configuration that may be used there. */
  readonly configured: Pick<Keys, 'access_key_id' | 'secret_access_key'> | undefined
  /** Whether keys may be looked for on the host. */
  readonly hostKeys: boolean
}

function bucketDestination({ scheme, bucket, dir, given }: BucketParts, place: Place): ParsedDestination {
  const hasConfigured = place.configured !== undefined && place.configured.access_key_id !== ''
  const keys = given ?? { ...(hasConfigured ? pickKeys(place.configured) : noKeys), session_token: '' }
  const found = given ? 'destination' : hasConfigured ? 'configuration' : place.hostKeys ? 'host' : 'missing'
  const query = Object.entries(place.shown)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const conf = `${scheme}://${bucket}${dir === '' ? '' : `/${dir}`}${query === '' ? '' : `?${query}`}`
  return { scheme, conf, dir, access: { endpoint: place.endpoint, region: place.region, bucket, ...keys }, keys: found }
}

function fileDestination({ bucket, path, query }: Parts, { allow_file_destinations }: DestinationDefaults): ParsedDestination {
  if (!allow_file_destinations) refuse('file:// destinations are off; to allow them, set captures.allow_file_destinations')
  if (bucket !== '') refuse('file:// must be followed by an absolute path: file:///folder')
  if (query !== '') refuse('a file:// destination has no settings')
  const dir = folder(path)
  if (dir === '') refuse('a file:// destination must name a folder')
  if (dir.length > maxPath) refuse(`the folder must have at most ${maxPath} characters`)
  return { scheme: 'file', conf: `file:///${dir}`, dir: `/${dir}`, access: undefined, keys: 'none' }
}

/** Characters that no store and no shell reads as anything but themselves; percent signs are none, so that each folder has one spelling. */
function folder(path: string): string {
  const dir = path.replace(/^\/|\/$/g, '')
  if (dir === '') return ''
  for (const segment of dir.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') refuse('the folder must not hold empty parts, . and ..')
    if (!/^[\w.=+@,:~()!-]+$/.test(segment)) refuse('the folder may hold letters, digits and . _ - = + @ , : ~ ( ) !')
  }
  return dir
}

/** Plus signs stand for themselves: secrets have them. */
function readSettings(query: string, known: readonly string[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const at = pair.indexOf('=')
    const name = at < 0 ? pair : pair.slice(0, at)
    if (!known.includes(name)) refuse(`there is no setting of that name; known: ${known.join(', ')}`)
    if (settings.has(name)) refuse(`${name} is given twice`)
    settings.set(name, readSetting(name, at < 0 ? '' : pair.slice(at + 1)))
  }
  return settings
}

function readSetting(name: string, text: string): string {
  let value: string
  try {
    value = decodeURIComponent(text)
  } catch {
    return refuse(`${name} has a percent sign that is not followed by two hex digits`)
  }
  if (value === '') refuse(`${name} is empty`)
  if (!isPlain(value)) refuse(`${name} has spaces, control characters or letters outside of ASCII`)
  if (value.length > (settingLength[name] ?? 512)) refuse(`${name} is too long`)
  return value
}

function givenKeys(settings: ReadonlyMap<string, string>): Keys | undefined {
  const [access_key_id, secret_access_key] = keyNames.map((name) => settings.get(name))
  const session_token = settings.get('session-token')
  if (access_key_id !== undefined && secret_access_key !== undefined) {
    return { access_key_id, secret_access_key, session_token: session_token ?? '' }
  }
  if (access_key_id !== undefined || secret_access_key !== undefined || session_token !== undefined) {
    refuse('access-key-id and secret-access-key belong together')
  }
  return undefined
}

const noKeys = { access_key_id: '', secret_access_key: '' }

function pickKeys({ access_key_id, secret_access_key }: Pick<Keys, keyof typeof noKeys>): typeof noKeys {
  return { access_key_id, secret_access_key }
}

/** @param name what the address is called where it was given */
function canonicalEndpoint(text: string, name: string): string {
  if (text === '') return ''
  const objection = endpointObjection(text)
  if (objection !== undefined) refuse(`${name} ${objection}`)
  const { origin, pathname } = new URL(text)
  return `${origin}${pathname.replace(/\/$/, '')}`
}

/** Printable ASCII without the space. */
function isPlain(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text)
}

function refuse(reason: string): never {
  throw new ApiError('bucket_invalid', { reason }, '/destination_conf')
}
