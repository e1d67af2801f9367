// Debian's Chromium for page tests and screenshots, without anything that would speak to the outside.
import { chromium } from 'playwright-core'

export const chromiumPath = '/usr/bin/chromium'

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts a headless browser; close it with `close()`.
 * @param executablePath Debian's, or a program that becomes it
 */
export function launchChromium(executablePath = chromiumPath) {
  return chromium.launch({ executablePath, headless: true, args: quiet })
}

/**
 * Signs in by a one-time link or an API token and answers the cookies, so that many contexts can share one session.
 * A link works once: keep the answer.
 */
export async function signInState(browser, url, secret) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/sign-in#${encodeURIComponent(secret)}`)
  await page.waitForURL((address) => address.pathname === '/')
  const state = await context.storageState()
  await context.close()
  return state
}
