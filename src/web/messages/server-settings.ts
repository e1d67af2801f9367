// Texts of this part in the language of the page; written in en/server-settings.ts.
import { pageMessages } from './loaded.ts'

export const serverSettingsMessages = pageMessages().serverSettings
