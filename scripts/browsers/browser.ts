// What tests do with a browser, whichever engine it is.

/** A tab. */
export interface Page {
  goto(url: string): Promise<void>
  /** Starts to go back in the history, which may bring a page out of the back/forward cache. */
  back(): Promise<void>
  /** Runs the body of an async function in the page and resolves to what it returns, which must be JSON. */
  run(body: string): Promise<unknown>
  close(): Promise<void>
}

/** A running engine with a profile of its own. The test that starts it closes it. */
export interface Browser {
  readonly version: string
  open(url: string): Promise<Page>
  close(): Promise<void>
}
