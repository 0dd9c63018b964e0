import { createDeviceIdReader } from '../platform/device-id.ts'

/** Reads the id of this browser: 32 random digits, kept in `localStorage`. */
export const readDeviceId: () => string = /* #__PURE__ */ createDeviceIdReader(
  () => localStorage,
  () => crypto.getRandomValues(new Uint8Array(32)).join('').slice(0, 32),
)
