// Texts of this part in the language of the page; written in en/firewall.ts.
import { pageMessages } from './loaded.ts'

export const firewallMessages = pageMessages().firewall
