// A project whose tools come from scripts/consumers.
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { createProject, type Link, type Project } from '../packed/project.ts'

const [node20, , node24] = nodeVersions

/** The oldest Node that is supported, and the one of the repository. */
export const nodes = [node20, node24] as const

/** A project with all packed packages and the named tools, for the tests of one file. */
export function createConsumer(...tools: readonly Link[]): Project {
  return createProject({ links: { 'scripts/consumers': tools } })
}
