export { signOut } from './sign-out/sign-out-page.ts'
export type { SignOutPageOptions } from './sign-out/sign-out-page.ts'
