import type { SharedAnswers } from './revocation-store.ts'

/**
 * Keeps answers in Redis. One key holds the answer or, while it is empty, the claim: so no process can claim a question that was just
 * answered.
 *
 * @param claimMs how long a claim lasts
 */
export function createRedisAnswers(
  prefix: string,
  claimMs: number,
  command: (...args: readonly string[]) => Promise<unknown>,
): SharedAnswers {
  const nameOf = (key: string): string => `${prefix}:answer:${key}`
  return {
    async read(key) {
      // In this order, so that the time can only belong to this value or to an older one.
      const [remainingMs, value] = await Promise.all([
        command('PTTL', nameOf(key)),
        command('GET', nameOf(key)),
      ])
      return typeof value === 'string' && value !== ''
        ? { value, remainingMs: Number(remainingMs) }
        : undefined
    },
    claim: async (key) => (await command('SET', nameOf(key), '', 'NX', 'PX', String(claimMs))) !== null,
    async write(key, value, ttlMs) {
      await (value === undefined || ttlMs < 1
        ? command('DEL', nameOf(key))
        : command('SET', nameOf(key), value, 'PX', String(ttlMs)))
    },
  }
}
