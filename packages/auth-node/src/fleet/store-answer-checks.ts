import { assertThat, type Fleet } from './store-check.ts'

const key = 'shop:AAAA'

/** The promises of `SharedAnswers`. A store without answers keeps all of them. */
export const answerChecks: Readonly<Record<string, (fleet: Fleet) => Promise<void>>> = {
  async 'answers: what one process writes, another reads, with what is left of its time'({ join }) {
    const [one, two] = [(await join()).store.answers, (await join()).store.answers]
    if (!one || !two) return
    const value = JSON.stringify({ sub: '张伟', quote: '"' })
    assertThat('read resolves to undefined where nothing was written', (await two.read(key)) === undefined)
    await one.write(key, value, 60_000)
    const found = await two.read(key)
    assertThat('read resolves to the value that was written', found?.value === value)
    const restMs = found?.remainingMs ?? 0
    assertThat('remainingMs is at most the ttlMs that was given', restMs > 0 && restMs <= 60_000)
    await one.write(key, 'short', 50)
    await two.write('shop:BBBB', 'long', 60_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
    assertThat('a value is gone after its ttlMs', (await two.read(key)) === undefined)
    assertThat('a value stays until its ttlMs', (await one.read('shop:BBBB'))?.value === 'long')
    assertThat('a value that is gone can be claimed', await two.claim(key))
  },
  async 'answers: one process claims a question, until an answer is there'({ join }) {
    const [one, two] = [(await join()).store.answers, (await join()).store.answers]
    if (!one || !two) return
    const claims = await Promise.all([one.claim(key), two.claim(key), one.claim(key)])
    assertThat('claim resolves to true once', claims.filter(Boolean).length === 1)
    assertThat('a claim is no answer', (await two.read(key)) === undefined)
    await one.write(key, 'answer', 60_000)
    assertThat('claim resolves to false while there is a value', !(await two.claim(key)))
    assertThat('a claim does not remove a value', (await two.read(key))?.value === 'answer')
    await two.write(key, undefined, 0)
    assertThat('write removes a value', (await one.read(key)) === undefined)
    assertThat('claim resolves to true once the value is removed', await one.claim(key))
    await one.write(key, undefined, 0)
    assertThat('write ends a claim', await two.claim(key))
  },
}
