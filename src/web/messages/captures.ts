// Texts of this part in the language of the page; written in en/captures.ts.
import { pageMessages } from './loaded.ts'

export const captureMessages = pageMessages().captures
