// Commands that read a challenge.
import { describe, expect, it } from 'vitest'
import { readCommand } from './bucket-view.ts'

describe('a challenge is read', () => {
  const filename = 'ownership-challenge-1.txt'

  it.each([
    ['s3://b/dir?region=eu-central-1', 'aws s3 cp s3://b/dir/ownership-challenge-1.txt - --region eu-central-1'],
    ['s3://b?endpoint=https://minio.test:9000', 'aws s3 cp s3://b/ownership-challenge-1.txt - --endpoint-url https://minio.test:9000'],
    ['r2://b?account-id=abc', 'aws s3 cp s3://b/ownership-challenge-1.txt - --endpoint-url https://abc.r2.cloudflarestorage.com'],
    ['gs://b/dir', 'gcloud storage cat gs://b/dir/ownership-challenge-1.txt'],
    ['file:///srv/pcaps', 'cat /srv/pcaps/ownership-challenge-1.txt'],
  ])('from %s', (destination_conf, command) => {
    expect(readCommand({ destination_conf, filename })).toBe(command)
  })
})
