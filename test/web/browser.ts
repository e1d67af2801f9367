// A signed-in browser for page tests: opens pages, and fails a test whose page complained.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium, signInState } from './chromium.mjs'
import type { RunningDashboard } from './dashboard.ts'

// Half of what a test has: whatever is waited for comes much earlier, unless the machine is busy.
const longestWait = 60_000

const wide: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }

export class SignedInBrowser {
  readonly #browser: Browser
  readonly #url: string
  readonly #state: Awaited<ReturnType<typeof signInState>>
  /** Of all pages that want nothing special: it has the page's programs in its cache. */
  #shared: Promise<BrowserContext> | undefined
  #contexts: BrowserContext[] = []
  #complaints: string[] = []

  constructor(browser: Browser, url: string, state: Awaited<ReturnType<typeof signInState>>) {
    this.#browser = browser
    this.#url = url
    this.#state = state
  }

  static async start(dashboard: RunningDashboard): Promise<SignedInBrowser> {
    const browser = await launchChromium()
    return new SignedInBrowser(browser, dashboard.url, await signInState(browser, dashboard.url, dashboard.secret))
  }

  /** @param options of a context of its own; without any, storage and cookies are those of other pages */
  async open(path: string, options?: BrowserContextOptions): Promise<Page> {
    const context = await (options === undefined ? (this.#shared ??= this.#context({})) : this.#own(options))
    const page = await context.newPage()
    page.on('pageerror', (error) => this.#complaints.push(error.message))
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.#complaints.push(message.text())
    })
    await page.goto(this.#url + path)
    return page
  }

  async #context(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ ...wide, storageState: this.#state, ...options })
    context.setDefaultTimeout(longestWait)
    return context
  }

  async #own(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await this.#context(options)
    this.#contexts.push(context)
    return context
  }

  /** What they have stored is not there for those that come after them, and who has signed out is signed in again. */
  async #closeShared(): Promise<void> {
    const context = await this.#shared
    await Promise.all((context?.pages() ?? []).map((page) => page.close()))
    await context?.setStorageState(this.#state)
  }

  /** Closes all pages. @throws Error with what they complained about */
  async closePages(): Promise<void> {
    await Promise.all([this.#closeShared(), ...this.#contexts.map((context) => context.close())])
    this.#contexts = []
    // Errors of the page's own and refusals by the content security policy.
    const heard = this.#complaints
    this.#complaints = []
    if (heard.length > 0) throw new Error(`the page complained: ${heard.join('; ')}`)
  }

  async stop(): Promise<void> {
    await this.#browser.close()
  }
}
