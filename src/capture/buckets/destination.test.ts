import { describe, expect, it } from 'vitest'
import { ApiError } from '../../contract/api-errors.ts'
import { configSchema } from '../../contract/config.ts'
import { type DestinationDefaults, deliveryTo, destinationSecret, openDestination, parseDestination, provesItself } from './destination.ts'

const plain = configSchema.parse({}).captures
const configured: DestinationDefaults = {
  allow_file_destinations: true,
  s3: { region: 'eu-west-9', endpoint: 'https://minio.example', access_key_id: 'CONFIGID', secret_access_key: 'config-secret' },
  gcs: { access_key_id: 'GOOGID', secret_access_key: 'goog-secret' },
}
const account = '0123456789abcdef0123456789abcdef'
const keys = 'access-key-id=AKID&secret-access-key=sec+ret/key%3D'

function reasonOf(conf: string, defaults: DestinationDefaults = plain): string {
  try {
    parseDestination(conf, defaults)
  } catch (error) {
    if (error instanceof ApiError) return error.message
    throw error
  }
  return 'taken'
}

describe('parseDestination', () => {
  it.each([
    ['s3://pcaps-bucket?region=us-east-1', 's3://pcaps-bucket?region=us-east-1', 'host'],
    ['S3://pcaps-bucket/a/b/?region=us-east-1', 's3://pcaps-bucket/a/b?region=us-east-1', 'host'],
    ['s3://pcaps-bucket/', 's3://pcaps-bucket', 'host'],
    [
      `s3://b.c-d/x?session-token=t&${keys}&endpoint=https://Minio.Example:9000/&region=r-1`,
      's3://b.c-d/x?region=r-1&endpoint=https://minio.example:9000',
      'destination',
    ],
    ['s3://bucket?endpoint=http://10.0.0.5:9000', 's3://bucket?endpoint=http://10.0.0.5:9000', 'missing'],
    ['gs://bucket_1/dir', 'gs://bucket_1/dir', 'missing'],
    [`r2://bucket?account-id=${account}&${keys}`, `r2://bucket?account-id=${account}`, 'destination'],
    [`r2://bucket/d?account-id=${account}`, `r2://bucket/d?account-id=${account}`, 'missing'],
  ])('reads %s', (conf, canonical, from) => {
    const parsed = parseDestination(conf, plain)
    expect({ conf: parsed.conf, keys: parsed.keys }).toEqual({ conf: canonical, keys: from })
    expect(parseDestination(parsed.conf, plain).conf).toBe(canonical)
    expect(JSON.stringify(parsed.conf)).not.toMatch(/AKID|sec|session/)
  })

  it('keeps plus signs and decodes percent signs of secrets', () => {
    const { access } = parseDestination(`s3://bucket/dir?${keys}&session-token=to%26ken`, plain)
    expect(access).toEqual({
      endpoint: '',
      region: 'us-east-1',
      bucket: 'bucket',
      access_key_id: 'AKID',
      secret_access_key: 'sec+ret/key=',
      session_token: 'to&ken',
    })
  })

  it('knows where the stores are', () => {
    expect(parseDestination(`r2://bucket?account-id=${account}`, plain).access).toMatchObject({
      endpoint: `https://${account}.r2.cloudflarestorage.com`,
      region: 'auto',
    })
    expect(parseDestination('gs://bucket', plain).access).toMatchObject({ endpoint: 'https://storage.googleapis.com', region: 'auto' })
  })

  it('uses keys of the configuration for its own stores only', () => {
    const ids = [
      's3://bucket',
      's3://bucket?endpoint=https://minio.example/',
      's3://bucket?endpoint=https://evil.example',
      'gs://bucket',
    ].map((conf) => {
      const { access, keys: from } = parseDestination(conf, configured)
      return [access?.endpoint, access?.access_key_id, from]
    })
    expect(ids).toEqual([
      ['https://minio.example', 'CONFIGID', 'configuration'],
      ['https://minio.example', 'CONFIGID', 'configuration'],
      ['https://evil.example', '', 'missing'],
      ['https://storage.googleapis.com', 'GOOGID', 'configuration'],
    ])
  })

  it('takes folders of agents where the configuration allows them', () => {
    expect(parseDestination('file:///var/lib/pcaps/', configured)).toEqual({
      scheme: 'file',
      conf: 'file:///var/lib/pcaps',
      dir: '/var/lib/pcaps',
      access: undefined,
      keys: 'none',
    })
    expect(reasonOf('file:///var/lib/pcaps')).toMatch(/set captures\.allow_file_destinations/)
  })

  it.each([
    ['', /must have the form/],
    ['pcaps-bucket', /must have the form/],
    ['http://bucket/dir', /must have the form/],
    ['azure://bucket', /must have the form/],
    ['s3:/bucket', /must have the form/],
    ['s3://bucket#x', /must have the form/],
    ['s3://bucket/dir\r\nX-Evil: 1', /control characters/],
    ['s3://bucket/dir\0', /control characters/],
    ['s3://bucket/dir x', /spaces/],
    ['s3://bucket/ﬁle', /outside of ASCII/],
    [`s3://bucket/${'a/'.repeat(9000)}`, /too long/],
    ['s3://', /bucket’s name/],
    ['s3://ab', /bucket’s name/],
    [`s3://${'a'.repeat(64)}`, /bucket’s name/],
    ['s3://Bucket', /bucket’s name/],
    ['s3://bu..cket', /bucket’s name/],
    ['s3://169.254.169.254/latest', /bucket’s name/],
    ['s3://user:pass@bucket', /bucket’s name/],
    ['s3://bucket;rm -rf', /spaces/],
    ['s3://$(reboot)', /bucket’s name/],
    ['gs://Bucket', /bucket’s name/],
    [`r2://buck.et?account-id=${account}`, /bucket’s name/],
    ['s3://bucket/../other', /must not hold empty parts, \. and \.\./],
    ['s3://bucket/a/./b', /must not hold empty parts/],
    ['s3://bucket/a//b', /must not hold empty parts/],
    ['s3://bucket/%2e%2e/b', /may hold letters/],
    ['s3://bucket/a;b', /may hold letters/],
    ['s3://bucket/`id`', /may hold letters/],
    ['s3://bucket/a"b', /may hold letters/],
    [`s3://bucket/${'a'.repeat(513)}`, /at most 512/],
    ['s3://bucket?acl=public-read', /no setting of that name; known: region, endpoint/],
    ['s3://bucket?region=a&region=b', /region is given twice/],
    ['s3://bucket?region=', /region is empty/],
    ['s3://bucket?region=US_EAST', /lower-case/],
    ['s3://bucket?region=%zz', /percent sign/],
    ['s3://bucket?region=a%0d%0ab', /control characters/],
    ['s3://bucket?access-key-id=AKID', /belong together/],
    ['s3://bucket?session-token=x', /belong together/],
    [`s3://bucket?access-key-id=${'A'.repeat(513)}&secret-access-key=x`, /too long/],
    ['s3://bucket?endpoint=minio:9000', /must be a URL/],
    ['s3://bucket?endpoint=file:///etc/passwd', /must be a URL/],
    ['s3://bucket?endpoint=http://u:p@minio', /must not hold a user name/],
    ['s3://bucket?endpoint=http://minio/%3Fx=1', /must end after the path/],
    ['s3://bucket?endpoint=http://minio/a;b', /characters in its path/],
    ['s3://bucket?endpoint=http://169.254.169.254', /not an address that a store can have/],
    ['s3://bucket?endpoint=http://2852039166', /169\.254\.169\.254 is not an address/],
    ['s3://bucket?endpoint=http://[::ffff:169.254.169.254]', /not an address/],
    ['s3://bucket?endpoint=http://[64:ff9b::a9fe:a9fe]', /not an address/],
    ['s3://bucket?endpoint=http://[fe80::1]', /not an address/],
    ['s3://bucket?endpoint=http://[fd00:ec2::254]', /not an address/],
    ['s3://bucket?endpoint=http://100.100.100.200', /not an address/],
    ['s3://bucket?endpoint=http://metadata.google.internal.', /is a metadata service/],
    ['s3://bucket?endpoint=http://0.0.0.0:9000', /not an address/],
    ['gs://bucket?endpoint=http://10.0.0.1', /no setting of that name/],
    ['r2://bucket', /account-id is missing/],
    ['r2://bucket?account-id=evil.example/', /32 hex digits/],
    ['file://host/dir', /absolute path/],
    ['file:///', /must name a folder/],
    ['file:///a/../../etc', /must not hold/],
    ['file:///a?x=1', /no settings/],
  ])('refuses %j', (conf, reason) => {
    const defaults = conf.startsWith('file:') ? configured : plain
    expect(reasonOf(conf, defaults)).toMatch(/^Invalid destination: /)
    expect(reasonOf(conf, defaults)).toMatch(reason)
  })

  it('tells no secret in a refusal', () => {
    const refused = [
      's3://bucket?secret-access-key=SESAME',
      's3://bucket?SESAME',
      's3://bucket?access-key-id=SESAME%zz',
      's3://SESAME?x=SESAME',
    ]
    expect(refused.map((conf) => reasonOf(conf)).join('\n')).not.toContain('SESAME')
  })

  it('names the configuration when its endpoint is wrong', () => {
    expect(reasonOf('s3://bucket', { ...plain, s3: { ...plain.s3, endpoint: 'minio' } })).toMatch(
      /captures\.s3\.endpoint in the configuration must be a URL/,
    )
  })
})

