// Vite and Vitest with this configuration see the source of the workspace's packages, not what was built last:
// each `exports` names its source under this condition.
export const sourceCondition = '@tokenward/source'

const pageConditions: readonly string[] = [sourceCondition, 'module', 'browser', 'development|production']
const nodeConditions: readonly string[] = [sourceCondition, 'module', 'node', 'development|production']

const ofNode = { conditions: [...nodeConditions], externalConditions: [...nodeConditions] }

export default {
  resolve: { conditions: [...pageConditions] },
  ssr: { resolve: ofNode },
  // Vitest loads a global set-up in an environment of this name.
  environments: { __vitest__: { resolve: ofNode } },
}
