// What somebody is about to deploy.
import { useDraft, type Draft } from '../shell/use-draft.ts'
import { deployFieldAt, deployProblems, type DeployField, type DeployForm } from '../view/firewall-form.ts'

export type DeployDraft = Draft<DeployForm, DeployField>

export function useDeployDraft(begin: DeployForm): DeployDraft {
  return useDraft(begin, { problems: deployProblems, refusal: (pointer, message) => ({ field: deployFieldAt(pointer), message }) })
}
