// Vite and Vitest with this configuration see the source of the workspace's packages, not what was built last:
// each `exports` names its source under this condition.
export const sourceCondition = '@tokenward/source'

const pageConditions: readonly string[] = [sourceCondition, 'module', 'browser', 'development|production']
const nodeConditions: readonly string[] = [sourceCondition, 'module', 'node', 'development|production']

export default {
  resolve: { conditions: [...pageConditions] },
  ssr: { resolve: { conditions: [...nodeConditions], externalConditions: [...nodeConditions] } },
}
