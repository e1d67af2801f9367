// Lines to paste that use a new token: what is in them has no quotes, so nothing has to be escaped.

export interface TokenLines {
  readonly curl: string
  readonly terraform: string
  readonly npm: string
}

/** @param origin of the dashboard, without a slash at the end; @param account its id */
export function tokenLines(origin: string, account: string, secret: string): TokenLines {
  const base = `${origin}/client/v4`
  return {
    curl: `curl -H 'Authorization: Bearer ${secret}' ${base}/user/tokens/verify`,
    // With the slash: clients that join addresses would drop what follows the last one.
    terraform: [
      'provider "cloudflare" {',
      `  base_url  = "${base}/"`,
      `  api_token = "${secret}"`,
      '}',
      '',
      'locals {',
      `  account_id = "${account}"`,
      '}',
    ].join('\n'),
    npm: [
      "import Cloudflare from 'cloudflare'",
      '',
      'const client = new Cloudflare({',
      `  baseURL: '${base}',`,
      `  apiToken: '${secret}',`,
      '})',
      `const rules = client.magicNetworkMonitoring.rules.list({ account_id: '${account}' })`,
    ].join('\n'),
  }
}
