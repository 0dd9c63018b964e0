export { signOut } from './client/sign-out-page.ts'
export type { SignOutPageOptions } from './client/sign-out-page.ts'
