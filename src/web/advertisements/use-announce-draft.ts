// What somebody is about to announce.
import { useDraft, type Draft } from '../shell/use-draft.ts'
import { announceProblems, refusedField, type AnnounceField, type AnnounceForm } from '../view/announce-form.ts'

export type AnnounceDraft = Draft<AnnounceForm, AnnounceField>

export function useAnnounceDraft(begin: AnnounceForm): AnnounceDraft {
  return useDraft(begin, { problems: announceProblems, refusal: refusedField })
}
