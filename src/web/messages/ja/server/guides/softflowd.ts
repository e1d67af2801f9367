// What the guide of softflowd says, in Japanese; the sentences are written in setup/config/guides/softflowd.ts.
import type { Phrases } from '../../../phrases.ts'

export const softflowdPhrases: Phrases = {
  'softflowd on Debian or Ubuntu': 'DebianまたはUbuntuのsoftflowd',
}
