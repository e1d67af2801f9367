// Names of the dataset's types and what they are generated from.

/** Field of `account` and name of the dataset. */
export const dataset = 'mnmFlowDataAdaptiveGroups'

/** Prefix of the dataset's types. */
export const typePrefix = 'AccountMnmFlowDataAdaptiveGroups'
