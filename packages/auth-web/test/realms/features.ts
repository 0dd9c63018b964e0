/** What the table of the README names, in its order. */
export const features = ['sign-out', 'other pages', 'waiting revocations', 'watch', 'hooks'] as const
export type Feature = (typeof features)[number]
