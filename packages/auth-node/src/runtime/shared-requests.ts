/** Workers, and edge runtimes on them, forbid a request to wait for the work of another request. */
export function allowsSharedRequests(): boolean {
  return globalThis.navigator?.userAgent !== 'Cloudflare-Workers' && !('EdgeRuntime' in globalThis)
}