describe('a destination that is kept', () => {
  it('comes back whole from its public form and its secret', () => {
    const given = parseDestination(`s3://bucket/dir?region=r-1&${keys}&session-token=t`, plain)
    expect(openDestination(given.conf, destinationSecret(given), plain)).toEqual(given)
  })

  it('has no secret when its keys are those of the configuration, and takes new ones from there', () => {
    const given = parseDestination('s3://bucket/dir', configured)
    expect(destinationSecret(given)).toBeNull()
    const s3 = { ...configured.s3, access_key_id: 'NEWID' }
    expect(openDestination(given.conf, null, { ...configured, s3 }).access?.access_key_id).toBe('NEWID')
  })

  it('proves itself when who adds it has its keys, or it is a file', () => {
    const confs = [`r2://bucket?account-id=${account}&${keys}`, `s3://bucket?${keys}`, 's3://bucket', 'file:///a']
    expect(confs.map((conf) => provesItself(parseDestination(conf, configured)))).toEqual([true, true, false, true])
  })

  it('becomes what agents are told', () => {
    expect(deliveryTo(parseDestination('file:///a', configured), '/a/pcap_1.pcap')).toEqual({ kind: 'file', path: '/a/pcap_1.pcap' })
    expect(deliveryTo(parseDestination('s3://bucket/a', configured), 'a/pcap_1.pcap')).toEqual({
      kind: 's3',
      endpoint: 'https://minio.example',
      region: 'eu-west-9',
      bucket: 'bucket',
      key: 'a/pcap_1.pcap',
      access_key_id: 'CONFIGID',
      secret_access_key: 'config-secret',
      session_token: '',
    })
  })
})
