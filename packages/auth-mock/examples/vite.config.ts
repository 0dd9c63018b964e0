// The page calls its own origin, and Vite hands the calls to `tokenward-auth-mock --allow-mint`: no CORS, and no address in the page.
import { defineConfig } from 'vite'

const mock = process.env['AUTH_MOCK_URL'] ?? 'http://127.0.0.1:4010'

export default defineConfig({
  server: { proxy: { '/auth/v1': mock, '/__mock/tokens': mock } },
})
