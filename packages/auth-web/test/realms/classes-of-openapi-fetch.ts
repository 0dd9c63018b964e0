export { FormData, Headers } from '../../src/mini-program/globals.ts'
