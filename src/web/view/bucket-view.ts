// Addresses of buckets, and how their owner reads a file in one. Pure.
import type { Bucket } from '../../contract/capture.ts'

export const destinationForms = [
  { kind: 's3', form: 's3://bucket/folder?region=eu-central-1' },
  { kind: 'endpoint', form: 's3://bucket/folder?endpoint=https://minio.example.net&access-key-id=…&secret-access-key=…' },
  { kind: 'gs', form: 'gs://bucket/folder' },
  { kind: 'r2', form: 'r2://bucket/folder?account-id=…&access-key-id=…&secret-access-key=…' },
] as const

/** The address of a destination without its parameters, and those. */
function partsOf(destination: string): { readonly address: string; readonly parameters: URLSearchParams } {
  const [address = '', query = ''] = destination.split('?', 2)
  return { address: address.replace(/\/$/, ''), parameters: new URLSearchParams(query) }
}

/** Of the file that stands where captures will go. It may be named with or without the folder. */
function objectOf(address: string, filename: string): string {
  return `${address}/${filename.split('/').at(-1) ?? ''}`
}

/** A command of the bucket's own tools that prints the challenge. */
export function readCommand({ destination_conf, filename }: Pick<Bucket, 'destination_conf' | 'filename'>): string {
  const { address, parameters } = partsOf(destination_conf)
  const object = objectOf(address, filename)
  if (address.startsWith('gs://')) return `gcloud storage cat ${object}`
  if (address.startsWith('file://')) return `cat ${object.slice('file://'.length)}`
  const account = parameters.get('account-id')
  const endpoint =
    parameters.get('endpoint') ?? (address.startsWith('r2://') && account !== null ? `https://${account}.r2.cloudflarestorage.com` : null)
  const region = parameters.get('region')
  return [
    `aws s3 cp ${object.replace(/^r2:/, 's3:')} -`,
    ...(region === null ? [] : [`--region ${region}`]),
    ...(endpoint === null ? [] : [`--endpoint-url ${endpoint}`]),
  ].join(' ')
}
