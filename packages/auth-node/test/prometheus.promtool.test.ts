// The exposition of the guide's recipe, before the linter of Prometheus itself.
import { execFile } from 'node:child_process'
import { Counter, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createTokenVerifier, type TokenVerifier } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'
import { loadRecipe } from './load-recipe.ts'

/** Resolves to the exit code and complaints of `promtool check metrics`: 3 for what it would only write otherwise. */
function lint(exposition: string): Promise<{ readonly code: unknown; readonly complaints: string }> {
  return new Promise((resolve) => {
    const child = execFile('promtool', ['check', 'metrics'], (error, _stdout, complaints) =>
      resolve({ code: error ? error.code : 0, complaints }),
    )
    child.stdin?.end(exposition)
  })
}

async function expose(): Promise<string> {
  const metrics = await loadRecipe<(verifier: TokenVerifier) => string>('metrics')
  const verifier = createTokenVerifier(fakeService().auth)
  await verifier.verifyToken(mint())
  return metrics(verifier)
}

const clean = { code: 0, complaints: '' }

test('guide, Prometheus: promtool has nothing to say about the exposition', async () => {
  expect(await lint(await expose())).toEqual(clean)
})

test('guide, Prometheus: the exposition goes together with the registry of prom-client', async () => {
  const registry = new Registry()
  new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc()
  const both = (await registry.metrics()) + (await expose())
  expect(await lint(both)).toEqual(clean)
  expect(both).toContain('orders_total 1\n')
  expect(both).toContain('tokenward_checks_total{event="miss"} 1\n')
})

test('promtool refuses what is no exposition, so that the tests above can fail', async () => {
  const { code, complaints } = await lint('# TYPE checks counter\nchecks{event=miss} 1\n')
  expect(code).not.toBe(0)
  expect(complaints).not.toBe('')
})
