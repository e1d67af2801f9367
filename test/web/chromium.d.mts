// Types of chromium.mjs, which is plain JavaScript so that the screenshot program runs without a build.
import type { Browser, BrowserContext } from 'playwright-core'

export declare const chromiumPath: string
export declare function launchChromium(executablePath?: string): Promise<Browser>
export declare function signInState(browser: Browser, url: string, secret: string): ReturnType<BrowserContext['storageState']>
