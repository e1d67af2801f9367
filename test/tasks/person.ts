// Somebody who is signed in and does one thing after the other on one page, which must not complain about anything.
import type { Browser, BrowserContext, Page } from 'playwright-core'

import { launchChromium, signInState } from '../web/chromium.mjs'

const longestWait = 60_000

export class Person {
  readonly #browser: Browser
  readonly page: Page
  readonly #url: string
  readonly #complaints: string[] = []
  /** Addresses that may refuse. */
  readonly #provoked = new Set<string>()

  private constructor(browser: Browser, url: string, page: Page) {
    this.#browser = browser
    this.#url = url
    this.page = page
    this.#listen(page.context())
  }

  /** @param program Chromium, or what becomes it */
  static async signIn(program: string, url: string, secret: string): Promise<Person> {
    const browser = await launchChromium(program)
    const storageState = await signInState(browser, url, secret)
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState, reducedMotion: 'reduce' })
    context.setDefaultTimeout(longestWait)
    return new Person(browser, url, await context.newPage())
  }

  #listen(context: BrowserContext): void {
    context.on('weberror', (error) => this.#complaints.push(error.error().message))
    context.on('console', (message) => {
      if (message.type() === 'error' && !this.#provoked.has(message.location().url)) this.#complaints.push(message.text())
    })
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'failed'
      // The page itself gives up what it no longer shows.
      if (why !== 'net::ERR_ABORTED') this.#complaints.push(`${request.method()} ${request.url()}: ${why}`)
    })
    context.on('response', (response) => {
      if (response.status() < 400 || this.#provoked.has(response.url())) return
      this.#complaints.push(`${response.request().method()} ${response.url()}: ${response.status()}`)
    })
  }

  /**
   * Asks the API as a program does, with a token and without the session's cookie. A refusal is no complaint.
   * @returns the status
   */
  async program(token: string, method: string, path: string, body?: object): Promise<number> {
    const url = `${this.#url}/client/v4${path}`
    this.#provoked.add(url)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = { method, headers, credentials: 'omit', ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return await this.page.evaluate<number>(`fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(({ status }) => status)`)
  }

  /** What the console has shown as an error, and which requests have failed, in their order. */
  get complaints(): readonly string[] {
    return this.#complaints
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#url + path)
  }

  /** Follows a link of the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
  }

  async leave(): Promise<void> {
    await this.#browser.close()
  }
}
