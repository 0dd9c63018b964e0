/** The code of an error of the platform, such as `ENOENT`; `unknown failure` for everything else that may be thrown. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown failure'
}
