// Texts of this part in the language of the page; written in en/settings.ts.
import { pageMessages } from './loaded.ts'

export const settingsMessages = pageMessages().settings
