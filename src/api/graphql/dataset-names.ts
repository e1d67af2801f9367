// Names of the datasets' types and what they are generated from.

/** Field of `account` and name of the dataset. */
export const dataset = 'mnmFlowDataAdaptiveGroups'

/** Prefix of the dataset's types. */
export const typePrefix = 'AccountMnmFlowDataAdaptiveGroups'

/** The dataset of flows of AWS VPCs, which nobody sends here. */
export const vpcDataset = 'mnmAWSVPCFlowDataAdaptiveGroups'

/** Prefix of its types. */
export const vpcTypePrefix = 'AccountMnmAWSVPCFlowDataAdaptiveGroups'
