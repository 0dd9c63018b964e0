/** Waits for the next task; browsers slow timers down in pages that are not visible. */
export function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}

/** Lets tasks run until something holds, ten thousand at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let left = 10_000; left > 0 && !holds(); left -= 1) await nextTask()
}
