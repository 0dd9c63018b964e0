import type { AuthClient } from '@tokenward/auth-core'
import type { Session } from '../session/session.ts'

/**
 * Names what an app keeps in places that it shares with others: storage and channels of its origin. Holds the service, the application,
 * and where the session keeps its token, so that two environments, or two apps of one environment, never meet.
 */
export function nameOf({ serviceUrl, clientId = '' }: AuthClient, { storedAt }: Session): string {
  const place = storedAt ? `${storedAt.storage}:${storedAt.key}` : 'memory'
  return `tokenward|${serviceUrl}|${clientId}|${place}|`
}
